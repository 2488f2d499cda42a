# The sandbox gateway's page
sandbox-title = الدفع في بيئة التجربة
sandbox-notice = هذه بوابة بيئة التجربة. لا تُنقل أي أموال.
sandbox-amount = { $amount } للفاتورة { $number }
sandbox-pay = ادفع
sandbox-decline = ارفض
sandbox-later = ادفع لاحقًا
sandbox-done-pay = أُرسلت الدفعة. يجري تحديث الفاتورة.
sandbox-done-decline = رُفضت الدفعة.
sandbox-done-later = ستصل الدفعة بعد بضع ثوانٍ.
sandbox-closed = سبق إغلاق هذه الدفعة.
sandbox-back = العودة إلى المتجر
