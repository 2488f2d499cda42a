# Lines of a request's invoice
buy4me-line-item =
    { $form ->
        [converted] { $product }: { $quantity } × { $price }
       *[plain] { $product }
    }
buy4me-line-delivery =
    { $form ->
        [converted] التوصيل من المتاجر: { $quantity } × { $price }
       *[plain] التوصيل من المتاجر
    }
buy4me-line-exchange = رسوم تحويل العملة
buy4me-line-fee = رسوم الخدمة
buy4me-line-difference = { $line } (الفرق)

# Reasons on credit notes
buy4me-credit-cheaper = انخفض سعر «{ $product }».
buy4me-credit-out-of-stock = نفد المخزون من «{ $product }».
buy4me-credit-declined = رُفض السعر الجديد للمنتج «{ $product }».
buy4me-credit-item-cancelled = أُلغي شراء «{ $product }».
buy4me-credit-request-cancelled = أُلغي الطلب.
buy4me-credit-withdrawn = سُحب عرض السعر.
buy4me-credit-quote-expired = انتهت صلاحية عرض السعر.

buy4me-credit-short = لم تصل الكمية كاملة من «{ $product }».

# What the history says
buy4me-note-price-asked = يطلب المتجر { $after } بدلًا من { $before } للوحدة. وقد طلبنا موافقتك.
buy4me-note-price-accepted = قُبل السعر الجديد، وهو { $after } للوحدة.
buy4me-note-price-declined = رُفض السعر الجديد، وهو { $after } للوحدة.
buy4me-note-short =
    { NUMBER($missing) ->
        [zero] لم ينقص شيء من أصل { $quantity }.
        [one] نقصت وحدة واحدة من أصل { $quantity }.
        [two] نقصت وحدتان من أصل { $quantity }.
        [few] نقصت { $missing } وحدات من أصل { $quantity }.
        [many] نقصت { $missing } وحدة من أصل { $quantity }.
       *[other] نقصت { $missing } وحدة من أصل { $quantity }.
    }

# Why the page of a product could not be read
buy4me-preview-unreadable = تعذّرت قراءة هذه الصفحة. يُرجى كتابة الاسم والسعر يدويًا.
buy4me-preview-away = لم يستجب المتجر. يُرجى كتابة الاسم والسعر يدويًا.
