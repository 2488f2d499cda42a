# Was mit Sendungen, Kaufaufträgen und Rechnungen geschehen ist. Eine Leerzeile beginnt einen Absatz.
notice-shipment-status-subject =
    { $status ->
        [PENDING] Sendung { $reference } ist eingegangen
        [PROCESSING] Sendung { $reference } ist bestätigt
        [IN_TRANSIT] Sendung { $reference } ist unterwegs
        [DELIVERED] Sendung { $reference } wurde zugestellt
        [CANCELLED] Sendung { $reference } wurde storniert
        [ON_HOLD] Sendung { $reference } ist angehalten
        [RETURNED] Sendung { $reference } ist zu uns zurückgekommen
       *[other] Sendung { $reference }: Neuigkeiten
    }
notice-shipment-status =
    { $status ->
        [PENDING] Wir haben Ihre Sendung { $reference } erhalten. Sobald wir sie gewogen und vermessen haben, bestätigen wir sie und schicken Ihnen die Rechnung.
        [PROCESSING] Wir haben Ihre Sendung { $reference } gewogen, vermessen und bestätigt. Die Rechnung folgt; sobald sie bezahlt ist, wird die Sendung auf den Weg gebracht.
        [IN_TRANSIT] Ihre Sendung { $reference } hat unser Haus verlassen.
        [DELIVERED] Ihre Sendung { $reference } wurde zugestellt.
        [CANCELLED] Ihre Sendung { $reference } wurde storniert. Wenn Sie sie schon bezahlt haben, erhalten Sie das Geld zurück.
        [ON_HOLD] Ihre Sendung { $reference } muss warten.
        [RETURNED] Ihre Sendung { $reference } konnte nicht zugestellt werden und ist zu uns zurückgekommen. Wir melden uns bei Ihnen, um zu klären, was zu tun ist.
       *[other] Es gibt Neuigkeiten zu Ihrer Sendung { $reference }.
    }

    Sendungsnummer: { $tracking_number }
notice-shipment-cost-subject = Sendung { $reference }: Bitte den neuen Kosten zustimmen
notice-shipment-cost =
    Wir haben Ihre Sendung { $reference } gewogen und vermessen. Sie kostet { $after } statt der geschätzten { $before }.

    Bitte stimmen Sie den neuen Kosten in Ihrem Konto zu oder lehnen Sie sie ab. Bis dahin bleibt die Sendung bei uns.
notice-request-status-subject =
    { $status ->
        [DRAFT] Kaufauftrag { $reference } ist wieder ein Entwurf
        [SUBMITTED] Kaufauftrag { $reference }: Ihr Angebot
        [ORDER_PLACED] Kaufauftrag { $reference }: Ihre Artikel sind bestellt
        [IN_TRANSIT] Kaufauftrag { $reference }: Ihre Artikel sind auf dem Weg zu uns
        [SHIPPED_TO_CUSTOMER] Kaufauftrag { $reference }: Ihre Artikel sind auf dem Weg zu Ihnen
        [COMPLETED] Kaufauftrag { $reference } ist abgeschlossen
        [CANCELLED] Kaufauftrag { $reference } wurde storniert
       *[other] Kaufauftrag { $reference }: Neuigkeiten
    }
notice-request-status =
    { $status ->
        [DRAFT] Ihr Kaufauftrag { $reference } ist wieder ein Entwurf, und die Rechnung dazu ist storniert. Reichen Sie ihn ein, um ein neues Angebot zu erhalten.
        [SUBMITTED] Vielen Dank für Ihren Kaufauftrag { $reference }. Er beläuft sich auf { $amount }; die Rechnung folgt. Sobald sie bezahlt ist, kaufen wir Ihre Artikel.
        [ORDER_PLACED] Wir haben die Artikel Ihres Kaufauftrags { $reference } bestellt.
        [IN_TRANSIT] Die Artikel Ihres Kaufauftrags { $reference } sind auf dem Weg in unser Lager.
        [SHIPPED_TO_CUSTOMER] Die Artikel Ihres Kaufauftrags { $reference } haben unser Lager verlassen und sind auf dem Weg zu Ihnen.
        [COMPLETED] Ihr Kaufauftrag { $reference } ist abgeschlossen. Vielen Dank.
        [CANCELLED] Ihr Kaufauftrag { $reference } wurde storniert. Wenn Sie ihn schon bezahlt haben, erhalten Sie das Geld zurück.
       *[other] Es gibt Neuigkeiten zu Ihrem Kaufauftrag { $reference }.
    }
