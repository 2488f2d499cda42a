# Mails about an account. Each with a link says what it opens, how long it works, and what to do if it was not you.
account-greeting = Hello { $name },
account-greeting-nameless = Hello,
account-plain-address = If the button does not work, copy this address into your browser:
account-life-hours =
    The link works once, for { NUMBER($hours) ->
        [one] { $hours } hour
       *[other] { $hours } hours
    }.
account-life-days =
    The link works once, for { NUMBER($days) ->
        [one] { $days } day
       *[other] { $days } days
    }.

# Confirm an address: of a registration, or of an account
account-confirm-subject = Confirm your e-mail address
account-confirm-button = Confirm my address
account-register-lead = Thank you for registering. Confirm that this e-mail address is yours to finish your registration.
account-register-stranger = If you did not register with us, ignore this message: without your confirmation there will be no account.
account-verify-lead = Please confirm that this e-mail address is yours. It will belong to your account.
account-verify-stranger = If you did not ask for this, ignore this message: without your confirmation the address will not be used.

# Somebody registers with the address of an account
account-exists-subject = You already have an account
account-exists-lead = Somebody, probably you, tried to register with the address { $email }. You already have an account with it, so no new one was made.
account-exists-reset = You can sign in with this address. If you do not remember your password, choose “Forgot password” where you sign in: we will send you a link to set a new one.
account-exists-closed = This account is closed. Contact us if you want to use it again.
account-exists-stranger = If it was not you, there is nothing to do: nobody has got into your account.

# A new password
account-reset-subject = Choose a new password
account-reset-lead = We were asked to reset the password of your account { $email }.
account-reset-button = Choose a new password
account-reset-stranger = If it was not you, ignore this message: your password stays as it is.

# The first password of an account that staff made
account-invite-subject = Your Buy4Me account is ready
account-invite-lead = We have made a Buy4Me account for you. Choose a password, then you can sign in.
account-invite-email = You sign in with your address { $email }.
account-invite-username = You sign in with the username { $username } or with your address { $email }.
account-invite-button = Choose a password
account-invite-stranger = If you did not expect this, ignore this message: without a password nobody can use the account.

# To the address that an account had
account-email-changed-subject = Your account has another e-mail address now
account-email-changed-lead = The e-mail address of your Buy4Me account is no longer { $email }. Messages about it go to the new address from now on.
account-email-changed-stranger = If you did not ask for this, contact us at once.

# Notices
account-password-changed-subject = Your password was changed
account-password-changed-lead = The password of your account { $email } was changed on { $when }.
account-mfa-enabled-subject = Two-step sign-in is on
account-mfa-enabled-lead = Two-step sign-in was turned on for your account { $email } on { $when }. From now on you also need a code from your authenticator app to sign in. Keep your recovery codes in a safe place.
account-mfa-disabled-subject = Two-step sign-in is off
account-mfa-disabled-lead = Two-step sign-in was turned off for your account { $email } on { $when }. From now on your password alone is enough to sign in.
account-export-ready-subject = Your data is ready
account-export-ready-lead = You asked for a copy of the data in your account { $email }. It has been ready since { $when }: sign in to download it.
account-notice-stranger = If this was not you, somebody else may be using your account: choose “Forgot password” where you sign in to set a new password at once, then contact us.
