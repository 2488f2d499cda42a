# Titel und Einzelheiten von Problemen (RFC 9457); die id ohne "error-" ist der feste Code.
error-not-found = Hier gibt es nichts, oder Sie dürfen es nicht sehen.
error-unauthenticated = Melden Sie sich zuerst an: Senden Sie "Authorization: Bearer" mit dem Zugriffstoken von /api/auth/login/.
error-token-invalid = Das Zugriffstoken ist nicht gültig.
error-token-expired = Das Zugriffstoken ist abgelaufen. Melden Sie sich neu an oder erneuern Sie es.
error-session-ended = Diese Sitzung ist beendet. Melden Sie sich neu an.
error-credentials = Unbekannter Benutzer oder falsches Passwort.
error-code = Der Code ist falsch, wurde schon verwendet oder ist zu alt.
error-too-many-attempts = Zu viele Fehlversuche. Warten Sie eine Weile und versuchen Sie es dann noch einmal.
error-too-many-mails = Zu viele Anfragen dieser Art. Warten Sie eine Weile und versuchen Sie es dann noch einmal.
error-registration-closed = Die Registrierung ist geschlossen.
error-mfa-required = Mitarbeitende brauchen hier einen zweiten Faktor. Richten Sie ihn zuerst unter /api/auth/mfa/setup/ ein.
error-forbidden = Das dürfen Sie nicht.
error-permission-missing = Das dürfen Sie nicht: Dafür ist die Berechtigung { $permission } nötig.
error-invalid = Die Anfrage enthält Fehler. Einzelheiten zu jedem Feld stehen in "errors".
error-malformed-json = Der Body ist kein gültiges JSON (Zeile { $line }, Spalte { $column }).
error-malformed-form = Der Body konnte nicht gelesen werden.
error-malformed-request = Die Anfrage konnte nicht verstanden werden.
error-method-not-allowed = Diese Adresse lässt diese Methode nicht zu.
error-unsupported-media-type = Senden Sie den Body als JSON mit "Content-Type: application/json".
error-picture-type = Senden Sie das Bild selbst, mit "Content-Type: image/png", "image/jpeg" oder "image/webp".
error-payload-too-large = Der Body ist größer als { $limit } Byte.
error-timeout = Die Anfrage hat zu lange gedauert. Versuchen Sie es noch einmal.
error-unavailable = Ein Teil des Dienstes ist gerade nicht verfügbar. Versuchen Sie es in Kürze noch einmal.
error-provider-unavailable = Der Zahlungsdienst antwortet gerade nicht. Versuchen Sie es in Kürze noch einmal.
error-provider-refused = Der Zahlungsdienst hat diese Anfrage abgelehnt.
error-too-many-streams = Je Konto dürfen höchstens { $max } Datenströme offen sein. Schließen Sie zuerst einen.
error-ticket = Diese Zugangsmarke wurde schon benutzt oder ist zu alt. Fordern Sie eine neue an.
error-too-many-requests = Zu viele Anfragen. Versuchen Sie es in { $seconds } s noch einmal.
error-internal = Bei uns ist etwas schiefgegangen. Bitte nennen Sie uns die ID der Anfrage.
error-key-reused = Dieser Idempotency-Key wurde schon mit einer anderen Anfrage verwendet.
error-signature = Die Signatur stimmt nicht.

# Titel nach Status
title-400 = Ungültige Anfrage
title-401 = Nicht angemeldet
title-403 = Nicht erlaubt
title-404 = Nicht gefunden
title-405 = Methode nicht erlaubt
title-408 = Zeitüberschreitung
title-409 = Jetzt nicht möglich
title-413 = Zu groß
title-415 = Falscher Inhaltstyp
title-422 = Schlüssel schon verwendet
title-429 = Zu viele Anfragen
title-500 = Interner Fehler
title-502 = Vom Anbieter abgelehnt
title-503 = Zurzeit nicht verfügbar

