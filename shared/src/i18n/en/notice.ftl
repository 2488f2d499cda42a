# What happened to shipments, requests and invoices. A blank line begins a paragraph.
notice-shipment-status-subject =
    { $status ->
        [PENDING] Shipment { $reference } was received
        [PROCESSING] Shipment { $reference } is confirmed
        [IN_TRANSIT] Shipment { $reference } is on its way
        [DELIVERED] Shipment { $reference } was delivered
        [CANCELLED] Shipment { $reference } was cancelled
        [ON_HOLD] Shipment { $reference } is on hold
        [RETURNED] Shipment { $reference } came back to us
       *[other] Shipment { $reference }: news
    }
notice-shipment-status =
    { $status ->
        [PENDING] We have received your shipment { $reference }. As soon as we have weighed and measured it, we confirm it and send the invoice.
        [PROCESSING] We have weighed and measured your shipment { $reference } and confirmed it. The invoice follows; once it is paid, the shipment leaves.
        [IN_TRANSIT] Your shipment { $reference } has left us.
        [DELIVERED] Your shipment { $reference } was delivered.
        [CANCELLED] Your shipment { $reference } was cancelled. If you have paid for it, the money goes back to you.
        [ON_HOLD] Your shipment { $reference } has to wait.
        [RETURNED] Your shipment { $reference } could not be delivered and came back to us. We will be in touch about what to do.
       *[other] There is news about your shipment { $reference }.
    }

    Tracking number: { $tracking_number }
notice-shipment-cost-subject = Shipment { $reference }: please approve the new cost
notice-shipment-cost =
    We have weighed and measured your shipment { $reference }. It costs { $after } instead of the estimated { $before }.

    Please approve or decline the new cost in your account. Until then the shipment stays with us.
notice-request-status-subject =
    { $status ->
        [DRAFT] Request { $reference } is a draft again
        [SUBMITTED] Request { $reference }: your quote
        [ORDER_PLACED] Request { $reference }: your goods are ordered
        [IN_TRANSIT] Request { $reference }: your goods are on their way to us
        [SHIPPED_TO_CUSTOMER] Request { $reference }: your goods are on their way to you
        [COMPLETED] Request { $reference } is complete
        [CANCELLED] Request { $reference } was cancelled
       *[other] Request { $reference }: news
    }
notice-request-status =
    { $status ->
        [DRAFT] Your request { $reference } is a draft again, and its invoice is void. Submit it to get a new quote.
        [SUBMITTED] Thank you for your request { $reference }. It comes to { $amount }; the invoice follows. As soon as it is paid, we buy your goods.
        [ORDER_PLACED] We have ordered the goods of your request { $reference }.
        [IN_TRANSIT] The goods of your request { $reference } are on their way to our warehouse.
        [SHIPPED_TO_CUSTOMER] The goods of your request { $reference } have left our warehouse and are on their way to you.
        [COMPLETED] Your request { $reference } is complete. Thank you.
        [CANCELLED] Your request { $reference } was cancelled. If you have paid for it, the money goes back to you.
       *[other] There is news about your request { $reference }.
    }
notice-request-price-subject = Request { $reference }: please approve a new price
notice-request-price =
    The price of “{ $product }” in your request { $reference } has changed: your request would come to { $after } instead of { $before }.

    Please approve or decline the new price in your account. Until then we do not buy it.
notice-request-stock-subject = Request { $reference }: an item is out of stock
notice-request-stock = “{ $product }” of your request { $reference } is out of stock. We have taken it off your request; what you paid for it goes back to you.
notice-request-arrived-subject = Request { $reference }: your goods are here
notice-request-arrived =
    All goods of your request { $reference } have arrived in our warehouse.

    Please tell us in your account where and how we shall send them.
notice-invoice-issued-subject = Invoice { $number } for { $amount }
notice-invoice-issued =
    Here is your invoice { $number } for { $amount }. It is due on { $due }.

    You can pay it on its page, without signing in, or in your account.
