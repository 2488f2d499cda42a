# Facturas, notas de crédito y recibos en papel
paper-invoice = Factura
paper-credit-note = Nota de crédito
paper-receipt = Recibo
paper-number = Número
paper-date = Fecha
paper-buyer = Facturado a
paper-due = Pago
paper-terms =
    { NUMBER($days) ->
        [0] inmediato, hasta el { $date }
        [one] en { $days } día, hasta el { $date }
       *[other] en { $days } días, hasta el { $date }
    }
paper-description = Descripción
paper-quantity = Cantidad
paper-unit-price = Precio unitario
paper-tax-rate = Impuesto
paper-net = Importe ({ $currency })
paper-subtotal = Subtotal
paper-tax = Impuesto { $rate }
paper-total = Total
paper-bank = Transferencia bancaria
paper-bank-hint = Indique { $number } como concepto de la transferencia.
paper-of-invoice = Para la factura
paper-of-invoice-date = Fecha de la factura
paper-reason = Motivo
paper-credited = Importe abonado
paper-tax-included = Impuestos incluidos
paper-paid-on = Pagado el
paper-method = Forma de pago
paper-method-card = Tarjeta
paper-method-cash = Efectivo
paper-method-bank-transfer = Transferencia bancaria
paper-method-cheque = Cheque
paper-reference = Referencia
paper-received = Importe recibido
paper-invoice-total = Total de la factura
paper-still-owed = Pendiente de pago
paper-tax-number = Número fiscal: { $number }
paper-registration-number = Número de registro: { $number }
paper-page = Página { $page } de { $pages }
page-paper-title = Sus documentos
page-paper-expired-title = Este enlace ha caducado
page-paper-expired = Inicie sesión para ver el documento, o pídanos un enlace nuevo.
page-paper-coming-title = Un momento
page-paper-coming = Su documento se está preparando. Aparecerá aquí por sí solo.
