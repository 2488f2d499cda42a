# La página de la pasarela de pruebas
sandbox-title = Pago de prueba
sandbox-notice = Esta es la pasarela de pruebas. No se mueve dinero.
sandbox-amount = { $amount } por la factura { $number }
sandbox-pay = Pagar
sandbox-decline = Rechazar
sandbox-later = Pagar más tarde
sandbox-done-pay = Pago enviado. La factura se está actualizando.
sandbox-done-decline = Pago rechazado.
sandbox-done-later = El pago llegará en unos segundos.
sandbox-closed = Este pago ya está cerrado.
sandbox-back = Volver a la tienda
