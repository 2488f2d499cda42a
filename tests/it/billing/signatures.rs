//! Webhooks that are not what they claim to be: refused, and nothing is stored.

use crate::support::stripe_events::{self, Payment};
use crate::support::{TestApp, WEBHOOK_SECRET};
use std::collections::HashMap;

const PATH: &str = "/api/webhooks/stripe/";

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_or_stale_signature_is_refused_and_nothing_is_stored() {
    let test = TestApp::builder().config(|c| c.stripe.as_mut().unwrap().webhook_secrets.push("whsec_second".into())).start().await;
    let (_, body) = Payment { amount: 100, ..Payment::default() }.payment_intent_succeeded();
    let now = test.app.clock.now().timestamp();
    let sign = |secret: &str, at: i64, body: &str| stripe_events::sign(secret, at, body.as_bytes());
    let good = sign(WEBHOOK_SECRET, now, &body);
    let (_, v1) = good.split_once("v1=").unwrap();
    let reserialised: HashMap<String, serde_json::Value> = serde_json::from_str(&body).unwrap();
    let reserialised = serde_json::to_string(&reserialised).unwrap();
    let changed = body.replacen("100", "900", 1);
    assert_ne!(changed, body);
    let attacks: &[(&str, &str, String)] = &[
        ("no header", &body, String::new()),
        ("another secret", &body, sign("whsec_other", now, &body)),
        ("an empty secret", &body, sign("", now, &body)),
        ("too old", &body, sign(WEBHOOK_SECRET, now - 310, &body)),
        ("from the future", &body, sign(WEBHOOK_SECRET, now + 310, &body)),
        ("a newer time on an old signature", &body, format!("t={},v1={v1}", now + 1)),
        ("scheme v0", &body, format!("t={now},v0={v1}")),
        ("two times", &body, format!("t={},t={now},v1={v1}", now - 1000)),
        ("one byte changed", &changed, good.clone()),
        ("re-serialised", &reserialised, good.clone()),
        ("cut short", &body[..body.len() - 1], good.clone()),
        ("nonsense", &body, "t=now,v1=yes".to_owned()),
    ];
    for (what, body, header) in attacks {
        let answer = test.http.post_raw(PATH, body.to_string(), &[("Stripe-Signature", header)]).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text);
        answer.problem(400, "signature");
    }
    assert_eq!(test.count("webhook_events", "1 = 1").await, 0);
    // both active secrets sign, and one good v1 among others is enough
    for header in [good.clone(), sign("whsec_second", now, &body), format!("t={now},v1={},v1={v1}", "0".repeat(64))] {
        test.http.post_raw(PATH, body.clone(), &[("Stripe-Signature", &header)]).await.expect(200);
    }
    assert_eq!(test.count("webhook_events", "1 = 1").await, 1, "the same event three times is one event");
    assert_eq!(test.jobs("billing.apply_payment_event").await.len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_body_that_is_no_event_is_refused() {
    let test = TestApp::new().await;
    let long = "x".repeat(300);
    for body in
        ["", "{", "[]", "{}", r#"{"id":1,"type":"a"}"#, r#"{"id":"evt_1"}"#, r#"{"id":"","type":"a"}"#, r#"{"id":"a\u0000b","type":"x"}"#]
    {
        let answer = test.stripe_event(body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
    }
    assert_eq!(test.stripe_event(&format!(r#"{{"id":"{long}","type":"a"}}"#)).await.status, 400);
    assert_eq!(test.count("webhook_events", "1 = 1").await, 0);
    // what does not concern us is stored and left alone, whatever its shape
    test.stripe_event(r#"{"id":"evt_1","type":"customer.created","data":{"object":{"id":"cus_1"}}}"#).await.expect(200);
    assert_eq!(test.count("webhook_events", "status = 'IGNORED'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_two_mebibytes_is_refused_before_it_is_read() {
    let test = TestApp::new().await;
    let body = format!(r#"{{"id":"evt_1","type":"a","pad":"{}"}}"#, "x".repeat(2 * 1024 * 1024));
    test.stripe_event(&body).await.problem(413, "payload-too-large");
    let just_fits = format!(r#"{{"id":"evt_2","type":"a","pad":"{}"}}"#, "x".repeat(1024 * 1024 - 100));
    test.stripe_event(&just_fits).await.expect(200);
    assert_eq!(test.count("webhook_events", "1 = 1").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn production_refuses_the_sandbox() {
    let test = TestApp::builder().config(|c| c.sandbox = false).start().await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "1.00").await;
    let path = format!("/api/invoices/{}/pay/", invoice["id"].as_str().unwrap());
    let refused = customer.post(&path, &serde_json::json!({ "gateway": "SANDBOX" })).await.problem(400, "invalid");
    assert!(refused["errors"]["gateway"].is_array(), "{refused}");
    assert_eq!(test.http.post_raw("/api/webhooks/sandbox/", "{}", &[]).await.status, 404);
    assert_eq!(test.count("payment_transactions", "1 = 1").await, 0);
    test.done().await;
}
