# The sandbox gateway's page
sandbox-title = Paiement dans le bac à sable
sandbox-notice = Ceci est la passerelle du bac à sable. Aucune somme n’est transférée.
sandbox-amount = { $amount } pour la facture { $number }
sandbox-pay = Payer
sandbox-decline = Refuser
sandbox-later = Payer plus tard
sandbox-done-pay = Paiement envoyé. La facture est en cours de mise à jour.
sandbox-done-decline = Paiement refusé.
sandbox-done-later = Le paiement arrivera dans quelques secondes.
sandbox-closed = Ce paiement est déjà clos.
sandbox-back = Retour à la boutique
