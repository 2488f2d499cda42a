# Answers of signing up and of resets, the same for everybody
auth-check-mail = أرسلنا رسالة إلى { $email }. افتح الرابط الذي فيها لإتمام التسجيل.
auth-reset-on-its-way = إذا كان لهذا العنوان حساب، فإن رسالة فيها رابط في الطريق إليه.
