# Mails about an account. Each with a link says what it opens, how long it works, and what to do if it was not you.
account-greeting = Bonjour { $name },
account-greeting-nameless = Bonjour,
account-plain-address = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :
account-life-hours =
    Le lien est valable une seule fois, pendant { NUMBER($hours) ->
        [one] { $hours } heure
       *[other] { $hours } heures
    }.
account-life-days =
    Le lien est valable une seule fois, pendant { NUMBER($days) ->
        [one] { $days } jour
       *[other] { $days } jours
    }.

# Confirm an address: of a registration, or of an account
account-confirm-subject = Confirmez votre adresse électronique
account-confirm-button = Confirmer mon adresse
account-register-lead = Merci de votre inscription. Pour la terminer, confirmez que cette adresse électronique est bien la vôtre.
account-register-stranger = Si cette inscription ne vient pas de vous, ignorez ce message : sans votre confirmation, aucun compte ne sera créé.
account-verify-lead = Veuillez confirmer que cette adresse électronique est bien la vôtre. Elle sera rattachée à votre compte.
account-verify-stranger = Si vous n’avez rien demandé, ignorez ce message : sans votre confirmation, l’adresse ne sera pas utilisée.

# Somebody registers with the address of an account
account-exists-subject = Vous avez déjà un compte
account-exists-lead = Quelqu’un, sans doute vous, a tenté de s’inscrire avec l’adresse { $email }. Vous avez déjà un compte à cette adresse ; aucun autre n’a donc été créé.
account-exists-reset = Vous pouvez vous connecter avec cette adresse. Si vous ne vous souvenez plus de votre mot de passe, choisissez « Mot de passe oublié » au moment de vous connecter : nous vous enverrons un lien pour en définir un nouveau.
account-exists-closed = Ce compte est fermé. Contactez-nous si vous souhaitez l’utiliser de nouveau.
account-exists-stranger = Si ce n’était pas vous, vous n’avez rien à faire : personne n’a eu accès à votre compte.

# A new password
account-reset-subject = Choisissez un nouveau mot de passe
account-reset-lead = Nous avons reçu une demande de réinitialisation du mot de passe de votre compte { $email }.
account-reset-button = Choisir un nouveau mot de passe
account-reset-stranger = Si ce n’était pas vous, ignorez ce message : votre mot de passe reste inchangé.

# The first password of an account that staff made
account-invite-subject = Votre compte Buy4Me est prêt
account-invite-lead = Nous avons créé un compte Buy4Me pour vous. Choisissez un mot de passe, et vous pourrez vous connecter.
account-invite-email = Connectez-vous avec votre adresse { $email }.
account-invite-username = Connectez-vous avec le nom d’utilisateur { $username } ou avec votre adresse { $email }.
account-invite-button = Choisir un mot de passe
account-invite-stranger = Si vous n’attendiez pas ce message, ignorez-le : sans mot de passe, personne ne peut utiliser le compte.

# To the address that an account had
account-email-changed-subject = L’adresse électronique de votre compte a changé
account-email-changed-lead = L’adresse électronique de votre compte Buy4Me n’est plus { $email }. Les messages concernant ce compte sont désormais envoyés à la nouvelle adresse.
account-email-changed-stranger = Si vous n’avez pas demandé ce changement, contactez-nous immédiatement.

# Notices
account-password-changed-subject = Votre mot de passe a été modifié
account-password-changed-lead = Le mot de passe de votre compte { $email } a été modifié le { $when }.
account-mfa-enabled-subject = La connexion en deux étapes est activée
account-mfa-enabled-lead = La connexion en deux étapes a été activée pour votre compte { $email } le { $when }. Pour vous connecter, il vous faut désormais aussi un code de votre application d’authentification. Conservez vos codes de récupération en lieu sûr.
account-mfa-disabled-subject = La connexion en deux étapes est désactivée
account-mfa-disabled-lead = La connexion en deux étapes a été désactivée pour votre compte { $email } le { $when }. Votre mot de passe suffit désormais pour vous connecter.
account-export-ready-subject = Vos données sont prêtes
account-export-ready-lead = Vous avez demandé une copie des données de votre compte { $email }. Elle est prête depuis le { $when } : connectez-vous pour la télécharger.
account-notice-stranger = Si ce n’était pas vous, quelqu’un d’autre utilise peut-être votre compte : choisissez « Mot de passe oublié » au moment de vous connecter pour définir tout de suite un nouveau mot de passe, puis contactez-nous.
