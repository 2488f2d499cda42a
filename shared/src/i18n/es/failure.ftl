# Por qué no funcionó un pago o un reembolso, según su código normalizado.
failure-declined-soft = El banco ha rechazado la operación esta vez. Inténtelo de nuevo o pague de otra forma.
failure-declined-hard = El banco ha rechazado la operación definitivamente. Pague de otra forma.
failure-requires-action = El banco pide que quien paga confirme la operación. Inténtelo de nuevo y siga las indicaciones del banco.
failure-expired = La página de pago o la tarjeta ha caducado. Inicie un pago nuevo.
failure-amount-mismatch = El importe pagado no coincide con el solicitado. Lo estamos revisando.
failure-currency-unsupported = Esta forma de pago no admite esta moneda.
failure-gateway-unavailable = El proveedor de pagos no respondió a tiempo. Inicie un pago nuevo.
failure-gateway-refused = El proveedor de pagos ha rechazado la operación. Pague de otra forma.
failure-duplicate = Esto ya se pagó o se reembolsó.
failure-dispute-blocked = El pago está en disputa con el banco: hasta que se resuelva, no se puede hacer nada.
failure-refund-window-closed = El pago es demasiado antiguo para reembolsarlo por la misma vía.
