//! Messages by SMS, to a stand-in that speaks Twilio's protocol.

use super::{NUMBER, PREFERENCES, ends, ship, with_telephone};
use crate::support::TestApp;
use crate::support::twilio::FakeTwilio;
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use shared::notifications::notification::{self, Channel, Status};

async fn start() -> (TestApp, FakeTwilio) {
    let twilio = FakeTwilio::start().await;
    (TestApp::builder().twilio(&twilio).start().await, twilio)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_for_it_gets_an_sms_in_their_language_and_hears_of_nothing_else() {
    let (test, twilio) = start().await;
    let (amina, user) = with_telephone(&test, "amina@example.com").await;
    let (_, other) = test.customer("bilal@example.com").await;
    ship(&test, &user).await;
    ship(&test, &other).await;
    test.invoice(&user, "12.50").await;
    test.settle().await;
    let sent = twilio.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!((sent[0].to.as_str(), sent[0].body.as_str()), (NUMBER, "Buy4Me: Shipment SHP-2026-000123 is on its way"));

    amina.patch("/api/users/me/", &json!({ "language": "fr" })).await.expect(200);
    amina.put(PREFERENCES, &json!({ "events": { "invoice.issued": { "sms": true } } })).await.expect(200);
    test.invoice(&user, "1250.00").await;
    test.settle().await;
    let text = &twilio.sent()[1].body;
    assert!(text.contains("1 250,00 USD") && !text.contains(['\u{a0}', '\u{202f}', '\u{2068}']), "{text:?}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_answer_was_lost_is_looked_for_and_not_sent_twice() {
    let (test, twilio) = start().await;
    let (_, user) = with_telephone(&test, "amina@example.com").await;
    twilio.lose_answer_once();
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(twilio.sent().len(), 1);
    let row = sms_row(&test).await;
    assert_eq!((row.status, row.message_id.as_deref()), (Status::Sent, Some(twilio.sent()[0].sid.as_str())));
    assert!(twilio.calls().iter().any(|call| call.starts_with("GET")), "{:?}", twilio.calls());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_not_taken_is_sent_later() {
    let (test, twilio) = start().await;
    let (_, user) = with_telephone(&test, "amina@example.com").await;
    twilio.fail_next(503, 20503, None, 1);
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(twilio.sent().len(), 1);
    assert_eq!(ends(&test, Channel::Sms).await, [(Status::Sent, None)]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_refused_is_remembered_shown_and_left_alone() {
    let (test, twilio) = start().await;
    let (amina, user) = with_telephone(&test, "amina@example.com").await;
    twilio.refuse(NUMBER, 21610);
    ship(&test, &user).await;
    test.settle().await;
    let ended = ends(&test, Channel::Sms).await;
    assert!(matches!(ended.as_slice(), [(Status::Refused, Some(reason))] if reason.contains("21610")), "{ended:?}");
    let reach = amina.get(PREFERENCES).await.expect(200)["reach"].clone();
    assert_eq!(reach["sms"], NUMBER);
    assert!(reach["sms_problem"].as_str().unwrap().contains("does not take our messages"), "{reach}");

    let calls = twilio.calls().len();
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(twilio.calls().len(), calls, "nobody is asked again");
    assert_eq!(ends(&test, Channel::Sms).await[1], (Status::Skipped, Some("this number refuses our messages".to_owned())));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_a_message_is_told_and_the_first_end_counts() {
    let (test, twilio) = start().await;
    let (amina, user) = with_telephone(&test, "amina@example.com").await;
    for _ in 0..2 {
        ship(&test, &user).await;
        test.settle().await;
    }
    let sent = twilio.sent();
    assert!(sent.iter().all(|sms| sms.status_callback.is_some()));
    for (status, code) in [("sent", None), ("delivered", None), ("undelivered", Some(30003)), ("delivered", None)] {
        assert_eq!(twilio.tell(&sent[0].sid, status, code).await, 204);
    }
    for (status, code) in [("undelivered", Some(30005)), ("undelivered", Some(30005)), ("delivered", None)] {
        assert_eq!(twilio.tell(&sent[1].sid, status, code).await, 204);
    }
    let ended = ends(&test, Channel::Sms).await;
    assert_eq!(ended[0], (Status::Delivered, None));
    assert!(matches!(&ended[1], (Status::Bounced, Some(reason)) if reason.contains("30005")), "{ended:?}");
    let reach = amina.get(PREFERENCES).await.expect(200)["reach"].clone();
    assert!(reach["sms_problem"].as_str().unwrap().contains("does not take our messages"), "nobody has that number: {reach}");
    test.done().await;
}

/// Twilio is faster than our own mark.
#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_overtakes_our_own_mark_stays() {
    let (test, twilio) = start().await;
    let (_, user) = with_telephone(&test, "amina@example.com").await;
    twilio.lose_answer_once();
    ship(&test, &user).await;
    let sent = twilio.wait_for(NUMBER, "SHP-2026-000123").await;
    assert_eq!(twilio.tell(&sent.sid, "delivered", None).await, 204);
    test.settle().await;
    let row = sms_row(&test).await;
    assert_eq!((row.status, row.message_id.as_deref()), (Status::Delivered, Some(sent.sid.as_str())));
    assert_eq!(twilio.sent().len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_more_than_twenty_a_day() {
    let (test, twilio) = start().await;
    let (_, user) = with_telephone(&test, "amina@example.com").await;
    for _ in 0..21 {
        ship(&test, &user).await;
    }
    test.settle().await;
    assert_eq!(twilio.sent().len(), 20);
    let skipped = ends(&test, Channel::Sms).await.into_iter().filter(|(status, _)| *status == Status::Skipped).count();
    assert_eq!(skipped, 1);
    test.app.clock.advance(TimeDelta::hours(25));
    if !test.store.is_postgres() {
        // Redis has a clock of its own
        ship(&test, &user).await;
        test.settle().await;
        assert_eq!(twilio.sent().len(), 21);
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_number_or_a_carrier_there_is_no_message() {
    let (test, twilio) = start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    amina.put(PREFERENCES, &json!({ "events": { "shipment.status": { "sms": true } } })).await.expect(200);
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!((twilio.sent().len(), ends(&test, Channel::Sms).await.len()), (0, 0));
    test.done().await;

    let test = TestApp::new().await;
    let (_, user) = with_telephone(&test, "amina@example.com").await;
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(ends(&test, Channel::Sms).await.len(), 0);
    test.done().await;
}

async fn sms_row(test: &TestApp) -> notification::Model {
    let found = notification::Entity::find().filter(notification::Column::Channel.eq(Channel::Sms));
    found.one(&test.app.db.conn).await.unwrap().expect("an SMS")
}

/// It is night by the time that the carrier is back.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_and_not_taken_is_judged_anew() {
    let (test, twilio) = start().await;
    let (amina, user) = with_telephone(&test, "amina@example.com").await;
    twilio.fail_next(503, 20503, None, 1);
    ship(&test, &user).await;
    assert!(test.quiet().await.is_some(), "a try is to come");
    assert_eq!(ends(&test, Channel::Sms).await, [(Status::Sending, None)]);
    amina.put(PREFERENCES, &json!({ "events": {} })).await.expect(200);
    test.settle().await;
    assert_eq!(twilio.sent().len(), 0, "not wanted any more");
    assert_eq!(ends(&test, Channel::Sms).await, [(Status::Skipped, Some("not wanted any more".to_owned()))]);
    test.done().await;
}

/// Two answers of one ticket are told in the same words, and both answers of the carrier are lost.
#[tokio::test(flavor = "multi_thread")]
async fn messages_in_the_same_words_are_not_taken_for_each_other() {
    let (test, twilio) = start().await;
    let (_, user) = with_telephone(&test, "amina@example.com").await;
    for _ in 0..2 {
        twilio.lose_answer_once();
        ship(&test, &user).await;
        assert!(test.quiet().await.is_some(), "a try is to come");
    }
    test.settle().await;
    assert_eq!(twilio.sent().len(), 2, "each once");
    assert_eq!(ends(&test, Channel::Sms).await, [(Status::Sent, None), (Status::Sent, None)]);
    test.done().await;
}
