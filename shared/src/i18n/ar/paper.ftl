# الفواتير والإشعارات الدائنة والإيصالات على الورق
paper-invoice = فاتورة
paper-credit-note = إشعار دائن
paper-receipt = إيصال
paper-number = الرقم
paper-date = التاريخ
paper-buyer = فاتورة إلى
paper-due = الاستحقاق
paper-terms =
    { NUMBER($days) ->
        [zero] فورًا، في موعد أقصاه { $date }
        [one] خلال يوم واحد، في موعد أقصاه { $date }
        [two] خلال يومين، في موعد أقصاه { $date }
        [few] خلال { $days } أيام، في موعد أقصاه { $date }
        [many] خلال { $days } يومًا، في موعد أقصاه { $date }
       *[other] خلال { $days } يوم، في موعد أقصاه { $date }
    }
paper-description = الوصف
paper-quantity = الكمية
paper-unit-price = سعر الوحدة
paper-tax-rate = الضريبة
paper-net = المبلغ ({ $currency })
paper-subtotal = المجموع قبل الضريبة
paper-tax = الضريبة { $rate }
paper-total = الإجمالي
paper-bank = تحويل بنكي
paper-bank-hint = يرجى ذكر { $number } مرجعًا للتحويل.
paper-of-invoice = عن الفاتورة
paper-of-invoice-date = تاريخ الفاتورة
paper-reason = السبب
paper-credited = المبلغ المخصوم
paper-tax-included = منه ضريبة
paper-paid-on = تاريخ الدفع
paper-method = طريقة الدفع
paper-method-card = بطاقة
paper-method-cash = نقدًا
paper-method-bank-transfer = تحويل بنكي
paper-method-cheque = شيك
paper-reference = المرجع
paper-received = المبلغ المستلم
paper-invoice-total = إجمالي الفاتورة
paper-still-owed = المتبقي للدفع
paper-tax-number = الرقم الضريبي: { $number }
paper-registration-number = رقم السجل: { $number }
paper-page = صفحة { $page } من { $pages }
page-paper-title = مستنداتك
page-paper-expired-title = انتهت صلاحية هذا الرابط
page-paper-expired = سجّل الدخول لرؤية المستند، أو اطلب منا رابطًا جديدًا.
page-paper-coming-title = لحظة واحدة
page-paper-coming = يجري إعداد مستندك. سيظهر هنا من تلقاء نفسه.
