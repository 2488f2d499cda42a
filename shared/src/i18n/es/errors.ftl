# Títulos y detalles de los problemas (RFC 9457); el id sin "error-" es el código estable.
error-not-found = Aquí no hay nada, o usted no tiene acceso a ello.
error-unauthenticated = Inicie sesión primero: envíe "Authorization: Bearer" con el token de acceso de /api/auth/login/.
error-token-invalid = El token de acceso no es válido.
error-token-expired = El token de acceso ha caducado. Inicie sesión de nuevo o renuévelo.
error-session-ended = Esta sesión ha terminado. Inicie sesión de nuevo.
error-credentials = Usuario desconocido o contraseña incorrecta.
error-code = El código es incorrecto, ya se ha usado o es demasiado antiguo.
error-too-many-attempts = Demasiados intentos fallidos. Espere un rato y vuelva a intentarlo.
error-too-many-mails = Demasiadas peticiones de este tipo. Espere un rato y vuelva a intentarlo.
error-registration-closed = El registro está cerrado.
error-mfa-required = Aquí el personal necesita un segundo factor. Configúrelo primero en /api/auth/mfa/setup/.
error-forbidden = No tiene permiso para hacer esto.
error-permission-missing = No puede hacer esto: se necesita el permiso { $permission }.
error-invalid = La petición contiene errores. En "errors" se indica el de cada campo.
error-malformed-json = El cuerpo no es JSON válido (línea { $line }, columna { $column }).
error-malformed-form = No se pudo leer el cuerpo de la petición.
error-malformed-request = No se pudo entender la petición.
error-method-not-allowed = Esta dirección no admite ese método.
error-unsupported-media-type = Envíe el cuerpo como JSON, con "Content-Type: application/json".
error-picture-type = Envíe la imagen directamente, con "Content-Type: image/png", "image/jpeg" o "image/webp".
error-payload-too-large =
    { NUMBER($limit) ->
        [one] El cuerpo ocupa más de { $limit } byte.
       *[other] El cuerpo ocupa más de { $limit } bytes.
    }
error-timeout = La petición ha tardado demasiado. Vuelva a intentarlo.
error-unavailable = Una parte del servicio no está disponible por el momento. Vuelva a intentarlo en breve.
error-provider-unavailable = El proveedor de pagos no responde por el momento. Vuelva a intentarlo en breve.
error-provider-refused = El proveedor de pagos ha rechazado esta petición.
error-too-many-streams = Una cuenta puede tener abiertos { $max } flujos como máximo. Cierre uno antes.
error-ticket = Este pase ya se utilizó o es demasiado antiguo. Pida uno nuevo.
error-too-many-requests = Demasiadas peticiones. Vuelva a intentarlo dentro de { $seconds } s.
error-internal = Algo ha fallado por nuestra parte. Indíquenos el identificador de la petición.
error-key-reused = Esta Idempotency-Key ya se ha usado con otra petición.
error-signature = La firma no coincide.

# Títulos por estado
title-400 = Petición no válida
title-401 = Sesión no iniciada
title-403 = No permitido
title-404 = No encontrado
title-405 = Método no permitido
title-408 = Tiempo agotado
title-409 = No es posible ahora
title-413 = Demasiado grande
title-415 = Tipo de contenido incorrecto
title-422 = Clave ya usada
title-429 = Demasiadas peticiones
title-500 = Error interno
title-502 = Rechazado por el proveedor
title-503 = No disponible por el momento

# Problemas de un campo
error-required = Este campo es obligatorio.
error-unknown-field = Este campo no existe.
error-unknown-parameter = Este parámetro no existe.
error-repeated = Solo se puede indicar una vez.
error-wrong-type =
    { $expected ->
        [text] Se esperaba una cadena de texto.
        [integer] Se esperaba un número entero.
        [boolean] Se esperaba true o false.
        [list] Se esperaba una lista.
        [object] Se esperaba un objeto.
        [uuid] Se esperaba un UUID.
        [time] Se esperaba una fecha y hora con su desfase horario, como "2026-01-31T12:00:00Z".
       *[other] Este valor no tiene la forma correcta.
    }
error-not-a-choice = No es uno de los valores permitidos: { $allowed }.
error-day = No es un día. Use AAAA-MM-DD, por ejemplo 2026-11-23.
error-dates-reversed = El último día es anterior al primero.
error-too-many-groups = Más de { $max } grupos. Elija grupos mayores o un período más corto.
error-out-of-range = El valor está fuera del intervalo permitido.
error-too-long =
    { NUMBER($max) ->
        [one] Como máximo { $max } carácter.
       *[other] Como máximo { $max } caracteres.
    }
