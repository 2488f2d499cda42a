# Antworten auf Registrierung und Zurücksetzen, für alle gleich
auth-check-mail = Wir haben eine E-Mail an { $email } geschickt. Mit dem Link darin schließen Sie die Registrierung ab.
auth-reset-on-its-way = Wenn es zu dieser Adresse ein Konto gibt, ist eine E-Mail mit einem Link unterwegs.
