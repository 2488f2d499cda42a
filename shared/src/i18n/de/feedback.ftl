# Was Kundinnen und Kunden von dem halten, was für sie getan wurde.

# Konflikte
feedback-given = Dazu gibt es schon eine Rückmeldung.
feedback-too-early = Eine Rückmeldung ist möglich, sobald die Zustellung erfolgt ist.

# Probleme eines Feldes
error-feedback-one-subject = Eine Rückmeldung betrifft eine einzige Sendung oder einen einzigen Kaufauftrag.

# Die Seite hinter dem Link in E-Mails.
feedback-page = Ihre Rückmeldung
feedback-title = Wie war es? { $reference }
feedback-question = Wie zufrieden sind Sie mit uns?
feedback-rating-5 = Sehr zufrieden
feedback-rating-4 = Zufrieden
feedback-rating-3 = Weder zufrieden noch unzufrieden
feedback-rating-2 = Unzufrieden
feedback-rating-1 = Sehr unzufrieden
feedback-stars =
    { NUMBER($stars) ->
        [one] { $stars } Stern
       *[other] { $stars } Sterne
    }
feedback-message = Was sollten wir wissen? (Sie können das Feld leer lassen.)
feedback-button = Absenden
feedback-thanks = Vielen Dank! Ihre Rückmeldung ist bei uns angekommen.
feedback-done = Sie haben uns Ihre Meinung schon gesagt. Vielen Dank!
feedback-wait = Hier ist eine Rückmeldung möglich, sobald die Zustellung erfolgt ist.
feedback-over = Dieser Link ist abgelaufen. Sie können uns Ihre Rückmeldung weiterhin nach dem Anmelden geben, und wir freuen uns, von Ihnen zu hören.
