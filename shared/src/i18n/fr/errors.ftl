# Titles and details of problems (RFC 9457); the id without "error-" is the stable code.
error-not-found = Il n’y a rien ici, ou vous n’y avez pas accès.
error-unauthenticated = Connectez-vous d’abord : envoyez "Authorization: Bearer" avec le jeton d’accès obtenu sur /api/auth/login/.
error-token-invalid = Le jeton d’accès n’est pas valide.
error-token-expired = Le jeton d’accès a expiré. Connectez-vous de nouveau ou renouvelez-le.
error-session-ended = Cette session est terminée. Connectez-vous de nouveau.
error-credentials = Utilisateur inconnu ou mot de passe incorrect.
error-code = Le code est incorrect, a déjà servi ou est trop ancien.
error-too-many-attempts = Trop d’essais infructueux. Patientez un moment, puis réessayez.
error-too-many-mails = Trop de demandes de ce type. Patientez un moment, puis réessayez.
error-registration-closed = Les inscriptions sont fermées.
error-mfa-required = Ici, le personnel doit utiliser un second facteur. Configurez-en d’abord un sur /api/auth/mfa/setup/.
error-forbidden = Vous n’avez pas le droit de faire cela.
error-permission-missing = Vous n’avez pas le droit de faire cela : il faut l’autorisation { $permission }.
error-invalid = La requête comporte des erreurs. Voir "errors" pour chaque champ.
error-malformed-json = Le corps n’est pas du JSON valide (ligne { $line }, colonne { $column }).
error-malformed-form = Le corps n’a pas pu être lu.
error-malformed-request = La requête n’a pas pu être comprise.
error-method-not-allowed = Cette adresse n’accepte pas cette méthode.
error-unsupported-media-type = Envoyez le corps en JSON avec "Content-Type: application/json".
error-picture-type = Envoyez l’image elle-même, avec "Content-Type: image/png", "image/jpeg" ou "image/webp".
error-payload-too-large =
    { NUMBER($limit) ->
        [one] Le corps dépasse { $limit } octet.
       *[other] Le corps dépasse { $limit } octets.
    }
error-timeout = La requête a pris trop de temps. Réessayez.
error-unavailable = Une partie du service est momentanément indisponible. Réessayez dans un instant.
error-provider-unavailable = Le prestataire de paiement ne répond pas pour le moment. Réessayez dans un instant.
error-provider-refused = Le prestataire de paiement a refusé cette requête.
error-too-many-streams = Un compte peut ouvrir { $max } flux au plus. Fermez-en un d’abord.
error-ticket = Ce jeton d’accès a déjà été utilisé ou est trop ancien. Demandez-en un nouveau.
error-too-many-requests = Trop de requêtes. Réessayez dans { $seconds } s.
error-internal = Une erreur s’est produite de notre côté. Veuillez nous communiquer l’identifiant de la requête.
error-key-reused = Cette Idempotency-Key a déjà servi pour une autre requête.
error-signature = La signature ne correspond pas.

# Titles by status
title-400 = Requête invalide
title-401 = Connexion requise
title-403 = Action non autorisée
title-404 = Introuvable
title-405 = Méthode non autorisée
title-408 = Délai dépassé
title-409 = Impossible pour le moment
title-413 = Trop volumineux
title-415 = Type de contenu incorrect
title-422 = Clé déjà utilisée
title-429 = Trop de requêtes
title-500 = Erreur interne
title-502 = Refusé par le prestataire
title-503 = Indisponible pour le moment

# Problems of one field
error-required = Ce champ est obligatoire.
error-unknown-field = Ce champ n’existe pas.
error-unknown-parameter = Ce paramètre n’existe pas.
error-repeated = Cette indication ne peut être donnée qu’une seule fois.
error-wrong-type =
    { $expected ->
        [text] Une chaîne de caractères est attendue.
        [integer] Un nombre entier est attendu.
        [boolean] La valeur true ou false est attendue.
        [list] Une liste est attendue.
        [object] Un objet est attendu.
        [uuid] Un UUID est attendu.
        [time] Une date et une heure avec leur décalage horaire sont attendues, par exemple "2026-01-31T12:00:00Z".
       *[other] Cette valeur n’a pas la bonne forme.
    }
error-not-a-choice = Cette valeur ne fait pas partie des valeurs admises : { $allowed }.
error-day = Ce n’est pas un jour. Utilisez AAAA-MM-JJ, par exemple 2026-11-23.
error-dates-reversed = Le dernier jour précède le premier.
error-too-many-groups = Plus de { $max } groupes. Choisissez des groupes plus grands ou une période plus courte.
error-out-of-range = La valeur est hors limites.
error-too-long =
    { NUMBER($max) ->
        [one] { $max } caractère au maximum.
       *[other] { $max } caractères au maximum.
    }
