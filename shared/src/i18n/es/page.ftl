# Las páginas de los enlaces de los correos
page-title = Su cuenta
page-refused-title = No ha funcionado
page-verify-title = Confirme su dirección de correo electrónico
page-verify-notice = Un clic, y sabremos que esta dirección es suya.
page-verify-button = Confirmar mi dirección
page-verify-done = Su dirección está confirmada. Ya puede iniciar sesión.
page-verify-next = Si ya había confirmado su dirección, simplemente inicie sesión. Si no, regístrese de nuevo, o inicie sesión y pida un enlace nuevo.
page-password-title = Elija una contraseña
page-password-notice = Para su cuenta { $email }
page-password-label = Contraseña nueva
page-password-again = Repita la contraseña nueva
page-password-rules =
    { NUMBER($min) ->
        [one] Como mínimo { $min } carácter.
       *[other] Como mínimo { $min } caracteres.
    } Varias palabras son fáciles de recordar y difíciles de adivinar.
page-password-mismatch = Las dos contraseñas no coinciden. Escriba la misma dos veces.
page-password-button = Guardar la contraseña
page-password-done = Su contraseña nueva está guardada. Ya puede iniciar sesión.
page-password-next = Si acaba de elegir su contraseña, inicie sesión con ella. Si no, elija «¿Olvidó su contraseña?» en la página de inicio de sesión: le enviaremos un enlace nuevo.
page-unsubscribe-title = Nuestros correos
page-unsubscribe-notice = Un clic, y no recibirá más correos de este tipo. Los correos sobre su cuenta y sus pagos seguirán llegando.
page-unsubscribe-button = No recibir más correos de este tipo
page-unsubscribe-done = No recibirá más correos de este tipo.
page-unsubscribe-next = Puede volver a activarlos en su cuenta.
