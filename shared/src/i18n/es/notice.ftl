# Qué ha pasado con los envíos, las solicitudes y las facturas. Una línea en blanco empieza un párrafo.
notice-shipment-status-subject =
    { $status ->
        [PENDING] Envío { $reference } recibido
        [PROCESSING] Envío { $reference } confirmado
        [IN_TRANSIT] Envío { $reference } en camino
        [DELIVERED] Envío { $reference } entregado
        [CANCELLED] Envío { $reference } cancelado
        [ON_HOLD] Envío { $reference } en espera
        [RETURNED] Nos han devuelto el envío { $reference }
       *[other] Envío { $reference }: novedades
    }
notice-shipment-status =
    { $status ->
        [PENDING] Hemos recibido su envío { $reference }. En cuanto lo hayamos pesado y medido, lo confirmaremos y le enviaremos la factura.
        [PROCESSING] Hemos pesado, medido y confirmado su envío { $reference }. La factura le llegará a continuación; una vez pagada, el envío saldrá.
        [IN_TRANSIT] Su envío { $reference } ya ha salido.
        [DELIVERED] Su envío { $reference } ha sido entregado.
        [CANCELLED] Su envío { $reference } ha sido cancelado. Si ya lo ha pagado, se le devolverá el dinero.
        [ON_HOLD] Su envío { $reference } tiene que esperar.
        [RETURNED] No se pudo entregar su envío { $reference } y nos lo han devuelto. Nos pondremos en contacto con usted para ver qué hacer.
       *[other] Hay novedades sobre su envío { $reference }.
    }

    Número de seguimiento: { $tracking_number }
notice-shipment-cost-subject = Envío { $reference }: nuevo precio por aprobar
notice-shipment-cost =
    Hemos pesado y medido su envío { $reference }. Cuesta { $after } en lugar de los { $before } estimados.

    Apruebe o rechace el nuevo precio en su cuenta. Hasta entonces, el envío permanecerá con nosotros.
notice-request-status-subject =
    { $status ->
        [DRAFT] La solicitud { $reference } vuelve a ser un borrador
        [SUBMITTED] Solicitud { $reference }: su presupuesto
        [ORDER_PLACED] Solicitud { $reference }: hemos pedido sus artículos
        [IN_TRANSIT] Solicitud { $reference }: artículos en camino al almacén
        [SHIPPED_TO_CUSTOMER] Solicitud { $reference }: artículos en camino hacia usted
        [COMPLETED] Solicitud { $reference } completada
        [CANCELLED] Solicitud { $reference } cancelada
       *[other] Solicitud { $reference }: novedades
    }
notice-request-status =
    { $status ->
        [DRAFT] Su solicitud { $reference } vuelve a ser un borrador y su factura ha quedado anulada. Para recibir un presupuesto nuevo, envíe la solicitud.
        [SUBMITTED] Gracias por su solicitud { $reference }. Asciende a { $amount }; la factura le llegará a continuación. En cuanto esté pagada, compraremos sus artículos.
        [ORDER_PLACED] Hemos pedido los artículos de su solicitud { $reference }.
        [IN_TRANSIT] Los artículos de su solicitud { $reference } están en camino a nuestro almacén.
        [SHIPPED_TO_CUSTOMER] Los artículos de su solicitud { $reference } han salido de nuestro almacén y están en camino hacia usted.
        [COMPLETED] Su solicitud { $reference } se ha completado. Gracias.
        [CANCELLED] Su solicitud { $reference } ha sido cancelada. Si ya la ha pagado, se le devolverá el dinero.
       *[other] Hay novedades sobre su solicitud { $reference }.
    }
notice-request-price-subject = Solicitud { $reference }: nuevo precio por aprobar
notice-request-price =
    El precio de «{ $product }» en su solicitud { $reference } ha cambiado: la solicitud costaría { $after } en lugar de { $before }.

    Apruebe o rechace el nuevo precio en su cuenta. Hasta entonces, no compraremos este artículo.
notice-request-stock-subject = Solicitud { $reference }: un artículo está agotado
notice-request-stock = No quedan existencias de «{ $product }» para su solicitud { $reference }. Hemos retirado el artículo de la solicitud; se le devolverá lo que haya pagado por él.
notice-request-arrived-subject = Solicitud { $reference }: sus artículos han llegado
notice-request-arrived =
    Todos los artículos de su solicitud { $reference } han llegado a nuestro almacén.

    Indíquenos en su cuenta adónde y cómo debemos enviarlos.
notice-invoice-issued-subject = Factura { $number } por { $amount }
notice-invoice-issued =
    Aquí tiene su factura { $number } por { $amount }. Vence el { $due }.

    Puede pagarla en la página de la factura, sin iniciar sesión, o en su cuenta.
