# Lo que piensan los clientes de lo que se hizo por ellos.

# Conflictos
feedback-given = Ya se ha dado una opinión sobre esto.
feedback-too-early = Se puede dar una opinión una vez realizada la entrega.

# Problemas de un campo
error-feedback-one-subject = Una opinión se refiere a un solo envío o a una sola solicitud.

# La página del enlace de los correos.
feedback-page = Su opinión
feedback-title = ¿Cómo fue todo? { $reference }
feedback-question = ¿Cuál es su grado de satisfacción con nosotros?
feedback-rating-5 = Muy satisfecho
feedback-rating-4 = Satisfecho
feedback-rating-3 = Ni satisfecho ni insatisfecho
feedback-rating-2 = Insatisfecho
feedback-rating-1 = Muy insatisfecho
feedback-stars =
    { NUMBER($stars) ->
        [one] { $stars } estrella
       *[other] { $stars } estrellas
    }
feedback-message = ¿Qué deberíamos saber? (Puede dejar este campo vacío.)
feedback-button = Enviar
feedback-thanks = ¡Gracias! Hemos recibido su opinión.
feedback-done = Ya nos ha dado su opinión. ¡Gracias!
feedback-wait = Aquí se puede dar una opinión una vez realizada la entrega.
feedback-over = Este enlace ha caducado. Aún puede dar su opinión iniciando sesión, y nos alegrará conocerla.
