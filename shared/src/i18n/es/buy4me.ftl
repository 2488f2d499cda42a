# Líneas de la factura de una solicitud
buy4me-line-item =
    { $form ->
        [converted] { $product }: { $quantity } × { $price }
       *[plain] { $product }
    }
buy4me-line-delivery =
    { $form ->
        [converted] Gastos de envío de las tiendas: { $quantity } × { $price }
       *[plain] Gastos de envío de las tiendas
    }
buy4me-line-exchange = Comisión por cambio de divisas
buy4me-line-fee = Cargo por servicio
buy4me-line-difference = { $line } (diferencia)

# Motivos en las notas de crédito
buy4me-credit-cheaper = El precio de { $product } ha bajado.
buy4me-credit-out-of-stock = No quedan existencias de { $product }.
buy4me-credit-declined = Se rechazó el nuevo precio de { $product }.
buy4me-credit-item-cancelled = No se comprará { $product }.
buy4me-credit-request-cancelled = La solicitud fue cancelada.
buy4me-credit-withdrawn = El presupuesto fue retirado.
buy4me-credit-quote-expired = El presupuesto ha caducado.

buy4me-credit-short = No llegaron todas las unidades de { $product }.

# Lo que dice el historial
buy4me-note-price-asked = La tienda cobra { $after } por unidad en lugar de { $before }. Le hemos consultado.
buy4me-note-price-accepted = Se aceptó el nuevo precio de { $after } por unidad.
buy4me-note-price-declined = Se rechazó el nuevo precio de { $after } por unidad.
buy4me-note-short =
    { NUMBER($missing) ->
        [one] No llegó { $missing } de { $quantity }.
       *[other] No llegaron { $missing } de { $quantity }.
    }

# Por qué no se pudo leer la página de un producto
buy4me-preview-unreadable = No se pudo leer esta página. Indique usted el nombre y el precio.
buy4me-preview-away = La tienda no respondió. Indique usted el nombre y el precio.
