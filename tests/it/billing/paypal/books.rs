//! What PayPal's own books say, as the comparison asks for it.

use super::Shop;
use crate::support::paypal::{dispute, event};
use chrono::TimeDelta;
use serde_json::json;
use shared::billing::event::{Change, ChargeStep};
use shared::billing::provider::{Movement, PaymentGateway};

#[tokio::test(flavor = "multi_thread")]
async fn events_are_found_on_every_page_whomever_they_were_delivered_to() {
    let shop = Shop::open().await;
    let client = shop.test.app.paypal.clone().expect("configured");
    shop.paypal.desk(|desk| {
        for (id, status) in [("WH-1", "FAILURE"), ("WH-2", "SUCCESS"), ("WH-3", "PENDING")] {
            let mut told: serde_json::Value = serde_json::from_str(&event(id, "PAYMENT.CAPTURE.COMPLETED", &json!({}))).unwrap();
            told["transmissions"] = json!([{ "status": status }]);
            desk.events.push(told);
        }
    });
    let now = shop.test.app.clock.now();
    let missed = client.missed(now - TimeDelta::hours(1), now).await.expect("an answer");
    let ids: Vec<_> = missed.iter().map(|event| event.event_id.as_str()).collect();
    assert_eq!(ids, ["WH-1", "WH-2", "WH-3"]);
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn movements_are_payments_with_their_fees_refunds_and_disputes() {
    let shop = Shop::open().await;
    let open = shop.paid().await;
    let capture = shop.paypal.capture_of(&open.order);
    let id = capture["id"].as_str().unwrap();
    let refund = shop.paypal.desk(|desk| {
        desk.disputes.insert("PP-D-1".into(), dispute("PP-D-1", &capture, "OPEN", None));
        desk.pay_back(id, json!({ "currency_code": "USD", "value": "30.00" }))
    });
    let client = shop.test.app.paypal.clone().expect("configured");
    // longer than PayPal answers at once
    let until = "2026-02-10T00:00:00Z".parse().unwrap();
    let moved = client.movements(until - TimeDelta::days(52), until).await.expect("an answer").expect("it keeps books");
    assert!(moved.len() == 3 && matches!(moved[2], Movement::Dispute(_)), "{moved:?}");
    let later = client.movements(until - TimeDelta::days(20), until).await.expect("an answer");
    assert_eq!(later, Some(vec![]));
    match (&moved[0], &moved[1]) {
        (Movement::Charge(charge, Some(fee)), Movement::Refund(back)) => {
            assert_eq!((charge.reference.as_deref(), charge.amount.unwrap().minor, fee.minor), (Some(id), 10_000, 50));
            assert_eq!(charge.transaction.unwrap().to_string(), open.id);
            assert_eq!((back.reference.as_str(), back.charge.as_str(), back.amount.minor), (refund["id"].as_str().unwrap(), id, 3000));
        }
        other => panic!("{other:?}"),
    }
    shop.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_is_asked_about_says_how_it_stands() {
    let shop = Shop::open().await;
    let open = shop.pay().await;
    let client = shop.test.app.paypal.clone().expect("configured");
    let fetch = async || client.fetch(&shop.test.app, &shop.row(&open).await).await.expect("an answer");
    let step = |changes: &[Change]| match changes {
        [Change::Charge(charge), ..] => charge.step.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(fetch().await, vec![]);
    shop.paypal.approve(&open.order);
    assert_eq!(step(&fetch().await), ChargeStep::Approved);
    assert_eq!(step(&client.cancel(&shop.test.app, &shop.row(&open).await).await.expect("an answer")), ChargeStep::Cancelled);
    shop.paypal.desk(|desk| desk.pay(&open.order));
    assert_eq!(step(&fetch().await), ChargeStep::Succeeded);
    assert_eq!(step(&client.cancel(&shop.test.app, &shop.row(&open).await).await.expect("an answer")), ChargeStep::Succeeded, "too late");
    shop.paypal.desk(|desk| desk.orders.clear());
    assert_eq!(step(&fetch().await), ChargeStep::Cancelled, "PayPal has forgotten it");
    shop.test.done().await;
}