error-too-short =
    { NUMBER($min) ->
        [one] Como mínimo { $min } carácter.
       *[other] Como mínimo { $min } caracteres.
    }
error-too-many =
    { NUMBER($max) ->
        [one] Como máximo { $max } elemento.
       *[other] Como máximo { $max } elementos.
    }
error-blank = No puede quedar vacío.
error-control-characters = No se permiten caracteres de control.
error-common-password = Esta contraseña es una de las primeras que probarían otros.
error-required-again = Ha pasado un tiempo desde que inició sesión: introduzca de nuevo su contraseña.
error-wrong-password = La contraseña es incorrecta.
error-password-or-code = La contraseña o el código son incorrectos.
error-email = Esta no es una dirección de correo electrónico.
error-phone = Escriba el número en formato internacional, como +15551234567.
error-username = Letras, dígitos y . _ - son los únicos caracteres permitidos.
error-unknown-language = Este idioma no está disponible.
error-unknown-currency = Moneda desconocida. Use un código ISO 4217 de tres letras mayúsculas.
error-no-rate = No hay tipo de cambio de { $from } a { $to }.
error-rate = Escriba el tipo de cambio como decimal simple, con punto, mayor que 0 y hasta 1000000000, con 12 decimales como máximo, por ejemplo "3.6725".
error-same-currency = Las dos monedas deben ser distintas.
error-unknown-setting = Este ajuste no existe.
error-setting-code = Use solo mayúsculas, dígitos y _, 32 caracteres como máximo.
error-setting-either = Indique o bien un porcentaje o bien un importe.
error-setting-ascending = Escríbalos en orden ascendente, cada uno una sola vez.
error-link = Este enlace no es válido, ya se ha usado o ha caducado. Pida uno nuevo.
error-unknown-user = No existe ese usuario, o no está activo.
error-email-taken = Esta dirección de correo electrónico ya está en uso.
error-username-taken = Este nombre de usuario ya está en uso.
error-amount-format = Escriba el importe como cadena decimal simple, con punto, por ejemplo "12.50".
error-amount-digits = Tiene más decimales de los que admite la moneda.
error-amount-positive = El importe debe ser mayor que cero.
error-amount-too-large = El importe es demasiado grande.
error-amount-above-balance = Es más de lo que se debe.
error-amount-above-refundable = Es más de lo que se puede devolver: { $most } como máximo.
error-amount-above-creditable = Es más de lo que se puede abonar: { $most } como máximo.
error-due-in-past = La fecha de vencimiento ya ha pasado.
error-country = País desconocido. Use un código ISO 3166-1 de dos letras mayúsculas, como US.
error-region = No es una región de este país. Use un código ISO 3166-2 que empiece por el del país, como US-CA.
error-web-address = Use una dirección http o https absoluta.
error-product-address = Use la dirección http o https absoluta del producto, sin nombre de usuario ni contraseña.
error-one-kind = Envíe un solo tipo de cambio a la vez.
error-shop-address = Use la dirección http o https de una tienda en un dominio como example.com, sin nombre de usuario ni contraseña.
error-shop-taken = Ya hay una tienda en este dominio.
error-company-logo = Indique un logotipo subido a /api/superadmin/company/logo/, o deje este campo vacío.
error-picture = Use una imagen PNG, JPEG o WebP completa, de 4096 píxeles por lado y 8 millones de píxeles en total como máximo.
error-gateway-not-available = Esta pasarela de pago no está disponible aquí.
error-currency-unsupported = Esta pasarela de pago no acepta esa moneda.
error-if-match = Envíe el ETag de la versión que ha leído, con sus comillas, o *.
error-unknown-event = Este evento no existe, o no le concierne.
error-mandatory-message = Los mensajes sobre la cuenta y sobre cuestiones de dinero no se pueden desactivar aquí.
error-time-zone = Zona horaria desconocida. Use un nombre de la IANA, como Africa/Cairo.
error-clock-time = Escriba la hora con horas y minutos, como 22:00.
error-quiet-hours-empty = El inicio y el fin deben ser distintos.
error-ids-or-all = Indique o bien "ids" o bien "all": true.
error-idempotency-key = Use de 1 a 255 caracteres ASCII visibles.