error-too-short =
    { NUMBER($min) ->
        [one] { $min } caractère au minimum.
       *[other] { $min } caractères au minimum.
    }
error-too-many =
    { NUMBER($max) ->
        [one] { $max } entrée au maximum.
       *[other] { $max } entrées au maximum.
    }
error-blank = Ce champ ne doit pas être vide.
error-control-characters = Les caractères de contrôle ne sont pas autorisés.
error-common-password = Ce mot de passe est l’un des premiers que d’autres essaieraient.
error-required-again = Du temps a passé depuis votre connexion : saisissez de nouveau votre mot de passe.
error-wrong-password = Le mot de passe est incorrect.
error-password-or-code = Le mot de passe ou le code est incorrect.
error-email = Ceci n’est pas une adresse électronique.
error-phone = Écrivez le numéro au format international, par exemple +15551234567.
error-username = Seuls les lettres, les chiffres et les caractères . _ - sont admis.
error-unknown-language = Cette langue n’est pas disponible.
error-unknown-currency = Devise inconnue. Utilisez un code ISO 4217 de trois lettres majuscules.
error-no-rate = Il n’y a pas de taux de change de { $from } vers { $to }.
error-rate = Écrivez le taux comme un simple nombre décimal supérieur à 0 et d’au plus 1000000000, avec 12 décimales au maximum, par exemple "3.6725".
error-same-currency = Les deux devises doivent être différentes.
error-unknown-setting = Ce réglage n’existe pas.
error-setting-code = Seuls les majuscules, les chiffres et _ sont admis, 32 caractères au maximum.
error-setting-either = Donnez soit un pourcentage, soit un montant.
error-setting-ascending = Donnez les valeurs dans l’ordre croissant, chacune une seule fois.
error-link = Ce lien n’est pas valide, a déjà servi ou a expiré. Demandez-en un nouveau.
error-unknown-user = Cet utilisateur n’existe pas ou n’est pas actif.
error-email-taken = Cette adresse électronique est déjà utilisée.
error-username-taken = Ce nom d’utilisateur est déjà utilisé.
error-amount-format = Écrivez le montant comme une simple chaîne décimale, par exemple "12.50".
error-amount-digits = Il y a plus de décimales que n’en a la devise.
error-amount-positive = Le montant doit être supérieur à zéro.
error-amount-too-large = Le montant est trop élevé.
error-amount-above-balance = C’est plus que le montant dû.
error-amount-above-refundable = C’est plus que ce qui peut être remboursé : { $most } au maximum.
error-amount-above-creditable = C’est plus que ce qui peut être porté en avoir : { $most } au maximum.
error-due-in-past = La date d’échéance est déjà passée.
error-country = Pays inconnu. Utilisez un code ISO 3166-1 de deux lettres majuscules, par exemple US.
error-region = Ce n’est pas une région de ce pays. Utilisez un code ISO 3166-2 commençant par celui du pays, par exemple US-CA.
error-web-address = Utilisez une adresse http ou https absolue.
error-product-address = Utilisez l’adresse http ou https absolue du produit, sans nom d’utilisateur ni mot de passe.
error-one-kind = N’envoyez qu’un seul type de modification à la fois.
error-shop-address = Utilisez l’adresse http ou https d’une boutique dans un domaine tel que example.com, sans nom d’utilisateur ni mot de passe.
error-shop-taken = Il existe déjà une boutique pour ce domaine.
error-company-logo = Indiquez un logo déposé sur /api/superadmin/company/logo/, ou laissez ce champ vide.
error-picture = Utilisez une image PNG, JPEG ou WebP complète, d’au plus 4096 pixels de côté et d’au plus 8 millions de pixels au total.
error-gateway-not-available = Cette passerelle de paiement n’est pas disponible ici.
error-currency-unsupported = Cette passerelle de paiement n’accepte pas cette devise.
error-if-match = Envoyez l’ETag de la version que vous avez lue, avec ses guillemets, ou *.
error-unknown-event = Cet événement n’existe pas, ou ne vous concerne pas.
error-mandatory-message = Les messages concernant le compte et les questions d’argent ne peuvent pas être désactivés ici.
error-time-zone = Fuseau horaire inconnu. Utilisez un nom IANA, par exemple Africa/Cairo.
error-clock-time = Écrivez l’heure en heures et minutes, par exemple 22:00.
error-quiet-hours-empty = Le début et la fin doivent être différents.
error-ids-or-all = Donnez soit "ids", soit "all": true.
error-idempotency-key = Utilisez de 1 à 255 caractères ASCII visibles.

