# Reports as files: names of sheets and columns
report-summary = الملخص
report-list = الفواتير
report-all-in = الإجمالي بـ { $currency }
report-from = من
report-to = إلى
report-currency = العملة
report-shipments = الشحنات
report-requests = طلبات Buy4Me
report-invoices = الفواتير
report-billed = المفوتر
report-tax = الضريبة
report-credited = الإشعارات الدائنة
report-outstanding = المستحق
report-revenue = المدفوعات
report-refunded = المسترد
report-disputed = المتنازع عليه
report-fees = الرسوم
report-net = الصافي
report-number = الفاتورة
report-issued = تاريخ الإصدار
report-customer = العميل
report-customer-type = نوع العميل
report-country = البلد
report-status = الحالة
report-amount = المبلغ
report-paid = المدفوع

# Reports as PDF
report-title = تقرير
report-span = { $from } – { $to }
report-made = تاريخ الإعداد
report-shop = المتجر
report-region = الوجهة
report-walk-in = العملاء العابرون
report-buy4me = عملاء Buy4Me
report-took-shipment = متوسط مدة التسليم
report-took-request = متوسط مدة الإنجاز
report-took-invoice = متوسط مدة الدفع
report-hours =
    { NUMBER($count) ->
        [zero] أقل من ساعة
        [one] ساعة واحدة
        [two] ساعتان
        [few] { $written } ساعات
        [many] { $written } ساعة
       *[other] { $written } ساعة
    }
report-days =
    { NUMBER($count) ->
        [zero] أقل من يوم
        [one] يوم واحد
        [two] يومان
        [few] { $written } أيام
        [many] { $written } يومًا
       *[other] { $written } يوم
    }
report-chart-money = المدفوعات والمبالغ المستردة والصافي بـ { $currency }
report-chart-counts = الشحنات وطلبات Buy4Me الجديدة
report-chart-alt = رسم بياني: { $title }، { $span }. يحتوي الجدول التالي على الأرقام نفسها.
report-by-day = حسب اليوم، بـ { $currency }
report-by-week = حسب الأسبوع، بـ { $currency }
report-by-month = حسب الشهر، بـ { $currency }
report-period = الفترة
report-all = الإجمالي
report-currencies = حسب العملة
report-count = العدد
report-note = الأيام بتوقيت UTC. المبالغ بـ { $currency } محسوبة بأسعار الصرف المثبتة لكل مستند.
report-unconverted =
    { NUMBER($count) ->
        [zero] أسعار الصرف معروفة لجميع الفواتير والمدفوعات المحسوبة بـ { $currency }.
        [one] لم يكن سعر الصرف معروفًا لفاتورة أو دفعة واحدة، وهي غير محسوبة في المبالغ بـ { $currency }.
        [two] لم يكن سعر الصرف معروفًا لاثنتين من الفواتير والمدفوعات، وهما غير محسوبتين في المبالغ بـ { $currency }.
        [few] لم يكن سعر الصرف معروفًا لـ { $written } فواتير ومدفوعات، وهي غير محسوبة في المبالغ بـ { $currency }.
        [many] لم يكن سعر الصرف معروفًا لـ { $written } فاتورة ودفعة، وهي غير محسوبة في المبالغ بـ { $currency }.
       *[other] لم يكن سعر الصرف معروفًا لـ { $written } فاتورة ودفعة، وهي غير محسوبة في المبالغ بـ { $currency }.
    }
