//! Looking entries up.

use super::{note, staff};
use crate::support::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn staff_with_the_permission_read_the_audit_and_nobody_else_does() {
    let test = TestApp::new().await;
    let admin = staff(&test, "admin@example.com", &json!(["ADMIN"])).await;
    let packer = staff(&test, "packer@example.com", &json!(["WAREHOUSE", "BUYER", "SUPPORT", "FINANCE"])).await;
    let (customer, _) = test.customer("amina@example.com").await;
    for path in ["/api/admin/audit/", "/api/admin/audit/verify/"] {
        admin.get(path).await.expect(200);
        for refused in [&packer, &customer] {
            let problem = refused.get(path).await.problem(403, "permission-missing");
            assert!(problem["detail"].as_str().unwrap().contains("CAN_VIEW_AUDIT"), "{problem}");
        }
        test.http.get(path).await.problem(401, "unauthenticated");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_filter_narrows_and_they_add_up() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let me = admin.get("/api/users/me/").await.expect(200)["id"].as_str().unwrap().to_owned();
    let (customer, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "5").await["id"].as_str().unwrap().to_owned();
    customer.get("/api/admin/audit/").await.problem(403, "permission-missing");
    let before = test.app.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    note(&test, 0..3).await;
    let count = async |query: String| admin.get(&format!("/api/admin/audit/?{query}")).await.expect(200)["count"].as_i64().unwrap();
    let all = count(String::new()).await;
    let denied = admin.get("/api/admin/audit/?action=access.denied").await.expect(200);
    let request = denied["results"][0]["request_id"].as_str().unwrap().to_owned();
    let of_invoice = test.count("audit_entries", "object_type = 'invoice'").await;
    let by_me = test.count("audit_entries", "actor_role = 'SUPER_ADMIN'").await;
    assert!(of_invoice > 0 && by_me > of_invoice);
    let cases = [
        (format!("actor={me}"), by_me),
        (format!("actor={}", user["id"].as_str().unwrap()), 2), // signed in, and was denied
        ("action=test.noted".to_owned(), 3),
        ("action__in=test.noted,access.denied".to_owned(), 4),
        ("object_type=test".to_owned(), 3),
        (format!("object_id={invoice}"), of_invoice),
        (format!("request_id={request}"), 1),
        (format!("created_at__gte={before}"), 3),
        (format!("created_at__lt={before}"), all - 3),
        ("search=invoice.".to_owned(), of_invoice),
        ("search=TEST".to_owned(), 3),
        ("search=t%25".to_owned(), 0),
        ("search=noted".to_owned(), 0),
        (format!("object_type=test&actor={me}"), 0),
        ("action=nothing.at_all".to_owned(), 0),
    ];
    for (query, expected) in cases {
        assert_eq!(count(query.clone()).await, expected, "{query}");
    }
    let times = async |query: &str| {
        let listed = admin.get(&format!("/api/admin/audit/?page_size=100{query}")).await.expect(200);
        let results = listed["results"].as_array().unwrap().clone();
        results.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (newest_first, oldest_first) = (times("").await, times("&ordering=created_at").await);
    assert!(newest_first.iter().eq(oldest_first.iter().rev()) && newest_first.len() as i64 == all);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_parameters_are_refused_and_named() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let long = "x".repeat(129);
    let cases = [
        ("actor", "me"),
        ("action", "Invoice Paid"),
        ("action", ""),
        ("action__in", "test.noted,"),
        ("object_type", "a-b"),
        ("object_id", "7"),
        ("request_id", &long),
        ("search", &long),
        ("created_at__gte", "yesterday"),
        ("created_at__lt", "2026-13-01T00:00:00Z"),
        ("ordering", "action"),
        ("page", "0"),
        ("page_size", "101"),
        ("address", "127.0.0.1"),
        ("search", "a%00b"),
    ];
    for (field, value) in cases {
        let problem = admin.get(&format!("/api/admin/audit/?{field}={value}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field}={value}: {problem}");
    }
    let both = admin.get("/api/admin/audit/?action=a.b&action__in=a.b").await.problem(400, "invalid");
    assert!(both["errors"]["action"].is_array(), "{both}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_page_costs_as_many_statements_as_a_short_one() {
    let test = TestApp::builder().without_worker().start().await;
    let admin = test.admin().await;
    note(&test, 0..120).await;
    let cost = async |size: usize| {
        let (answer, cost) = test.cost(admin.get(&format!("/api/admin/audit/?page_size={size}"))).await;
        let listed = answer.expect(200);
        assert_eq!(listed["results"].as_array().unwrap().len(), size);
        cost
    };
    cost(1).await; // reads the switches, which are then known for a moment
    assert_eq!(cost(1).await, cost(100).await);
    test.done().await;
}
