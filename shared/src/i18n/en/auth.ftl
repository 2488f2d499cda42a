# Answers of signing up and of resets, the same for everybody
auth-check-mail = We have sent a mail to { $email }. Its link finishes the registration.
auth-reset-on-its-way = If this address has an account, a mail with a link is on its way.
