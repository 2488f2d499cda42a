//! Bills of other domains, credit notes, and the refunds they promise.

use super::checkout::with_stripe;
use crate::support::TestApp;
use crate::support::stripe::FakeStripe;
use crate::support::stripe_events::Payment;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use shared::billing::transaction::{self, Kind, TransactionStatus};
use shared::billing::{self, Bill, PricedLine, invoice};
use shared::ids::{InvoiceId, UserId};
use shared::money::{Currency, Money};
use shared::policy::Actor;
use shared::settings::{LineKind, Taxes};

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::parse("currency", "USD").unwrap())
}

fn bill(user: &Value, key: &str, minor: i64) -> Bill {
    let line = PricedLine::new(LineKind::Shipping, "Shipping".to_owned(), 1, usd(minor), &Taxes::default()).unwrap();
    Bill {
        user: UserId(user["id"].as_str().unwrap().parse().unwrap()),
        kind: "SHIPMENT",
        currency: line_currency(),
        lines: vec![line],
        related_shipment: None,
        related_buy4me_request: None,
        fx: None,
        source_key: key.to_owned(),
    }
}

fn line_currency() -> Currency {
    Currency::parse("currency", "USD").unwrap()
}

async fn issue(test: &TestApp, bill: Bill) -> invoice::Model {
    let tx = test.app.begin().await.unwrap();
    let made = billing::issue(&tx, bill).await.unwrap();
    tx.commit().await.unwrap();
    made
}

async fn credit(test: &TestApp, id: InvoiceId, minor: i64, key: &str) -> invoice::Model {
    let tx = test.app.begin().await.unwrap();
    let after = billing::credit(&tx, &Actor::system(), id, usd(minor), "out of stock", key).await.unwrap();
    tx.commit().await.unwrap();
    after
}

async fn close(test: &TestApp, id: InvoiceId) -> invoice::Model {
    let tx = test.app.begin().await.unwrap();
    let after = billing::close(&tx, &Actor::system(), id, "cancelled").await.unwrap();
    tx.commit().await.unwrap();
    after
}

/// A payment of this much, as Stripe reports it.
async fn paid(test: &TestApp, stripe: &FakeStripe, seed: u64, invoice: &invoice::Model, minor: i64) -> Payment {
    let payment = Payment::of(seed, &invoice.id.to_string(), minor);
    stripe.adopt(&payment);
    test.stripe_event(&payment.payment_intent_succeeded().1).await.expect(200);
    test.settle().await;
    payment
}

/// Refunds that were sent or wait for it: how many, and over how much.
async fn returned(test: &TestApp) -> (usize, i64) {
    test.settle().await;
    let rows = transaction::Entity::find().all(&test.app.db.conn).await.unwrap();
    let refunds = rows.iter().filter(|row| row.kind == Kind::Refund);
    let live: Vec<_> = refunds.filter(|row| matches!(row.status, TransactionStatus::Pending | TransactionStatus::Success)).collect();
    (live.len(), live.iter().map(|row| row.amount_minor).sum())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cause_is_billed_once_however_often_and_at_once_it_is_asked_for() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("a@example.com").await;
    let (one, other) = tokio::join!(issue_patiently(&test, &user), issue_patiently(&test, &user));
    let again = issue(&test, bill(&user, "shipment:1:1", 1_000)).await;
    assert_eq!((one.id, other.id), (again.id, again.id));
    assert_eq!(test.count("invoices", "source_key = 'shipment:1:1' AND status = 'OPEN' AND kind = 'SHIPMENT'").await, 1);
    let shown = customer.get(&format!("/api/invoices/{}/", again.id)).await.expect(200);
    assert_eq!((&shown["amount"], &shown["lines"][0]["kind"]), (&json!("10.00"), &json!("SHIPPING")));
    test.done().await;
}