notice-request-price-subject = Kaufauftrag { $reference }: Bitte einem neuen Preis zustimmen
notice-request-price =
    Der Preis von „{ $product }“ in Ihrem Kaufauftrag { $reference } hat sich geändert: Der Kaufauftrag würde { $after } statt { $before } kosten.

    Bitte stimmen Sie dem neuen Preis in Ihrem Konto zu oder lehnen Sie ihn ab. Bis dahin kaufen wir diesen Artikel nicht.
notice-request-stock-subject = Kaufauftrag { $reference }: Ein Artikel ist nicht mehr vorrätig
notice-request-stock = „{ $product }“ aus Ihrem Kaufauftrag { $reference } ist nicht mehr vorrätig. Wir haben den Artikel aus dem Kaufauftrag genommen; was Sie dafür bezahlt haben, erhalten Sie zurück.
notice-request-arrived-subject = Kaufauftrag { $reference }: Ihre Artikel sind da
notice-request-arrived =
    Alle Artikel Ihres Kaufauftrags { $reference } sind in unserem Lager eingetroffen.

    Bitte teilen Sie uns in Ihrem Konto mit, wohin und wie wir sie schicken sollen.
notice-invoice-issued-subject = Rechnung { $number } über { $amount }
notice-invoice-issued =
    Hier ist Ihre Rechnung { $number } über { $amount }. Sie ist am { $due } fällig.

    Bezahlen können Sie sie auf der Seite der Rechnung, ohne sich anzumelden, oder in Ihrem Konto.
notice-invoice-reminder-subject = Erinnerung: Rechnung { $number } über { $amount }
notice-invoice-reminder =
    { $when ->
        [before] { NUMBER($days) ->
            [one] Ihre Rechnung { $number } ist morgen fällig, am { $due }. Es sind noch { $amount } zu zahlen.
           *[other] Ihre Rechnung { $number } ist in { $days } Tagen fällig, am { $due }. Es sind noch { $amount } zu zahlen.
        }
        [today] Ihre Rechnung { $number } ist heute fällig. Es sind noch { $amount } zu zahlen.
       *[after] { NUMBER($days) ->
            [one] Ihre Rechnung { $number } war gestern fällig, am { $due }. Es sind noch { $amount } zu zahlen.
           *[other] Ihre Rechnung { $number } war vor { $days } Tagen fällig, am { $due }. Es sind noch { $amount } zu zahlen.
        }
    }

    Wenn Sie inzwischen bezahlt haben, danken wir Ihnen; bitte ignorieren Sie dann diese Nachricht.
notice-payment-failed-subject = Ihre Zahlung für Rechnung { $number } hat nicht geklappt
notice-payment-failed =
    Ihre Zahlung über { $amount } für Rechnung { $number } hat nicht geklappt. Es wurde nichts abgebucht.

    { $why }
notice-payment-received-subject = Wir haben { $amount } für Rechnung { $number } erhalten
notice-payment-received =
    Vielen Dank. Wir haben Ihre Zahlung über { $amount } für Rechnung { $number } erhalten.

    Es sind noch { $owed } zu zahlen.
