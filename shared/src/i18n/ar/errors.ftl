# Titles and details of problems (RFC 9457); the id without "error-" is the stable code.
error-not-found = لا يوجد شيء هنا، أو لا يحق لك الاطلاع عليه.
error-unauthenticated = سجّل الدخول أولًا: أرسل "Authorization: Bearer" مع رمز الوصول الذي تحصل عليه من /api/auth/login/.
error-token-invalid = رمز الوصول غير صالح.
error-token-expired = انتهت صلاحية رمز الوصول. سجّل الدخول من جديد أو جدّد الرمز.
error-session-ended = انتهت هذه الجلسة. سجّل الدخول من جديد.
error-credentials = المستخدم غير معروف أو كلمة المرور غير صحيحة.
error-code = الرمز غير صحيح، أو سبق استخدامه، أو انتهت مدته.
error-too-many-attempts = محاولات خاطئة كثيرة. يُرجى الانتظار قليلًا ثم إعادة المحاولة.
error-too-many-mails = طلبات كثيرة من هذا النوع. يُرجى الانتظار قليلًا ثم إعادة المحاولة.
error-registration-closed = التسجيل مغلق.
error-mfa-required = يلزم الموظفين هنا عامل تحقق ثانٍ. اضبطه أولًا عبر /api/auth/mfa/setup/.
error-forbidden = لا يحق لك فعل ذلك.
error-permission-missing = لا يحق لك فعل ذلك: يلزم الإذن { $permission }.
error-invalid = في الطلب أخطاء. انظر "errors" لمعرفة خطأ كل حقل.
error-malformed-json = متن الطلب ليس JSON صالحًا (السطر { $line }، العمود { $column }).
error-malformed-form = تعذّرت قراءة متن الطلب.
error-malformed-request = تعذّر فهم الطلب.
error-method-not-allowed = هذا العنوان لا يقبل طريقة الطلب هذه.
error-unsupported-media-type = أرسل متن الطلب بصيغة JSON مع "Content-Type: application/json".
error-picture-type = أرسل الصورة نفسها، مع "Content-Type: image/png" أو "image/jpeg" أو "image/webp".
error-payload-too-large =
    { NUMBER($limit) ->
        [zero] يجب أن يكون متن الطلب فارغًا.
        [one] متن الطلب أكبر من بايت واحد.
        [two] متن الطلب أكبر من بايتين.
        [few] متن الطلب أكبر من { $limit } بايتات.
        [many] متن الطلب أكبر من { $limit } بايتًا.
       *[other] متن الطلب أكبر من { $limit } بايت.
    }
error-timeout = استغرق الطلب وقتًا أطول من اللازم. أعد المحاولة.
error-unavailable = جزء من الخدمة غير متاح الآن. أعد المحاولة بعد قليل.
error-provider-unavailable = مزود الدفع لا يستجيب الآن. أعد المحاولة بعد قليل.
error-provider-refused = رفض مزود الدفع هذا الطلب.
error-too-many-streams =
    { NUMBER($max) ->
        [zero] لا يمكن فتح أي بث للحساب الواحد. أغلق واحدًا أولًا.
        [one] يمكن فتح بث واحد على الأكثر للحساب الواحد. أغلق واحدًا أولًا.
        [two] يمكن فتح بثَّين على الأكثر للحساب الواحد. أغلق واحدًا أولًا.
        [few] يمكن فتح { $max } عمليات بث على الأكثر للحساب الواحد. أغلق واحدة أولًا.
        [many] يمكن فتح { $max } عملية بث على الأكثر للحساب الواحد. أغلق واحدة أولًا.
       *[other] يمكن فتح { $max } عملية بث على الأكثر للحساب الواحد. أغلق واحدة أولًا.
    }
error-ticket = رمز الدخول هذا استُخدم من قبل أو انتهت مدته. اطلب رمزًا جديدًا.
error-too-many-requests =
    { NUMBER($seconds) ->
        [zero] طلبات كثيرة جدًا. أعد المحاولة الآن.
        [one] طلبات كثيرة جدًا. أعد المحاولة بعد ثانية واحدة.
        [two] طلبات كثيرة جدًا. أعد المحاولة بعد ثانيتين.
        [few] طلبات كثيرة جدًا. أعد المحاولة بعد { $seconds } ثوانٍ.
        [many] طلبات كثيرة جدًا. أعد المحاولة بعد { $seconds } ثانية.
       *[other] طلبات كثيرة جدًا. أعد المحاولة بعد { $seconds } ثانية.
    }
