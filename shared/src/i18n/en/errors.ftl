# Titles and details of problems (RFC 9457); the id without "error-" is the stable code.
error-not-found = There is nothing here, or it is not yours to see.
error-unauthenticated = Sign in first: send "Authorization: Bearer" with the access token from /api/auth/login/.
error-token-invalid = The access token is not valid.
error-token-expired = The access token has expired. Sign in again or refresh it.
error-session-ended = This session has ended. Sign in again.
error-credentials = Unknown user or wrong password.
error-code = The code is wrong, was used before, or is too old.
error-too-many-attempts = Too many wrong attempts. Wait a while, then try again.
error-too-many-mails = Too many requests of this kind. Wait a while, then try again.
error-registration-closed = Registration is closed.
error-mfa-required = Staff need a second factor here. Set one up at /api/auth/mfa/setup/ first.
error-forbidden = You may not do this.
error-permission-missing = You may not do this: it needs the permission { $permission }.
error-invalid = The request has problems. See "errors" for each field.
error-malformed-json = The body is not valid JSON (line { $line }, column { $column }).
error-malformed-form = The body could not be read.
error-malformed-request = The request could not be understood.
error-method-not-allowed = This address does not accept that method.
error-unsupported-media-type = Send the body as JSON with "Content-Type: application/json".
error-picture-type = Send the picture itself, with "Content-Type: image/png", "image/jpeg" or "image/webp".
error-payload-too-large = The body is larger than { $limit } bytes.
error-timeout = The request took too long. Try again.
error-unavailable = A part of the service is away for the moment. Try again shortly.
error-provider-unavailable = The payment provider does not answer for the moment. Try again shortly.
error-provider-refused = The payment provider refused this request.
error-too-many-streams = At most { $max } streams of one account may be open. Close one first.
error-ticket = This ticket was used before or is too old. Ask for a new one.
error-too-many-requests = Too many requests. Try again in { $seconds } s.
error-internal = Something went wrong on our side. Please tell us the request id.
error-key-reused = This Idempotency-Key was used before with a different request.
error-signature = The signature does not match.

# Titles by status
title-400 = Invalid request
title-401 = Not signed in
title-403 = Not allowed
title-404 = Not found
title-405 = Method not allowed
title-408 = Timeout
title-409 = Not possible now
title-413 = Too large
title-415 = Wrong content type
title-422 = Key used before
title-429 = Too many requests
title-500 = Internal error
title-502 = Refused by the provider
title-503 = Not available for the moment

# Problems of one field
error-required = This field is required.
error-unknown-field = There is no such field.
error-unknown-parameter = There is no such parameter.
error-repeated = This may be given only once.
error-wrong-type =
    { $expected ->
        [text] Expected a string.
        [integer] Expected a whole number.
        [boolean] Expected true or false.
        [list] Expected a list.
        [object] Expected an object.
        [uuid] Expected a UUID.
        [time] Expected a time with its offset, such as "2026-01-31T12:00:00Z".
       *[other] This value has the wrong form.
    }
error-not-a-choice = Not one of the allowed values: { $allowed }.
error-day = Not a day. Use YYYY-MM-DD, as in 2026-11-23.
error-dates-reversed = The last day is before the first.
error-too-many-groups = More than { $max } groups. Choose larger groups or a shorter time.
error-out-of-range = The value is out of range.
error-too-long = At most { $max } characters.
error-too-short = At least { $min } characters.
error-too-many = At most { $max } entries.
error-blank = This must not be empty.
error-control-characters = Control characters are not allowed.
error-common-password = This password is one of the first that others would try.
error-required-again = You signed in a while ago: give your password once more.
error-wrong-password = The password is wrong.
error-password-or-code = The password or the code is wrong.
error-email = This is not an e-mail address.
error-phone = Write the number in international form, such as +15551234567.
error-username = Use letters, digits and . _ - only.
error-unknown-language = This language is not available.
error-unknown-currency = Unknown currency. Use a three-letter ISO 4217 code in capitals.
error-no-rate = There is no exchange rate from { $from } to { $to }.
error-rate = Write the rate as a plain decimal above 0 and up to 1000000000, with 12 decimals at most, such as "3.6725".
error-same-currency = The two currencies must differ.
error-unknown-setting = There is no such setting.
error-setting-code = Use capitals, digits and _ only, at most 32 characters.
error-setting-either = Give either a percentage or an amount.
error-setting-ascending = Write them in ascending order, each once.
error-link = This link is not valid, was used before, or has expired. Ask for a new one.
error-unknown-user = There is no such active user.
error-email-taken = This e-mail address is already in use.
error-username-taken = This username is already in use.
error-amount-format = Write the amount as a plain decimal string, such as "12.50".
error-amount-digits = More decimals than the currency has.
error-amount-positive = The amount must be greater than zero.
error-amount-too-large = The amount is too large.
error-amount-above-balance = More than is owed.
error-amount-above-refundable = More than can be given back. At most { $most } can.
error-amount-above-creditable = More than can be credited. At most { $most } can.
error-due-in-past = The due date is in the past.
error-country = Unknown country. Use a two-letter ISO 3166-1 code in capitals, such as US.
error-region = Not a region of this country. Use an ISO 3166-2 code that begins with the country, such as US-CA.
error-web-address = Use an absolute http or https address.
error-product-address = Use the product's absolute http or https address, without a name or password in it.
error-one-kind = Send one kind of change at a time.
error-shop-address = Use the http or https address of a shop at a domain such as example.com, without user name and password.
error-shop-taken = There is a shop at this domain already.
error-company-logo = Name a logo that was put at /api/superadmin/company/logo/, or leave this empty.
error-picture = Use a whole PNG, JPEG or WebP picture with sides of at most 4096 pixels and at most 8 million pixels in all.
error-gateway-not-available = This payment gateway is not available here.
error-currency-unsupported = This payment gateway does not take that currency.
error-if-match = Send the ETag of the version you have read, in its quotation marks, or *.
error-unknown-event = There is no such event, or it does not concern you.
error-mandatory-message = Messages about the account and about money cannot be turned off here.
error-time-zone = Unknown time zone. Use an IANA name, such as Africa/Cairo.
error-clock-time = Write the time as hours and minutes, such as 22:00.
error-quiet-hours-empty = Beginning and end must differ.
error-ids-or-all = Give either "ids" or "all": true.
error-idempotency-key = Use 1 to 255 visible ASCII characters.

