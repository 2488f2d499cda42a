//! Events in any order, twice; in the shapes of other versions; about what is taken back.

use super::{Open, Shop};
use crate::support::paypal::{dispute, event};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use shared::billing::transaction;

/// What PayPal says of one payment, in the order in which it happened.
fn story(shop: &Shop, open: &Open, n: usize) -> Vec<String> {
    shop.paypal.approve(&open.order);
    let approved = shop.paypal.order(&open.order);
    shop.paypal.desk(|desk| desk.pay(&open.order));
    let capture = shop.paypal.capture_of(&open.order);
    let part = json!({ "currency_code": "USD", "value": "30.00" });
    let refund = shop.paypal.desk(|desk| desk.pay_back(capture["id"].as_str().unwrap(), part));
    let case = format!("PP-D-{n}");
    [
        ("CHECKOUT.ORDER.APPROVED", approved),
        ("PAYMENT.CAPTURE.COMPLETED", capture.clone()),
        ("PAYMENT.CAPTURE.REFUNDED", refund),
        ("CUSTOMER.DISPUTE.CREATED", dispute(&case, &capture, "OPEN", None)),
        ("CUSTOMER.DISPUTE.RESOLVED", dispute(&case, &capture, "RESOLVED", Some("RESOLVED_SELLER_FAVOUR"))),
    ]
    .into_iter()
    .map(|(event_type, resource)| event(&format!("WH-{n}-{event_type}"), event_type, &resource))
    .collect()
}