# Conflicts
version-conflict = Quelqu’un d’autre a fait une modification entre-temps. Relisez les données, puis refaites la vôtre.
job-twin-finished = Une autre opération s’achevait à cet instant précis. Réessayez.
key-in-progress = Une requête avec cette Idempotency-Key est encore en cours.
own-account = Personne ne peut faire cela sur son propre compte. Adressez-vous à quelqu’un d’autre.
last-super-admin = Le dernier super-administrateur actif doit rester.
account-erased = Ce compte a été effacé et ne peut plus être modifié.
mfa-already-on = Le second facteur est déjà activé.
mfa-not-on = Le second facteur n’est pas activé.
mfa-not-set-up = Configurez d’abord le second facteur.
mfa-is-required = Ici, le personnel doit avoir un second facteur.
invoice-not-payable = Cette facture ne peut pas être payée maintenant.
payment-on-its-way = Un paiement de cette facture est en route. Attendez qu’il soit arrivé ou qu’il ait échoué.
paper-of-draft = Un brouillon n’a pas de document. Émettez d’abord la facture.
paper-of-no-payment = Seul un paiement arrivé donne lieu à un reçu.
invoice-not-draft = Cette facture n’est plus un brouillon.
invoice-not-refundable = Rien ne peut être remboursé sur cette facture.
invoice-not-creditable = Rien ne peut être porté en avoir sur cette facture.
invoice-not-voidable = Cette facture ne peut pas être annulée.
invoice-not-collectible = Seule une facture émise et non soldée peut être passée en perte.
invoice-has-payments = Un paiement a été fait sur cette facture. Établissez plutôt un avoir, ou remboursez.
invoice-bills-live-document = Cette facture porte sur un envoi ou une demande encore en cours. C’est l’envoi ou la demande qu’il faut annuler ou modifier.
payment-already-recorded = Un paiement portant cette référence est déjà enregistré sur cette facture.
refund-not-withdrawable = Seul un remboursement manuel encore en attente peut être retiré.
refund-still-due = Cette somme a été payée en trop, elle doit donc être rendue.
refund-not-confirmable = Seul un remboursement manuel encore en attente peut être confirmé.
payment-closed = Ce paiement est déjà clos.
payment-not-approved = Le payeur n’a pas encore approuvé ce paiement.
too-many-addresses = Votre carnet d’adresses est plein. Supprimez d’abord une adresse.
report-no-detail = Un PDF n’a pas de ligne pour chaque facture. Utilisez csv ou xlsx pour cela.
report-exports-full = Au plus cinq de vos exports peuvent être en cours. Attendez-en un ou annulez-le.
report-export-finished = Cet export est terminé.
report-link-expired = Ce lien a expiré. Demandez-en un nouveau auprès de l’export.
export-not-ready = Cet export est encore en préparation.
export-expired = Cet export a expiré. Demandez-en un nouveau.
account-has-open-shipments = Des envois de ce compte sont encore en route. Terminez-les ou annulez-les d’abord.
account-has-open-invoices = Ce compte a des factures ouvertes ou des remboursements promis. Réglez d’abord ce qui reste en suspens.
rates-are-manual = Ici, les taux de change sont saisis à la main : aucun fournisseur n’est configuré.
rate-pinned = Le taux de cette paire a été figé entre-temps. Débloquez-le d’abord, ou écartez le cas.
rate-not-pinned = Ce taux n’est pas figé.
payment-review-closed = Ce cas a déjà été traité par quelqu’un, ou il s’est réglé de lui-même.
rate-review-closed = Ce cas a déjà été tranché par quelqu’un, ou il s’est réglé de lui-même.
rate-review-holds-nothing = Ce cas ne contient aucun taux à accepter.
account-has-open-requests = Des demandes de ce compte sont en cours de traitement. Terminez-les ou annulez-les d’abord.
request-step-not-allowed = Cette demande ne peut pas passer à cette étape maintenant.
request-not-editable = Seul un brouillon peut être modifié.
request-unpaid = Il reste à payer une partie de ce qui a été facturé pour cette demande.
request-has-payment = Un paiement a été commencé ou est arrivé. Annulez plutôt la demande ; l’argent sera remboursé.
request-decision-pending = Le client doit d’abord se prononcer sur un nouveau prix.
request-nothing-to-decide = Il n’y a rien à décider.
request-proposal-changed = Le nouveau prix a changé entre-temps. Vérifiez-le avant de l’accepter.
request-has-shipment = Un envoi a déjà été créé à partir de cette demande.
item-step-not-allowed = Cet article ne peut pas passer à cette étape maintenant.
