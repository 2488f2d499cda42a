# The sandbox gateway's page
sandbox-title = Sandbox payment
sandbox-notice = This is the sandbox gateway. No money moves.
sandbox-amount = { $amount } for invoice { $number }
sandbox-pay = Pay
sandbox-decline = Decline
sandbox-later = Pay later
sandbox-done-pay = Payment sent. The invoice is being updated.
sandbox-done-decline = Payment declined.
sandbox-done-later = The payment will arrive in a few seconds.
sandbox-closed = This payment is already closed.
sandbox-back = Back to the shop
