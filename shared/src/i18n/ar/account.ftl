# Mails about an account. Each with a link says what it opens, how long it works, and what to do if it was not you.
account-greeting = مرحبًا { $name }،
account-greeting-nameless = مرحبًا،
account-plain-address = إذا لم يعمل الزر فانسخ هذا العنوان في متصفحك:
account-life-hours =
    يمكن استخدام الرابط مرة واحدة فقط، خلال { NUMBER($hours) ->
        [zero] أقل من ساعة
        [one] ساعة واحدة
        [two] ساعتين
        [few] { $hours } ساعات
        [many] { $hours } ساعة
       *[other] { $hours } ساعة
    }.
account-life-days =
    يمكن استخدام الرابط مرة واحدة فقط، خلال { NUMBER($days) ->
        [zero] أقل من يوم
        [one] يوم واحد
        [two] يومين
        [few] { $days } أيام
        [many] { $days } يومًا
       *[other] { $days } يوم
    }.

# Confirm an address: of a registration, or of an account
account-confirm-subject = أكّد عنوان بريدك الإلكتروني
account-confirm-button = تأكيد عنواني
account-register-lead = شكرًا على تسجيلك. لإتمام التسجيل، يُرجى تأكيد أن عنوان البريد الإلكتروني هذا لك.
account-register-stranger = إذا لم يصدر هذا التسجيل عنك فتجاهل هذه الرسالة: لن يُنشأ أي حساب دون تأكيدك.
account-verify-lead = يُرجى تأكيد أن عنوان البريد الإلكتروني هذا لك. سيُربط بحسابك.
account-verify-stranger = إذا لم يصدر هذا الطلب عنك فتجاهل هذه الرسالة: لن يُستخدم العنوان دون تأكيدك.

# Somebody registers with the address of an account
account-exists-subject = لديك حساب بالفعل
account-exists-lead = حاول شخص، ولعله أنت، التسجيل بالعنوان { $email }. لديك حساب بهذا العنوان بالفعل، لذلك لم يُنشأ حساب جديد.
account-exists-reset = يمكنك تسجيل الدخول بهذا العنوان. إذا نسيت كلمة المرور فاختر «نسيت كلمة المرور» عند تسجيل الدخول: سنرسل إليك رابطًا لتعيين كلمة مرور جديدة.
account-exists-closed = هذا الحساب مغلق. تواصل معنا إذا رغبت في استخدامه من جديد.
account-exists-stranger = إذا لم يصدر ذلك عنك فلا حاجة إلى أي إجراء: لم يدخل أحد إلى حسابك.

# A new password
account-reset-subject = اختر كلمة مرور جديدة
account-reset-lead = وصلنا طلب لإعادة تعيين كلمة المرور لحسابك { $email }.
account-reset-button = اختيار كلمة مرور جديدة
account-reset-stranger = إذا لم يصدر هذا الطلب عنك فتجاهل هذه الرسالة: تبقى كلمة مرورك كما هي.

# The first password of an account that staff made
account-invite-subject = حسابك في Buy4Me جاهز
account-invite-lead = أنشأنا لك حسابًا في Buy4Me. اختر كلمة مرور، وبعدها يمكنك تسجيل الدخول.
account-invite-email = يمكنك تسجيل الدخول بعنوانك { $email }.
account-invite-username = يمكنك تسجيل الدخول باسم المستخدم { $username } أو بعنوانك { $email }.
account-invite-button = اختيار كلمة مرور
account-invite-stranger = إذا لم تكن هذه الرسالة متوقعة فتجاهلها: لا يمكن لأحد استخدام الحساب دون كلمة مرور.

# To the address that an account had
account-email-changed-subject = تغيّر عنوان البريد الإلكتروني لحسابك
account-email-changed-lead = لم يعد { $email } عنوان البريد الإلكتروني لحسابك في Buy4Me. من الآن تُرسل الرسائل المتعلقة بالحساب إلى العنوان الجديد.
account-email-changed-stranger = إذا لم يصدر هذا الطلب عنك فتواصل معنا فورًا.

# Notices
account-password-changed-subject = تم تغيير كلمة المرور
account-password-changed-lead = تم تغيير كلمة المرور لحسابك { $email } بتاريخ { $when }.
account-mfa-enabled-subject = تم تفعيل تسجيل الدخول بخطوتين
account-mfa-enabled-lead = تم تفعيل تسجيل الدخول بخطوتين لحسابك { $email } بتاريخ { $when }. من الآن يتطلب تسجيل الدخول أيضًا رمزًا من تطبيق المصادقة. احتفظ برموز الاسترداد في مكان آمن.
account-mfa-disabled-subject = تم إيقاف تسجيل الدخول بخطوتين
account-mfa-disabled-lead = تم إيقاف تسجيل الدخول بخطوتين لحسابك { $email } بتاريخ { $when }. من الآن تكفي كلمة المرور وحدها لتسجيل الدخول.
account-export-ready-subject = بياناتك جاهزة
account-export-ready-lead = وصلنا طلبك للحصول على نسخة من بيانات حسابك { $email }. النسخة جاهزة منذ { $when }: سجّل الدخول لتنزيلها.
account-notice-stranger = إذا لم يصدر ذلك عنك فربما يستخدم شخص آخر حسابك: اختر «نسيت كلمة المرور» عند تسجيل الدخول لتعيين كلمة مرور جديدة فورًا، ثم تواصل معنا.
