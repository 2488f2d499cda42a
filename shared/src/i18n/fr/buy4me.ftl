# Lines of a request's invoice
buy4me-line-item =
    { $form ->
        [converted] { $product } : { $quantity } × { $price }
       *[plain] { $product }
    }
buy4me-line-delivery =
    { $form ->
        [converted] Livraison depuis les boutiques : { $quantity } × { $price }
       *[plain] Livraison depuis les boutiques
    }
buy4me-line-exchange = Frais de change
buy4me-line-fee = Frais de service
buy4me-line-difference = { $line } (différence)

# Reasons on credit notes
buy4me-credit-cheaper = Le prix de « { $product } » a baissé.
buy4me-credit-out-of-stock = « { $product } » est en rupture de stock.
buy4me-credit-declined = Le nouveau prix de « { $product } » a été refusé.
buy4me-credit-item-cancelled = L’achat de « { $product } » est annulé.
buy4me-credit-request-cancelled = La demande a été annulée.
buy4me-credit-withdrawn = Le devis a été retiré.
buy4me-credit-quote-expired = Le devis a expiré.

buy4me-credit-short = La livraison de « { $product } » est incomplète.

# What the history says
buy4me-note-price-asked = La boutique demande { $after } au lieu de { $before } par unité. Nous vous avons demandé votre accord.
buy4me-note-price-accepted = Le nouveau prix de { $after } par unité a été accepté.
buy4me-note-price-declined = Le nouveau prix de { $after } par unité a été refusé.
buy4me-note-short =
    { NUMBER($missing) ->
        [one] { $missing } unité sur { $quantity } n’est pas arrivée.
       *[other] { $missing } unités sur { $quantity } ne sont pas arrivées.
    }

# Why the page of a product could not be read
buy4me-preview-unreadable = Cette page n’a pas pu être lue. Veuillez saisir vous-même le nom et le prix.
buy4me-preview-away = La boutique n’a pas répondu. Veuillez saisir vous-même le nom et le prix.
