# Factures, avoirs et reçus sur papier
paper-invoice = Facture
paper-credit-note = Avoir
paper-receipt = Reçu
paper-number = Numéro
paper-date = Date
paper-buyer = Facturé à
paper-due = À payer
paper-terms =
    { NUMBER($days) ->
        [0] immédiatement, au plus tard le { $date }
        [one] sous { $days } jour, au plus tard le { $date }
       *[other] sous { $days } jours, au plus tard le { $date }
    }
paper-description = Désignation
paper-quantity = Quantité
paper-unit-price = Prix unitaire
paper-tax-rate = Taxe
paper-net = Montant ({ $currency })
paper-subtotal = Total hors taxes
paper-tax = Taxe { $rate }
paper-total = Total
paper-bank = Virement bancaire
paper-bank-hint = Veuillez indiquer { $number } comme référence de votre virement.
paper-of-invoice = Pour la facture
paper-of-invoice-date = Date de la facture
paper-reason = Motif
paper-credited = Montant de l’avoir
paper-tax-included = Dont taxes
paper-paid-on = Payé le
paper-method = Mode de paiement
paper-method-card = Carte
paper-method-cash = Espèces
paper-method-bank-transfer = Virement bancaire
paper-method-cheque = Chèque
paper-reference = Référence
paper-received = Montant reçu
paper-invoice-total = Total de la facture
paper-still-owed = Reste à payer
paper-tax-number = Numéro fiscal : { $number }
paper-registration-number = Numéro d’immatriculation : { $number }
paper-page = Page { $page } sur { $pages }
page-paper-title = Vos documents
page-paper-expired-title = Ce lien a expiré
page-paper-expired = Connectez-vous pour voir le document, ou demandez-nous un nouveau lien.
page-paper-coming-title = Un instant
page-paper-coming = Votre document est en cours de préparation. Il s’affichera ici de lui-même.
