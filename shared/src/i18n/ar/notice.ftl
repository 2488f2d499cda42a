# What happened to shipments, requests and invoices. A blank line begins a paragraph.
notice-shipment-status-subject =
    { $status ->
        [PENDING] استلمنا الشحنة { $reference }
        [PROCESSING] تم تأكيد الشحنة { $reference }
        [IN_TRANSIT] الشحنة { $reference } في الطريق
        [DELIVERED] تم تسليم الشحنة { $reference }
        [CANCELLED] أُلغيت الشحنة { $reference }
        [ON_HOLD] الشحنة { $reference } موقوفة مؤقتًا
        [RETURNED] عادت الشحنة { $reference } إلينا
       *[other] مستجدات الشحنة { $reference }
    }
notice-shipment-status =
    { $status ->
        [PENDING] استلمنا شحنتك { $reference }. بمجرد وزنها وقياسها نؤكدها ونرسل إليك الفاتورة.
        [PROCESSING] وزنّا شحنتك { $reference } وقسناها وأكّدناها. ستصلك الفاتورة، وبعد دفعها تنطلق الشحنة.
        [IN_TRANSIT] انطلقت شحنتك { $reference } من عندنا.
        [DELIVERED] تم تسليم شحنتك { $reference }.
        [CANCELLED] أُلغيت شحنتك { $reference }. إذا كنت قد دفعت تكلفتها فسيُعاد المال إليك.
        [ON_HOLD] شحنتك { $reference } موقوفة مؤقتًا.
        [RETURNED] تعذّر تسليم شحنتك { $reference } وعادت إلينا. سنتواصل معك بشأن ما ينبغي فعله.
       *[other] هناك مستجدات بشأن شحنتك { $reference }.
    }

    رقم التتبع: { $tracking_number }
notice-shipment-cost-subject = الشحنة { $reference }: يُرجى الموافقة على التكلفة الجديدة
notice-shipment-cost =
    وزنّا شحنتك { $reference } وقسناها. تبلغ تكلفتها { $after } بدلًا من التكلفة المقدّرة { $before }.

    يُرجى الموافقة على التكلفة الجديدة أو رفضها في حسابك. وحتى ذلك الحين تبقى الشحنة لدينا.
notice-request-status-subject =
    { $status ->
        [DRAFT] عاد الطلب { $reference } مسودةً
        [SUBMITTED] الطلب { $reference }: إليك عرض السعر
        [ORDER_PLACED] الطلب { $reference }: طلبنا منتجاتك
        [IN_TRANSIT] الطلب { $reference }: منتجاتك في الطريق إلينا
        [SHIPPED_TO_CUSTOMER] الطلب { $reference }: منتجاتك في الطريق إليك
        [COMPLETED] اكتمل الطلب { $reference }
        [CANCELLED] أُلغي الطلب { $reference }
       *[other] مستجدات الطلب { $reference }
    }
notice-request-status =
    { $status ->
        [DRAFT] عاد طلبك { $reference } مسودةً، وأُلغيت فاتورته. قدّم الطلب للحصول على عرض سعر جديد.
        [SUBMITTED] شكرًا على طلبك { $reference }. تبلغ قيمته { $amount }، وستصلك الفاتورة. بمجرد دفعها نشتري منتجاتك.
        [ORDER_PLACED] طلبنا المنتجات الواردة في طلبك { $reference }.
        [IN_TRANSIT] منتجات طلبك { $reference } في الطريق إلى مستودعنا.
        [SHIPPED_TO_CUSTOMER] غادرت منتجات طلبك { $reference } مستودعنا وهي في الطريق إليك.
        [COMPLETED] اكتمل طلبك { $reference }. شكرًا لك.
        [CANCELLED] أُلغي طلبك { $reference }. إذا كنت قد دفعت قيمته فسيُعاد المال إليك.
       *[other] هناك مستجدات بشأن طلبك { $reference }.
    }
notice-request-price-subject = الطلب { $reference }: يُرجى الموافقة على سعر جديد
notice-request-price =
    تغيّر سعر «{ $product }» في طلبك { $reference }: ستصبح قيمة طلبك { $after } بدلًا من { $before }.

    يُرجى الموافقة على السعر الجديد أو رفضه في حسابك. وحتى ذلك الحين لن نشتري هذا المنتج.
notice-request-stock-subject = الطلب { $reference }: نفد المخزون من أحد الأصناف
notice-request-stock = نفد المخزون من «{ $product }» في طلبك { $reference }. أزلناه من طلبك، وسيُعاد إليك ما دفعته ثمنًا له.
notice-request-arrived-subject = الطلب { $reference }: وصلت منتجاتك
notice-request-arrived =
    وصلت جميع منتجات طلبك { $reference } إلى مستودعنا.

    يُرجى إخبارنا عبر حسابك إلى أين نرسلها وكيف.
notice-invoice-issued-subject = الفاتورة { $number } بمبلغ { $amount }
notice-invoice-issued =
    إليك فاتورتك { $number } بمبلغ { $amount }. تاريخ استحقاقها { $due }.

    يمكنك دفعها في صفحتها دون تسجيل الدخول، أو في حسابك.
