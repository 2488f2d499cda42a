# Reports as files: names of sheets and columns
report-summary = Übersicht
report-list = Rechnungen
report-all-in = Alles in { $currency }
report-from = Von
report-to = Bis
report-currency = Währung
report-shipments = Sendungen
report-requests = Buy4Me-Aufträge
report-invoices = Rechnungen
report-billed = Berechnet
report-tax = Steuer
report-credited = Gutgeschrieben
report-outstanding = Offen
report-revenue = Zahlungen
report-refunded = Erstattet
report-disputed = Angefochten
report-fees = Gebühren
report-net = Netto
report-number = Rechnung
report-issued = Ausgestellt
report-customer = Kunde
report-customer-type = Art des Kunden
report-country = Land
report-status = Status
report-amount = Betrag
report-paid = Bezahlt

# Reports as PDF
report-title = Bericht
report-span = { $from } – { $to }
report-made = Erstellt am
report-shop = Shop
report-region = Zielgebiet
report-walk-in = Laufkundschaft
report-buy4me = Buy4Me-Kunden
report-took-shipment = Zeit bis zur Zustellung (Mittel)
report-took-request = Zeit bis zum Abschluss (Mittel)
report-took-invoice = Zeit bis zur Zahlung (Mittel)
report-hours =
    { NUMBER($count) ->
        [one] { $written } Stunde
       *[other] { $written } Stunden
    }
report-days =
    { NUMBER($count) ->
        [one] { $written } Tag
       *[other] { $written } Tage
    }
report-chart-money = Zahlungen, Erstattungen und Netto in { $currency }
report-chart-counts = Neue Sendungen und Buy4Me-Aufträge
report-chart-alt = Diagramm: { $title }, { $span }. Die Tabelle darunter enthält dieselben Zahlen.
report-by-day = Nach Tagen, in { $currency }
report-by-week = Nach Wochen, in { $currency }
report-by-month = Nach Monaten, in { $currency }
report-period = Zeitraum
report-all = Gesamt
report-currencies = Nach Währungen
report-count = Anzahl
report-note = Tage nach UTC. Beträge in { $currency } zu den Kursen, die für das jeweilige Dokument festgelegt wurden.
report-unconverted =
    { NUMBER($count) ->
        [one] Für { $written } Rechnung oder Zahlung war kein Wechselkurs bekannt: Sie fehlt in den Beträgen in { $currency }.
       *[other] Für { $written } Rechnungen und Zahlungen war kein Wechselkurs bekannt: Sie fehlen in den Beträgen in { $currency }.
    }
