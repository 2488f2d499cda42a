//! Pay, approve, capture: the way that goes well, and the ways that people take instead.

use super::Shop;
use crate::support::paypal::event;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_closes_the_tab_after_approving_has_paid() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    let order = shop.paypal.order(&open.order);
    let unit = &order["purchase_units"][0];
    assert_eq!((unit["custom_id"].as_str(), &unit["amount"]["value"]), (Some(open.id.as_str()), &json!("100.00")));
    assert!(unit["invoice_id"].as_str().unwrap().ends_with("-1"), "{unit}");
    assert_eq!(shop.status(&open.invoice).await, "UNPAID");
    shop.approve(&open).await;
    shop.test.settle().await;
    assert_eq!(shop.status(&open.invoice).await, "PAID");
    let row = shop.payment(&open).await;
    assert_eq!((&row["status"], &row["fee"], &row["method"]), (&json!("SUCCESS"), &json!("0.50"), &json!("paypal")));
    // what PayPal says afterwards, twice, is what we know
    let capture = shop.paypal.capture_of(&open.order);
    assert_eq!(row["transaction_reference"], capture["id"]);
    for _ in 0..2 {
        shop.send("WH-2", "PAYMENT.CAPTURE.COMPLETED", &capture).await;
    }
    shop.test.settle().await;
    assert_eq!(shop.payment(&open).await["updated_at"], row["updated_at"]);
    assert_eq!((shop.test.receipts().len(), shop.paypal.calls("POST", "/capture"), shop.paypal.calls("POST", "/oauth2/token")), (1, 1, 1));
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_back_is_charged_at_once_and_only_once() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    shop.capture(&open).await.problem(409, "payment-not-approved");
    shop.paypal.approve(&open.order);
    let (stranger, _) = shop.test.customer("stranger@example.com").await;
    assert_eq!(stranger.call(&format!("/api/payments/{}/capture/", open.id)).await.status, 404);
    let both = tokio::join!(shop.capture(&open), shop.capture(&open));
    for answer in [both.0, both.1, shop.capture(&open).await] {
        assert_eq!(answer.expect(200)["status"], "SUCCESS");
    }
    shop.approve_late(&open).await;
    assert_eq!(shop.status(&open.invoice).await, "PAID");
    assert_eq!(
        (shop.paypal.order(&open.order)["purchase_units"][0]["payments"]["captures"].as_array().unwrap().len(), shop.test.receipts().len()),
        (1, 1)
    );
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_off_is_captured_when_it_is_paid_after_all() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    let staff = shop.test.admin().await;
    staff.post(&format!("/api/invoices/{}/uncollectible/", open.invoice), &json!({ "reason": "Moved away" })).await.expect(200);
    shop.paypal.approve(&open.order);
    assert_eq!(shop.capture(&open).await.expect(200)["status"], "SUCCESS");
    assert_eq!(shop.status(&open.invoice).await, "PAID");
    shop.test.done().await;
}

