# The pages behind the links in mails
page-title = Votre compte
page-refused-title = Cela n’a pas fonctionné
page-verify-title = Confirmez votre adresse électronique
page-verify-notice = Un clic, et nous saurons que cette adresse est la vôtre.
page-verify-button = Confirmer mon adresse
page-verify-done = Votre adresse est confirmée. Vous pouvez maintenant vous connecter.
page-verify-next = Si vous avez déjà confirmé votre adresse, il vous suffit de vous connecter. Sinon, inscrivez-vous de nouveau, ou connectez-vous pour demander un nouveau lien.
page-password-title = Choisissez un mot de passe
page-password-notice = Pour votre compte { $email }
page-password-label = Nouveau mot de passe
page-password-again = Nouveau mot de passe, encore une fois
page-password-rules =
    { NUMBER($min) ->
        [one] { $min } caractère au minimum.
       *[other] { $min } caractères au minimum.
    } Plusieurs mots se retiennent facilement et se devinent difficilement.
page-password-mismatch = Les deux mots de passe ne sont pas identiques. Saisissez deux fois le même.
page-password-button = Enregistrer le mot de passe
page-password-done = Votre nouveau mot de passe est enregistré. Vous pouvez maintenant vous connecter.
page-password-next = Si vous venez de définir votre mot de passe, utilisez-le pour vous connecter. Sinon, choisissez « Mot de passe oublié » au moment de vous connecter : nous vous enverrons un nouveau lien.
page-unsubscribe-title = Nos courriels
page-unsubscribe-notice = Un clic, et vous ne recevrez plus de courriels de ce type. Ceux qui concernent votre compte et vos paiements continueront.
page-unsubscribe-button = Ne plus recevoir de courriels de ce type
page-unsubscribe-done = Vous ne recevrez plus de courriels de ce type.
page-unsubscribe-next = Vous pouvez les réactiver dans votre compte.
