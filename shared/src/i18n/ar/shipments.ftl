# Lines of a shipment's price
shipment-line-tariff =
    { $service ->
        [STANDARD] شحن عادي إلى { $country }، { $weight } كغ
        [EXPRESS] شحن سريع إلى { $country }، { $weight } كغ
       *[other] شحن بخدمة { $service } إلى { $country }، { $weight } كغ
    }
shipment-line-surcharge =
    { $code ->
        [FUEL] رسم إضافي للوقود
        [OVERSIZE] رسم إضافي للطرود الكبيرة
        [HEAVY] رسم إضافي للطرود الثقيلة
       *[other] رسم إضافي: { $code }
    }
shipment-line-exchange = رسوم تحويل العملة من { $from } إلى { $to }
shipment-line-difference = فرق تكلفة الشحنة { $reference }
shipment-line-agreed = شحن { $reference }، السعر المتفق عليه
shipment-cost-approved = تمت الموافقة على التكلفة
shipment-cost-declined = رُفضت التكلفة
shipment-cost-withdrawn = التكلفة الأعلى التي طلبنا موافقتك عليها لم تعد قائمة. لا حاجة إلى الرد.
shipment-credit-cheaper = تكلفة الشحنة { $reference } أقل مما صدرت به الفاتورة
shipment-credit-cancelled = أُلغيت الشحنة { $reference }

# Problems of one field
error-number = القيمة المتوقعة عدد، مثل 2.5 أو "2.5".
error-number-positive = يجب أن يكون العدد أكبر من صفر.
error-decimals =
    { NUMBER($max) ->
        [zero] لا يُسمح بمنازل عشرية.
        [one] منزلة عشرية واحدة على الأكثر.
        [two] منزلتان عشريتان على الأكثر.
        [few] { $max } منازل عشرية على الأكثر.
        [many] { $max } منزلة عشرية على الأكثر.
       *[other] { $max } منزلة عشرية على الأكثر.
    }
error-json-too-large = { $max } KiB على الأكثر، وبما لا يزيد على ثمانية مستويات من التداخل.
error-country-not-served = لا نشحن إلى هذا البلد.
error-currency-not-offered = لا نقبل هذه العملة.
error-tracking-number = هذا ليس رقم تتبع من أرقامنا. قارنه مرة أخرى بالرقم الذي استلمته.
error-in-future = هذا الوقت في المستقبل.
error-before-creation = هذا الوقت سابق لإنشاء الشحنة.
error-nothing-to-override = لا يوجد في هذه الخطوة تحقق يمكن تجاوزه.
error-parcels-by-warehouse = مستودعنا هو الذي يقيس هذه الطرود. يمكنك تغيير وجهتها وطريقة شحنها.
error-only-on-confirmation = اذكر هذا فقط عند تأكيد شحنة قيد الانتظار.

# Conflicts
shipment-step = لا يمكن نقل الشحنة من حالتها الحالية إلى هذه الحالة. انظر "allowed" لمعرفة الحالات الممكنة.
shipment-not-editable = لم يعد من الممكن تغيير هذه الشحنة.
shipment-not-cancellable = لم يعد من الممكن إلغاء هذه الشحنة، أو لا يحق لك إلغاؤها.
shipment-not-paid = لم تُدفع هذه الشحنة بعد.
shipment-paid = سبق دفع مبلغ لهذه الشحنة.
shipment-waits-for-approval = لم يوافق العميل على تكلفة هذه الشحنة بعد.
shipment-of-request-exists = لهذا الطلب شحنة بالفعل.
shipment-proposal-changed = لم تعد التكلفة المعروضة للموافقة هي التي رأيتها. راجع الشحنة من جديد.
shipment-nothing-to-approve = لا توجد تكلفة للموافقة عليها.
