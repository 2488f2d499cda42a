# Dashboards: lists that staff work on
work-shipments-to-confirm = Sendungen, die zu messen und zu bestätigen sind
work-shipments-to-send = Bezahlte Sendungen zum Versenden
work-shipments-on-hold = Angehaltene Sendungen
work-shipments-returned = Zurückgekommene Sendungen
work-requests-to-order = Bezahlte Aufträge zum Bestellen
work-requests-to-receive = Aufträge, deren Ware zu uns unterwegs ist
work-requests-to-forward = Aufträge zum Weiterleiten
work-invoices-draft = Rechnungsentwürfe
work-invoices-overdue = Überfällige Rechnungen
work-payment-reviews = Zahlungen, die zu prüfen sind
work-disputes-to-answer = Rückbuchungen, die zu beantworten sind
work-tickets-unassigned = Tickets ohne Bearbeiter
work-tickets-mine = Ihre Tickets, die auf Antwort warten
work-tickets-overdue = Verspätete Tickets
work-messages-bounced = Zurückgekommene Nachrichten
work-rates-to-decide = Wechselkurse, über die zu entscheiden ist
# What a customer has to do; $reference is an invoice, a parcel, a request or a ticket
need-pay-overdue = Rechnung { $reference } ist überfällig: bitte bezahlen Sie sie
need-pay = Rechnung { $reference } bezahlen
need-approve-cost = Sendung { $reference } kostet mehr als geschätzt: sagen Sie, ob Sie einverstanden sind
need-approve-price = Ware des Auftrags { $reference } kostet mehr als angeboten: sagen Sie, ob Sie einverstanden sind
need-give-instructions = Die Ware des Auftrags { $reference } ist angekommen: sagen Sie, wohin wir sie senden sollen
need-answer-ticket = Unsere Frage im Ticket { $reference } beantworten
need-submit-request = Den begonnenen Auftrag { $reference } einreichen