error-internal = حدث خطأ من جانبنا. يُرجى إبلاغنا بمعرّف الطلب.
error-key-reused = سبق استخدام Idempotency-Key نفسه مع طلب مختلف.
error-signature = التوقيع غير مطابق.

# Titles by status
title-400 = طلب غير صالح
title-401 = يلزم تسجيل الدخول
title-403 = غير مسموح
title-404 = غير موجود
title-405 = طريقة الطلب غير مسموحة
title-408 = انتهت المهلة
title-409 = غير ممكن الآن
title-413 = الحجم كبير جدًا
title-415 = نوع المحتوى غير صحيح
title-422 = المفتاح مستخدم من قبل
title-429 = طلبات كثيرة جدًا
title-500 = خطأ داخلي
title-502 = مرفوض من المزود
title-503 = غير متاح الآن

# Problems of one field
error-required = هذا الحقل مطلوب.
error-unknown-field = لا يوجد حقل بهذا الاسم.
error-unknown-parameter = لا توجد معلمة بهذا الاسم.
error-repeated = لا يجوز ذكر هذا إلا مرة واحدة.
error-wrong-type =
    { $expected ->
        [text] القيمة المتوقعة سلسلة نصية.
        [integer] القيمة المتوقعة عدد صحيح.
        [boolean] القيمة المتوقعة true أو false.
        [list] القيمة المتوقعة قائمة.
        [object] القيمة المتوقعة كائن.
        [uuid] القيمة المتوقعة UUID.
        [time] القيمة المتوقعة وقت مع فارق التوقيت، مثل {"\u2068"}"2026-01-31T12:00:00Z"{"\u2069"}.
       *[other] صيغة هذه القيمة غير صحيحة.
    }
error-not-a-choice = هذه ليست من القيم المسموح بها: { $allowed }.
error-day = ليس هذا يومًا. استخدم الصيغة YYYY-MM-DD، مثل 2026-11-23.
error-dates-reversed = اليوم الأخير يسبق اليوم الأول.
error-too-many-groups = أكثر من { $max } مجموعة. اختر مجموعات أكبر أو مدة أقصر.
error-out-of-range = القيمة خارج النطاق المسموح به.
error-too-long =
    { NUMBER($max) ->
        [zero] لا يُسمح بأي حرف.
        [one] حرف واحد على الأكثر.
        [two] حرفان على الأكثر.
        [few] { $max } أحرف على الأكثر.
        [many] { $max } حرفًا على الأكثر.
       *[other] { $max } حرف على الأكثر.
    }
error-too-short =
    { NUMBER($min) ->
        [zero] لا حد أدنى لعدد الأحرف.
        [one] حرف واحد على الأقل.
        [two] حرفان على الأقل.
        [few] { $min } أحرف على الأقل.
        [many] { $min } حرفًا على الأقل.
       *[other] { $min } حرف على الأقل.
    }
error-too-many =
    { NUMBER($max) ->
        [zero] لا يُسمح بأي عنصر.
        [one] عنصر واحد على الأكثر.
        [two] عنصران على الأكثر.
        [few] { $max } عناصر على الأكثر.
        [many] { $max } عنصرًا على الأكثر.
       *[other] { $max } عنصر على الأكثر.
    }