/// As a job does: when somebody else was faster it simply runs again.
async fn issue_patiently(test: &TestApp, user: &Value) -> invoice::Model {
    loop {
        let tx = test.app.begin().await.unwrap();
        match billing::issue(&tx, bill(user, "shipment:1:1", 1_000)).await {
            Ok(made) => {
                tx.commit().await.unwrap();
                return made;
            }
            Err(shared::Error::Conflict { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credit_lowers_what_is_owed_and_promises_back_what_was_paid_beyond_it_once() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let unpaid = issue(&test, bill(&user, "a", 1_000)).await;
    let credited = credit(&test, unpaid.id, 400, "a/1").await;
    assert_eq!((credited.balance_minor(), returned(&test).await.0), (600, 0), "nothing was paid, nothing goes back");
    let shown = customer.get(&format!("/api/invoices/{}/", unpaid.id)).await.expect(200);
    assert_eq!((&shown["balance"], &shown["credited"], &shown["amount"]), (&json!("6.00"), &json!("4.00"), &json!("10.00")));
    paid(&test, &stripe, 1, &unpaid, 600).await;
    assert_eq!(test.count("invoices", "payment_status = 'PAID' AND paid_minor = 600").await, 1, "what is left is all that is owed");

    let payment = paid(&test, &stripe, 2, &issue(&test, bill(&user, "b", 1_000)).await, 1_000).await;
    let invoice = issue(&test, bill(&user, "b", 1_000)).await;
    for _ in 0..2 {
        credit(&test, invoice.id, 300, "b/1").await;
        assert_eq!(returned(&test).await, (1, 300), "the same cause twice is one credit");
    }
    assert_eq!(test.count("credit_notes", "source_key = 'b/1' AND amount_minor = 300").await, 1);
    // more than is left is cut to what is left
    let all = credit(&test, invoice.id, 5_000, "b/2").await;
    assert_eq!((all.due_minor(), returned(&test).await), (0, (2, 1_000)));
    assert_eq!(stripe.books()[1], (payment.payment_intent, 1_000, 1_000));
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND'").await, 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_voids_what_nobody_paid_and_gives_back_what_somebody_did_or_does_later() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (_, user) = test.customer("a@example.com").await;
    let unpaid = issue(&test, bill(&user, "a", 1_000)).await;
    for _ in 0..2 {
        assert_eq!(close(&test, unpaid.id).await.status, shared::billing::status::InvoiceStatus::Void);
    }
    let partly = issue(&test, bill(&user, "b", 1_000)).await;
    paid(&test, &stripe, 1, &partly, 1_000).await;
    close(&test, partly.id).await;
    close(&test, partly.id).await;
    assert_eq!(returned(&test).await, (1, 1_000));
    // the page of the first one was open, and the customer pays after all
    paid(&test, &stripe, 2, &unpaid, 1_000).await;
    assert_eq!(returned(&test).await, (2, 2_000), "it did arrive, and it goes back");
    assert_eq!(test.count("audit_entries", "action = 'invoice.refund_promised'").await, 2);
    assert_eq!(test.receipts().len(), 1, "no receipt for what is void");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_twice_goes_back_and_what_is_left_after_a_credit_is_paid() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (_, user) = test.customer("a@example.com").await;
    let twice = issue(&test, bill(&user, "a", 1_000)).await;
    paid(&test, &stripe, 1, &twice, 1_000).await;
    let again = paid(&test, &stripe, 2, &twice, 1_000).await;
    assert_eq!(returned(&test).await, (1, 1_000), "nothing is owed any more");
    assert_eq!(stripe.books()[1], (again.payment_intent, 1_000, 1_000), "the newer one");
    assert_eq!(stripe.books()[0].2, 0);

    let unpaid = issue(&test, bill(&user, "c", 1_000)).await;
    credit(&test, unpaid.id, 1_000, "c/1").await;
    test.settle().await;
    assert_eq!(test.receipts().len(), 1, "no receipt for what nobody paid");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disputed_payment_is_not_given_back_and_what_the_bank_returned_is_not_sent_again() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (_, user) = test.customer("a@example.com").await;
    let invoice = issue(&test, bill(&user, "a", 1_000)).await;
    let payment = paid(&test, &stripe, 1, &invoice, 1_000).await;
    test.stripe_event(&payment.dispute_created("du_1", 1_000).1).await.expect(200);
    test.settle().await;
    close(&test, invoice.id).await;
    assert_eq!(returned(&test).await.0, 0, "the bank may take it back by itself");
    test.stripe_event(&payment.dispute_closed("du_1", 1_000, "won").1).await.expect(200);
    assert_eq!(returned(&test).await, (1, 1_000));
    let sent = stripe.calls().iter().filter(|(_, path)| path == "/v1/refunds").count();
    let refund = reference_of_refund(&test).await;
    for _ in 0..2 {
        test.stripe_event(&payment.refund_updated(&refund, 1_000, "failed").1).await.expect(200);
        assert_eq!(returned(&test).await, (2, 0), "it arrived, and it came back");
    }
    assert_eq!(test.count("payment_reviews", &format!("reason = 'refund_failed' AND object_reference = '{refund}/returned'")).await, 1);
    assert_eq!(stripe.calls().iter().filter(|(_, path)| path == "/v1/refunds").count(), sent, "a person decides how it goes back");
    test.done().await;
}

async fn reference_of_refund(test: &TestApp) -> String {
    let rows = transaction::Entity::find().all(&test.app.db.conn).await.unwrap();
    rows.into_iter().find(|row| row.kind == Kind::Refund).unwrap().transaction_reference.unwrap()
}
