# E-Mails zu einem Konto. Jede mit einem Link sagt, was er öffnet, wie lange er gilt und was zu tun ist, wenn Sie es nicht waren.
account-greeting = Guten Tag, { $name }!
account-greeting-nameless = Guten Tag!
account-plain-address = Wenn die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:
account-life-hours =
    Der Link funktioniert nur einmal und gilt { NUMBER($hours) ->
        [one] { $hours } Stunde
       *[other] { $hours } Stunden
    }.
account-life-days =
    Der Link funktioniert nur einmal und gilt { NUMBER($days) ->
        [one] { $days } Tag
       *[other] { $days } Tage
    }.

# Eine Adresse bestätigen: einer Registrierung oder eines Kontos
account-confirm-subject = Bestätigen Sie Ihre E-Mail-Adresse
account-confirm-button = Meine Adresse bestätigen
account-register-lead = Vielen Dank für Ihre Registrierung. Um sie abzuschließen, bestätigen Sie bitte, dass diese E-Mail-Adresse Ihnen gehört.
account-register-stranger = Wenn Sie sich nicht bei uns registriert haben, ignorieren Sie diese Nachricht: Ohne Ihre Bestätigung entsteht kein Konto.
account-verify-lead = Bitte bestätigen Sie, dass diese E-Mail-Adresse Ihnen gehört. Sie wird dann Ihrem Konto zugeordnet.
account-verify-stranger = Wenn Sie das nicht veranlasst haben, ignorieren Sie diese Nachricht: Ohne Ihre Bestätigung wird die Adresse nicht verwendet.

# Jemand registriert sich mit der Adresse eines Kontos
account-exists-subject = Sie haben bereits ein Konto
account-exists-lead = Jemand, vermutlich Sie selbst, wollte sich mit der Adresse { $email } registrieren. Sie haben damit bereits ein Konto, deshalb wurde kein neues angelegt.
account-exists-reset = Sie können sich mit dieser Adresse anmelden. Wenn Sie Ihr Passwort nicht mehr wissen, wählen Sie auf der Anmeldeseite „Passwort vergessen“: Wir schicken Ihnen einen Link, mit dem Sie ein neues festlegen.
account-exists-closed = Dieses Konto ist geschlossen. Melden Sie sich bei uns, wenn Sie es wieder nutzen möchten.
account-exists-stranger = Wenn Sie es nicht waren, müssen Sie nichts tun: Niemand ist in Ihr Konto gelangt.

# Ein neues Passwort
account-reset-subject = Wählen Sie ein neues Passwort
account-reset-lead = Wir wurden gebeten, das Passwort Ihres Kontos { $email } zurückzusetzen.
account-reset-button = Neues Passwort wählen
account-reset-stranger = Wenn Sie es nicht waren, ignorieren Sie diese Nachricht: Ihr Passwort bleibt, wie es ist.

# Das erste Passwort eines Kontos, das Mitarbeitende angelegt haben
account-invite-subject = Ihr Buy4Me-Konto ist bereit
account-invite-lead = Wir haben ein Buy4Me-Konto für Sie angelegt. Wählen Sie ein Passwort, dann können Sie sich anmelden.
account-invite-email = Sie melden sich mit Ihrer Adresse { $email } an.
account-invite-username = Sie melden sich mit dem Benutzernamen { $username } oder mit Ihrer Adresse { $email } an.
account-invite-button = Passwort wählen
account-invite-stranger = Wenn Sie das nicht erwartet haben, ignorieren Sie diese Nachricht: Ohne Passwort kann niemand das Konto nutzen.

# An die bisherige Adresse eines Kontos
account-email-changed-subject = Ihr Konto hat jetzt eine andere E-Mail-Adresse
account-email-changed-lead = Die E-Mail-Adresse Ihres Buy4Me-Kontos ist nicht mehr { $email }. Nachrichten zum Konto gehen ab jetzt an die neue Adresse.
account-email-changed-stranger = Wenn Sie das nicht veranlasst haben, melden Sie sich bitte sofort bei uns.

# Mitteilungen
account-password-changed-subject = Ihr Passwort wurde geändert
account-password-changed-lead = Das Passwort Ihres Kontos { $email } wurde am { $when } geändert.
account-mfa-enabled-subject = Zwei-Faktor-Anmeldung ist eingeschaltet
account-mfa-enabled-lead = Für Ihr Konto { $email } wurde am { $when } die Zwei-Faktor-Anmeldung eingeschaltet. Ab jetzt brauchen Sie zum Anmelden auch einen Code aus Ihrer Authenticator-App. Bewahren Sie Ihre Wiederherstellungscodes sicher auf.
account-mfa-disabled-subject = Zwei-Faktor-Anmeldung ist ausgeschaltet
account-mfa-disabled-lead = Für Ihr Konto { $email } wurde am { $when } die Zwei-Faktor-Anmeldung ausgeschaltet. Ab jetzt genügt zum Anmelden Ihr Passwort.
account-export-ready-subject = Ihre Daten stehen bereit
account-export-ready-lead = Sie haben eine Kopie der Daten Ihres Kontos { $email } angefordert. Sie steht seit { $when } bereit: Melden Sie sich an, um sie herunterzuladen.
account-notice-stranger = Wenn Sie das nicht waren, nutzt möglicherweise jemand anderes Ihr Konto: Wählen Sie auf der Anmeldeseite „Passwort vergessen“, um sofort ein neues Passwort festzulegen, und melden Sie sich dann bei uns.
