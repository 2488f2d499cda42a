//! What Twilio posts about messages on their way.

use crate::support::TestApp;
use crate::support::client::Answer;
use crate::support::twilio::{AUTH_TOKEN, FakeTwilio, status_fields};
use shared::clients::sms::Sms;
use shared::clients::sms_status;
use url::form_urlencoded::Serializer;

const DOOR: &str = "/api/webhooks/twilio/";

fn form(fields: &[(String, String)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn post(test: &TestApp, door: &str, body: String, signature: &str) -> Answer {
    let headers =
        [("Content-Type", "application/x-www-form-urlencoded"), ("X-Twilio-Signature", signature), ("X-Forwarded-Host", "evil.example")];
    test.http.post_raw(door, body, &headers).await
}

#[tokio::test]
async fn a_signed_status_is_taken_twice_and_by_both_forms_of_its_address() {
    let twilio = FakeTwilio::start().await;
    let test = TestApp::builder().twilio(&twilio).without_worker().start().await;
    let callback = Some(sms_status::address(&test.app.config.public_url));
    let sms = Sms { to: "+221771234567".into(), body: "Hello".into(), status_callback: callback };
    let sid = test.app.sms.as_ref().expect("configured").send(&sms).await.expect("taken");
    for status in ["queued", "sent", "delivered", "delivered", "a word of tomorrow"] {
        assert_eq!(twilio.tell(&sid, status, None).await, 204, "{status}");
    }
    assert_eq!(twilio.tell(&sid, "undelivered", Some(30005)).await, 204);
    let fields = status_fields(&sid, &sms.to, "sent", None);
    let signature = sms_status::sign(&AUTH_TOKEN.into(), &sms_status::address(&test.app.config.public_url), &fields);
    assert_eq!(post(&test, DOOR.trim_end_matches('/'), form(&fields), &signature).await.status, 204);
    test.done().await;
}

#[tokio::test]
async fn what_twilio_did_not_sign_for_this_address_is_refused() {
    let twilio = FakeTwilio::start().await;
    let test = TestApp::builder().twilio(&twilio).without_worker().start().await;
    let here = sms_status::address(&test.app.config.public_url);
    let fields = status_fields("SM00", "+221771234567", "delivered", None);
    let good = sms_status::sign(&AUTH_TOKEN.into(), &here, &fields);
    let elsewhere = sms_status::sign(&AUTH_TOKEN.into(), &"https://evil.example/api/webhooks/twilio/".parse().unwrap(), &fields);
    let guessed = sms_status::sign(&"guess".into(), &here, &fields);
    for signature in ["", "no base64", elsewhere.as_str(), guessed.as_str()] {
        post(&test, DOOR, form(&fields), signature).await.problem(400, "signature");
    }
    let changed = status_fields("SM00", "+221771234567", "failed", Some(30006));
    post(&test, DOOR, form(&changed), &good).await.problem(400, "signature");
    post(&test, DOOR, "x".repeat(20_000), &good).await.problem(413, "payload-too-large");
    assert_eq!(post(&test, DOOR, form(&fields), &good).await.status, 204);
    test.done().await;
}

#[tokio::test]
async fn without_an_account_there_is_nobody_to_listen() {
    let test = TestApp::builder().without_worker().start().await;
    let fields = status_fields("SM00", "+221771234567", "delivered", None);
    post(&test, DOOR, form(&fields), "").await.problem(404, "not-found");
    test.done().await;
}
