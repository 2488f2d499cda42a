# Dashboards: lists that staff work on
work-shipments-to-confirm = Envois à mesurer et à confirmer
work-shipments-to-send = Envois payés à expédier
work-shipments-on-hold = Envois suspendus
work-shipments-returned = Envois retournés
work-requests-to-order = Demandes payées à commander
work-requests-to-receive = Demandes dont les articles sont en route vers nous
work-requests-to-forward = Demandes à réexpédier
work-invoices-draft = Brouillons de factures
work-invoices-overdue = Factures en retard
work-payment-reviews = Paiements à examiner
work-disputes-to-answer = Litiges auxquels répondre
work-tickets-unassigned = Tickets sans responsable
work-tickets-mine = Vos tickets qui attendent une réponse
work-tickets-overdue = Tickets en retard
work-messages-bounced = Messages revenus
work-rates-to-decide = Taux de change à trancher
# What a customer has to do; $reference is an invoice, a parcel, a request or a ticket
need-pay-overdue = La facture { $reference } est en retard : merci de la payer
need-pay = Payer la facture { $reference }
need-approve-cost = L’envoi { $reference } coûte plus que prévu : dites si vous êtes d’accord
need-approve-price = Des articles de la demande { $reference } coûtent plus que le devis : dites si vous êtes d’accord
need-give-instructions = Les articles de la demande { $reference } sont arrivés : dites où les envoyer
need-answer-ticket = Répondre à notre question dans le ticket { $reference }
need-submit-request = Envoyer la demande { $reference } que vous avez commencée