notice-invoice-reminder-subject = تذكير: الفاتورة { $number } بمبلغ { $amount }
notice-invoice-reminder =
    { $when ->
        [before] { NUMBER($days) ->
            [zero] فاتورتك { $number } مستحقة اليوم، { $due }. المتبقي للدفع: { $amount }.
            [one] فاتورتك { $number } مستحقة غدًا، { $due }. المتبقي للدفع: { $amount }.
            [two] فاتورتك { $number } مستحقة بعد يومين، في { $due }. المتبقي للدفع: { $amount }.
            [few] فاتورتك { $number } مستحقة بعد { $days } أيام، في { $due }. المتبقي للدفع: { $amount }.
            [many] فاتورتك { $number } مستحقة بعد { $days } يومًا، في { $due }. المتبقي للدفع: { $amount }.
           *[other] فاتورتك { $number } مستحقة بعد { $days } يوم، في { $due }. المتبقي للدفع: { $amount }.
        }
        [today] فاتورتك { $number } مستحقة اليوم. المتبقي للدفع: { $amount }.
       *[after] { NUMBER($days) ->
            [zero] فاتورتك { $number } مستحقة اليوم، { $due }. المتبقي للدفع: { $amount }.
            [one] كانت فاتورتك { $number } مستحقة أمس، { $due }. المتبقي للدفع: { $amount }.
            [two] كانت فاتورتك { $number } مستحقة قبل يومين، في { $due }. المتبقي للدفع: { $amount }.
            [few] كانت فاتورتك { $number } مستحقة قبل { $days } أيام، في { $due }. المتبقي للدفع: { $amount }.
            [many] كانت فاتورتك { $number } مستحقة قبل { $days } يومًا، في { $due }. المتبقي للدفع: { $amount }.
           *[other] كانت فاتورتك { $number } مستحقة قبل { $days } يوم، في { $due }. المتبقي للدفع: { $amount }.
        }
    }

    إذا كنت قد دفعت في هذه الأثناء فشكرًا لك: يُرجى تجاهل هذه الرسالة.
notice-payment-failed-subject = لم تنجح دفعتك للفاتورة { $number }
notice-payment-failed =
    لم تنجح دفعتك بمبلغ { $amount } للفاتورة { $number }. لم يُسحب أي مبلغ.

    { $why }
notice-payment-received-subject = استلمنا { $amount } للفاتورة { $number }
notice-payment-received =
    شكرًا لك. استلمنا دفعتك بمبلغ { $amount } للفاتورة { $number }.

    المتبقي للدفع: { $owed }.
notice-refund-sent-subject = استرداد مبلغ { $amount }
notice-refund-sent =
    { $way ->
        [by-hand] أعدنا إليك { $amount } من قيمة فاتورتك { $number }.
       *[other] أعدنا إليك { $amount } من قيمة فاتورتك { $number } بالطريقة التي دفعت بها. يستغرق وصول المبلغ بضعة أيام، بحسب بنكك.
    }
notice-credit-note-subject = الإشعار الدائن { $credit_note } للفاتورة { $number }
notice-credit-note =
    خصمنا { $amount } من فاتورتك { $number }: إليك الإشعار الدائن { $credit_note }.

    إذا كنت قد دفعت أكثر مما هو مستحق الآن فسيُعاد الباقي إليك.
notice-credit-note-pdf = الإشعار الدائن بصيغة PDF
notice-pay-link-subject = رابطك لدفع الفاتورة { $number }
notice-pay-link = إليك رابطًا جديدًا لدفع فاتورتك { $number }. المتبقي للدفع: { $amount }.
notice-pay-button = العرض والدفع
notice-ticket-reply-subject = رد على «{ $topic }» ({ $reference })
notice-ticket-reply =
    رددنا على تذكرتك { $reference } «{ $topic }»:

    { $excerpt }

    يمكنك قراءة الرد كاملًا والكتابة إلينا من جديد في حسابك.
notice-ticket-status-subject =
    { $status ->
        [RESOLVED] حُلّت التذكرة { $reference }: «{ $topic }»
       *[other] أُغلقت التذكرة { $reference }: «{ $topic }»
    }
notice-ticket-status =
    { $status ->
        [RESOLVED] نعتقد أن تذكرتك { $reference } «{ $topic }» قد حُلّت. إذا لم يكن الأمر كذلك فاكتب إلينا ردًا خلال سبعة أيام، ويُعاد فتحها.
       *[other] أُغلقت تذكرتك { $reference } «{ $topic }». إذا بقي شيء فاكتب إلينا ردًا خلال سبعة أيام، ويُعاد فتحها.
    }
notice-ticket-assigned-subject = أُسندت إليك التذكرة { $reference }: «{ $topic }»
notice-ticket-assigned = أُسندت إليك التذكرة { $reference } «{ $topic }».
notice-ticket-overdue-subject =
    { $target ->
        [answer] متأخرة، لم يُردّ عليها بعد: { $topic }
       *[other] متأخرة، لم تُحلّ بعد: { $topic }
    }
notice-ticket-overdue = التذكرة { $reference } «{ $topic }» مُسندة إليك وقد تأخرت. يُرجى متابعتها.
notice-ticket-message-subject = رسالة جديدة في التذكرة { $reference }: «{ $topic }»
notice-ticket-message =
    كتب العميل صاحب التذكرة { $reference } «{ $topic }»:

    { $excerpt }
notice-report-ready-subject = تقريرك جاهز: من { $from } إلى { $to }
notice-report-ready = يمكن تنزيل التقرير من { $from } إلى { $to } ({ $format }) لمدة أسبوع.
notice-feedback-subject = كيف كانت تجربتك؟ ({ $reference })
notice-feedback =
    وصلت طلبيتك { $reference }. ما رأيك في خدمتنا؟

    قيّمنا من نجمة واحدة إلى خمس نجوم، وأضف بضع كلمات إن أردت.
notice-feedback-button = أخبرنا
notice-address-refused = يرفض خادم البريد هذا العنوان. تحقق منه أو أدخل عنوانًا آخر.
notice-number-refused = لا يستقبل هذا الرقم رسائلنا. تحقق منه أو أدخل رقمًا آخر.
notice-unknown = مستجدات