# Probleme eines Feldes
error-required = Dieses Feld ist erforderlich.
error-unknown-field = Dieses Feld gibt es nicht.
error-unknown-parameter = Diesen Parameter gibt es nicht.
error-repeated = Das darf nur einmal angegeben werden.
error-wrong-type =
    { $expected ->
        [text] Erwartet wird eine Zeichenkette.
        [integer] Erwartet wird eine ganze Zahl.
        [boolean] Erwartet wird true oder false.
        [list] Erwartet wird eine Liste.
        [object] Erwartet wird ein Objekt.
        [uuid] Erwartet wird eine UUID.
        [time] Erwartet wird ein Zeitpunkt mit Zeitzonenversatz, zum Beispiel "2026-01-31T12:00:00Z".
       *[other] Dieser Wert hat die falsche Form.
    }
error-not-a-choice = Keiner der erlaubten Werte: { $allowed }.
error-day = Kein Tag. Schreiben Sie JJJJ-MM-TT, zum Beispiel 2026-11-23.
error-dates-reversed = Der letzte Tag liegt vor dem ersten.
error-too-many-groups = Mehr als { $max } Gruppen. Wählen Sie größere Gruppen oder einen kürzeren Zeitraum.
error-out-of-range = Der Wert liegt außerhalb des erlaubten Bereichs.
error-too-long = Höchstens { $max } Zeichen.
error-too-short = Mindestens { $min } Zeichen.
error-too-many =
    { NUMBER($max) ->
        [one] Höchstens { $max } Eintrag.
       *[other] Höchstens { $max } Einträge.
    }
error-blank = Das darf nicht leer sein.
error-control-characters = Steuerzeichen sind nicht erlaubt.
error-common-password = Dieses Passwort ist eines der ersten, die andere ausprobieren würden.
error-required-again = Ihre Anmeldung liegt eine Weile zurück: Bitte geben Sie Ihr Passwort noch einmal ein.
error-wrong-password = Das Passwort ist falsch.
error-password-or-code = Das Passwort oder der Code ist falsch.
error-email = Das ist keine E-Mail-Adresse.
error-phone = Schreiben Sie die Nummer in internationaler Form, zum Beispiel +15551234567.
error-username = Nur Buchstaben, Ziffern und . _ - sind erlaubt.
error-unknown-language = Diese Sprache ist nicht verfügbar.
error-unknown-currency = Unbekannte Währung. Verwenden Sie einen Code nach ISO 4217 aus drei Großbuchstaben.
error-no-rate = Es gibt keinen Wechselkurs von { $from } nach { $to }.
error-rate = Schreiben Sie den Kurs als einfache Dezimalzahl mit Punkt, größer als 0, bis 1000000000 und mit höchstens 12 Nachkommastellen, zum Beispiel "3.6725".
error-same-currency = Die beiden Währungen müssen verschieden sein.
error-unknown-setting = Diese Einstellung gibt es nicht.
error-setting-code = Nur Großbuchstaben, Ziffern und _ sind erlaubt, höchstens 32 Zeichen.
error-setting-either = Geben Sie entweder einen Prozentsatz oder einen Betrag an.
error-setting-ascending = Schreiben Sie sie in aufsteigender Reihenfolge, jeden Wert nur einmal.
error-link = Dieser Link ist ungültig, wurde schon verwendet oder ist abgelaufen. Fordern Sie einen neuen an.
error-unknown-user = Einen solchen aktiven Benutzer gibt es nicht.
error-email-taken = Diese E-Mail-Adresse wird bereits verwendet.
error-username-taken = Dieser Benutzername ist bereits vergeben.
error-amount-format = Schreiben Sie den Betrag als einfache Dezimalzahl mit Punkt in einer Zeichenkette, zum Beispiel "12.50".
error-amount-digits = Mehr Nachkommastellen, als die Währung hat.
error-amount-positive = Der Betrag muss größer als null sein.
error-amount-too-large = Der Betrag ist zu groß.
error-amount-above-balance = Das ist mehr, als noch zu zahlen ist.
error-amount-above-refundable = Das ist mehr, als erstattet werden kann: höchstens { $most }.
error-amount-above-creditable = Das ist mehr, als gutgeschrieben werden kann: höchstens { $most }.
error-due-in-past = Das Fälligkeitsdatum liegt in der Vergangenheit.
error-country = Unbekanntes Land. Verwenden Sie einen Code nach ISO 3166-1 aus zwei Großbuchstaben, zum Beispiel US.
error-region = Keine Region dieses Landes. Verwenden Sie einen Code nach ISO 3166-2, der mit dem Land beginnt, zum Beispiel US-CA.
error-web-address = Verwenden Sie eine absolute Adresse mit http oder https.
error-product-address = Verwenden Sie die absolute Adresse des Produkts mit http oder https, ohne Benutzernamen und Passwort darin.
error-one-kind = Senden Sie immer nur eine Art von Änderung auf einmal.
error-shop-address = Verwenden Sie die Adresse eines Shops mit http oder https unter einer Domain wie example.com, ohne Benutzernamen und Passwort.
error-shop-taken = Unter dieser Domain gibt es schon einen Shop.
error-company-logo = Nennen Sie ein Logo, das unter /api/superadmin/company/logo/ hochgeladen wurde, oder lassen Sie das Feld leer.
error-picture = Verwenden Sie ein vollständiges Bild (PNG, JPEG oder WebP) mit höchstens 4096 Pixeln Seitenlänge und höchstens 8 Millionen Pixeln insgesamt.
error-gateway-not-available = Dieser Zahlungsdienst ist hier nicht verfügbar.
error-currency-unsupported = Dieser Zahlungsdienst nimmt diese Währung nicht an.
error-if-match = Senden Sie den ETag der Version, die Sie gelesen haben, mit seinen Anführungszeichen, oder *.
error-unknown-event = Dieses Ereignis gibt es nicht, oder es betrifft Sie nicht.
error-mandatory-message = Nachrichten zum Konto und zu Geldangelegenheiten lassen sich hier nicht ausschalten.
error-time-zone = Unbekannte Zeitzone. Verwenden Sie einen IANA-Namen, zum Beispiel Africa/Cairo.
error-clock-time = Schreiben Sie die Uhrzeit in Stunden und Minuten, zum Beispiel 22:00.
error-quiet-hours-empty = Beginn und Ende müssen verschieden sein.
error-ids-or-all = Geben Sie entweder "ids" oder "all": true an.
error-idempotency-key = Verwenden Sie 1 bis 255 sichtbare ASCII-Zeichen.

