# The receipt
receipt-subject = Receipt for invoice { $number }
receipt-greeting = Hello { $name },
receipt-greeting-nameless = Hello,
receipt-thanks = Thank you. We received your payment of { $amount } for invoice { $number }.
receipt-description = Description
receipt-quantity = Quantity
receipt-total = Total
receipt-credited = Credited
receipt-due = Total after the credit
receipt-tax = Tax included
receipt-amount = Amount
receipt-paid-at = Paid on
receipt-method = Paid with
receipt-invoice-pdf = The invoice as PDF
receipt-pdf = The receipt as PDF
receipt-closing = Keep this message for your records.
mail-signature = The Buy4Me team