error-blank = يجب ألا يكون هذا الحقل فارغًا.
error-control-characters = لا يُسمح بأحرف التحكم.
error-common-password = كلمة المرور هذه من أوائل ما قد يجرّبه الآخرون.
error-required-again = مضى وقت على تسجيل دخولك: يُرجى إدخال كلمة المرور مرة أخرى.
error-wrong-password = كلمة المرور غير صحيحة.
error-password-or-code = كلمة المرور أو الرمز غير صحيح.
error-email = هذا ليس عنوان بريد إلكتروني.
error-phone = اكتب الرقم بالصيغة الدولية، مثل {"\u2068"}+15551234567{"\u2069"}.
error-username = يُسمح بالحروف والأرقام والرموز . _ - فقط.
error-unknown-language = هذه اللغة غير متاحة.
error-unknown-currency = عملة غير معروفة. استخدم رمز ISO 4217 من ثلاثة أحرف لاتينية كبيرة.
error-no-rate = لا يوجد سعر صرف من { $from } إلى { $to }.
error-rate = اكتب السعر عددًا عشريًا بسيطًا أكبر من 0 ولا يتجاوز 1000000000، بما لا يزيد على 12 منزلة عشرية، مثل "3.6725".
error-same-currency = يجب أن تكون العملتان مختلفتين.
error-unknown-setting = لا يوجد إعداد بهذا الاسم.
error-setting-code = استخدم الأحرف اللاتينية الكبيرة والأرقام و _ فقط، بما لا يزيد على 32 حرفًا.
error-setting-either = اذكر إما نسبة مئوية وإما مبلغًا.
error-setting-ascending = اكتب القيم بترتيب تصاعدي، كل قيمة مرة واحدة.
error-link = هذا الرابط غير صالح، أو سبق استخدامه، أو انتهت صلاحيته. اطلب رابطًا جديدًا.
error-unknown-user = هذا المستخدم غير موجود أو غير نشط.
error-email-taken = عنوان البريد الإلكتروني هذا مستخدم بالفعل.
error-username-taken = اسم المستخدم هذا مستخدم بالفعل.
error-amount-format = اكتب المبلغ في سلسلة نصية بعدد عشري بسيط، مثل "12.50".
error-amount-digits = عدد المنازل العشرية أكبر مما تسمح به العملة.
error-amount-positive = يجب أن يكون المبلغ أكبر من صفر.
error-amount-too-large = المبلغ كبير جدًا.
error-amount-above-balance = هذا أكثر من المبلغ المستحق.
error-amount-above-refundable = هذا أكثر مما يمكن إعادته. الحد الأقصى { $most }.
error-amount-above-creditable = هذا أكثر مما يمكن خصمه بإشعار دائن. الحد الأقصى { $most }.
error-due-in-past = تاريخ الاستحقاق في الماضي.
error-country = بلد غير معروف. استخدم رمز ISO 3166-1 من حرفين لاتينيين كبيرين، مثل US.
error-region = هذه ليست منطقة من هذا البلد. استخدم رمز ISO 3166-2 يبدأ برمز البلد، مثل US-CA.
error-web-address = استخدم عنوان http أو https مطلقًا.
error-product-address = استخدم عنوان http أو https المطلق للمنتج، دون اسم مستخدم أو كلمة مرور فيه.
error-one-kind = أرسل نوعًا واحدًا من التغييرات في كل مرة.
error-shop-address = استخدم عنوان http أو https لمتجر على نطاق مثل example.com، دون اسم مستخدم أو كلمة مرور.
error-shop-taken = يوجد متجر على هذا النطاق بالفعل.
error-company-logo = اذكر شعارًا رُفع إلى /api/superadmin/company/logo/، أو اترك هذا الحقل فارغًا.
error-picture = استخدم صورة PNG أو JPEG أو WebP كاملة، لا يزيد أي ضلع فيها على 4096 بكسل، ولا يزيد مجموع البكسلات فيها على 8 ملايين.
error-gateway-not-available = بوابة الدفع هذه غير متاحة هنا.
error-currency-unsupported = بوابة الدفع هذه لا تقبل هذه العملة.
error-if-match = أرسل ETag النسخة التي قرأتها، مع علامتي الاقتباس، أو *.
error-unknown-event = هذا الحدث غير موجود، أو لا يعنيك.
error-mandatory-message = لا يمكن هنا إيقاف الرسائل المتعلقة بالحساب أو بالمال.
error-time-zone = منطقة زمنية غير معروفة. استخدم اسمًا من أسماء IANA، مثل Africa/Cairo.
error-clock-time = اكتب الوقت بالساعات والدقائق، مثل {"\u2068"}22:00{"\u2069"}.
error-quiet-hours-empty = يجب أن تختلف النهاية عن البداية.
error-ids-or-all = أرسل إما "ids" وإما {"\u2068"}"all": true{"\u2069"}.
error-idempotency-key = استخدم من 1 إلى 255 حرفًا من أحرف ASCII المرئية.

