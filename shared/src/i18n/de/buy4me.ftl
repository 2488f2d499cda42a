# Zeilen der Rechnung eines Kaufauftrags
buy4me-line-item =
    { $form ->
        [converted] { $product }: { $quantity } × { $price }
       *[plain] { $product }
    }
buy4me-line-delivery =
    { $form ->
        [converted] Versandkosten der Shops: { $quantity } × { $price }
       *[plain] Versandkosten der Shops
    }
buy4me-line-exchange = Gebühr für die Währungsumrechnung
buy4me-line-fee = Servicegebühr
buy4me-line-difference = { $line } (Differenz)

# Gründe auf Gutschriften
buy4me-credit-cheaper = { $product } ist günstiger geworden.
buy4me-credit-out-of-stock = { $product } ist nicht mehr vorrätig.
buy4me-credit-declined = Der neue Preis von { $product } wurde abgelehnt.
buy4me-credit-item-cancelled = { $product } wird nicht gekauft.
buy4me-credit-request-cancelled = Der Kaufauftrag wurde storniert.
buy4me-credit-withdrawn = Das Angebot wurde zurückgezogen.
buy4me-credit-quote-expired = Das Angebot ist abgelaufen.

buy4me-credit-short = Von { $product } ist nicht alles angekommen.

# Was der Verlauf sagt
buy4me-note-price-asked = Der Shop verlangt { $after } statt { $before } pro Stück. Wir haben bei Ihnen nachgefragt.
buy4me-note-price-accepted = Der neue Preis von { $after } pro Stück wurde angenommen.
buy4me-note-price-declined = Der neue Preis von { $after } pro Stück wurde abgelehnt.
buy4me-note-short =
    { NUMBER($missing) ->
        [one] { $missing } von { $quantity } Stück ist nicht angekommen.
       *[other] { $missing } von { $quantity } Stück sind nicht angekommen.
    }

# Warum die Seite eines Produkts nicht gelesen werden konnte
buy4me-preview-unreadable = Diese Seite konnte nicht gelesen werden. Bitte tragen Sie Name und Preis selbst ein.
buy4me-preview-away = Der Shop hat nicht geantwortet. Bitte tragen Sie Name und Preis selbst ein.
