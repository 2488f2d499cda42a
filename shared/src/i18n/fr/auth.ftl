# Answers of signing up and of resets, the same for everybody
auth-check-mail = Nous avons envoyé un courriel à { $email }. Ouvrez le lien qu’il contient pour terminer votre inscription.
auth-reset-on-its-way = Si un compte existe à cette adresse, un courriel contenant un lien est en route.