# Conflicts
version-conflict = غيّر شخص آخر هذه البيانات في هذه الأثناء. اقرأها من جديد ثم كرّر تغييرك.
job-twin-finished = كان إجراء آخر يكتمل في هذه اللحظة نفسها. أعد المحاولة.
key-in-progress = ما زال طلب بهذا Idempotency-Key قيد التنفيذ.
own-account = لا يمكن لأحد فعل ذلك بحسابه. اطلب ذلك من شخص آخر.
last-super-admin = يجب أن يبقى آخر مدير أعلى نشط.
account-erased = مُحي هذا الحساب ولا يمكن تغييره.
mfa-already-on = عامل التحقق الثاني مفعّل بالفعل.
mfa-not-on = عامل التحقق الثاني غير مفعّل.
mfa-not-set-up = اضبط عامل التحقق الثاني أولًا.
mfa-is-required = يجب أن يكون للموظفين هنا عامل تحقق ثانٍ.
invoice-not-payable = لا يمكن دفع هذه الفاتورة الآن.
payment-on-its-way = هناك دفعة لهذه الفاتورة في الطريق. يُرجى الانتظار حتى تصل أو تفشل.
paper-of-draft = ليس للمسودة مستند. أصدر الفاتورة أولًا.
paper-of-no-payment = لا يصدر إيصال إلا لدفعة وصلت.
invoice-not-draft = لم تعد هذه الفاتورة مسودة.
invoice-not-refundable = لا يوجد في هذه الفاتورة ما يمكن إعادته.
invoice-not-creditable = لا يوجد في هذه الفاتورة ما يمكن خصمه بإشعار دائن.
invoice-not-voidable = لا يمكن إلغاء هذه الفاتورة.
invoice-not-collectible = لا يمكن شطب سوى فاتورة صادرة بقي فيها مبلغ مستحق.
invoice-has-payments = دُفع مبلغ من هذه الفاتورة. أصدر إشعارًا دائنًا أو أعد المال بدلًا من ذلك.
invoice-bills-live-document = تخص هذه الفاتورة شحنة أو طلبًا لم ينتهِ بعد. المطلوب إلغاء الشحنة أو الطلب أو تعديلهما، لا الفاتورة.
payment-already-recorded = سبق تسجيل مبلغ بهذا المرجع على هذه الفاتورة.
refund-not-withdrawable = لا يمكن التراجع عن استرداد إلا إذا كان يدويًا وما زال معلقًا.
refund-still-due = دُفع هذا المبلغ زيادةً على المستحق، لذلك يجب أن يُعاد.
refund-not-confirmable = لا يمكن تأكيد استرداد إلا إذا كان يدويًا وما زال معلقًا.
payment-closed = سبق إغلاق هذه الدفعة.
payment-not-approved = لم يوافق الدافع على هذه الدفعة بعد.
too-many-addresses = دفتر عناوينك ممتلئ. احذف عنوانًا أولًا.
report-no-detail = لا يحتوي ملف PDF على صف لكل فاتورة. استخدم csv أو xlsx لذلك.
report-exports-full = يمكن أن يكون لديك خمس عمليات تصدير غير مكتملة على الأكثر. انتظر إحداها أو ألغها.
report-export-finished = انتهت عملية التصدير هذه.
report-link-expired = انتهت صلاحية هذا الرابط. اطلب رابطًا جديدًا من عملية التصدير.
export-not-ready = ما زالت نسخة البيانات هذه قيد الإعداد.
export-expired = انتهت صلاحية نسخة البيانات هذه. اطلب نسخة جديدة.
account-has-open-shipments = ما زالت شحنات لهذا الحساب في الطريق. أنهِها أو ألغِها أولًا.
account-has-open-invoices = لهذا الحساب فواتير مفتوحة أو مبالغ وُعد بإعادتها. سوِّ ما هو مفتوح أولًا.
rates-are-manual = تُدخل أسعار الصرف هنا يدويًا: لم يُضبط أي مزود.
rate-pinned = ثُبّت سعر هذا الزوج في هذه الأثناء. ألغِ تثبيته أولًا، أو استبعد الحالة.
rate-not-pinned = هذا السعر غير مثبّت.
payment-review-closed = سبق أن عالج شخص هذه الحالة، أو حُلّت من تلقاء نفسها.
rate-review-closed = سبق أن بتّ شخص في هذه الحالة، أو حُلّت من تلقاء نفسها.
rate-review-holds-nothing = لا تتضمن هذه الحالة سعرًا يمكن قبوله.
account-has-open-requests = لهذا الحساب طلبات يجري العمل عليها. أنهِها أو ألغِها أولًا.
request-step-not-allowed = لا يمكن نقل هذا الطلب إلى هذه الخطوة الآن.
request-not-editable = لا يمكن تعديل سوى المسودة.
request-unpaid = ما زال جزء مما صدرت به فواتير لهذا الطلب غير مدفوع.
request-has-payment = بدأت دفعة أو وصلت. ألغِ الطلب بدلًا من ذلك، وسيُعاد المال.
request-decision-pending = على العميل أن يقرر أولًا بشأن سعر جديد.
request-nothing-to-decide = لا يوجد ما يحتاج إلى قرار.
request-proposal-changed = تغيّر السعر الجديد في هذه الأثناء. راجعه قبل قبوله.
request-has-shipment = سبق إنشاء شحنة من هذا الطلب.
item-step-not-allowed = لا يمكن نقل هذا الصنف إلى هذه الخطوة الآن.
