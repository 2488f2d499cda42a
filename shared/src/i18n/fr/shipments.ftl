# Lines of a shipment's price
shipment-line-tariff =
    { $service ->
        [STANDARD] Expédition standard vers { $country }, { $weight } kg
        [EXPRESS] Expédition express vers { $country }, { $weight } kg
       *[other] Expédition { $service } vers { $country }, { $weight } kg
    }
shipment-line-surcharge =
    { $code ->
        [FUEL] Supplément carburant
        [OVERSIZE] Supplément pour colis hors gabarit
        [HEAVY] Supplément pour colis lourds
       *[other] Supplément { $code }
    }
shipment-line-exchange = Frais de change de { $from } en { $to }
shipment-line-difference = Différence de coût de l’envoi { $reference }
shipment-line-agreed = Expédition de { $reference }, prix convenu
shipment-cost-approved = Le coût a été approuvé
shipment-cost-declined = Le coût a été refusé
shipment-cost-withdrawn = Le coût plus élevé que nous vous avions soumis n’est plus d’actualité. Vous n’avez pas à répondre.
shipment-credit-cheaper = L’envoi { $reference } coûte moins que le montant facturé
shipment-credit-cancelled = L’envoi { $reference } a été annulé

# Problems of one field
error-number = Un nombre est attendu, par exemple 2.5 ou "2.5".
error-number-positive = Le nombre doit être supérieur à zéro.
error-decimals =
    { NUMBER($max) ->
        [0] Aucune décimale n’est admise.
        [one] { $max } décimale au maximum.
       *[other] { $max } décimales au maximum.
    }
error-json-too-large = { $max } Kio au maximum, et pas plus de huit niveaux d’imbrication.
error-country-not-served = Nous n’expédions pas vers ce pays.
error-currency-not-offered = Nous n’acceptons pas cette devise.
error-tracking-number = Ce numéro de suivi n’est pas l’un des nôtres. Comparez-le encore une fois avec celui que vous avez reçu.
error-in-future = Cette date est dans le futur.
error-before-creation = Cette date est antérieure à la création de l’envoi.
error-nothing-to-override = Cette étape ne comporte aucun contrôle à outrepasser.
error-parcels-by-warehouse = Ces colis sont mesurés par notre entrepôt. Vous pouvez en modifier la destination et le mode d’expédition.
error-only-on-confirmation = N’indiquez ceci que pour confirmer un envoi en attente.

# Conflicts
shipment-step = L’envoi ne peut pas passer de son état actuel à celui-ci. Voir "allowed" pour les états possibles.
shipment-not-editable = Cet envoi ne peut plus être modifié.
shipment-not-cancellable = Cet envoi ne peut plus être annulé, ou pas par vous.
shipment-not-paid = Cet envoi n’est pas encore payé.
shipment-paid = Un paiement a déjà été fait pour cet envoi.
shipment-waits-for-approval = Le client n’a pas encore approuvé le coût de cet envoi.
shipment-of-request-exists = Cette demande a déjà un envoi.
shipment-proposal-changed = Le coût à approuver n’est plus celui que vous avez vu. Consultez de nouveau l’envoi.
shipment-nothing-to-approve = Il n’y a pas de coût à approuver.
