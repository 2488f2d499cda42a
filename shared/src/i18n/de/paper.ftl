# Rechnungen, Gutschriften und Quittungen auf Papier
paper-invoice = Rechnung
paper-credit-note = Gutschrift
paper-receipt = Quittung
paper-number = Nummer
paper-date = Datum
paper-buyer = Rechnung an
paper-due = Zahlbar
paper-terms =
    { NUMBER($days) ->
        [0] sofort, bis { $date }
        [one] innerhalb von { $days } Tag, bis { $date }
       *[other] innerhalb von { $days } Tagen, bis { $date }
    }
paper-description = Beschreibung
paper-quantity = Menge
paper-unit-price = Einzelpreis
paper-tax-rate = Steuer
paper-net = Betrag ({ $currency })
paper-subtotal = Zwischensumme
paper-tax = Steuer { $rate }
paper-total = Gesamtbetrag
paper-bank = Banküberweisung
paper-bank-hint = Bitte geben Sie bei der Überweisung { $number } als Verwendungszweck an.
paper-of-invoice = Zur Rechnung
paper-of-invoice-date = Rechnungsdatum
paper-reason = Grund
paper-credited = Gutgeschrieben
paper-tax-included = Enthaltene Steuer
paper-paid-on = Bezahlt am
paper-method = Zahlungsart
paper-method-card = Karte
paper-method-cash = Bar
paper-method-bank-transfer = Banküberweisung
paper-method-cheque = Scheck
paper-reference = Referenz
paper-received = Erhalten
paper-invoice-total = Rechnungsbetrag
paper-still-owed = Noch zu zahlen
paper-tax-number = Steuernummer: { $number }
paper-registration-number = Registernummer: { $number }
paper-page = Seite { $page } von { $pages }
page-paper-title = Ihre Dokumente
page-paper-expired-title = Dieser Link ist abgelaufen
page-paper-expired = Melden Sie sich an, um das Dokument zu sehen, oder bitten Sie uns um einen neuen Link.
page-paper-coming-title = Einen Augenblick
page-paper-coming = Ihr Dokument wird gerade erstellt. Es erscheint hier von selbst.