impl Shop {
    /// The event of an approval that was captured meanwhile.
    async fn approve_late(&self, open: &super::Open) {
        let mut order = self.paypal.order(&open.order);
        order["status"] = json!("APPROVED");
        order["purchase_units"][0].as_object_mut().unwrap().remove("payments");
        self.send("WH-late", "CHECKOUT.ORDER.APPROVED", &order).await;
        self.test.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_capture_is_not_paid_until_it_completes_or_is_denied() {
    let shop = Shop::open().await;
    for (event_type, status, paid) in [("PAYMENT.CAPTURE.COMPLETED", "SUCCESS", "PAID"), ("PAYMENT.CAPTURE.DENIED", "FAILED", "UNPAID")] {
        let open = shop.pay().await;
        shop.paypal.approve(&open.order);
        shop.paypal.desk(|desk| desk.next_capture = Some("PENDING"));
        assert_eq!(shop.capture(&open).await.expect(200)["status"], "PENDING");
        assert_eq!(shop.status(&open.invoice).await, "UNPAID");
        shop.send(&format!("WH-{status}"), event_type, &shop.paypal.capture_of(&open.order)).await;
        shop.test.settle().await;
        assert_eq!((shop.payment(&open).await["status"].as_str().unwrap(), shop.status(&open.invoice).await.as_str()), (status, paid));
    }
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_instrument_leaves_the_page_open_for_another() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    shop.paypal.approve(&open.order);
    shop.paypal.desk(|desk| desk.refuse_next = Some((422, "INSTRUMENT_DECLINED")));
    let row = shop.capture(&open).await.expect(200);
    assert_eq!((&row["status"], &row["failure_code"]), (&json!("PENDING"), &json!("declined_soft")));
    assert!(row["redirect_url"].as_str().unwrap().contains(&open.order), "the way back");
    let seen = shop.test.admin().await.get(&format!("/api/payments/{}/", open.id)).await.expect(200);
    assert_eq!(seen["response_data"]["paypal"]["debug_id"], "f1a2b3c4d5e6f");
    assert!(seen["response_data"]["return_url"].is_null(), "where the browser goes is nobody's business");
    assert_eq!(
        shop.test.count("payment_transactions", "CAST(response_data AS TEXT) LIKE '%shop.example/back%'").await,
        1,
        "what was there stays"
    );
    assert_eq!(shop.capture(&open).await.expect(200)["status"], "SUCCESS");
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_that_was_paid_otherwise_is_not_captured() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    shop.test.pay(&shop.customer, &open.invoice).await;
    shop.test.settle().await;
    shop.approve(&open).await;
    shop.test.settle().await;
    assert_eq!(shop.paypal.order(&open.order)["status"], "APPROVED", "the money stays where it is");
    assert_eq!(shop.payment(&open).await["status"], "CANCELLED");
    assert_eq!(shop.capture(&open).await.expect(200)["status"], "CANCELLED");
    // one that happened anyway is money that we hold
    shop.paypal.desk(|desk| desk.pay(&open.order));
    shop.send("WH-1", "PAYMENT.CAPTURE.COMPLETED", &shop.paypal.capture_of(&open.order)).await;
    shop.test.settle().await;
    assert_eq!(shop.payment(&open).await["status"], "SUCCESS");
    // from the newest payment first, which the sandbox sends back at once
    let gone = "kind = 'REFUND' AND gateway = 'SANDBOX' AND status = 'SUCCESS' AND amount_minor = 10000";
    assert_eq!(shop.test.count("payment_transactions", gone).await, 1, "and what is too much goes back");
    shop.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_approved_pages_of_one_invoice_one_is_captured() {
    let shop = Shop::open().await;
    let first = shop.pay().await;
    let second = shop.pay_invoice(&first.invoice, "https://shop.example/other").await;
    assert_ne!(first.order, second.order);
    let unit = |order: &str| shop.paypal.order(order)["purchase_units"][0]["invoice_id"].as_str().unwrap().to_owned();
    assert!(unit(&first.order).ends_with("-1") && unit(&second.order).ends_with("-2"));
    tokio::join!(shop.approve(&first), shop.approve(&second));
    shop.test.settle().await;
    let mut ends = [shop.payment(&first).await["status"].clone(), shop.payment(&second).await["status"].clone()];
    ends.sort_by_key(ToString::to_string);
    assert_eq!((ends, shop.paypal.calls("POST", "/capture")), ([json!("CANCELLED"), json!("SUCCESS")], 1));
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_go_out_in_paypals_decimals_and_its_currencies_only() {
    let shop = Shop::open().await;
    let staff = shop.test.admin().await;
    for (currency, amount, sent) in
        [("JPY", "1250", Some("1250")), ("HUF", "1250.00", Some("1250")), ("HUF", "1250.50", None), ("KWD", "1.000", None)]
    {
        let body = json!({ "user": shop.user["id"], "currency": currency, "lines": [{ "description": "Parcel", "quantity": 1, "unit_price": amount }] });
        let invoice = staff.post("/api/invoices/", &body).await.expect(201)["id"].as_str().unwrap().to_owned();
        let Some(sent) = sent else {
            let answer = shop.customer.post(&format!("/api/invoices/{invoice}/pay/"), &json!({ "gateway": "PAYPAL" })).await;
            assert!(answer.status == 400 && answer.text.contains("gateway"), "{currency} {amount}: {}", answer.text);
            continue;
        };
        let open = shop.pay_invoice(&invoice, "https://shop.example/back").await;
        assert_eq!(shop.paypal.order(&open.order)["purchase_units"][0]["amount"], json!({ "currency_code": currency, "value": sent }));
        shop.approve(&open).await;
        shop.test.settle().await;
        assert_eq!(shop.status(&invoice).await, "PAID", "{currency}");
    }
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_amount_than_was_asked_is_a_case_for_a_person() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    shop.paypal.approve(&open.order);
    shop.paypal.desk(|desk| desk.pay(&open.order));
    let mut capture = shop.paypal.capture_of(&open.order);
    capture["amount"]["value"] = json!("1.00");
    shop.test.paypal_event(&shop.paypal, &event("WH-1", "PAYMENT.CAPTURE.COMPLETED", &capture)).await.expect(200);
    shop.test.settle().await;
    assert_eq!(shop.status(&open.invoice).await, "UNPAID");
    assert_eq!(shop.test.count("payment_reviews", "reason = 'amount_mismatch'").await, 1);
    shop.test.done().await;
}
