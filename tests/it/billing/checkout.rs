//! Paying through Stripe Checkout, with Stripe well, slow, away, or refusing.

use crate::support::stripe::FakeStripe;
use crate::support::stripe_events::Payment;
use crate::support::{Builder, TestApp};
use serde_json::{Value, json};

pub async fn with_stripe(builder: Builder) -> (TestApp, FakeStripe) {
    let fake = FakeStripe::start().await;
    let base = fake.base_url().parse().unwrap();
    (builder.config(|c| c.stripe.as_mut().unwrap().api_base = base).start().await, fake)
}

fn path(invoice: &Value) -> String {
    format!("/api/invoices/{}/", invoice["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_paid_through_stripe_checkout() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    let body = json!({ "gateway": "STRIPE", "return_url": "https://shop.example/ok?s={CHECKOUT_SESSION_ID}", "cancel_url": "https://shop.example/no" });
    let answer = customer.post(&format!("{}pay/", path(&invoice)), &body).await.expect(201);
    let [session] = stripe.sessions().try_into().unwrap();
    assert_eq!(answer["redirect_url"].as_str().unwrap(), format!("{}/c/pay/{}", stripe.base_url().trim_end_matches('/'), session.id));
    let transaction = answer["transaction"]["id"].as_str().unwrap();
    assert_eq!((session.amount, session.currency.as_str()), (1_250, "usd"));
    assert_eq!(session.client_reference_id.as_deref(), Some(transaction));
    assert_eq!(session.idempotency_key.as_deref(), Some(transaction));
    for metadata in [&session.metadata, &session.payment_intent_metadata] {
        assert_eq!(metadata["transaction_id"], transaction);
        assert_eq!(metadata["invoice_id"], invoice["id"].as_str().unwrap());
    }
    assert_eq!(session.success_url, "https://shop.example/ok?s={CHECKOUT_SESSION_ID}");

    let paid = Payment::from(&session);
    for (_, event) in [paid.checkout_session_completed(true), paid.payment_intent_succeeded()] {
        test.stripe_event(&event).await.expect(200);
    }
    test.settle().await;
    let after = customer.get(&path(&invoice)).await.expect(200);
    assert_eq!((after["payment_status"].as_str(), after["payment_method"].as_str()), (Some("PAID"), Some("STRIPE")), "{after}");
    assert_eq!(after["transactions"][0]["transaction_reference"], paid.payment_intent);
    assert_eq!(after["transactions"].as_array().unwrap().len(), 1);
    assert!(after["transactions"][0].get("response_data").is_none_or(Value::is_null), "customers do not see it");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paying_twice_with_the_same_wish_answers_the_same_page() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    let pay = format!("{}pay/", path(&invoice));
    let first = customer.post(&pay, &json!({ "gateway": "STRIPE" })).await.expect(201);
    let second = customer.post(&pay, &json!({ "gateway": "STRIPE" })).await.expect(201);
    assert_eq!(first["redirect_url"], second["redirect_url"]);
    let part = customer.post(&pay, &json!({ "gateway": "STRIPE", "amount": "2.50" })).await.expect(201);
    assert_ne!(first["transaction"]["id"], part["transaction"]["id"], "another amount is another payment");
    assert_eq!(stripe.sessions().len(), 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_stripe_is_away_the_payment_waits_and_opens_by_itself() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    stripe.down(true);
    let answer = customer.post(&format!("{}pay/", path(&invoice)), &json!({ "gateway": "STRIPE" })).await;
    let body = answer.expect(202);
    assert!(body["redirect_url"].is_null(), "{body}");
    let status = answer.header("location").to_owned();
    assert_eq!(customer.get(&status).await.expect(200)["status"], "PENDING");
    stripe.down(false);
    test.settle().await;
    let opened = customer.get(&status).await.expect(200);
    assert!(opened["redirect_url"].as_str().unwrap().contains("/c/pay/"), "{opened}");
    assert_eq!(stripe.sessions().len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_on_the_way_makes_no_second_page() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    stripe.lose_answer_once();
    customer.post(&format!("{}pay/", path(&invoice)), &json!({ "gateway": "STRIPE" })).await.expect(202);
    test.settle().await;
    assert_eq!(stripe.sessions().len(), 1, "the repeat carried the same key");
    assert_eq!(test.count("payment_transactions", "redirect_url IS NOT NULL AND status = 'PENDING'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_stripe_refuses_is_over() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    stripe.refuse_next();
    let refused = customer.post(&format!("{}pay/", path(&invoice)), &json!({ "gateway": "STRIPE" })).await.problem(502, "provider-refused");
    assert!(!refused.to_string().contains("invalid_request"), "internals are not shown: {refused}");
    assert_eq!(test.count("payment_transactions", "status = 'FAILED'").await, 1);
    customer.post(&format!("{}pay/", path(&invoice)), &json!({ "gateway": "STRIPE" })).await.expect(201);
    test.done().await;
}

/// The process dies after the pending row was committed and before Stripe was asked: the job that was committed with the
/// row opens the page.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_died_before_it_asked_stripe_is_finished_by_its_job() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    customer.post(&format!("{}pay/", path(&invoice)), &json!({ "gateway": "STRIPE" })).await.expect(201);
    // as the row was before the answer was stored
    test.sql("UPDATE payment_transactions SET redirect_url = NULL, checkout_reference = NULL").await;
    test.settle().await;
    assert_eq!(test.count("payment_transactions", "redirect_url IS NOT NULL").await, 1);
    assert_eq!(stripe.sessions().len(), 1);
    test.done().await;
}