notice-refund-sent-subject = Erstattung über { $amount }
notice-refund-sent =
    { $way ->
        [by-hand] Wir haben Ihnen { $amount } zu Ihrer Rechnung { $number } zurückgegeben.
       *[other] Wir haben Ihnen { $amount } zu Ihrer Rechnung { $number } zurückgezahlt, auf demselben Weg, auf dem Sie bezahlt haben. Je nach Bank dauert es einige Tage, bis das Geld ankommt.
    }
notice-credit-note-subject = Gutschrift { $credit_note } zu Rechnung { $number }
notice-credit-note =
    Wir haben Ihnen { $amount } auf Ihre Rechnung { $number } gutgeschrieben: Hier ist die Gutschrift { $credit_note }.

    Wenn Sie mehr bezahlt haben, als jetzt zu zahlen ist, erhalten Sie den Rest zurück.
notice-credit-note-pdf = Die Gutschrift als PDF
notice-pay-link-subject = Ihr Link zum Bezahlen der Rechnung { $number }
notice-pay-link = Hier ist ein neuer Link zum Bezahlen Ihrer Rechnung { $number }. Es sind noch { $amount } zu zahlen.
notice-pay-button = Ansehen und bezahlen
notice-ticket-reply-subject = Antwort auf „{ $topic }“ ({ $reference })
notice-ticket-reply =
    Wir haben auf Ihr Ticket { $reference }, „{ $topic }“, geantwortet:

    { $excerpt }

    In Ihrem Konto können Sie die ganze Antwort lesen und zurückschreiben.
notice-ticket-status-subject =
    { $status ->
        [RESOLVED] { $reference } ist gelöst: „{ $topic }“
       *[other] { $reference } ist geschlossen: „{ $topic }“
    }
notice-ticket-status =
    { $status ->
        [RESOLVED] Wir gehen davon aus, dass Ihr Ticket { $reference }, „{ $topic }“, gelöst ist. Wenn nicht, schreiben Sie innerhalb von sieben Tagen zurück, und es wird wieder geöffnet.
       *[other] Ihr Ticket { $reference }, „{ $topic }“, ist geschlossen. Wenn noch etwas offen ist, schreiben Sie innerhalb von sieben Tagen zurück, und es wird wieder geöffnet.
    }
notice-ticket-assigned-subject = { $reference } ist Ihnen zugewiesen: „{ $topic }“
notice-ticket-assigned = Das Ticket { $reference }, „{ $topic }“, wurde Ihnen zugewiesen.
notice-ticket-overdue-subject =
    { $target ->
        [answer] Überfällig, noch nicht beantwortet: { $topic }
       *[other] Überfällig, noch nicht gelöst: { $topic }
    }
notice-ticket-overdue = Das Ticket { $reference }, „{ $topic }“, ist Ihnen zugewiesen und überfällig. Bitte kümmern Sie sich darum.
notice-ticket-message-subject = Neue Nachricht zu { $reference }: „{ $topic }“
notice-ticket-message =
    Die Kundin oder der Kunde hat zum Ticket { $reference }, „{ $topic }“, geschrieben:

    { $excerpt }
notice-report-ready-subject = Ihr Bericht ist fertig: { $from } bis { $to }
notice-report-ready = Der Bericht vom { $from } bis { $to } ({ $format }) kann eine Woche lang abgeholt werden.
notice-feedback-subject = Wie war es? ({ $reference })
notice-feedback =
    Ihre Bestellung { $reference } ist angekommen. Wie zufrieden sind Sie mit uns?

    Sagen Sie es uns mit einem bis fünf Sternen und, wenn Sie möchten, mit ein paar Worten.
notice-feedback-button = Meinung sagen
notice-address-refused = Der Mailserver weist diese Adresse zurück. Prüfen Sie sie oder geben Sie eine andere an.
notice-number-refused = Diese Nummer nimmt unsere Nachrichten nicht an. Prüfen Sie sie oder geben Sie eine andere an.
notice-unknown = Neuigkeiten
