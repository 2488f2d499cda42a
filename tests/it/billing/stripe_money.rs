//! What Stripe tells besides payments: fees, failures, disputes, its own books.

use super::checkout::with_stripe;
use crate::support::TestApp;
use crate::support::stripe_events::Payment;
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::billing::Gateway;
use shared::billing::provider::{self, Movement};

fn path(invoice: &Value, verb: &str) -> String {
    format!("/api/invoices/{}/{verb}", invoice["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_is_asked_for_when_it_was_booked_in_whichever_order_that_is_told() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    for fee_first in [false, true] {
        let invoice = test.invoice(&user, "10.00").await;
        customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
        let payment = Payment::from(&stripe.sessions().pop().unwrap());
        stripe.adopt(&payment);
        let mut events = [payment.payment_intent_succeeded().1, payment.charge_updated(&format!("txn_{}", payment.charge)).1];
        if fee_first {
            events.reverse();
        }
        for event in events {
            test.stripe_event(&event).await.expect(200);
        }
        test.settle().await;
        let shown = test.admin().await.get(&path(&invoice, "")).await.expect(200);
        assert_eq!((&shown["payment_status"], &shown["transactions"][0]["fee"]), (&json!("PAID"), &json!("0.40")), "{shown}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_is_told_once_and_the_page_stays_open() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    let begun = customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
    let payment = Payment::from(&stripe.sessions()[0]);
    let again = Payment { event_seed: 1, ..payment.clone() };
    for (_, event) in [payment.payment_intent_payment_failed(), again.payment_intent_payment_failed()] {
        test.stripe_event(&event).await.expect(200);
        test.settle().await;
    }
    let shown = customer.get(&format!("/api/payments/{}/", begun["transaction"]["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&shown["status"], &shown["failure_code"]), (&json!("PENDING"), &json!("declined_soft")));
    let told = || test.mails().iter().filter(|mail| mail.subject().contains("did not work")).count();
    assert_eq!(told(), 1);
    let mail = test.mails().into_iter().find(|mail| mail.subject().contains("did not work")).unwrap().text();
    assert!(mail.contains("The bank declined this time"), "it says why: {mail}");
    let link: url::Url = mail[mail.find("http").unwrap()..].split_whitespace().next().unwrap().parse().unwrap();
    let page = test.http.get(&format!("{}?{}", link.path(), link.query().unwrap())).await;
    assert!(page.status == 200 && page.text.contains("10.00"), "its button leads to where one pays: {}", page.text);
    test.stripe_event(&payment.async_payment_failed().1).await.expect(200);
    test.settle().await;
    assert_eq!(told(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_funds_are_not_lost_and_the_deadline_is_shown() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
    let payment = Payment::from(&stripe.sessions()[0]);
    stripe.adopt(&payment);
    for (_, event) in
        [payment.payment_intent_succeeded(), payment.dispute_funds_withdrawn("du_1", 1_000), payment.dispute_created("du_1", 1_000)]
    {
        test.stripe_event(&event).await.expect(200);
    }
    test.settle().await;
    let shown = customer.get(&path(&invoice, "")).await.expect(200);
    assert_eq!(shown["payment_status"], "PAID");
    let dispute = shown["transactions"].as_array().unwrap().iter().find(|row| row["kind"] == "DISPUTE").unwrap();
    assert_eq!((&dispute["status"], &dispute["reason"]), (&json!("PENDING"), &json!("fraudulent")));
    assert!(dispute["due_by"].is_string(), "{dispute}");
    let staff = test.admin().await;
    staff.post(&path(&invoice, "refunds/"), &json!({ "reason": "x" })).await.problem(409, "invoice-not-refundable");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_books_and_what_it_could_not_deliver_are_read_page_by_page() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let payment =
        Payment { payment_intent: "pi_1".into(), charge: "ch_1".into(), amount: 1_000, currency: "usd".into(), ..Payment::default() };
    stripe.adopt(&payment);
    let refund = stripe.refund_in_dashboard("pi_1", 300);
    let mut ids = vec![];
    for event_seed in 0..5 {
        let (id, body) = Payment { event_seed, ..payment.clone() }.payment_intent_succeeded();
        stripe.keep_undelivered(&body);
        ids.push(id);
    }
    let (now, day) = (test.app.clock.now(), TimeDelta::days(1));
    let gateway = provider::of(&test.app, Gateway::Stripe).unwrap();
    let missed = gateway.missed(now - day, now).await.unwrap();
    assert_eq!(missed.iter().map(|event| event.event_id.clone()).collect::<Vec<_>>(), ids);
    let movements = gateway.movements(now - day, now).await.unwrap().unwrap();
    let [Movement::Charge(charge, fee), Movement::Refund(back)] = &movements[..] else { panic!("{movements:?}") };
    assert_eq!((charge.reference.as_deref(), charge.amount.unwrap().minor, fee.unwrap().minor), (Some("pi_1"), 1_000, 40));
    assert_eq!((&back.reference, &back.charge, back.amount.minor), (&refund, &"pi_1".to_owned(), 300));
    test.done().await;
}
