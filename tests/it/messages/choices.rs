//! What people choose.

use super::{NUMBER, PREFERENCES, ends, happens, ship, with_telephone};
use crate::support::twilio::FakeTwilio;
use crate::support::{TestApp, client::Client};
use serde_json::{Value, json};
use shared::notifications::Event;
use shared::notifications::notification::{Channel, Status};

async fn choose(client: &Client, events: Value) -> Value {
    client.put(PREFERENCES, &json!({ "events": events })).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_by_mail_and_nothing_by_sms_until_somebody_chooses() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let seen = amina.get(PREFERENCES).await.expect(200);
    let usual = json!({ "in_app": true, "email": true, "sms": false, "push": true, "fixed": [] });
    assert_eq!(seen["events"]["shipment.status"], usual);
    assert_eq!(seen["events"]["invoice.issued"]["fixed"], json!(["in_app", "email"]));
    assert!(seen["quiet_hours"].is_null());
    assert_eq!(
        seen["reach"],
        json!({ "email": "amina@example.com", "email_problem": null, "sms": null, "sms_problem": null, "push_devices": 0 })
    );
    let names: Vec<&String> = seen["events"].as_object().unwrap().keys().collect();
    assert!(!names.contains(&&"ticket.assigned".to_owned()) && !names.contains(&&"invoice.pay_link".to_owned()), "{names:?}");
    let staff = test.admin().await.get(PREFERENCES).await.expect(200);
    assert!(staff["events"]["ticket.assigned"].is_object());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_mail_of_a_kind_gets_none_and_still_those_about_money() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    choose(&amina, json!({ "shipment.status": { "email": false, "in_app": false }, "ticket.reply": { "email": false } })).await;
    ship(&test, &user).await;
    let facts = json!({ "reference": "TCK-2026-000001", "topic": "Where is it?", "excerpt": "Here." });
    happens(&test, &user, Event::TicketReply, facts).await;
    test.invoice(&user, "12.50").await;
    test.settle().await;
    let subjects: Vec<String> = test.mails().iter().map(|mail| mail.subject()).collect();
    assert_eq!(subjects.iter().filter(|subject| subject.starts_with("Invoice INV-")).count(), 1, "{subjects:?}");
    assert!(!subjects.iter().any(|subject| subject.contains("SHP-") || subject.contains("TCK-")), "{subjects:?}");
    let centre = amina.get("/api/notifications/").await.expect(200);
    let events: Vec<&Value> = centre["results"].as_array().unwrap().iter().map(|row| &row["event"]).collect();
    assert_eq!(events, ["invoice.issued", "ticket.reply"]);

    choose(&amina, json!({})).await;
    ship(&test, &user).await;
    test.settle().await;
    assert!(test.mails().iter().any(|mail| mail.subject().contains("SHP-")), "what is left out takes its default");
    test.done().await;
}

/// Somebody turns a message off while it waits.
#[tokio::test(flavor = "multi_thread")]
async fn a_choice_holds_for_what_was_told_before_and_not_sent_yet() {
    let mut test = TestApp::builder().without_worker().start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    ship(&test, &user).await;
    choose(&amina, json!({ "shipment.status": { "email": false } })).await;
    test.start_worker(worker::registry::registry());
    test.settle().await;
    assert_eq!(ends(&test, Channel::Email).await, [(Status::Skipped, Some("not wanted any more".to_owned()))]);
    assert_eq!(test.mails().len(), 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_from_an_old_version_is_refused() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let put = async |tag: &'static str, email: bool| {
        let body = json!({ "events": { "shipment.status": { "email": email } } });
        amina.send(reqwest::Method::PUT, PREFERENCES, |request| request.header("If-Match", tag).json(&body)).await
    };
    assert_eq!(amina.get(PREFERENCES).await.header("etag"), "\"1\"");
    let first = put("\"1\"", false).await;
    assert_eq!((first.status, first.header("etag")), (200, "\"2\""));
    put("\"1\"", true).await.problem(409, "version-conflict");
    assert_eq!(amina.get(PREFERENCES).await.expect(200)["events"]["shipment.status"]["email"], false);
    // two at once from the same version: one of them
    let (one, two) = tokio::join!(put("\"2\"", true), put("\"2\"", true));
    let mut both = [one.status, two.status];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_named_and_change_nothing() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let quiet = |from: &str, to: &str, zone: &str| json!({ "events": {}, "quiet_hours": { "from": from, "to": to, "time_zone": zone } });
    for (body, field) in [
        (json!({}), "events"),
        (json!({ "events": { "party": {} } }), "events.party"),
        (json!({ "events": { "ticket.assigned": { "email": false } } }), "events.ticket.assigned"),
        (json!({ "events": { "invoice.pay_link": { "sms": true } } }), "events.invoice.pay_link"),
        (json!({ "events": { "invoice.issued": { "email": false } } }), "events.invoice.issued.email"),
        (json!({ "events": { "account.password_changed": { "in_app": false } } }), "events.account.password_changed.in_app"),
        (json!({ "events": { "shipment.status": { "fax": true } } }), "events.shipment.status.fax"),
        (json!({ "events": { "shipment.status": { "sms": "yes" } } }), "events.shipment.status.sms"),
        (json!({ "events": [] }), "events"),
        (quiet("25:00", "07:00", "UTC"), "quiet_hours.from"),
        (quiet("22:00", "7", "UTC"), "quiet_hours.to"),
        (quiet("22:00", "22:00", "UTC"), "quiet_hours.to"),
        (quiet("22:00", "07:00", "Moon/Crater"), "quiet_hours.time_zone"),
        (json!({ "events": {}, "quiet_hours": {} }), "quiet_hours.from"),
        (json!({ "events": {}, "reach": {} }), "reach"),
    ] {
        let problem = amina.put(PREFERENCES, &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{body}: {problem}");
    }
    // what is fixed may be said all the same
    choose(&amina, json!({ "invoice.issued": { "email": true, "sms": true } })).await;
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_hold_back_what_rings_and_nothing_else() {
    let twilio = FakeTwilio::start().await;
    let test = TestApp::builder().twilio(&twilio).start().await;
    let (amina, user) = with_telephone(&test, "amina@example.com").await;
    // it is quiet now, for another hour or so, wherever the clock of the test stands
    let now = test.app.clock.now();
    let at = |hours: i64| (now + chrono::TimeDelta::hours(hours)).format("%H:%M").to_string();
    let quiet = json!({ "from": at(-1), "to": at(1), "time_zone": "UTC" });
    let kept = json!({ "events": { "shipment.status": { "sms": true } }, "quiet_hours": quiet });
    assert_eq!(amina.put(PREFERENCES, &kept).await.expect(200)["quiet_hours"], quiet);
    ship(&test, &user).await;
    let later = test.quiet().await.expect("a job waits");
    assert!(later > now + chrono::TimeDelta::minutes(50), "{later}");
    assert_eq!((test.mails().len(), twilio.sent().len()), (1, 0), "mail makes no noise");
    assert_eq!(amina.get("/api/notifications/unread/").await.expect(200)["unread"], 1);
    let waiting = test.jobs("notifications.send_notice").await.into_iter().find(|job| job.finished_at.is_none()).unwrap();
    assert_eq!(waiting.attempt, 0, "waiting costs no try");

    test.settle().await;
    assert_eq!(twilio.sent().iter().map(|sms| sms.to.as_str()).collect::<Vec<_>>(), [NUMBER]);
    test.done().await;
}
