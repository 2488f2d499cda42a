# Problems of one field
error-assignee = There is no such active member of staff who may manage tickets.
error-unknown-message = There is no such message in this ticket.
error-chat-ref = Use 1 to 64 visible ASCII characters.
error-unknown-attachment = There is no such file of yours in this ticket, or it belongs to a message already.
error-attachment-mismatch = The content is { $found }, which is not what its Content-Type says.
error-attachment-picture = Use a picture with sides of at most 16384 pixels and at most 100 million pixels in all.

# Titles and details: what is refused
error-attachment-type = This kind of file is not accepted. Send the file itself as one of: { $allowed }.
error-too-many-tickets = Too many new tickets for one day. Write into one of those you have, or wait a while.
error-too-many-messages = Too many messages for one hour. Wait a while, then try again.
error-too-many-uploads = Too many files for one day. Wait a while, then try again.
error-websocket-expected = This address is for WebSocket connections. Ask for one with the headers Connection, Upgrade and Sec-WebSocket-*.
error-origin = Pages of this origin may not open a chat.

# Conflicts
ticket-step = A ticket cannot move to that status from its present one. "allowed" says where it can go.
ticket-closed = This ticket is closed. Open a new one.
ticket-attachments-full = This ticket has as many files as fit. Open a new one.
