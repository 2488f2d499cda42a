# Líneas del precio de un envío
shipment-line-tariff =
    { $service ->
        [STANDARD] Envío estándar a { $country }, { $weight } kg
        [EXPRESS] Envío exprés a { $country }, { $weight } kg
       *[other] Envío con { $service } a { $country }, { $weight } kg
    }
shipment-line-surcharge =
    { $code ->
        [FUEL] Recargo por combustible
        [OVERSIZE] Recargo por paquetes de gran tamaño
        [HEAVY] Recargo por paquetes pesados
       *[other] Recargo { $code }
    }
shipment-line-exchange = Comisión por cambio de divisas, de { $from } a { $to }
shipment-line-difference = Diferencia de precio del envío { $reference }
shipment-line-agreed = Transporte del envío { $reference }, precio acordado
shipment-cost-approved = Se aprobó el precio
shipment-cost-declined = Se rechazó el precio
shipment-cost-withdrawn = El precio más alto por el que le consultamos ya no se aplica. No hace falta que responda.
shipment-credit-cheaper = El envío { $reference } cuesta menos de lo facturado
shipment-credit-cancelled = El envío { $reference } fue cancelado

# Problemas de un campo
error-number = Se esperaba un número con punto decimal, como 2.5 o "2.5".
error-number-positive = El número debe ser mayor que cero.
error-decimals =
    { NUMBER($max) ->
        [0] No se permiten decimales.
        [one] Como máximo { $max } decimal.
       *[other] Como máximo { $max } decimales.
    }
error-json-too-large = Como máximo { $max } KiB y ocho niveles de anidamiento.
error-country-not-served = No hacemos envíos a este país.
error-currency-not-offered = No aceptamos esta moneda.
error-tracking-number = Este no es uno de nuestros números de seguimiento. Compárelo otra vez con el que recibió.
error-in-future = Este momento está en el futuro.
error-before-creation = Este momento es anterior a la creación del envío.
error-nothing-to-override = En este paso no hay ninguna comprobación que omitir.
error-parcels-by-warehouse = Nuestro almacén mide estos paquetes. Usted puede cambiar el destino y la forma de envío.
error-only-on-confirmation = Indíquelo solo al confirmar un envío pendiente.

# Conflictos
shipment-step = Un envío no puede pasar a ese estado desde el actual. En "allowed" se indica a cuáles puede pasar.
shipment-not-editable = Este envío ya no se puede modificar.
shipment-not-cancellable = Este envío ya no se puede cancelar, o usted no puede hacerlo.
shipment-not-paid = Este envío aún no está pagado.
shipment-paid = Ya se ha pagado algo por este envío.
shipment-waits-for-approval = El cliente aún no ha aprobado el precio de este envío.
shipment-of-request-exists = Esta solicitud ya tiene un envío.
shipment-proposal-changed = El precio por aprobar ya no es el que usted vio. Vuelva a consultar el envío.
shipment-nothing-to-approve = No hay ningún precio que aprobar.