# Conflicts
version-conflict = This was changed by somebody else meanwhile. Read it again, then repeat your change.
job-twin-finished = Something else was being finished at this very moment. Try again.
key-in-progress = A request with this Idempotency-Key is still running.
own-account = Nobody can do this to their own account. Ask somebody else.
last-super-admin = The last active super admin must stay.
account-erased = This account was erased and cannot be changed.
mfa-already-on = The second factor is already on.
mfa-not-on = The second factor is not on.
mfa-not-set-up = Set the second factor up first.
mfa-is-required = Staff must have a second factor here.
invoice-not-payable = This invoice cannot be paid now.
payment-on-its-way = A payment of this invoice is on its way. Wait until it has arrived or failed.
paper-of-draft = A draft has no paper. Issue the invoice first.
paper-of-no-payment = Only a payment that arrived has a receipt.
invoice-not-draft = This invoice is no longer a draft.
invoice-not-refundable = There is nothing on this invoice that can be given back.
invoice-not-creditable = There is nothing on this invoice that can be credited.
invoice-not-voidable = This invoice cannot be made void.
invoice-not-collectible = Only an issued invoice on which something is owed can be written off.
invoice-has-payments = Something was paid on this invoice. Credit it, or give the money back, instead.
invoice-bills-live-document = This invoice bills a shipment or a request that still goes on. Cancel or change the shipment or the request instead.
payment-already-recorded = Money with this reference was booked on this invoice already.
refund-not-withdrawable = Only a refund by hand that is still pending can be called off.
refund-still-due = This money was paid beyond what is owed, so it has to go back.
refund-not-confirmable = Only a refund by hand that is still pending can be confirmed.
payment-closed = This payment is already closed.
payment-not-approved = The payer has not approved this payment yet.
too-many-addresses = Your address book is full. Delete an address first.
report-no-detail = A PDF has no row for each invoice. Use csv or xlsx for that.
report-exports-full = At most five of your exports may be unfinished. Wait for one, or cancel it.
report-export-finished = This export is finished.
report-link-expired = This link has expired. Ask for a new one at the export.
export-not-ready = This export is still being prepared.
export-expired = This export has expired. Ask for a new one.
account-has-open-shipments = Shipments of this account are still on their way. Finish or cancel them first.
account-has-open-invoices = This account has open invoices, or money that was promised back. Settle what is open first.
rates-are-manual = Exchange rates are entered by people here: no provider is configured.
rate-pinned = The rate of this pair was pinned meanwhile. Unpin it first, or dismiss the case.
rate-not-pinned = This rate is not pinned.
payment-review-closed = Somebody has dealt with this case already, or it has resolved itself.
rate-review-closed = Somebody has decided this case already, or it has resolved itself.
rate-review-holds-nothing = This case holds no rate that could be accepted.
account-has-open-requests = This account has requests that are being worked on. Finish or cancel them first.
request-step-not-allowed = This request cannot take that step now.
request-not-editable = Only a draft can be changed.
request-unpaid = Something that was billed for this request is still to be paid.
request-has-payment = A payment has begun or arrived. Cancel the request instead; the money goes back.
request-decision-pending = The customer has to decide about a new price first.
request-nothing-to-decide = There is nothing to decide.
request-proposal-changed = The new price is another one by now. Look at it before you accept it.
request-has-shipment = A shipment was made of this request already.
item-step-not-allowed = This item cannot take that step now.
