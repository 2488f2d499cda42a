# The pages behind the links in mails
page-title = Your account
page-refused-title = That did not work
page-verify-title = Confirm your e-mail address
page-verify-notice = One click, and we know that this address is yours.
page-verify-button = Confirm my address
page-verify-done = Your address is confirmed. You can sign in now.
page-verify-next = If you have confirmed your address before, you can simply sign in. Otherwise register again, or ask for a new link after signing in.
page-password-title = Choose a password
page-password-notice = For your account { $email }
page-password-label = New password
page-password-again = New password, once more
page-password-rules = At least { $min } characters. Several words are easy to remember and hard to guess.
page-password-mismatch = The two passwords are not the same. Write the same one twice.
page-password-button = Save the password
page-password-done = Your new password is set. You can sign in now.
page-password-next = If you have just set your password, sign in with it. Otherwise choose “Forgot password” where you sign in: we will send you a new link.
