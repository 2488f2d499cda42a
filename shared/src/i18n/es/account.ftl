# Correos sobre una cuenta. Los que llevan un enlace dicen qué abre, cuánto tiempo sirve y qué hacer si no fue usted.
account-greeting = Hola, { $name }:
account-greeting-nameless = Hola:
account-plain-address = Si el botón no funciona, copie esta dirección en su navegador:
account-life-hours =
    El enlace solo se puede usar una vez y es válido durante { NUMBER($hours) ->
        [one] { $hours } hora
       *[other] { $hours } horas
    }.
account-life-days =
    El enlace solo se puede usar una vez y es válido durante { NUMBER($days) ->
        [one] { $days } día
       *[other] { $days } días
    }.

# Confirmar una dirección: de un registro o de una cuenta
account-confirm-subject = Confirme su dirección de correo electrónico
account-confirm-button = Confirmar mi dirección
account-register-lead = Gracias por registrarse. Para completar el registro, confirme que esta dirección de correo electrónico es suya.
account-register-stranger = Si no se ha registrado con nosotros, ignore este mensaje: sin su confirmación no se creará ninguna cuenta.
account-verify-lead = Confirme que esta dirección de correo electrónico es suya. Será la de su cuenta.
account-verify-stranger = Si no lo ha pedido usted, ignore este mensaje: sin su confirmación, la dirección no se utilizará.

# Alguien se registra con la dirección de una cuenta
account-exists-subject = Ya tiene una cuenta
account-exists-lead = Alguien, probablemente usted, ha intentado registrarse con la dirección { $email }. Como ya tiene una cuenta con ella, no se ha creado otra.
account-exists-reset = Puede iniciar sesión con esta dirección. Si no recuerda su contraseña, elija «¿Olvidó su contraseña?» en la página de inicio de sesión: le enviaremos un enlace para elegir una nueva.
account-exists-closed = Esta cuenta está cerrada. Póngase en contacto con nosotros si quiere volver a usarla.
account-exists-stranger = Si no fue usted, no tiene que hacer nada: nadie ha entrado en su cuenta.

# Una contraseña nueva
account-reset-subject = Elija una contraseña nueva
account-reset-lead = Hemos recibido una petición para restablecer la contraseña de su cuenta { $email }.
account-reset-button = Elegir una contraseña nueva
account-reset-stranger = Si no fue usted, ignore este mensaje: su contraseña no cambia.

# La primera contraseña de una cuenta creada por el personal
account-invite-subject = Su cuenta de Buy4Me está lista
account-invite-lead = Hemos creado una cuenta de Buy4Me para usted. Elija una contraseña y podrá iniciar sesión.
account-invite-email = Inicie sesión con su dirección { $email }.
account-invite-username = Inicie sesión con el nombre de usuario { $username } o con su dirección { $email }.
account-invite-button = Elegir una contraseña
account-invite-stranger = Si no esperaba este mensaje, ignórelo: sin contraseña, nadie puede usar la cuenta.

# A la dirección que tenía una cuenta
account-email-changed-subject = Su cuenta tiene ahora otra dirección de correo electrónico
account-email-changed-lead = La dirección de correo electrónico de su cuenta de Buy4Me ya no es { $email }. A partir de ahora, los mensajes sobre la cuenta se enviarán a la nueva dirección.
account-email-changed-stranger = Si no lo ha pedido usted, póngase en contacto con nosotros de inmediato.

# Avisos
account-password-changed-subject = Su contraseña ha cambiado
account-password-changed-lead = La contraseña de su cuenta { $email } se cambió el { $when }.
account-mfa-enabled-subject = Verificación en dos pasos activada
account-mfa-enabled-lead = La verificación en dos pasos de su cuenta { $email } se activó el { $when }. A partir de ahora, para iniciar sesión también necesitará un código de su aplicación de autenticación. Guarde sus códigos de recuperación en un lugar seguro.
account-mfa-disabled-subject = Verificación en dos pasos desactivada
account-mfa-disabled-lead = La verificación en dos pasos de su cuenta { $email } se desactivó el { $when }. A partir de ahora, basta su contraseña para iniciar sesión.
account-export-ready-subject = Sus datos están listos
account-export-ready-lead = Nos pidió una copia de los datos de su cuenta { $email }. Está lista desde el { $when }: inicie sesión para descargarla.
account-notice-stranger = Si no fue usted, es posible que otra persona esté usando su cuenta: elija «¿Olvidó su contraseña?» en la página de inicio de sesión, cree de inmediato una contraseña nueva y después póngase en contacto con nosotros.
