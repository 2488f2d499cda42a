//! Money that takes days: a debit is on its way, arrives or bounces; and events that come long before what they speak of.

use super::checkout::with_stripe;
use crate::support::TestApp;
use crate::support::stripe_events::Payment;
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::billing::jobs::{RemindUnpaid, SweepPending};
use shared::queue::Job;

fn path(invoice: &Value, verb: &str) -> String {
    format!("/api/invoices/{}/{verb}", invoice["id"].as_str().unwrap())
}

async fn run<J: Job>(test: &TestApp, job: J) {
    let tx = test.app.begin().await.unwrap();
    tx.enqueue(job).await.unwrap();
    tx.commit().await.unwrap();
    test.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_is_not_asked_for_again_until_it_bounces() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE", "amount": "6.00" })).await.expect(201);
    let debit = Payment::from(&stripe.sessions()[0]);
    test.stripe_event(&debit.checkout_session_completed(false).1).await.expect(200);
    test.settle().await;
    let problem = customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE", "amount": "6.00" })).await.problem(400, "invalid");
    assert!(problem["errors"]["amount"].is_array(), "{problem}");
    let rest = customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
    assert_eq!(rest["transaction"]["amount"], "4.00", "{rest}");
    let rest = Payment { event_seed: 1, ..Payment::from(&stripe.sessions()[1]) };
    test.stripe_event(&rest.checkout_session_completed(false).1).await.expect(200);
    test.settle().await;
    customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.problem(409, "payment-on-its-way");
    test.app.clock.advance(TimeDelta::days(40));
    stripe.advance(40 * 86_400);
    run(&test, RemindUnpaid {}).await;
    assert_eq!(test.count("invoice_reminders", "1 = 1").await, 0);
    let bounced = Payment { event_seed: 2, ..debit };
    test.stripe_event(&bounced.async_payment_failed().1).await.expect(200);
    test.settle().await;
    run(&test, RemindUnpaid {}).await;
    assert!(test.count("invoice_reminders", "1 = 1").await > 0);
    let customer = test.http.sign_in("a@example.com", crate::support::PASSWORD).await;
    let again = customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
    assert_eq!(again["transaction"]["amount"], "6.00", "{again}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debit_that_bounced_unheard_fails_by_the_sweep() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    let begun = customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
    stripe.mark_bounced(&stripe.sessions()[0].id, "pi_bounced");
    test.app.clock.advance(TimeDelta::minutes(20));
    run(&test, SweepPending {}).await;
    let customer = test.http.sign_in("a@example.com", crate::support::PASSWORD).await;
    let row = customer.get(&format!("/api/payments/{}/", begun["transaction"]["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&row["status"], &row["failure_code"]), (&json!("FAILED"), &json!("declined_hard")));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_was_told_days_before_its_payment_is_booked_when_that_comes() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    let payment = Payment::of(1, invoice["id"].as_str().unwrap(), 1_000);
    test.stripe_event(&payment.refund_created("re_1", 300).1).await.expect(200);
    test.settle().await;
    let open = "reason = 'unknown_payment' AND resolved_at IS NULL";
    assert_eq!(test.count("payment_reviews", open).await, 1, "nobody knows its payment after a day");
    test.stripe_event(&payment.payment_intent_succeeded().1).await.expect(200);
    test.settle().await;
    let shown = test.admin().await.get(&path(&invoice, "")).await.expect(200);
    assert_eq!((&shown["payment_status"], &shown["refunded"]), (&json!("PARTIALLY_REFUNDED"), &json!("3.00")), "{shown}");
    assert_eq!(test.count("payment_reviews", open).await, 0);
    assert_eq!(test.count("webhook_events", "status <> 'PROCESSED'").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_no_capture_is_refused_one_before_anything_is_written() {
    let (test, _stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    let begun = customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
    let door = format!("/api/payments/{}/capture/", begun["transaction"]["id"].as_str().unwrap());
    customer.call(&door).await.problem(409, "payment-not-approved");
    assert_eq!(test.count("payment_transactions", "sent_at IS NOT NULL").await, 0);
    assert_eq!(test.count("audit_entries", "action = 'invoice.payment_capture_asked'").await, 0);
    test.done().await;
}
