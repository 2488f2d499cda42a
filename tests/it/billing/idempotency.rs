//! Idempotency-Key: the same request twice is done once and answered twice.

use crate::support::TestApp;
use serde_json::{Value, json};

fn body(user: &Value) -> Value {
    json!({ "user": user["id"], "currency": "USD", "lines": [{ "description": "x", "quantity": 1, "unit_price": "5" }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_and_body_is_one_invoice_and_another_body_is_refused() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let admin = test.admin().await;
    let first = admin.post_once("/api/invoices/", "key-1", &body(&user)).await;
    let again = admin.post_once("/api/invoices/", "key-1", &body(&user)).await;
    assert_eq!(first.expect(201), again.expect(201));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(test.count("invoices", "1 = 1").await, 1);
    let mut other = body(&user);
    other["lines"][0]["unit_price"] = "6".into();
    admin.post_once("/api/invoices/", "key-1", &other).await.problem(422, "key-reused");
    admin.post_once("/api/invoices/", "key-2", &body(&user)).await.expect(201);
    for bad in ["", " ", "ключ", &"x".repeat(256)] {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", bad)];
        let answer = admin.post_raw("/api/invoices/", body(&user).to_string(), &headers).await;
        assert_eq!(answer.status, 400, "{bad:?}: {}", answer.text);
    }
    assert_eq!(test.count("invoices", "1 = 1").await, 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_make_one_invoice() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let (admin, body) = (test.admin().await, body(&user));
    let answers = futures::future::join_all((0..20).map(|_| admin.post_once("/api/invoices/", "k", &body))).await;
    for answer in &answers {
        assert!(matches!(answer.status, 201 | 409), "{}", answer.text);
    }
    assert_eq!(test.count("invoices", "1 = 1").await, 1);
    admin.post_once("/api/invoices/", "k", &body).await.expect(201);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_frees_its_key_and_keys_belong_to_one_user() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("a@example.com").await;
    let admin = test.admin().await;
    let invoice = test.invoice(&user, "5.00").await;
    let pay = format!("/api/invoices/{}/pay/", invoice["id"].as_str().unwrap());
    customer.post_once(&pay, "k", &json!({ "gateway": "SANDBOX", "amount": "6" })).await.problem(400, "invalid");
    let first = customer.post_once(&pay, "k", &json!({ "gateway": "SANDBOX" })).await.expect(201);
    let again = customer.post_once(&pay, "k", &json!({ "gateway": "SANDBOX" })).await.expect(201);
    assert_eq!(first, again);
    let staff = admin.post_once(&pay, "k", &json!({ "gateway": "SANDBOX", "amount": "1" })).await.expect(201);
    assert_ne!(staff["transaction"]["id"], first["transaction"]["id"]);
    test.done().await;
}

/// The process dies after the pending row was committed and before the answer was stored: the repeat goes on with the same
/// row when the dead holder's lock ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_goes_on_where_a_dead_request_stopped() {
    let test = TestApp::builder().without_worker().start().await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "5.00").await;
    let pay = format!("/api/invoices/{}/pay/", invoice["id"].as_str().unwrap());
    let first = customer.post_once(&pay, "k", &json!({ "gateway": "SANDBOX" })).await.expect(201);
    test.sql("UPDATE payment_transactions SET redirect_url = NULL").await;
    test.sql("UPDATE idempotency_keys SET status_code = NULL, response = NULL").await;
    customer.post_once(&pay, "k", &json!({ "gateway": "SANDBOX" })).await.problem(409, "key-in-progress");
    test.app.clock.advance(chrono::TimeDelta::seconds(61));
    let again = customer.post_once(&pay, "k", &json!({ "gateway": "SANDBOX" })).await.expect(201);
    assert_eq!(first["transaction"]["id"], again["transaction"]["id"]);
    assert_eq!(test.count("payment_transactions", "1 = 1").await, 1);
    test.close().await;
}