# Conflictos
version-conflict = Entretanto, otra persona ha hecho cambios aquí. Vuelva a leer los datos y repita su cambio.
job-twin-finished = Otra operación estaba terminando en este mismo momento. Inténtelo de nuevo.
key-in-progress = Todavía se está procesando una petición con esta Idempotency-Key.
own-account = Nadie puede hacer esto con su propia cuenta. Pídaselo a otra persona.
last-super-admin = Tiene que quedar al menos un superadministrador activo.
account-erased = Esta cuenta se eliminó y no se puede modificar.
mfa-already-on = El segundo factor ya está activado.
mfa-not-on = El segundo factor no está activado.
mfa-not-set-up = Configure primero el segundo factor.
mfa-is-required = Aquí el personal debe tener un segundo factor.
invoice-not-payable = Esta factura no se puede pagar ahora.
payment-on-its-way = Hay un pago de esta factura en camino. Espere a que llegue o falle.
paper-of-draft = Un borrador no tiene documento. Emita primero la factura.
paper-of-no-payment = Solo hay recibo de los pagos que han llegado.
invoice-not-draft = Esta factura ya no es un borrador.
invoice-not-refundable = No hay nada que devolver de esta factura.
invoice-not-creditable = No hay nada que abonar de esta factura.
invoice-not-voidable = Esta factura no se puede anular.
invoice-not-collectible = Solo se puede dar por incobrable una factura emitida de la que aún se debe algo.
invoice-has-payments = Ya se ha pagado algo de esta factura. En lugar de anularla, emita una nota de crédito o devuelva el dinero.
invoice-bills-live-document = Esta factura corresponde a un envío o una solicitud en curso. En su lugar, cancele o modifique ese envío o esa solicitud.
payment-already-recorded = Ya se ha registrado en esta factura un pago con esta referencia.
refund-not-withdrawable = Solo se puede retirar un reembolso manual que siga pendiente.
refund-still-due = Este dinero se pagó de más, así que hay que devolverlo.
refund-not-confirmable = Solo se puede confirmar un reembolso manual que siga pendiente.
payment-closed = Este pago ya está cerrado.
payment-not-approved = Quien paga aún no ha aprobado este pago.
too-many-addresses = Su libreta de direcciones está llena. Elimine primero una dirección.
report-no-detail = Un PDF no tiene una fila por cada factura. Use csv o xlsx para ello.
report-exports-full = Como máximo cinco de sus exportaciones pueden estar sin terminar. Espere una o cancélela.
report-export-finished = Esta exportación ya terminó.
report-link-expired = Este enlace ha caducado. Pida uno nuevo en la exportación.
export-not-ready = Esta exportación aún se está preparando.
export-expired = Esta exportación ha caducado. Pida una nueva.
account-has-open-shipments = Esta cuenta tiene envíos en curso. Termínelos o cancélelos primero.
account-has-open-invoices = Esta cuenta tiene facturas abiertas o devoluciones de dinero pendientes. Liquide primero lo pendiente.
rates-are-manual = Aquí los tipos de cambio se introducen a mano: no hay ningún proveedor configurado.
rate-pinned = Entretanto, alguien ha fijado el tipo de cambio de este par. Quite primero la fijación o descarte el caso.
rate-not-pinned = Este tipo de cambio no está fijado.
payment-review-closed = Alguien ya se ha ocupado de este caso, o se ha resuelto por sí solo.
rate-review-closed = Alguien ya ha decidido este caso, o se ha resuelto por sí solo.
rate-review-holds-nothing = En este caso no hay ningún tipo de cambio que se pueda aceptar.
account-has-open-requests = Esta cuenta tiene solicitudes en curso. Termínelas o cancélelas primero.
request-step-not-allowed = Ese paso no es posible ahora para esta solicitud.
request-not-editable = Solo se puede modificar un borrador.
request-unpaid = Aún queda por pagar algo de lo facturado por esta solicitud.
request-has-payment = Se ha iniciado o ha llegado un pago. En su lugar, cancele la solicitud; el dinero se devolverá.
request-decision-pending = Antes, el cliente tiene que decidir sobre un nuevo precio.
request-nothing-to-decide = No hay nada que decidir.
request-proposal-changed = El nuevo precio ya es otro. Revíselo antes de aceptarlo.
request-has-shipment = Ya se ha creado un envío a partir de esta solicitud.
item-step-not-allowed = Ese paso no es posible ahora para este artículo.
