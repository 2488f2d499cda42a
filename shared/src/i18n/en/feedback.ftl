# What customers think of what was done for them.

# Conflicts
feedback-given = There is feedback about this already.
feedback-too-early = Feedback can be given when it has been delivered.

# Problems of one field
error-feedback-one-subject = Feedback is about one shipment or one request.

# The page behind the link in mails.
feedback-page = Your feedback
feedback-title = How was it? { $reference }
feedback-question = How satisfied are you with us?
feedback-rating-5 = Very satisfied
feedback-rating-4 = Satisfied
feedback-rating-3 = Neither satisfied nor dissatisfied
feedback-rating-2 = Dissatisfied
feedback-rating-1 = Very dissatisfied
feedback-stars =
    { NUMBER($stars) ->
        [one] { $stars } star
       *[other] { $stars } stars
    }
feedback-message = What should we know? (You may leave this empty.)
feedback-button = Send
feedback-thanks = Thank you! Your feedback has reached us.
feedback-done = You have told us already. Thank you!
feedback-wait = Feedback can be given here when it has been delivered.
feedback-over = This link has expired. You can still give feedback after signing in, and we are glad to hear from you.