# Konflikte
version-conflict = Inzwischen hat jemand anderes hier etwas geändert. Lesen Sie die Daten neu und wiederholen Sie dann Ihre Änderung.
job-twin-finished = Genau in diesem Augenblick wurde etwas anderes abgeschlossen. Versuchen Sie es noch einmal.
key-in-progress = Eine Anfrage mit diesem Idempotency-Key läuft noch.
own-account = Das kann niemand mit dem eigenen Konto tun. Bitten Sie jemand anderen darum.
last-super-admin = Der letzte aktive Super-Admin muss bleiben.
account-erased = Dieses Konto wurde gelöscht und kann nicht geändert werden.
mfa-already-on = Der zweite Faktor ist schon eingeschaltet.
mfa-not-on = Der zweite Faktor ist nicht eingeschaltet.
mfa-not-set-up = Richten Sie zuerst den zweiten Faktor ein.
mfa-is-required = Mitarbeitende müssen hier einen zweiten Faktor haben.
invoice-not-payable = Diese Rechnung kann jetzt nicht bezahlt werden.
payment-on-its-way = Eine Zahlung auf diese Rechnung ist unterwegs. Warten Sie, bis sie angekommen oder gescheitert ist.
paper-of-draft = Zu einem Entwurf gibt es kein Dokument. Stellen Sie die Rechnung zuerst aus.
paper-of-no-payment = Eine Quittung gibt es nur zu einer Zahlung, die angekommen ist.
invoice-not-draft = Diese Rechnung ist kein Entwurf mehr.
invoice-not-refundable = Zu dieser Rechnung gibt es nichts zu erstatten.
invoice-not-creditable = Zu dieser Rechnung gibt es nichts gutzuschreiben.
invoice-not-voidable = Diese Rechnung kann nicht storniert werden.
invoice-not-collectible = Nur eine ausgestellte Rechnung, auf die noch etwas zu zahlen ist, kann abgeschrieben werden.
invoice-has-payments = Auf diese Rechnung wurde schon etwas gezahlt. Erstellen Sie stattdessen eine Gutschrift oder zahlen Sie das Geld zurück.
invoice-bills-live-document = Diese Rechnung gehört zu einer laufenden Sendung oder einem laufenden Kaufauftrag. Stornieren oder ändern Sie stattdessen die Sendung oder den Kaufauftrag.
payment-already-recorded = Auf diese Rechnung wurde schon Geld mit dieser Referenz gebucht.
refund-not-withdrawable = Nur eine manuelle Erstattung, die noch aussteht, kann zurückgenommen werden.
refund-still-due = Dieses Geld wurde zu viel gezahlt und muss deshalb zurückgezahlt werden.
refund-not-confirmable = Nur eine manuelle Erstattung, die noch aussteht, kann bestätigt werden.
payment-closed = Diese Zahlung ist bereits abgeschlossen.
payment-not-approved = Die zahlende Person hat diese Zahlung noch nicht freigegeben.
too-many-addresses = Ihr Adressbuch ist voll. Löschen Sie zuerst eine Adresse.
report-no-detail = Ein PDF hat keine Zeile für jede Rechnung. Verwenden Sie dafür csv oder xlsx.
report-exports-full = Höchstens fünf Ihrer Exporte dürfen unfertig sein. Warten Sie auf einen oder brechen Sie ihn ab.
report-export-finished = Dieser Export ist beendet.
report-link-expired = Dieser Link ist abgelaufen. Beim Export gibt es einen neuen.
export-not-ready = Dieser Export wird noch vorbereitet.
export-expired = Dieser Export ist abgelaufen. Fordern Sie einen neuen an.
account-has-open-shipments = Sendungen dieses Kontos sind noch unterwegs. Schließen Sie sie zuerst ab oder stornieren Sie sie.
account-has-open-invoices = Dieses Konto hat offene Rechnungen oder zugesagte Erstattungen. Begleichen Sie zuerst, was offen ist.
rates-are-manual = Wechselkurse werden hier von Hand eingegeben: Es ist kein Anbieter eingerichtet.
rate-pinned = Der Kurs dieses Währungspaars wurde inzwischen fixiert. Heben Sie die Fixierung zuerst auf oder verwerfen Sie den Fall.
rate-not-pinned = Dieser Kurs ist nicht fixiert.
payment-review-closed = Diesen Fall hat schon jemand bearbeitet, oder er hat sich von selbst erledigt.
rate-review-closed = Diesen Fall hat schon jemand entschieden, oder er hat sich von selbst erledigt.
rate-review-holds-nothing = Dieser Fall enthält keinen Kurs, der angenommen werden könnte.
account-has-open-requests = Dieses Konto hat Kaufaufträge, die noch in Arbeit sind. Schließen Sie sie zuerst ab oder stornieren Sie sie.
request-step-not-allowed = Dieser Schritt ist für diesen Kaufauftrag jetzt nicht möglich.
request-not-editable = Nur ein Entwurf kann geändert werden.
request-unpaid = Von dem, was für diesen Kaufauftrag berechnet wurde, ist noch etwas zu zahlen.
request-has-payment = Eine Zahlung wurde begonnen oder ist eingegangen. Stornieren Sie stattdessen den Kaufauftrag; das Geld geht zurück.
request-decision-pending = Zuerst muss kundenseitig über einen neuen Preis entschieden werden.
request-nothing-to-decide = Es gibt nichts zu entscheiden.
request-proposal-changed = Der neue Preis ist inzwischen ein anderer. Sehen Sie ihn sich an, bevor Sie ihn annehmen.
request-has-shipment = Aus diesem Kaufauftrag wurde bereits eine Sendung erstellt.
item-step-not-allowed = Dieser Schritt ist für diesen Artikel jetzt nicht möglich.
