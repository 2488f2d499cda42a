# Probleme eines Feldes
error-assignee = Diese Person gehört nicht zu den aktiven Mitarbeitenden, die Tickets verwalten dürfen.
error-unknown-message = Diese Nachricht gibt es in diesem Ticket nicht.
error-chat-ref = Verwenden Sie 1 bis 64 sichtbare ASCII-Zeichen.
error-unknown-attachment = Diese Datei ist keine von Ihren Dateien in diesem Ticket, oder sie gehört schon zu einer Nachricht.
error-attachment-mismatch = Der Inhalt ist { $found } und damit nicht das, was sein Content-Type angibt.
error-attachment-picture = Verwenden Sie ein Bild mit höchstens 16384 Pixeln Seitenlänge und höchstens 100 Millionen Pixeln insgesamt.

# Titel und Einzelheiten: was abgelehnt wird
error-attachment-type = Diese Art von Datei wird nicht angenommen. Senden Sie die Datei selbst, in einem dieser Typen: { $allowed }.
error-too-many-tickets = Zu viele neue Tickets für einen Tag. Schreiben Sie in eines, das Sie schon haben, oder warten Sie eine Weile.
error-too-many-messages = Zu viele Nachrichten für eine Stunde. Warten Sie eine Weile und versuchen Sie es dann noch einmal.
error-too-many-uploads = Zu viele Dateien für einen Tag. Warten Sie eine Weile und versuchen Sie es dann noch einmal.
error-websocket-expected = Diese Adresse ist für WebSocket-Verbindungen. Fragen Sie mit den Kopfzeilen Connection, Upgrade und Sec-WebSocket-* danach.
error-origin = Seiten dieser Herkunft dürfen keinen Chat öffnen.

# Konflikte
ticket-step = Ein Ticket kann aus seinem jetzigen Status nicht in diesen wechseln. In "allowed" steht, in welche es wechseln kann.
ticket-closed = Dieses Ticket ist geschlossen. Eröffnen Sie ein neues.
ticket-attachments-full = In dieses Ticket passen keine weiteren Dateien. Eröffnen Sie ein neues.
