# What happened to shipments, requests and invoices. A blank line begins a paragraph.
notice-shipment-status-subject =
    { $status ->
        [PENDING] Envoi { $reference } reçu
        [PROCESSING] Envoi { $reference } confirmé
        [IN_TRANSIT] Envoi { $reference } en route
        [DELIVERED] Envoi { $reference } livré
        [CANCELLED] Envoi { $reference } annulé
        [ON_HOLD] Envoi { $reference } suspendu
        [RETURNED] Envoi { $reference } de retour chez nous
       *[other] Envoi { $reference } : du nouveau
    }
notice-shipment-status =
    { $status ->
        [PENDING] Nous avons reçu votre envoi { $reference }. Dès que nous l’aurons pesé et mesuré, nous le confirmerons et vous enverrons la facture.
        [PROCESSING] Nous avons pesé, mesuré et confirmé votre envoi { $reference }. La facture suit ; une fois qu’elle sera payée, l’envoi partira.
        [IN_TRANSIT] Votre envoi { $reference } est parti de chez nous.
        [DELIVERED] Votre envoi { $reference } a été livré.
        [CANCELLED] Votre envoi { $reference } a été annulé. Si vous l’avez payé, l’argent vous sera remboursé.
        [ON_HOLD] Votre envoi { $reference } doit attendre.
        [RETURNED] Votre envoi { $reference } n’a pas pu être livré et nous est revenu. Nous vous contacterons au sujet de la suite à donner.
       *[other] Il y a du nouveau concernant votre envoi { $reference }.
    }

    Numéro de suivi : { $tracking_number }
notice-shipment-cost-subject = Envoi { $reference } : veuillez approuver le nouveau coût
notice-shipment-cost =
    Nous avons pesé et mesuré votre envoi { $reference }. Il coûte { $after } au lieu des { $before } estimés.

    Veuillez approuver ou refuser le nouveau coût dans votre compte. D’ici là, l’envoi reste chez nous.
notice-request-status-subject =
    { $status ->
        [DRAFT] Demande { $reference } : de nouveau un brouillon
        [SUBMITTED] Demande { $reference } : votre devis
        [ORDER_PLACED] Demande { $reference } : vos articles sont commandés
        [IN_TRANSIT] Demande { $reference } : vos articles sont en route vers notre entrepôt
        [SHIPPED_TO_CUSTOMER] Demande { $reference } : vos articles sont en route vers vous
        [COMPLETED] Demande { $reference } terminée
        [CANCELLED] Demande { $reference } annulée
       *[other] Demande { $reference } : du nouveau
    }
notice-request-status =
    { $status ->
        [DRAFT] Votre demande { $reference } est redevenue un brouillon, et sa facture est annulée. Soumettez la demande pour obtenir un nouveau devis.
        [SUBMITTED] Merci de votre demande { $reference }. Elle s’élève à { $amount } ; la facture suit. Dès qu’elle sera payée, nous achèterons vos articles.
        [ORDER_PLACED] Nous avons commandé les articles de votre demande { $reference }.
        [IN_TRANSIT] Les articles de votre demande { $reference } sont en route vers notre entrepôt.
        [SHIPPED_TO_CUSTOMER] Les articles de votre demande { $reference } ont quitté notre entrepôt et sont en route vers vous.
        [COMPLETED] Votre demande { $reference } est terminée. Merci.
        [CANCELLED] Votre demande { $reference } a été annulée. Si vous l’avez payée, l’argent vous sera remboursé.
       *[other] Il y a du nouveau concernant votre demande { $reference }.
    }
notice-request-price-subject = Demande { $reference } : veuillez approuver un nouveau prix
notice-request-price =
    Le prix de « { $product } » dans votre demande { $reference } a changé : votre demande s’élèverait à { $after } au lieu de { $before }.

    Veuillez approuver ou refuser le nouveau prix dans votre compte. D’ici là, nous n’achetons pas cet article.
notice-request-stock-subject = Demande { $reference } : un article est en rupture de stock
notice-request-stock = L’article « { $product } » de votre demande { $reference } est en rupture de stock. Nous l’avons retiré de votre demande ; ce que vous avez payé pour cet article vous sera remboursé.
notice-request-arrived-subject = Demande { $reference } : vos articles sont arrivés
notice-request-arrived =
    Tous les articles de votre demande { $reference } sont arrivés dans notre entrepôt.

    Veuillez nous indiquer, dans votre compte, où et comment nous devons les envoyer.
notice-invoice-issued-subject = Facture { $number } de { $amount }
notice-invoice-issued =
    Voici votre facture { $number } de { $amount }. Elle est à payer au plus tard le { $due }.

    Vous pouvez la payer sur sa page, sans vous connecter, ou dans votre compte.
