# Problèmes d’un champ
error-assignee = Cette personne ne fait pas partie du personnel actif autorisé à gérer les tickets.
error-unknown-message = Ce message n’existe pas dans ce ticket.
error-chat-ref = Utilisez de 1 à 64 caractères ASCII visibles.
error-unknown-attachment = Ce fichier ne figure pas parmi les vôtres dans ce ticket, ou il appartient déjà à un message.
error-attachment-mismatch = Le contenu est de type { $found }, et ce n’est pas ce qu’indique son Content-Type.
error-attachment-picture = Utilisez une image d’au plus 16384 pixels de côté et d’au plus 100 millions de pixels au total.

# Titres et détails : ce qui est refusé
error-attachment-type = Ce type de fichier n’est pas accepté. Envoyez le fichier lui-même sous l’un de ces types : { $allowed }.
error-too-many-tickets = Trop de nouveaux tickets pour une seule journée. Écrivez dans l’un de ceux que vous avez, ou patientez un moment.
error-too-many-messages = Trop de messages pour une seule heure. Patientez un moment, puis réessayez.
error-too-many-uploads = Trop de fichiers pour une seule journée. Patientez un moment, puis réessayez.
error-websocket-expected = Cette adresse sert aux connexions WebSocket. Demandez-en une avec les en-têtes Connection, Upgrade et Sec-WebSocket-*.
error-origin = Les pages de cette origine ne peuvent pas ouvrir de discussion.

# Conflits
ticket-step = Le ticket ne peut pas passer de son état actuel à celui-ci. Voir "allowed" pour les états possibles.
ticket-closed = Ce ticket est clos. Ouvrez-en un nouveau.
ticket-attachments-full = Ce ticket ne peut pas contenir plus de fichiers. Ouvrez-en un nouveau.
