# Lines of a request's invoice
buy4me-line-item =
    { $form ->
        [converted] { $product }: { $quantity } × { $price }
       *[plain] { $product }
    }
buy4me-line-delivery =
    { $form ->
        [converted] Delivery from the shops: { $quantity } × { $price }
       *[plain] Delivery from the shops
    }
buy4me-line-exchange = Currency exchange fee
buy4me-line-fee = Service fee
buy4me-line-difference = { $line } (difference)

# Reasons on credit notes
buy4me-credit-cheaper = { $product } became cheaper.
buy4me-credit-out-of-stock = { $product } is out of stock.
buy4me-credit-declined = The new price of { $product } was declined.
buy4me-credit-item-cancelled = { $product } will not be bought.
buy4me-credit-request-cancelled = The request was cancelled.
buy4me-credit-withdrawn = The quote was withdrawn.
buy4me-credit-quote-expired = The quote has expired.

buy4me-credit-short = Not all of { $product } came.

# What the history says
buy4me-note-price-asked = The shop takes { $after } instead of { $before } a piece. We have asked you.
buy4me-note-price-accepted = The new price of { $after } a piece was accepted.
buy4me-note-price-declined = The new price of { $after } a piece was declined.
buy4me-note-short = { $missing } of { $quantity } did not come.

# Why the page of a product could not be read
buy4me-preview-unreadable = This page could not be read. Please fill in name and price yourself.
buy4me-preview-away = The shop did not answer. Please fill in name and price yourself.
