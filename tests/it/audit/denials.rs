//! Each refusal leaves an entry.

use crate::support::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_leaves_an_entry_with_actor_permission_request_and_address() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let path = "/api/admin/audit/?search=secret";
    let answer = customer.send(Method::GET, path, |r| r.header("X-Request-Id", "refused-1")).await;
    answer.problem(403, "permission-missing");
    let entry = only(&test, "refused-1").await;
    assert_eq!((&entry["action"], &entry["object_type"], &entry["object_id"]), (&json!("access.denied"), &json!("request"), &Value::Null));
    assert_eq!((&entry["actor"]["id"], &entry["actor_role"]), (&user["id"], &json!("BUY4ME")));
    assert_eq!(entry["address"], "127.0.0.1");
    let route = "/api/admin/audit/";
    let expected = json!({ "method": "GET", "route": route, "path": route, "status": 403, "permission": "CAN_VIEW_AUDIT" });
    assert_eq!(entry["detail"], expected, "and the query stays outside");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_what_is_anothers_leaves_an_entry_and_looks_like_asking_for_nothing() {
    let test = TestApp::new().await;
    let (_, owner) = test.customer("owner@example.com").await;
    let (stranger, user) = test.customer("stranger@example.com").await;
    let invoice = test.invoice(&owner, "5").await;
    let foreign = format!("/api/invoices/{}/", invoice["id"].as_str().unwrap());
    let unknown = format!("/api/invoices/{}/", uuid::Uuid::now_v7());
    let ask = async |path: &str, id: &'static str| {
        let answer = stranger.send(Method::GET, path, |r| r.header("X-Request-Id", id)).await;
        let mut problem = answer.problem(404, "not-found");
        problem.as_object_mut().unwrap().remove("request_id");
        problem
    };
    assert_eq!(ask(&foreign, "foreign").await, ask(&unknown, "unknown").await);
    let entry = only(&test, "foreign").await;
    assert_eq!(entry["actor"]["id"], user["id"]);
    assert_eq!(entry["detail"], json!({ "method": "GET", "route": "/api/invoices/{id}/", "path": foreign, "status": 404 }));
    test.http.get(&foreign).await.problem(401, "unauthenticated");
    assert_eq!(test.count("audit_entries", "action = 'access.denied'").await, 1, "neither of nothing nor of nobody");
    stranger.post(&format!("{foreign}pay/"), &json!({ "gateway": "SANDBOX" })).await.problem(404, "not-found");
    assert_eq!(test.count("audit_entries", "action = 'access.denied'").await, 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_cannot_be_written_is_a_refusal_all_the_same() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    test.sql("ALTER TABLE audit_entries RENAME TO gone").await;
    customer.get("/api/admin/audit/").await.problem(403, "permission-missing");
    test.sql("ALTER TABLE gone RENAME TO audit_entries").await;
    customer.get("/api/admin/audit/").await.problem(403, "permission-missing");
    assert_eq!(test.count("audit_entries", "action = 'access.denied'").await, 1);
    test.done().await;
}

/// The one entry of a request.
async fn only(test: &TestApp, request: &str) -> Value {
    let listed = test.admin().await.get(&format!("/api/admin/audit/?request_id={request}")).await.expect(200);
    assert_eq!(listed["count"], 1, "{listed}");
    listed["results"][0].clone()
}