notice-invoice-reminder-subject = Recordatorio: factura { $number } por { $amount }
notice-invoice-reminder =
    { $when ->
        [before] { NUMBER($days) ->
            [one] Su factura { $number } vence mañana, el { $due }. Importe pendiente de pago: { $amount }.
           *[other] Su factura { $number } vence dentro de { $days } días, el { $due }. Importe pendiente de pago: { $amount }.
        }
        [today] Su factura { $number } vence hoy. Importe pendiente de pago: { $amount }.
       *[after] { NUMBER($days) ->
            [one] Su factura { $number } venció ayer, el { $due }. Importe pendiente de pago: { $amount }.
           *[other] Su factura { $number } venció hace { $days } días, el { $due }. Importe pendiente de pago: { $amount }.
        }
    }

    Si entretanto ya la ha pagado, gracias; en ese caso, ignore este mensaje.
notice-payment-failed-subject = Su pago de la factura { $number } no se ha podido realizar
notice-payment-failed =
    Su pago de { $amount } por la factura { $number } no se ha podido realizar. No se le ha cobrado nada.

    { $why }
notice-payment-received-subject = Hemos recibido { $amount } por la factura { $number }
notice-payment-received =
    Gracias. Hemos recibido su pago de { $amount } por la factura { $number }.

    Importe pendiente de pago: { $owed }.
notice-refund-sent-subject = Reembolso de { $amount }
notice-refund-sent =
    { $way ->
        [by-hand] Le hemos entregado { $amount } como devolución de su factura { $number }.
       *[other] Le hemos enviado { $amount } como devolución de su factura { $number }, por la misma vía por la que pagó. Dependiendo de su banco, tardará unos días en llegar.
    }
notice-credit-note-subject = Nota de crédito { $credit_note } para la factura { $number }
notice-credit-note =
    Hemos descontado { $amount } de su factura { $number }: aquí tiene la nota de crédito { $credit_note }.

    Si ha pagado más de lo que debe ahora, se le devolverá la diferencia.
notice-credit-note-pdf = La nota de crédito en PDF
notice-pay-link-subject = Su enlace para pagar la factura { $number }
notice-pay-link = Aquí tiene un enlace nuevo para pagar su factura { $number }. Importe pendiente de pago: { $amount }.
notice-pay-button = Ver y pagar
notice-ticket-reply-subject = Respuesta a «{ $topic }» ({ $reference })
notice-ticket-reply =
    Hemos respondido a su ticket { $reference }, «{ $topic }»:

    { $excerpt }

    En su cuenta puede leer la respuesta completa y contestar.
notice-ticket-status-subject =
    { $status ->
        [RESOLVED] Ticket { $reference } resuelto: «{ $topic }»
       *[other] Ticket { $reference } cerrado: «{ $topic }»
    }
notice-ticket-status =
    { $status ->
        [RESOLVED] Creemos que su ticket { $reference }, «{ $topic }», está resuelto. Si no es así, responda en un plazo de siete días y se volverá a abrir.
       *[other] Su ticket { $reference }, «{ $topic }», está cerrado. Si queda algo pendiente, responda en un plazo de siete días y se volverá a abrir.
    }
notice-ticket-assigned-subject = Se le ha asignado { $reference }: «{ $topic }»
notice-ticket-assigned = Se le ha asignado el ticket { $reference }, «{ $topic }».
notice-ticket-overdue-subject =
    { $target ->
        [answer] Fuera de plazo, aún sin responder: { $topic }
       *[other] Fuera de plazo, aún sin resolver: { $topic }
    }
notice-ticket-overdue = El ticket { $reference }, «{ $topic }», está asignado a usted y fuera de plazo. Ocúpese de él, por favor.
notice-ticket-message-subject = Nuevo mensaje en { $reference }: «{ $topic }»
notice-ticket-message =
    El cliente del ticket { $reference }, «{ $topic }», ha escrito:

    { $excerpt }
notice-report-ready-subject = Su informe está listo: { $from } a { $to }
notice-report-ready = El informe del { $from } al { $to } ({ $format }) se puede descargar durante una semana.
notice-feedback-subject = ¿Cómo fue todo? ({ $reference })
notice-feedback =
    Su pedido { $reference } ha llegado. ¿Qué tal lo hemos hecho?

    Díganoslo con una valoración de una a cinco estrellas y, si lo desea, con unas palabras.
notice-feedback-button = Dar mi opinión
notice-address-refused = El servidor de correo rechaza esta dirección. Compruébela o indique otra.
notice-number-refused = Este número no recibe nuestros mensajes. Compruébelo o indique otro.
notice-unknown = Novedades
