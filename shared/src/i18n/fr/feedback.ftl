# Ce que les clients pensent de ce qui a été fait pour eux.

# Conflits
feedback-given = Un avis a déjà été donné à ce sujet.
feedback-too-early = Un avis peut être donné une fois la livraison effectuée.

# Problèmes d’un champ
error-feedback-one-subject = Un avis porte sur un seul envoi ou sur une seule demande.

# La page derrière le lien des courriels.
feedback-page = Votre avis
feedback-title = Comment cela s’est-il passé ? { $reference }
feedback-question = Quel est votre degré de satisfaction à notre égard ?
feedback-rating-5 = Très satisfait
feedback-rating-4 = Satisfait
feedback-rating-3 = Ni satisfait ni insatisfait
feedback-rating-2 = Insatisfait
feedback-rating-1 = Très insatisfait
feedback-stars =
    { NUMBER($stars) ->
        [one] { $stars } étoile
       *[other] { $stars } étoiles
    }
feedback-message = Que devrions-nous savoir ? (Vous pouvez laisser ce champ vide.)
feedback-button = Envoyer
feedback-thanks = Merci ! Votre avis nous est bien parvenu.
feedback-done = Vous nous avez déjà donné votre avis. Merci !
feedback-wait = Un avis peut être donné ici une fois la livraison effectuée.
feedback-over = Ce lien a expiré. Vous pouvez toujours donner votre avis en vous connectant, et nous serons heureux de vous lire.
