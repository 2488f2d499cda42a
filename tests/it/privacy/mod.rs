//! A copy of the own data, and being forgotten.

mod erasure;
mod export;
mod shipments;

use crate::support::client::Client;
use crate::support::{TestApp, eventually};
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::queue::NewJob;
use std::time::Duration;
use uuid::Uuid;
use worker::jobs::engine::Prune;

const EXPORT: &str = "/api/users/me/export/";
/// Reached only when a test fails.
const LONG: Duration = Duration::from_secs(30);

fn id(object: &Value) -> Uuid {
    object["id"].as_str().unwrap().parse().unwrap()
}

async fn request(client: &Client) -> Value {
    client.post(EXPORT, &json!({})).await.expect(202)
}

fn show(export: &Value) -> String {
    format!("{EXPORT}{}/", id(export))
}

async fn ready(client: &Client, export: &Value) -> Value {
    let status = || async { Some(client.get(&show(export)).await.expect(200)).filter(|export| export["status"] == "READY") };
    eventually("the export is ready", LONG, status).await
}

/// Pays an invoice in the sandbox.
async fn pay(test: &TestApp, customer: &Client, invoice: &Value) {
    let pay = format!("/api/invoices/{}/pay/", id(invoice));
    let payment = customer.post_once(&pay, "the-key", &json!({ "gateway": "SANDBOX" })).await.expect(201);
    let page = url::Url::parse(payment["redirect_url"].as_str().unwrap()).unwrap();
    let form = format!("action=pay&{}", page.query().unwrap());
    test.http.post_raw(page.path(), form, &[("Content-Type", "application/x-www-form-urlencoded")]).await;
    test.settle().await;
}

async fn prune(test: &TestApp) {
    let tx = test.app.begin().await.unwrap();
    tx.enqueue_job(NewJob::new(&Prune {})).await.unwrap();
    tx.commit().await.unwrap();
    let done = || async { (test.count("jobs", "kind = 'engine.prune' AND state <> 'completed'").await == 0).then_some(()) };
    eventually("the pruning is done", LONG, done).await;
}

/// Waits until so many statements wait for a lock in this test's database.
async fn waiting(test: &TestApp, number: i64) {
    let here = "NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())";
    let check = || async { (test.count("pg_locks", here).await >= number).then_some(()) };
    eventually("statements wait", LONG, check).await;
}

fn address() -> Value {
    json!({ "label": "Mother", "recipient": "Fatou Diallo", "line1": "7 Baobab Road", "city": "Thiès", "country": "SN", "phone": "+221338211234" })
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_ended_long_ago_are_pruned_with_their_spent_tokens() {
    let test = TestApp::new().await;
    test.customer("amina@example.com").await;
    test.customer("b@example.com").await;
    let of = |email: &str| format!("user_id = (SELECT id FROM users WHERE email = '{email}')");
    test.sql(&format!("UPDATE sessions SET revoked_at = created_at WHERE {}", of("b@example.com"))).await;
    test.sql("INSERT INTO spent_refresh_tokens (hash, session_id, spent_at) SELECT refresh_hash, id, created_at FROM sessions").await;
    let all = test.count("sessions", "1 = 1").await;
    test.app.clock.advance(TimeDelta::days(31));
    prune(&test).await;
    assert_eq!(test.count("sessions", &of("b@example.com")).await, 0, "revoked a month ago");
    assert_eq!(test.count("sessions", &of("amina@example.com")).await, 1, "expired yesterday");
    assert_eq!(test.count("spent_refresh_tokens", "1 = 1").await, all - 1);
    test.app.clock.advance(TimeDelta::days(30));
    prune(&test).await;
    assert_eq!((test.count("sessions", "1 = 1").await, test.count("spent_refresh_tokens", "1 = 1").await), (0, 0));
    test.close().await;
}
