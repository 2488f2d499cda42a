# Why a payment or refund did not work, by its normalised code.
failure-declined-soft = La banque a refusé cette fois-ci. Réessayez, ou payez autrement.
failure-declined-hard = La banque a refusé définitivement. Veuillez payer autrement.
failure-requires-action = La banque demande une confirmation du payeur. Réessayez et suivez les instructions de la banque.
failure-expired = La page de paiement ou la carte a expiré. Commencez un nouveau paiement.
failure-amount-mismatch = Le montant payé n’est pas celui qui était demandé. Nous vérifions ce qui s’est passé.
failure-currency-unsupported = Ce moyen de paiement n’accepte pas cette devise.
failure-gateway-unavailable = Le prestataire de paiement n’a pas répondu à temps. Commencez un nouveau paiement.
failure-gateway-refused = Le prestataire de paiement a refusé. Veuillez payer autrement.
failure-duplicate = Cette somme a déjà été payée ou remboursée.
failure-dispute-blocked = Le paiement est contesté auprès de la banque : rien ne peut être fait tant que ce litige n’est pas tranché.
failure-refund-window-closed = Le paiement est trop ancien pour être remboursé par le moyen utilisé pour payer.
