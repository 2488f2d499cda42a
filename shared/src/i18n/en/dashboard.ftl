# Dashboards: lists that staff work on
work-shipments-to-confirm = Shipments to measure and confirm
work-shipments-to-send = Paid shipments to send
work-shipments-on-hold = Shipments on hold
work-shipments-returned = Returned shipments
work-requests-to-order = Paid requests to order
work-requests-to-receive = Requests whose goods are on their way to us
work-requests-to-forward = Requests to forward
work-invoices-draft = Draft invoices
work-invoices-overdue = Overdue invoices
work-payment-reviews = Payments to look into
work-disputes-to-answer = Disputes to answer
work-tickets-unassigned = Tickets nobody cares for
work-tickets-mine = Your tickets that wait for an answer
work-tickets-overdue = Tickets that are late
work-messages-bounced = Messages that came back
work-rates-to-decide = Exchange rates to decide on
# What a customer has to do; $reference is an invoice, a parcel, a request or a ticket
need-pay-overdue = Invoice { $reference } is overdue: please pay it
need-pay = Pay invoice { $reference }
need-approve-cost = Shipment { $reference } costs more than estimated: say whether you agree
need-approve-price = Goods of request { $reference } cost more than quoted: say whether you agree
need-give-instructions = Say where the goods of request { $reference } are to be sent: they have arrived
need-answer-ticket = Answer our question in ticket { $reference }
need-submit-request = Submit request { $reference }, which you have begun
