# Invoices, credit notes and receipts on paper
paper-invoice = Invoice
paper-credit-note = Credit note
paper-receipt = Receipt
paper-number = Number
paper-date = Date
paper-buyer = Billed to
paper-due = Payable
paper-terms =
    { NUMBER($days) ->
        [0] at once, by { $date }
        [one] within { $days } day, by { $date }
       *[other] within { $days } days, by { $date }
    }
paper-description = Description
paper-quantity = Quantity
paper-unit-price = Unit price
paper-tax-rate = Tax
paper-net = Amount ({ $currency })
paper-subtotal = Subtotal
paper-tax = Tax { $rate }
paper-total = Total
paper-bank = Bank transfer
paper-bank-hint = Please give { $number } as the reference of your transfer.
paper-of-invoice = For invoice
paper-of-invoice-date = Date of the invoice
paper-reason = Reason
paper-credited = Credited
paper-tax-included = Tax included
paper-paid-on = Paid on
paper-method = Paid by
paper-method-card = Card
paper-method-cash = Cash
paper-method-bank-transfer = Bank transfer
paper-method-cheque = Cheque
paper-reference = Reference
paper-received = Received
paper-invoice-total = Total of the invoice
paper-still-owed = Still to be paid
paper-tax-number = Tax number: { $number }
paper-registration-number = Registration number: { $number }
paper-page = Page { $page } of { $pages }
page-paper-title = Your papers
page-paper-expired-title = This link has ended
page-paper-expired = Sign in to see the paper, or ask us for a new link.
page-paper-coming-title = One moment
page-paper-coming = Your paper is being made. It will appear here by itself.
