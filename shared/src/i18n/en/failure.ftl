# Why a payment or refund did not work, by its normalised code.
failure-declined-soft = The bank declined this time. Try again, or pay in another way.
failure-declined-hard = The bank declined for good. Please pay in another way.
failure-requires-action = The bank wants the payer to confirm. Try again and follow what the bank asks.
failure-expired = The payment page or the card has expired. Begin a new payment.
failure-amount-mismatch = The amount that was paid is not the one that was asked for. We are looking into it.
failure-currency-unsupported = This way of paying does not take this currency.
failure-gateway-unavailable = The payment provider did not answer in time. Begin a new payment.
failure-gateway-refused = The payment provider refused. Please pay in another way.
failure-duplicate = This was paid or refunded already.
failure-dispute-blocked = The payment is disputed with the bank, so nothing can be done before that is decided.
failure-refund-window-closed = The payment is too old for a refund the way it was paid.
