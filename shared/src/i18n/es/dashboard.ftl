# Dashboards: lists that staff work on
work-shipments-to-confirm = Envíos por medir y confirmar
work-shipments-to-send = Envíos pagados por enviar
work-shipments-on-hold = Envíos en espera
work-shipments-returned = Envíos devueltos
work-requests-to-order = Solicitudes pagadas por comprar
work-requests-to-receive = Solicitudes cuyos artículos vienen en camino
work-requests-to-forward = Solicitudes por reenviar
work-invoices-draft = Borradores de facturas
work-invoices-overdue = Facturas vencidas
work-payment-reviews = Pagos por revisar
work-disputes-to-answer = Disputas por responder
work-tickets-unassigned = Tickets sin responsable
work-tickets-mine = Sus tickets que esperan respuesta
work-tickets-overdue = Tickets atrasados
work-messages-bounced = Mensajes devueltos
work-rates-to-decide = Tipos de cambio por decidir
# What a customer has to do; $reference is an invoice, a parcel, a request or a ticket
need-pay-overdue = La factura { $reference } está vencida: páguela, por favor
need-pay = Pagar la factura { $reference }
need-approve-cost = El envío { $reference } cuesta más de lo estimado: diga si está de acuerdo
need-approve-price = Artículos de la solicitud { $reference } cuestan más de lo presupuestado: diga si está de acuerdo
need-give-instructions = Los artículos de la solicitud { $reference } han llegado: diga adónde enviarlos
need-answer-ticket = Responder a nuestra pregunta en el ticket { $reference }
need-submit-request = Enviar la solicitud { $reference } que empezó
