//! Pushes to devices, by a stand-in that speaks FCM's protocol.

use super::{PREFERENCES, ends, ship};
use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::fcm::FakeFcm;
use serde_json::{Value, json};
use shared::notifications::notification::{Channel, Status};

const DEVICES: &str = "/api/notifications/devices/";

async fn start() -> (TestApp, FakeFcm) {
    let fcm = FakeFcm::start().await;
    (TestApp::builder().fcm(&fcm).start().await, fcm)
}

async fn register(client: &Client, token: &str) -> Value {
    client.post(DEVICES, &json!({ "token": long(token), "platform": "ANDROID", "name": "Phone" })).await.expect(201)
}

/// Real ones are no shorter.
fn long(token: &str) -> String {
    format!("{token}:APA91b{}", "x".repeat(32))
}

fn reached(fcm: &FakeFcm) -> Vec<String> {
    let name = |sent: &Value| sent["token"].as_str().unwrap().split(':').next().unwrap().to_owned();
    let mut tokens: Vec<String> = fcm.sent().iter().map(name).collect();
    tokens.sort();
    tokens
}

#[tokio::test(flavor = "multi_thread")]
async fn every_device_of_a_person_gets_the_news_once() {
    let (test, fcm) = start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let (bilal, _) = test.customer("bilal@example.com").await;
    for token in ["phone-1", "tablet-1"] {
        register(&amina, token).await;
    }
    register(&bilal, "other-1").await;
    let subject = ship(&test, &user).await;
    test.settle().await;
    assert_eq!(reached(&fcm), ["phone-1", "tablet-1"]);
    let message = &fcm.sent()[0];
    assert_eq!(message["notification"]["title"], "Shipment SHP-2026-000123 is on its way");
    assert_eq!(message["notification"]["body"], "Your shipment SHP-2026-000123 has left us.");
    assert_eq!(message["data"], json!({ "event": "shipment.status", "subject": subject }));

    amina.put(PREFERENCES, &json!({ "events": { "shipment.status": { "push": false } } })).await.expect(200);
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(fcm.sent().len(), 2, "not wanted any more");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_whose_answer_was_lost_replaces_the_first() {
    let (test, fcm) = start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    register(&amina, "phone-1").await;
    fcm.lose_answer_once();
    ship(&test, &user).await;
    test.settle().await;
    let tags: Vec<Value> = fcm.sent().iter().map(|sent| sent["android"]["notification"]["tag"].clone()).collect();
    assert!(tags.len() == 2 && tags[0] == tags[1] && tags[0].is_string(), "{tags:?}");
    assert_eq!(ends(&test, Channel::Push).await, [(Status::Sent, None)]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_app_is_gone_is_forgotten() {
    let (test, fcm) = start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    register(&amina, "phone-1").await;
    fcm.refuse(&long("phone-1"), "UNREGISTERED");
    ship(&test, &user).await;
    test.settle().await;
    assert!(matches!(ends(&test, Channel::Push).await.as_slice(), [(Status::Refused, Some(_))]));
    assert_eq!(amina.get(DEVICES).await.expect(200)["count"], 0);
    let calls = fcm.calls();
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(fcm.calls(), calls);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_belongs_to_who_signed_in_there_last_and_tells_the_others_nothing() {
    let (test, fcm) = start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let (bilal, _) = test.customer("bilal@example.com").await;
    let first = register(&amina, "phone-1").await;
    register(&bilal, "phone-1").await;
    assert_eq!(
        (amina.get(DEVICES).await.expect(200)["count"].clone(), bilal.get(DEVICES).await.expect(200)["count"].clone()),
        (json!(0), json!(1))
    );
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(fcm.sent().len(), 0);
    amina.delete(&format!("{DEVICES}{}/", first["id"].as_str().unwrap())).await.problem(404, "not-found");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_registered_once_bounded_and_removed() {
    let (test, _fcm) = start().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let first = register(&amina, "phone-0").await;
    assert_eq!(register(&amina, "phone-0").await["id"], first["id"], "saying it again changes nothing");
    for i in 1..=20 {
        test.app.clock.advance(chrono::TimeDelta::seconds(1));
        register(&amina, &format!("phone-{i}")).await;
    }
    let listed = amina.get(DEVICES).await.expect(200);
    assert_eq!(listed["count"], 20);
    assert!(listed["results"].as_array().unwrap().iter().all(|device| device["id"] != first["id"]), "the oldest made room");
    assert!(!listed.to_string().contains("APA91b"), "tokens are nobody's business");
    let one = format!("{DEVICES}{}/", listed["results"][0]["id"].as_str().unwrap());
    assert_eq!(amina.delete(&one).await.status, 204);
    amina.delete(&one).await.problem(404, "not-found");
    let long = "x".repeat(4097);
    for (body, field) in [
        (json!({ "platform": "ANDROID" }), "token"),
        (json!({ "token": " ", "platform": "ANDROID" }), "token"),
        (json!({ "token": long, "platform": "ANDROID" }), "token"),
        (json!({ "token": "a b", "platform": "ANDROID" }), "token"),
        (json!({ "token": "t", "platform": "FRIDGE" }), "platform"),
        (json!({ "token": "t", "platform": "WEB", "name": "x".repeat(101) }), "name"),
    ] {
        let problem = amina.post(DEVICES, &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{problem}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_hears_nothing_more_when_its_session_has_ended() {
    let (test, fcm) = start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    register(&amina, "phone-1").await;
    amina.call("/api/auth/logout/").await;
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(fcm.calls(), 0);
    assert!(matches!(ends(&test, Channel::Push).await.as_slice(), [(Status::Skipped, Some(reason))] if reason.contains("signed in")));
    test.done().await;
}
