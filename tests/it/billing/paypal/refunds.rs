//! Refunds, as the gateway is asked for them.

use super::{Open, Shop};
use chrono::TimeDelta;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use shared::Error;
use shared::billing::event::{Change, RefundStep};
use shared::billing::provider::PaymentGateway;
use shared::billing::transaction::{Kind, Model as Transaction, TransactionStatus};
use shared::money::Money;

/// A promised refund of a payment.
async fn promise(shop: &Shop, open: &Open, minor: i64) -> (Transaction, Transaction) {
    let charge = shop.row(open).await;
    let amount = Money::new(minor, charge.amount().expect("known").currency);
    let mut refund =
        Transaction::new(charge.invoice_id, Kind::Refund, TransactionStatus::Pending, charge.gateway, amount, shop.test.app.clock.now());
    refund.parent_id = Some(charge.id);
    let _writing = shop.test.app.db.writing().await;
    refund.clone().into_active_model().reset_all().insert(&shop.test.app.db.conn).await.expect("inserted");
    (refund, charge)
}

async fn send(shop: &Shop, refund: &Transaction, charge: &Transaction) -> shared::Result<Vec<Change>> {
    shop.test.app.paypal.clone().expect("configured").refund(&shop.test.app, refund, charge).await
}

fn refunded(changes: &[Change]) -> (String, i64) {
    match changes {
        [Change::Refund(refund)] if refund.step == RefundStep::Succeeded => (refund.reference.clone(), refund.amount.minor),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_whose_answer_was_lost_is_the_same_refund() {
    let shop = Shop::open().await;
    let open = shop.paid().await;
    let (mut refund, charge) = promise(&shop, &open, 3000).await;
    shop.paypal.desk(|desk| desk.lose_answer = true);
    assert!(matches!(send(&shop, &refund, &charge).await, Err(Error::Upstream { .. })));
    let (reference, minor) = refunded(&send(&shop, &refund, &charge).await.expect("sent"));
    assert_eq!(minor, 3000);
    let known = shop.paypal.order(&open.order)["purchase_units"][0]["payments"]["refunds"].clone();
    assert_eq!((known.as_array().unwrap().len(), known[0]["id"].as_str().unwrap()), (1, reference.as_str()));
    // after 45 days the key is forgotten: it is found by our id in it, and not sent once more
    refund.sent_at = Some(shop.test.app.clock.now() - TimeDelta::days(45));
    let asked = shop.paypal.calls("POST", "/refund");
    assert_eq!(refunded(&send(&shop, &refund, &charge).await.expect("found")).0, reference);
    assert_eq!(shop.paypal.calls("POST", "/refund"), asked);
    shop.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refunded_on_paypals_own_pages_is_taken_as_it_is() {
    let shop = Shop::open().await;
    let open = shop.paid().await;
    let (refund, charge) = promise(&shop, &open, 10_000).await;
    let capture = shop.paypal.capture_of(&open.order);
    let theirs =
        shop.paypal.desk(|desk| desk.pay_back(capture["id"].as_str().unwrap(), json!({ "currency_code": "USD", "value": "100.00" })));
    assert_eq!(refunded(&send(&shop, &refund, &charge).await.expect("synced")).0, theirs["id"].as_str().unwrap());
    shop.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_of_a_refund_says_when_or_never() {
    let shop = Shop::open().await;
    let open = shop.paid().await;
    let (refund, charge) = promise(&shop, &open, 3000).await;
    for (issue, wait) in [
        ("PENDING_CAPTURE", Some(3600)),
        ("REFUND_FAILED_INSUFFICIENT_FUNDS", Some(86_400)),
        ("CAPTURE_DISPUTED_PARTIAL_REFUND_NOT_ALLOWED", None),
        ("TRANSACTION_DISPUTED", None),
        ("REFUND_TIME_LIMIT_EXCEEDED", None),
        ("REFUND_AMOUNT_EXCEEDED", None),
    ] {
        shop.paypal.desk(|desk| desk.refuse_next = Some((422, issue)));
        match (send(&shop, &refund, &charge).await, wait) {
            (Err(Error::Upstream { retry_after, .. }), Some(seconds)) => {
                assert_eq!(retry_after.expect("a time").as_secs(), seconds, "{issue}")
            }
            (Err(Error::Refused { reason, .. }), None) => assert!(reason.contains(issue) && reason.contains("f1a2b3c4d5e6f"), "{reason}"),
            (other, _) => panic!("{issue}: {other:?}"),
        }
    }
    refunded(&send(&shop, &refund, &charge).await.expect("and then it works"));
    shop.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_is_heard_of_is_booked_once() {
    let shop = Shop::open().await;
    let open = shop.paid().await;
    let (_, charge) = promise(&shop, &open, 3000).await;
    let capture = charge.transaction_reference.as_deref().expect("paid");
    let refund = shop.paypal.desk(|desk| desk.pay_back(capture, json!({ "currency_code": "USD", "value": "30.00" })));
    for (id, event_type) in
        [("WH-1", "PAYMENT.CAPTURE.REFUNDED"), ("WH-2", "PAYMENT.REFUND.COMPLETED"), ("WH-1", "PAYMENT.CAPTURE.REFUNDED")]
    {
        shop.send(id, event_type, &refund).await;
    }
    shop.test.settle().await;
    assert_eq!(shop.test.count("payment_transactions", "kind = 'REFUND'").await, 1, "the promise has its name now");
    assert_eq!(shop.status(&open.invoice).await, "PARTIALLY_REFUNDED");
    shop.test.close().await;
}
