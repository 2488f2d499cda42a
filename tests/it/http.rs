//! HTTP manners: what every endpoint does alike.

use crate::support::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn both_slash_forms_answer_and_a_body_survives() {
    let test = TestApp::new().await;
    let login = json!({ "username": crate::support::ADMIN, "password": crate::support::PASSWORD });
    for path in ["/api/auth/login/", "/api/auth/login"] {
        test.http.post(path, &login).await.expect(200);
    }
    for path in ["/healthz", "/healthz/", "/readyz", "/readyz/", "/metrics", "/api/openapi.json", "/docs", "/docs/", "/docs/errors"] {
        assert_eq!(test.http.get(path).await.status, 200, "{path}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_places_and_methods_are_problems_with_a_request_id() {
    let test = TestApp::new().await;
    test.http.get("/api/nothing/").await.problem(404, "not-found");
    test.http.get("/").await.problem(404, "not-found");
    let wrong = test.http.send(Method::DELETE, "/api/auth/login/", |r| r).await;
    wrong.problem(405, "method-not-allowed");
    assert!(wrong.header("allow").contains("POST"));
    let given = test.http.send(Method::GET, "/api/nothing/", |r| r.header("X-Request-Id", "my-id-1")).await;
    assert_eq!((given.header("x-request-id"), given.json()["request_id"].as_str()), ("my-id-1", Some("my-id-1")));
    let odd = test.http.send(Method::GET, "/api/nothing/", |r| r.header("X-Request-Id", "x".repeat(500))).await;
    assert_ne!(odd.header("x-request-id").len(), 500);
    for name in ["x-content-type-options", "content-security-policy", "referrer-policy", "cache-control"] {
        assert!(!odd.header(name).is_empty());
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_names_each_part_and_metrics_speak_of_the_queues() {
    let test = TestApp::new().await;
    let ready = test.http.get("/readyz").await.expect(200);
    assert_eq!((ready["status"].as_str(), ready["database"].as_str()), (Some("ok"), Some("ok")), "{ready}");
    let (_, user) = test.customer("a@example.com").await;
    test.invoice(&user, "0").await;
    test.settle().await;
    let text = test.http.get("/metrics").await.text;
    for name in ["jobs_finished_total", "jobs_wait_seconds", "jobs_run_seconds", "http_requests_total", "http_request_seconds"] {
        assert!(text.contains(name), "{name} is missing in\n{text}");
    }
    assert!(!text.contains(user["id"].as_str().unwrap()), "raw paths would make endless series");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_keep_their_token_and_cors_its_list() {
    let start = TestApp::builder().config(|c| {
        c.metrics_token = Some("scrape me".into());
        c.cors_allowed_origins = vec!["https://app.example".into()];
    });
    let test = start.start().await;
    assert_eq!(test.http.get("/metrics").await.status, 401);
    assert_eq!(test.http.with_token("wrong").get("/metrics").await.status, 401);
    assert_eq!(test.http.with_token("scrape me").get("/metrics").await.status, 200);
    let preflight = async |origin: &'static str| {
        let fill = |r: reqwest::RequestBuilder| {
            r.header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,idempotency-key")
        };
        test.http.send(Method::OPTIONS, "/api/invoices/", fill).await
    };
    assert_eq!(preflight("https://app.example").await.header("access-control-allow-origin"), "https://app.example");
    assert!(preflight("https://evil.example").await.headers.get("access-control-allow-origin").is_none());
    test.done().await;
}

/// The document is reviewed as a whole when it changes: `cargo insta review`.
#[tokio::test(flavor = "multi_thread")]
async fn the_openapi_document_names_every_operation() {
    let document: Value = serde_json::from_str(&api::openapi_json()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut operations = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let answers: Vec<&str> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
            operations.push(format!("{} {path} → {}", method.to_uppercase(), answers.join(" ")));
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
        }
    }
    operations.sort();
    insta::assert_snapshot!("operations", operations.join("\n"));
}