/// All orders of `n` things.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let insert = |order: &Vec<usize>| (0..n).map(|at| [&order[..at], &[n - 1], &order[at..]].concat()).collect::<Vec<_>>();
    orders(n - 1).iter().flat_map(insert).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_events_ends_in_the_same_state() {
    let shop = Shop::open().await;
    let mut stories = vec![];
    for (n, order) in orders(5).into_iter().enumerate() {
        let open = shop.pay().await;
        let events = story(&shop, &open, n);
        stories.push((open, order.iter().map(|at| events[*at].clone()).collect::<Vec<_>>(), order));
    }
    assert_eq!(stories.len(), 120);
    for step in 0..5 {
        for (_, events, _) in &stories {
            // each is delivered twice
            let deliver = || shop.test.paypal_event(&shop.paypal, &events[step]);
            let both = tokio::join!(deliver(), deliver());
            both.0.expect(200);
            both.1.expect(200);
        }
        shop.test.quiet().await;
    }
    shop.test.settle().await;
    let rows = transaction::Entity::find().all(&shop.test.app.db.conn).await.expect("rows");
    for (open, _, order) in &stories {
        let of_it = rows.iter().filter(|row| row.invoice_id.to_string() == open.invoice);
        let mut ends: Vec<_> = of_it.map(|row| format!("{:?} {:?} {}", row.kind, row.status, row.amount_minor)).collect();
        ends.sort();
        assert_eq!(ends, ["Charge Success 10000", "Dispute Cancelled 10000", "Refund Success 3000"], "{order:?}");
        assert_eq!(shop.status(&open.invoice).await, "PARTIALLY_REFUNDED", "{order:?}");
    }
    assert_eq!((shop.test.receipts().len(), shop.test.count("payment_reviews", "resolved_at IS NULL").await), (120, 0));
    assert_eq!(shop.test.count("payment_reviews", "reason <> 'dispute_opened'").await, 0, "each dispute was a case, and nothing else");
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_dispute_takes_the_money_and_keeps_its_deadline() {
    let shop = Shop::open().await;
    let open = shop.paid().await;
    let capture = shop.paypal.capture_of(&open.order);
    shop.send("WH-1", "CUSTOMER.DISPUTE.CREATED", &dispute("PP-D-1", &capture, "WAITING_FOR_SELLER_RESPONSE", None)).await;
    shop.test.settle().await;
    let shown = shop.customer.get(&format!("/api/invoices/{}/", open.invoice)).await.expect(200);
    assert_eq!(shown["payment_status"], "PAID");
    assert_eq!(shop.test.count("payment_transactions", "kind = 'DISPUTE' AND due_by IS NOT NULL AND status = 'PENDING'").await, 1);
    shop.send("WH-2", "CUSTOMER.DISPUTE.RESOLVED", &dispute("PP-D-1", &capture, "RESOLVED", Some("RESOLVED_BUYER_FAVOUR"))).await;
    shop.test.settle().await;
    assert_eq!(shop.status(&open.invoice).await, "UNPAID");
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reversal_and_its_dispute_are_one_loss_whichever_is_heard_of_first() {
    let shop = Shop::open().await;
    for reversal_first in [true, false] {
        let open = shop.paid().await;
        let capture = shop.paypal.capture_of(&open.order);
        let up = format!("https://api.paypal.com/v2/payments/captures/{}", capture["id"].as_str().unwrap());
        let taken = json!({ "id": format!("R{}", &open.order[1..]), "status": "COMPLETED", "amount": capture["amount"], "links": [{ "rel": "up", "href": up }] });
        let case = dispute(&format!("PP-D-{}", open.order), &capture, "RESOLVED", Some("RESOLVED_BUYER_FAVOUR"));
        let mut events = [("PAYMENT.CAPTURE.REVERSED", taken), ("CUSTOMER.DISPUTE.RESOLVED", case)];
        if !reversal_first {
            events.reverse();
        }
        for (event_type, resource) in events {
            shop.send(&format!("WH-{}-{event_type}", open.order), event_type, &resource).await;
            shop.test.settle().await;
        }
        let lost = format!("kind = 'DISPUTE' AND status = 'SUCCESS' AND transaction_reference = 'PP-D-{}'", open.order);
        assert_eq!(shop.test.count("payment_transactions", &lost).await, 1);
        assert_eq!(shop.status(&open.invoice).await, "UNPAID");
    }
    assert_eq!(shop.test.count("payment_transactions", "kind = 'DISPUTE'").await, 2);
    assert_eq!(shop.test.count("payment_reviews", "reason = 'payment_reversed'").await, 2);
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_shapes_are_stored_and_left_alone() {
    let shop = Shop::open().await;
    let v1 = json!({ "id": "8VC1", "amount": { "total": "-0.15", "currency": "USD" }, "capture_id": "5LK7", "state": "completed" });
    let no_ids = json!({ "id": "4K51", "status": "APPROVED", "purchase_units": [{ "custom_id": " of another system ", "amount": { "currency_code": "USD", "value": "01.18" } }] });
    let cases: Vec<(&str, Value)> = vec![
        ("PAYMENT.CAPTURE.REFUNDED", v1.clone()),
        ("PAYMENT.CAPTURE.COMPLETED", v1),
        ("CHECKOUT.ORDER.APPROVED", no_ids),
        ("CHECKOUT.ORDER.COMPLETED", json!({ "id": "4K52" })),
        ("PAYMENT.CAPTURE.COMPLETED", json!("no object")),
        ("PAYMENT.SALE.COMPLETED", json!(null)),
        ("INVOICING.INVOICE.PAID", json!({ "invoice": {} })),
    ];
    for (n, (event_type, resource)) in cases.iter().enumerate() {
        shop.send(&format!("WH-{n}"), event_type, resource).await;
    }
    shop.test.settle().await;
    assert_eq!(shop.test.count("webhook_events", "status IN ('PROCESSED', 'IGNORED')").await, 7);
    // of those that are about money, one that we cannot read is shown to a person
    shop.send("WH-9", "CUSTOMER.DISPUTE.CREATED", &json!({ "dispute_id": "PP-D-1" })).await;
    shop.test.settle().await;
    assert_eq!(shop.test.count("payment_reviews", "reason = 'unreadable_event'").await, 1);
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_ours_with_spaces_and_old_decimals_is_still_ours() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    shop.paypal.approve(&open.order);
    shop.paypal.desk(|desk| desk.pay(&open.order));
    let mut capture = shop.paypal.capture_of(&open.order);
    capture["custom_id"] = json!(format!(" {} ", open.id));
    capture["amount"]["value"] = json!("0100.0");
    capture["seller_receivable_breakdown"]["paypal_fee"]["value"] = json!("01.18");
    shop.send("WH-1", "PAYMENT.CAPTURE.COMPLETED", &capture).await;
    shop.test.settle().await;
    assert_eq!((shop.status(&open.invoice).await.as_str(), &shop.payment(&open).await["fee"]), ("PAID", &json!("1.18")));
    shop.test.done().await;
}
