# Respuestas al registrarse y al restablecer la contraseña, iguales para todos
auth-check-mail = Hemos enviado un correo a { $email }. Abra el enlace que contiene para completar el registro.
auth-reset-on-its-way = Si hay una cuenta con esta dirección, un correo con un enlace va en camino.
