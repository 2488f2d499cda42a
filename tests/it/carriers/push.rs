//! Push messages by FCM: shapes, tokens, failures by what they mean.

use crate::support::TestApp;
use crate::support::fcm::FakeFcm;
use chrono::TimeDelta;
use jsonwebtoken::EncodingKey;
use serde_json::json;
use shared::Error;
use shared::clients::push::{Push, PushClient};
use std::time::Duration;
use uuid::Uuid;

const DEVICE: &str = "dGhpcyBpcyBhIGRldmljZQ:APA91bGx0eXBpc3RzX2FyZV9odW1hbg";

fn push(device: &str) -> Push {
    Push {
        token: device.into(),
        title: "On its way".into(),
        body: "SHP-2026-000001 has left".into(),
        data: [("event".to_owned(), "shipment.status".to_owned())].into(),
        delivery: Uuid::now_v7(),
        ttl: Duration::from_secs(86_400),
        is_urgent: true,
    }
}

async fn start(fcm: &FakeFcm) -> (TestApp, PushClient) {
    let test = TestApp::builder().fcm(fcm).without_worker().start().await;
    let client = test.app.push.clone().expect("configured");
    (test, client)
}

#[tokio::test]
async fn a_message_is_whole_and_a_repeat_of_it_replaces_the_first_everywhere() {
    let fcm = FakeFcm::start().await;
    let (test, client) = start(&fcm).await;
    let push = push(DEVICE);
    fcm.lose_answer_once();
    let error = client.send(&push).await.expect_err("nobody knows");
    assert!(matches!(error, Error::Upstream { .. }), "{error}");
    let name = client.send(&push).await.expect("taken");
    assert!(name.starts_with("projects/buy4me-of-the-tests/messages/"), "{name}");
    let id = push.delivery.simple().to_string();
    let message = json!({
        "token": DEVICE,
        "notification": { "title": "On its way", "body": "SHP-2026-000001 has left" },
        "data": { "event": "shipment.status" },
        "android": { "priority": "HIGH", "ttl": "86400s", "collapse_key": id, "notification": { "tag": id } },
        "apns": { "headers": { "apns-collapse-id": id, "apns-priority": "10" }, "payload": { "aps": { "sound": "default" } } },
        "webpush": { "headers": { "TTL": "86400", "Urgency": "high", "Topic": id } },
    });
    assert_eq!(fcm.sent(), vec![message.clone(), message]);
    test.done().await;
}

#[tokio::test]
async fn many_at_once_ask_for_one_token() {
    let fcm = FakeFcm::start().await;
    let (test, client) = start(&fcm).await;
    let sends = (0..30).map(|_| async { client.send(&push(DEVICE)).await.expect("taken") });
    futures::future::join_all(sends).await;
    assert_eq!((fcm.sent().len(), fcm.notes()), (30, 1));
    test.done().await;
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_when_it_was_called_back() {
    let fcm = FakeFcm::start().await;
    let (test, client) = start(&fcm).await;
    client.send(&push(DEVICE)).await.expect("taken");
    for by in [TimeDelta::minutes(58), TimeDelta::minutes(1)] {
        test.app.clock.advance(by);
        fcm.advance(by);
        client.send(&push(DEVICE)).await.expect("taken");
    }
    assert_eq!((fcm.notes(), fcm.calls()), (2, 3), "a minute before its end, without a refused call");
    fcm.revoke();
    client.send(&push(DEVICE)).await.expect("taken");
    assert_eq!((fcm.notes(), fcm.calls(), fcm.sent().len()), (3, 5, 4));
    test.done().await;
}

#[tokio::test]
async fn a_key_that_google_does_not_know_and_a_wrong_clock_cost_nobody_a_message() {
    let fcm = FakeFcm::start().await;
    let builder = TestApp::builder().fcm(&fcm).without_worker();
    let other = EncodingKey::from_rsa_pem(include_bytes!("../../support/paypal/other.key.pem")).expect("a key");
    let test = builder.config(move |config| config.fcm.as_mut().expect("configured").private_key = other).start().await;
    let error = test.app.push.as_ref().expect("configured").send(&push(DEVICE)).await.expect_err("no token");
    assert!(matches!(error, Error::Upstream { .. }), "{error}");
    test.done().await;

    let (test, client) = start(&fcm).await;
    test.app.clock.advance(TimeDelta::hours(2));
    let error = client.send(&push(DEVICE)).await.expect_err("no token");
    assert!(matches!(error, Error::Upstream { .. }), "{error}");
    assert_eq!((fcm.notes(), fcm.calls()), (2, 0));
    test.done().await;
}

#[tokio::test]
async fn a_device_that_is_gone_is_told_from_a_message_that_does_not_go() {
    let fcm = FakeFcm::start().await;
    let (test, client) = start(&fcm).await;
    let is_gone = |error: &Error| match error {
        Error::Refused { service: "push", is_address, .. } => *is_address,
        other => panic!("{other:?}"),
    };
    for (code, gone) in [("UNREGISTERED", true), ("INVALID_ARGUMENT", false)] {
        fcm.refuse(DEVICE, code);
        assert_eq!(is_gone(&client.send(&push(DEVICE)).await.expect_err("refused")), gone, "{code}");
    }
    // another project's key gets it for every device: ours to mend, and none is to be forgotten for it
    fcm.refuse(DEVICE, "SENDER_ID_MISMATCH");
    assert!(matches!(client.send(&push(DEVICE)).await, Err(Error::Upstream { .. })));
    let other = DEVICE.replace("APA91b", "APA91c");
    assert!(is_gone(&client.send(&push("no-token")).await.expect_err("refused")));
    let long = Push { body: "x".repeat(5000), ..push(&other) };
    assert!(!is_gone(&client.send(&long).await.expect_err("refused")), "too long for any device");
    let reserved = Push { data: [("from".to_owned(), "us".to_owned())].into(), ..push(&other) };
    assert!(!is_gone(&client.send(&reserved).await.expect_err("refused")));
    client.send(&push(&other)).await.expect("taken");
    test.done().await;
}

#[tokio::test]
async fn what_may_pass_is_told_with_the_time_that_fcm_wants() {
    let fcm = FakeFcm::start().await;
    let (test, client) = start(&fcm).await;
    for (status, wait) in [(429, Some(60)), (503, Some(9)), (500, None)] {
        fcm.fail_next(status, wait, 1);
        let error = client.send(&push(DEVICE)).await.expect_err("not taken");
        let seconds = wait.map(u64::from);
        assert!(matches!(&error, Error::Upstream { retry_after, .. } if retry_after.map(|wait| wait.as_secs()) == seconds), "{error}");
    }
    // Apple's certificate is for a person to mend, and no new token helps
    fcm.refuse(DEVICE, "THIRD_PARTY_AUTH_ERROR");
    let error = client.send(&push(DEVICE)).await.expect_err("not taken");
    assert!(matches!(error, Error::Upstream { .. }), "{error}");
    assert_eq!((fcm.sent().len(), fcm.notes()), (0, 1));
    test.done().await;
}
