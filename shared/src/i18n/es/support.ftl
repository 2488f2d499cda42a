# Problemas de un campo
error-assignee = Esta persona no forma parte del personal activo que puede gestionar tickets.
error-unknown-message = Este mensaje no existe en este ticket.
error-chat-ref = Use de 1 a 64 caracteres ASCII visibles.
error-unknown-attachment = Este archivo no está entre los suyos en este ticket, o ya pertenece a un mensaje.
error-attachment-mismatch = El contenido es de tipo { $found }, y eso no es lo que indica su Content-Type.
error-attachment-picture = Use una imagen de 16384 píxeles por lado y 100 millones de píxeles en total como máximo.

# Títulos y detalles: lo que se rechaza
error-attachment-type = Este tipo de archivo no se acepta. Envíe el archivo directamente, en uno de estos tipos: { $allowed }.
error-too-many-tickets = Demasiados tickets nuevos para un solo día. Escriba en uno de los que ya tiene o espere un rato.
error-too-many-messages = Demasiados mensajes para una sola hora. Espere un rato y vuelva a intentarlo.
error-too-many-uploads = Demasiados archivos para un solo día. Espere un rato y vuelva a intentarlo.
error-websocket-expected = Esta dirección es para conexiones WebSocket. Pida una con las cabeceras Connection, Upgrade y Sec-WebSocket-*.
error-origin = Las páginas de este origen no pueden abrir un chat.

# Conflictos
ticket-step = Un ticket no puede pasar a ese estado desde el actual. En "allowed" se indica a cuáles puede pasar.
ticket-closed = Este ticket está cerrado. Abra uno nuevo.
ticket-attachments-full = En este ticket no caben más archivos. Abra uno nuevo.