notice-invoice-reminder-subject = Reminder: invoice { $number } for { $amount }
notice-invoice-reminder =
    { $when ->
        [before] { NUMBER($days) ->
            [one] Your invoice { $number } is due tomorrow, on { $due }. { $amount } is still to be paid.
           *[other] Your invoice { $number } is due in { $days } days, on { $due }. { $amount } is still to be paid.
        }
        [today] Your invoice { $number } is due today. { $amount } is still to be paid.
       *[after] { NUMBER($days) ->
            [one] Your invoice { $number } was due yesterday, on { $due }. { $amount } is still to be paid.
           *[other] Your invoice { $number } was due { $days } days ago, on { $due }. { $amount } is still to be paid.
        }
    }

    If you have paid meanwhile, thank you: please ignore this message.
notice-payment-failed-subject = Your payment for invoice { $number } did not work
notice-payment-failed =
    Your payment of { $amount } for invoice { $number } did not work. Nothing was taken.

    { $why }
notice-payment-received-subject = We received { $amount } for invoice { $number }
notice-payment-received =
    Thank you. We received your payment of { $amount } for invoice { $number }.

    { $owed } is still to be paid.
notice-refund-sent-subject = Refund of { $amount }
notice-refund-sent =
    { $way ->
        [by-hand] We have given { $amount } of your invoice { $number } back to you.
       *[other] We have sent { $amount } of your invoice { $number } back to you, the way you paid. Depending on your bank it takes a few days to arrive.
    }
notice-credit-note-subject = Credit note { $credit_note } for invoice { $number }
notice-credit-note =
    We have taken { $amount } off your invoice { $number }: here is the credit note { $credit_note }.

    If you have paid more than is owed now, the rest goes back to you.
notice-credit-note-pdf = The credit note as PDF
notice-pay-link-subject = Your link to pay invoice { $number }
notice-pay-link = Here is a new link to pay your invoice { $number }. { $amount } is still to be paid.
notice-pay-button = View and pay
notice-ticket-reply-subject = Answer to “{ $topic }” ({ $reference })
notice-ticket-reply =
    We have answered your ticket { $reference }, “{ $topic }”:

    { $excerpt }

    You can read all of it, and write back, in your account.
notice-ticket-status-subject =
    { $status ->
        [RESOLVED] { $reference } is resolved: “{ $topic }”
       *[other] { $reference } is closed: “{ $topic }”
    }
notice-ticket-status =
    { $status ->
        [RESOLVED] We believe that your ticket { $reference }, “{ $topic }”, is resolved. If it is not, write back within seven days and it is open again.
       *[other] Your ticket { $reference }, “{ $topic }”, is closed. If something is left, write back within seven days and it is open again.
    }
notice-ticket-assigned-subject = { $reference } is yours: “{ $topic }”
notice-ticket-assigned = Ticket { $reference }, “{ $topic }”, was assigned to you.
notice-ticket-overdue-subject =
    { $target ->
        [answer] Overdue, not answered yet: { $topic }
       *[other] Overdue, not resolved yet: { $topic }
    }
notice-ticket-overdue = Ticket { $reference }, “{ $topic }”, is yours and overdue. Please look after it.
notice-ticket-message-subject = New message in { $reference }: “{ $topic }”
notice-ticket-message =
    The customer of ticket { $reference }, “{ $topic }”, wrote:

    { $excerpt }
notice-report-ready-subject = Your report is ready: { $from } to { $to }
notice-report-ready = The report for { $from } to { $to } ({ $format }) can be fetched for a week.
notice-feedback-subject = How was it? ({ $reference })
notice-feedback =
    Your order { $reference } has arrived. How did we do?

    Tell us with one to five stars and, if you like, a few words.
notice-feedback-button = Tell us
notice-address-refused = The mail server refuses this address. Check it, or give another.
notice-number-refused = This number does not take our messages. Check it, or give another.
notice-unknown = News