notice-invoice-reminder-subject = Rappel : facture { $number } de { $amount }
notice-invoice-reminder =
    { $when ->
        [before] { NUMBER($days) ->
            [one] Votre facture { $number } arrive à échéance demain, le { $due }. Il reste { $amount } à payer.
           *[other] Votre facture { $number } arrive à échéance dans { $days } jours, le { $due }. Il reste { $amount } à payer.
        }
        [today] Votre facture { $number } arrive à échéance aujourd’hui. Il reste { $amount } à payer.
       *[after] { NUMBER($days) ->
            [one] Votre facture { $number } est arrivée à échéance hier, le { $due }. Il reste { $amount } à payer.
           *[other] Votre facture { $number } est arrivée à échéance il y a { $days } jours, le { $due }. Il reste { $amount } à payer.
        }
    }

    Si vous avez payé entre-temps, merci : veuillez ignorer ce message.
notice-payment-failed-subject = Votre paiement pour la facture { $number } n’a pas abouti
notice-payment-failed =
    Votre paiement de { $amount } pour la facture { $number } n’a pas abouti. Rien n’a été prélevé.

    { $why }
notice-payment-received-subject = Nous avons reçu { $amount } pour la facture { $number }
notice-payment-received =
    Merci. Nous avons reçu votre paiement de { $amount } pour la facture { $number }.

    Il reste { $owed } à payer.
notice-refund-sent-subject = Remboursement de { $amount }
notice-refund-sent =
    { $way ->
        [by-hand] Nous vous avons rendu { $amount } sur votre facture { $number }.
       *[other] Nous vous avons remboursé { $amount } sur votre facture { $number }, par le moyen utilisé pour payer. Selon votre banque, l’argent met quelques jours à arriver.
    }
notice-credit-note-subject = Avoir { $credit_note } pour la facture { $number }
notice-credit-note =
    Nous avons déduit { $amount } de votre facture { $number } : voici l’avoir { $credit_note }.

    Si vous avez payé plus que ce qui est dû à présent, le surplus vous sera remboursé.
notice-credit-note-pdf = L’avoir en PDF
notice-pay-link-subject = Votre lien pour payer la facture { $number }
notice-pay-link = Voici un nouveau lien pour payer votre facture { $number }. Il reste { $amount } à payer.
notice-pay-button = Voir et payer
notice-ticket-reply-subject = Réponse à « { $topic } » ({ $reference })
notice-ticket-reply =
    Nous avons répondu à votre ticket { $reference }, « { $topic } » :

    { $excerpt }

    Vous pouvez lire toute la réponse, et nous répondre, dans votre compte.
notice-ticket-status-subject =
    { $status ->
        [RESOLVED] Ticket { $reference } résolu : « { $topic } »
       *[other] Ticket { $reference } clos : « { $topic } »
    }
notice-ticket-status =
    { $status ->
        [RESOLVED] Nous pensons que votre ticket { $reference }, « { $topic } », est résolu. Si ce n’est pas le cas, répondez-nous dans les sept jours et il sera rouvert.
       *[other] Votre ticket { $reference }, « { $topic } », est clos. S’il reste quelque chose à régler, répondez-nous dans les sept jours et il sera rouvert.
    }
notice-ticket-assigned-subject = Le ticket { $reference } est à vous : « { $topic } »
notice-ticket-assigned = Le ticket { $reference }, « { $topic } », vous a été attribué.
notice-ticket-overdue-subject =
    { $target ->
        [answer] En retard, pas encore de réponse : { $topic }
       *[other] En retard, pas encore résolu : { $topic }
    }
notice-ticket-overdue = Le ticket { $reference }, « { $topic } », vous est attribué et il est en retard. Merci de vous en occuper.
notice-ticket-message-subject = Nouveau message dans { $reference } : « { $topic } »
notice-ticket-message =
    Le client du ticket { $reference }, « { $topic } », a écrit :

    { $excerpt }
notice-report-ready-subject = Votre rapport est prêt : du { $from } au { $to }
notice-report-ready = Le rapport du { $from } au { $to } ({ $format }) peut être téléchargé pendant une semaine.
notice-feedback-subject = Comment cela s’est-il passé ? ({ $reference })
notice-feedback =
    Votre commande { $reference } est arrivée. Que pensez-vous de notre service ?

    Dites-le-nous avec une à cinq étoiles et, si vous le souhaitez, quelques mots.
notice-feedback-button = Donner mon avis
notice-address-refused = Le serveur de messagerie refuse cette adresse. Vérifiez-la ou indiquez-en une autre.
notice-number-refused = Ce numéro ne reçoit pas nos messages. Vérifiez-le ou indiquez-en un autre.
notice-unknown = Du nouveau
