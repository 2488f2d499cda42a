# Why a payment or refund did not work, by its normalised code.
failure-declined-soft = رفض البنك العملية هذه المرة. أعد المحاولة أو ادفع بطريقة أخرى.
failure-declined-hard = رفض البنك العملية نهائيًا. يُرجى الدفع بطريقة أخرى.
failure-requires-action = يطلب البنك تأكيدًا من الدافع. أعد المحاولة واتبع ما يطلبه البنك.
failure-expired = انتهت صلاحية صفحة الدفع أو البطاقة. ابدأ عملية دفع جديدة.
failure-amount-mismatch = المبلغ المدفوع ليس المبلغ المطلوب. نحن نتحقق من الأمر.
failure-currency-unsupported = طريقة الدفع هذه لا تقبل هذه العملة.
failure-gateway-unavailable = لم يستجب مزود الدفع في الوقت المحدد. ابدأ عملية دفع جديدة.
failure-gateway-refused = رفض مزود الدفع العملية. يُرجى الدفع بطريقة أخرى.
failure-duplicate = سبق دفع هذا المبلغ أو إعادته.
failure-dispute-blocked = هناك اعتراض على الدفعة لدى البنك، ولا يمكن فعل شيء قبل البتّ فيه.
failure-refund-window-closed = مضى على الدفعة وقت لا يسمح بإعادتها بالطريقة التي دُفعت بها.
