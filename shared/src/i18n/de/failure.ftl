# Warum eine Zahlung oder Erstattung nicht geklappt hat, nach ihrem vereinheitlichten Code.
failure-declined-soft = Die Bank hat diesmal abgelehnt. Versuchen Sie es noch einmal oder zahlen Sie auf anderem Weg.
failure-declined-hard = Die Bank hat endgültig abgelehnt. Bitte zahlen Sie auf anderem Weg.
failure-requires-action = Die Bank verlangt eine Bestätigung der zahlenden Person. Versuchen Sie es noch einmal und folgen Sie den Anweisungen der Bank.
failure-expired = Die Zahlungsseite oder die Karte ist abgelaufen. Beginnen Sie eine neue Zahlung.
failure-amount-mismatch = Der gezahlte Betrag weicht vom geforderten ab. Wir gehen dem nach.
failure-currency-unsupported = Diese Zahlungsart nimmt diese Währung nicht an.
failure-gateway-unavailable = Der Zahlungsdienst hat nicht rechtzeitig geantwortet. Beginnen Sie eine neue Zahlung.
failure-gateway-refused = Der Zahlungsdienst hat abgelehnt. Bitte zahlen Sie auf anderem Weg.
failure-duplicate = Das wurde bereits bezahlt oder erstattet.
failure-dispute-blocked = Die Zahlung wird bei der Bank angefochten. Bis das entschieden ist, lässt sich nichts tun.
failure-refund-window-closed = Die Zahlung liegt zu lange zurück, um sie auf demselben Weg zu erstatten.
