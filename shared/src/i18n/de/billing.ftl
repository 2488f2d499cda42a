# Die Seite der Zahlungs-Sandbox
sandbox-title = Sandbox-Zahlung
sandbox-notice = Das ist die Zahlungs-Sandbox. Es fließt kein Geld.
sandbox-amount = { $amount } für Rechnung { $number }
sandbox-pay = Zahlen
sandbox-decline = Ablehnen
sandbox-later = Später zahlen
sandbox-done-pay = Zahlung gesendet. Die Rechnung wird gerade aktualisiert.
sandbox-done-decline = Zahlung abgelehnt.
sandbox-done-later = Die Zahlung trifft in einigen Sekunden ein.
sandbox-closed = Diese Zahlung ist bereits abgeschlossen.
sandbox-back = Zurück zum Shop
