# Dashboards: lists that staff work on
work-shipments-to-confirm = شحنات تحتاج إلى قياس وتأكيد
work-shipments-to-send = شحنات مدفوعة جاهزة للإرسال
work-shipments-on-hold = شحنات موقوفة
work-shipments-returned = شحنات مرتجعة
work-requests-to-order = طلبات مدفوعة يجب شراؤها
work-requests-to-receive = طلبات بضاعتها في الطريق إلينا
work-requests-to-forward = طلبات يجب إعادة إرسالها
work-invoices-draft = مسودات فواتير
work-invoices-overdue = فواتير متأخرة
work-payment-reviews = مدفوعات تحتاج إلى مراجعة
work-disputes-to-answer = نزاعات تنتظر الرد
work-tickets-unassigned = تذاكر بلا مسؤول
work-tickets-mine = تذاكرك التي تنتظر الرد
work-tickets-overdue = تذاكر متأخرة
work-messages-bounced = رسائل مرتدة
work-rates-to-decide = أسعار صرف تحتاج إلى قرار
# What a customer has to do; $reference is an invoice, a parcel, a request or a ticket
need-pay-overdue = الفاتورة { $reference } متأخرة: يرجى دفعها
need-pay = ادفع الفاتورة { $reference }
need-approve-cost = تكلفة الشحنة { $reference } أعلى من التقدير: أخبرنا إن كنت موافقًا
need-approve-price = سعر بضاعة الطلب { $reference } أعلى من العرض: أخبرنا إن كنت موافقًا
need-give-instructions = وصلت بضاعة الطلب { $reference }: أخبرنا إلى أين نرسلها
need-answer-ticket = أجب عن سؤالنا في التذكرة { $reference }
need-submit-request = أرسل الطلب { $reference } الذي بدأته
