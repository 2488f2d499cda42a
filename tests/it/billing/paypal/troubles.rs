//! PayPal away, silent, refusing; our token gone; our number taken.

use super::Shop;
use chrono::TimeDelta;
use serde_json::json;
use shared::Error;
use shared::billing::provider::PaymentGateway;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_answer_was_lost_is_the_one_that_is_paid() {
    let shop = Shop::open().await;
    let invoice = shop.invoice("100.00").await;
    shop.paypal.desk(|desk| desk.lose_answer = true);
    let paid = shop.customer.post(&format!("/api/invoices/{invoice}/pay/"), &json!({ "gateway": "PAYPAL" })).await.expect(202);
    assert!(paid["redirect_url"].is_null());
    shop.test.settle().await;
    let shown = shop.customer.get(&format!("/api/payments/{}/", paid["transaction"]["id"].as_str().unwrap())).await.expect(200);
    let orders: Vec<String> = shop.paypal.desk(|desk| desk.orders.keys().cloned().collect());
    assert_eq!(orders.len(), 1, "the same key made the same order");
    assert!(shown["redirect_url"].as_str().unwrap().ends_with(&orders[0]));
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_whose_answer_was_lost_ends_as_the_success_it_was() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    shop.paypal.approve(&open.order);
    shop.paypal.desk(|desk| desk.lose_answer = true);
    assert_eq!(shop.capture(&open).await.expect(202)["status"], "PENDING");
    shop.test.settle().await;
    assert_eq!((shop.status(&open.invoice).await.as_str(), shop.paypal.calls("POST", "/capture")), ("PAID", 1));
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_is_said_to_be_done_is_asked_for() {
    let shop = Shop::open().await;
    for issue in ["ORDER_ALREADY_CAPTURED", "ORDER_COMPLETION_IN_PROGRESS"] {
        let open = shop.pay().await;
        shop.paypal.approve(&open.order);
        shop.paypal.desk(|desk| desk.refuse_next = Some((422, issue)));
        // the order does not show it yet: a job looks again
        assert_eq!(shop.capture(&open).await.expect(202)["status"], "PENDING", "{issue}");
        shop.paypal.desk(|desk| desk.pay(&open.order));
        shop.test.settle().await;
        assert_eq!(shop.status(&open.invoice).await, "PAID", "{issue}");
    }
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_of_a_capture_has_its_end() {
    let shop = Shop::open().await;
    for (status, issue, ends, code) in [
        (422, "INSTRUMENT_DECLINED", "PENDING", Some("declined_soft")),
        (422, "PAYER_ACTION_REQUIRED", "PENDING", Some("requires_action")),
        (422, "TRANSACTION_REFUSED", "FAILED", Some("declined_hard")),
        (422, "PAYER_CANNOT_PAY", "FAILED", Some("declined_hard")),
        (422, "COMPLIANCE_VIOLATION", "FAILED", Some("declined_hard")),
        (422, "ORDER_EXPIRED", "CANCELLED", Some("expired")),
        (404, "INVALID_RESOURCE_ID", "CANCELLED", Some("expired")),
    ] {
        let open = shop.pay().await;
        shop.paypal.approve(&open.order);
        shop.paypal.desk(|desk| desk.refuse_next = Some((status, issue)));
        let row = shop.capture(&open).await.expect(200);
        assert_eq!((row["status"].as_str().unwrap(), row["failure_code"].as_str()), (ends, code), "{issue}");
    }
    let open = shop.pay().await;
    shop.paypal.approve(&open.order);
    shop.paypal.desk(|desk| desk.refuse_next = Some((422, "ORDER_NOT_APPROVED")));
    shop.capture(&open).await.problem(409, "payment-not-approved");
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_waited_out_and_paypals_patience_is_honoured() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    shop.paypal.approve(&open.order);
    let row = shop.row(&open).await;
    let client = shop.test.app.paypal.clone().expect("configured");
    shop.paypal.desk(|desk| desk.failures.push_back((429, Some(7))));
    match client.fetch(&shop.test.app, &row).await {
        Err(Error::Upstream { retry_after, .. }) => assert_eq!(retry_after, Some(Duration::from_secs(7))),
        other => panic!("{other:?}"),
    }
    shop.paypal.desk(|desk| desk.failures.extend([(503, None), (500, None)]));
    assert_eq!(shop.capture(&open).await.expect(202)["status"], "PENDING");
    shop.test.settle().await;
    assert_eq!(shop.status(&open.invoice).await, "PAID");
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_fetched_once_and_anew_when_it_ends_or_is_called_back() {
    let shop = Shop::open().await;
    let tokens = || shop.paypal.calls("POST", "/v1/oauth2/token");
    let (first, second) = (shop.pay().await, shop.pay().await);
    assert_eq!(tokens(), 1);
    shop.paypal.desk(|desk| desk.tokens.clear());
    for open in [&first, &second] {
        shop.paypal.approve(&open.order);
    }
    assert_eq!(shop.capture(&first).await.expect(200)["status"], "SUCCESS");
    assert_eq!(tokens(), 2, "called back");
    shop.test.app.clock.advance(TimeDelta::seconds(32_400 - 59));
    let row = shop.row(&second).await;
    let client = shop.test.app.paypal.clone().expect("configured");
    client.fetch(&shop.test.app, &row).await.expect("an answer");
    assert_eq!(tokens(), 3, "less than a minute left");
    shop.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_taken_is_followed_by_the_next() {
    let shop = Shop::open().await;
    let made = shop.test.invoice(&shop.user, "100.00").await;
    let (invoice, number) = (made["id"].as_str().unwrap(), made["invoice_number"].as_str().unwrap());
    let sent = |order: &str| shop.paypal.order(order)["purchase_units"][0]["invoice_id"].as_str().unwrap().to_owned();
    shop.paypal.desk(|desk| desk.taken_numbers.insert(format!("{number}-1")));
    let open = shop.pay_invoice(invoice, "https://shop.example/back").await;
    assert_eq!(sent(&open.order), format!("{number}-2"));
    // PayPal may look at it when the money moves
    shop.paypal.desk(|desk| desk.taken_numbers.insert(format!("{number}-2")));
    shop.paypal.approve(&open.order);
    assert_eq!(shop.capture(&open).await.expect(200)["status"], "SUCCESS");
    assert_eq!(sent(&open.order), format!("{number}-3"));
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_our_account_is_refused_again_and_again_comes_to_an_end() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    shop.paypal.approve(&open.order);
    let mut tries = 0;
    while shop.payment(&open).await["status"] == "PENDING" {
        tries += 1;
        assert!(tries < 20, "for ever");
        shop.paypal.desk(|desk| desk.refuse_next = Some((422, "SOMETHING_NEW")));
        shop.capture(&open).await;
    }
    let row = shop.payment(&open).await;
    assert_eq!((tries, &row["status"], &row["failure_code"]), (12, &json!("FAILED"), &json!("gateway_refused")));
    // the payer may begin anew
    shop.pay_invoice(&open.invoice, "https://shop.example/back").await;
    shop.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_of_another_amount_is_a_case_at_once_though_its_fee_is_of_no_payment() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    shop.paypal.approve(&open.order);
    shop.paypal.desk(|desk| desk.pay(&open.order));
    let mut capture = shop.paypal.capture_of(&open.order);
    capture["amount"]["value"] = json!("99.00");
    let began = shop.test.app.clock.now();
    shop.send("WH-1", "PAYMENT.CAPTURE.COMPLETED", &capture).await;
    shop.test.settle().await;
    assert_eq!(shop.test.count("payment_reviews", "reason = 'amount_mismatch'").await, 1);
    assert!(shop.test.app.clock.now() - began < TimeDelta::hours(1), "not after a day of waiting for a payment");
    shop.test.done().await;
}
