# Reports as files: names of sheets and columns
report-summary = Synthèse
report-list = Factures
report-all-in = Total en { $currency }
report-from = Du
report-to = Au
report-currency = Devise
report-shipments = Envois
report-requests = Demandes Buy4Me
report-invoices = Factures
report-billed = Facturé
report-tax = Taxes
report-credited = Avoirs
report-outstanding = Restant dû
report-revenue = Encaissements
report-refunded = Remboursé
report-disputed = Contesté
report-fees = Frais
report-net = Net
report-number = Facture
report-issued = Émise le
report-customer = Client
report-customer-type = Type de client
report-country = Pays
report-status = Statut
report-amount = Montant
report-paid = Payé

# Reports as PDF
report-title = Rapport
report-span = { $from } – { $to }
report-made = Établi le
report-shop = Boutique
report-region = Destination
report-walk-in = Clients de passage
report-buy4me = Clients Buy4Me
report-took-shipment = Délai moyen de livraison
report-took-request = Délai moyen de réalisation
report-took-invoice = Délai moyen de paiement
report-hours =
    { NUMBER($count) ->
        [one] { $written } heure
       *[other] { $written } heures
    }
report-days =
    { NUMBER($count) ->
        [one] { $written } jour
       *[other] { $written } jours
    }
report-chart-money = Encaissements, remboursements et net en { $currency }
report-chart-counts = Nouveaux envois et nouvelles demandes Buy4Me
report-chart-alt = Graphique : { $title }, { $span }. Le tableau qui suit contient les mêmes chiffres.
report-by-day = Par jour, en { $currency }
report-by-week = Par semaine, en { $currency }
report-by-month = Par mois, en { $currency }
report-period = Période
report-all = Total
report-currencies = Par devise
report-count = Nombre
report-note = Les jours sont ceux du temps UTC. Les montants en { $currency } sont aux taux fixés pour chaque document.
report-unconverted =
    { NUMBER($count) ->
        [one] Aucun taux de change n’était connu pour { $written } facture ou paiement, qui manque dans les montants en { $currency }.
       *[other] Aucun taux de change n’était connu pour { $written } factures et paiements, qui manquent dans les montants en { $currency }.
    }
