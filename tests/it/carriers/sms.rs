//! SMS by Twilio: shapes, failures by what they mean, and a lost answer.

use crate::support::TestApp;
use crate::support::twilio::{FROM, FakeTwilio, SERVICE};
use chrono::TimeDelta;
use shared::Error;
use shared::clients::sms::{Sms, SmsClient};
use shared::clients::sms_status;
use shared::config::TwilioSender;

const AMINA: &str = "+221771234567";
const MUSA: &str = "+2348031234567";

fn sms(to: &str, body: &str) -> Sms {
    Sms { to: to.into(), body: body.into(), status_callback: None }
}

async fn start(twilio: &FakeTwilio) -> (TestApp, SmsClient) {
    let test = TestApp::builder().twilio(twilio).without_worker().start().await;
    let client = test.app.sms.clone().expect("configured");
    (test, client)
}

#[tokio::test]
async fn a_message_goes_out_from_our_number_with_somebody_to_tell() {
    let twilio = FakeTwilio::start().await;
    let (test, client) = start(&twilio).await;
    let callback = sms_status::address(&test.app.config.public_url);
    let text = "شحنتك SHP-2026-000001 & 50% في الطريق";
    let sid = client.send(&Sms { status_callback: Some(callback.clone()), ..sms(AMINA, text) }).await.expect("taken");
    let sent = twilio.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!((&sent[0].sid, sent[0].to.as_str(), sent[0].body.as_str(), sent[0].sender.as_str()), (&sid, AMINA, text, FROM));
    assert_eq!(sent[0].status_callback.as_deref(), Some(callback.as_str()));
    test.done().await;
}

#[tokio::test]
async fn a_messaging_service_chooses_the_number() {
    let twilio = FakeTwilio::start().await;
    let service = TwilioSender::Service(SERVICE.into());
    let builder = TestApp::builder().twilio(&twilio).without_worker();
    let test = builder.config(move |config| config.twilio.as_mut().expect("configured").sender = service).start().await;
    test.app.sms.as_ref().expect("configured").send(&sms(AMINA, "Hello")).await.expect("taken");
    assert_eq!(twilio.sent()[0].sender, SERVICE);
    test.done().await;
}

#[tokio::test]
async fn what_may_pass_is_told_with_the_time_that_twilio_wants() {
    let twilio = FakeTwilio::start().await;
    let (test, client) = start(&twilio).await;
    for (status, code, wait) in [(429, 20429, Some(30)), (500, 20500, None), (503, 20503, Some(7)), (401, 20003, None)] {
        twilio.fail_next(status, code, wait, 1);
        let error = client.send(&sms(AMINA, "Hello")).await.expect_err("not taken");
        let seconds = wait.map(u64::from);
        assert!(matches!(&error, Error::Upstream { retry_after, .. } if retry_after.map(|wait| wait.as_secs()) == seconds), "{error}");
    }
    assert_eq!(twilio.sent(), vec![]);
    client.send(&sms(AMINA, "Hello")).await.expect("and then it is taken");
    test.done().await;
}

#[tokio::test]
async fn a_wrong_token_of_ours_costs_nobody_a_message_and_is_not_tried_without_end() {
    let twilio = FakeTwilio::start().await;
    let builder = TestApp::builder().twilio(&twilio).without_worker();
    let test = builder.config(|config| config.twilio.as_mut().expect("configured").auth_token = "yesterday's".into()).start().await;
    let client = test.app.sms.as_ref().expect("configured");
    for _ in 0..8 {
        let error = client.send(&sms(AMINA, "Hello")).await.expect_err("not taken");
        assert!(matches!(error, Error::Upstream { .. }), "{error}");
        assert!(!error.to_string().contains("yesterday"), "{error}");
    }
    assert_eq!(twilio.calls().len(), 5, "then it is left alone for a while");
    test.done().await;
}

#[tokio::test]
async fn a_number_that_never_will_do_is_told_from_a_message_that_does_not_go() {
    let twilio = FakeTwilio::start().await;
    let (test, client) = start(&twilio).await;
    twilio.refuse(MUSA, 21610);
    for (message, is_number) in
        [(sms(MUSA, "Hello"), true), (sms("12", "Hello"), true), (sms(AMINA, ""), false), (sms(AMINA, &"x".repeat(1601)), false)]
    {
        let error = client.send(&message).await.expect_err("refused");
        assert!(matches!(error, Error::Refused { service: "sms", is_address, .. } if is_address == is_number), "{error:?}");
    }
    twilio.refuse(AMINA, 21408);
    let error = client.send(&sms(AMINA, "Hello")).await.expect_err("refused");
    assert!(matches!(error, Error::Refused { is_address: false, .. }), "the country is switched off, the number is good: {error:?}");
    test.done().await;
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_found_again_and_nothing_else_is() {
    let twilio = FakeTwilio::start().await;
    let (test, client) = start(&twilio).await;
    let since = test.app.clock.now();
    client.send(&sms(AMINA, "Something else")).await.expect("taken");
    client.send(&sms(MUSA, "On its way")).await.expect("taken");
    assert_eq!(client.find(AMINA, "On its way", since).await.expect("asked"), [""; 0]);
    twilio.lose_answer_once();
    let error = client.send(&sms(AMINA, "On its way")).await.expect_err("nobody knows");
    assert!(matches!(error, Error::Upstream { retry_after: None, .. }), "{error}");
    let lost = twilio.sent().pop().expect("it went").sid;
    assert_eq!(client.find(AMINA, "On its way", since).await.expect("asked"), [lost]);
    test.done().await;
}

#[tokio::test]
async fn the_same_text_of_another_day_is_not_taken_for_it() {
    let twilio = FakeTwilio::start().await;
    let (test, client) = start(&twilio).await;
    client.send(&sms(AMINA, "It was delivered")).await.expect("taken");
    let later = test.app.clock.now() + TimeDelta::hours(1);
    assert_eq!(client.find(AMINA, "It was delivered", later).await.expect("asked"), [""; 0]);
    test.done().await;
}

#[tokio::test]
async fn it_is_found_among_many_and_the_search_ends() {
    let twilio = FakeTwilio::start().await;
    let (test, client) = start(&twilio).await;
    let since = test.app.clock.now();
    let first = client.send(&sms(AMINA, "The first")).await.expect("taken");
    for n in 0..250 {
        client.send(&sms(AMINA, &format!("Another, {n}"))).await.expect("taken");
    }
    let before = twilio.calls().len();
    assert_eq!(client.find(AMINA, "The first", since).await.expect("asked"), [first]);
    assert_eq!(twilio.calls().len() - before, 3, "pages of a hundred");
    assert_eq!(client.find(AMINA, "Never sent", since).await.expect("asked"), [""; 0]);
    test.done().await;
}
