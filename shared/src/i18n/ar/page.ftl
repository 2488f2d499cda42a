# The pages behind the links in mails
page-title = حسابك
page-refused-title = لم تنجح العملية
page-verify-title = أكّد عنوان بريدك الإلكتروني
page-verify-notice = نقرة واحدة، ونعرف أن هذا العنوان لك.
page-verify-button = تأكيد عنواني
page-verify-done = تم تأكيد عنوانك. يمكنك الآن تسجيل الدخول.
page-verify-next = إذا كنت قد أكّدت عنوانك من قبل فيكفي تسجيل الدخول. وإلا فأنشئ حسابًا من جديد، أو اطلب رابطًا جديدًا بعد تسجيل الدخول.
page-password-title = اختر كلمة مرور
page-password-notice = لحسابك { $email }
page-password-label = كلمة المرور الجديدة
page-password-again = كلمة المرور الجديدة مرة أخرى
page-password-rules =
    { NUMBER($min) ->
        [zero] لا حد أدنى لعدد الأحرف.
        [one] حرف واحد على الأقل.
        [two] حرفان على الأقل.
        [few] { $min } أحرف على الأقل.
        [many] { $min } حرفًا على الأقل.
       *[other] { $min } حرف على الأقل.
    } عدة كلمات معًا يسهل تذكرها ويصعب تخمينها.
page-password-mismatch = كلمتا المرور غير متطابقتين. اكتب الكلمة نفسها مرتين.
page-password-button = حفظ كلمة المرور
page-password-done = تم حفظ كلمة مرورك الجديدة. يمكنك الآن تسجيل الدخول.
page-password-next = إذا كنت قد عيّنت كلمة مرورك قبل قليل فسجّل الدخول بها. وإلا فاختر «نسيت كلمة المرور» عند تسجيل الدخول: سنرسل إليك رابطًا جديدًا.
page-unsubscribe-title = رسائلنا
page-unsubscribe-notice = نقرة واحدة، ولن تصلك رسائل من هذا النوع بعد الآن. أما الرسائل المتعلقة بحسابك ومدفوعاتك فتستمر.
page-unsubscribe-button = إيقاف الرسائل من هذا النوع
page-unsubscribe-done = لن تصلك رسائل من هذا النوع بعد الآن.
page-unsubscribe-next = يمكنك تفعيلها من جديد في حسابك.
