# Reports as files: names of sheets and columns
report-summary = Resumen
report-list = Facturas
report-all-in = Total en { $currency }
report-from = Desde
report-to = Hasta
report-currency = Moneda
report-shipments = Envíos
report-requests = Solicitudes Buy4Me
report-invoices = Facturas
report-billed = Facturado
report-tax = Impuestos
report-credited = Abonado
report-outstanding = Pendiente
report-revenue = Cobros
report-refunded = Reembolsado
report-disputed = Disputado
report-fees = Comisiones
report-net = Neto
report-number = Factura
report-issued = Emitida
report-customer = Cliente
report-customer-type = Tipo de cliente
report-country = País
report-status = Estado
report-amount = Importe
report-paid = Pagado

# Reports as PDF
report-title = Informe
report-span = { $from } – { $to }
report-made = Elaborado el
report-shop = Tienda
report-region = Destino
report-walk-in = Clientes de paso
report-buy4me = Clientes de Buy4Me
report-took-shipment = Tiempo medio hasta la entrega
report-took-request = Tiempo medio hasta completarse
report-took-invoice = Tiempo medio hasta el pago
report-hours =
    { NUMBER($count) ->
        [one] { $written } hora
       *[other] { $written } horas
    }
report-days =
    { NUMBER($count) ->
        [one] { $written } día
       *[other] { $written } días
    }
report-chart-money = Cobros, reembolsos y neto en { $currency }
report-chart-counts = Nuevos envíos y solicitudes Buy4Me
report-chart-alt = Gráfico: { $title }, { $span }. La tabla siguiente contiene las mismas cifras.
report-by-day = Por día, en { $currency }
report-by-week = Por semana, en { $currency }
report-by-month = Por mes, en { $currency }
report-period = Período
report-all = Total
report-currencies = Por moneda
report-count = Número
report-note = Los días son los de UTC. Los importes en { $currency } están calculados con los tipos fijados para cada documento.
report-unconverted =
    { NUMBER($count) ->
        [one] No se conocía ningún tipo de cambio para { $written } factura o pago, que falta en los importes en { $currency }.
       *[other] No se conocía ningún tipo de cambio para { $written } facturas y pagos, que faltan en los importes en { $currency }.
    }
