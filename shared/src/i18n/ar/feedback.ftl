# رأي العملاء فيما أُنجز لهم.

# تعارضات
feedback-given = يوجد تقييم لهذا بالفعل.
feedback-too-early = يمكن إرسال التقييم بعد أن يتم التسليم.

# أخطاء حقل واحد
error-feedback-one-subject = يخص التقييم شحنة واحدة أو طلبًا واحدًا.

# الصفحة التي يقود إليها الرابط في الرسائل.
feedback-page = تقييمك
feedback-title = كيف كانت تجربتك؟ { $reference }
feedback-question = ما مدى رضاك عنا؟
feedback-rating-5 = راضٍ جدًا
feedback-rating-4 = راضٍ
feedback-rating-3 = لا راضٍ ولا غير راضٍ
feedback-rating-2 = غير راضٍ
feedback-rating-1 = غير راضٍ على الإطلاق
feedback-stars =
    { NUMBER($stars) ->
        [zero] بلا نجوم
        [one] نجمة واحدة
        [two] نجمتان
        [few] { $stars } نجوم
        [many] { $stars } نجمة
       *[other] { $stars } نجمة
    }
feedback-message = ما الذي ينبغي أن نعرفه؟ (يمكنك ترك هذا الحقل فارغًا.)
feedback-button = إرسال
feedback-thanks = شكرًا لك! وصلنا تقييمك.
feedback-done = سبق أن أخبرتنا برأيك. شكرًا لك!
feedback-wait = يمكن إرسال التقييم هنا بعد أن يتم التسليم.
feedback-over = انتهت صلاحية هذا الرابط. ما زال بإمكانك إرسال تقييمك بعد تسجيل الدخول، ويسعدنا أن نسمع رأيك.
