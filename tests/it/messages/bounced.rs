//! Mails that their server took and sent back later.

use super::{PREFERENCES, ends, happens, ship};
use crate::support::TestApp;
use crate::support::smtp::SmtpSink;
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use shared::notifications::Event;
use shared::notifications::notification::{self, Channel, Status};

const DOOR: &str = "/api/webhooks/mail-bounces/";
const TOKEN: &str = "hand in";

async fn start() -> (TestApp, SmtpSink) {
    let smtp = SmtpSink::start().await;
    let url = smtp.url();
    let test = TestApp::builder().config(move |config| {
        config.smtp_url = Some(url.into());
        config.mail_bounce_token = Some(TOKEN.into());
    });
    (test.start().await, smtp)
}

/// What the server on the way says of the newest mail.
async fn report(test: &TestApp, to: &str, action: &str, status: &str) -> String {
    let mails = notification::Entity::find().filter(notification::Column::Channel.eq(Channel::Email));
    let newest = mails.order_by_desc(notification::Column::Id).one(&test.app.db.conn).await.unwrap();
    let about = newest.and_then(|mail| mail.message_id).unwrap_or_else(|| "<nobodys@localhost>".to_owned());
    let report = format!(
        "From: MAILER-DAEMON@mx.example.org\nTo: no-reply@localhost\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\n\nIt could not be delivered.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n\
         Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 no such user\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {about}\n\n--b--\n"
    );
    report.replace('\n', "\r\n")
}

async fn hand_in(test: &TestApp, mail: &str, token: &str) -> crate::support::client::Answer {
    let bearer = format!("Bearer {token}");
    test.http.post_raw(DOOR, mail.to_owned(), &[("Content-Type", "message/rfc822"), ("Authorization", bearer.as_str())]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_came_back_marks_its_address_once_and_for_a_while() {
    let (test, smtp) = start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    ship(&test, &user).await;
    test.quiet().await;
    let late = report(&test, "amina@example.com", "delayed", "4.4.1").await;
    assert_eq!(hand_in(&test, &late, TOKEN).await.expect(200)["recorded"], false, "it may still arrive");
    let back = report(&test, "Amina@Example.com", "failed", "5.1.1").await;
    for recorded in [true, false] {
        assert_eq!(hand_in(&test, &back, TOKEN).await.expect(200)["recorded"], recorded);
    }
    let ended = ends(&test, Channel::Email).await;
    assert!(matches!(ended.as_slice(), [(Status::Bounced, Some(why))] if why == "came back, 5.1.1 550 no such user"), "{ended:?}");
    assert!(amina.get(PREFERENCES).await.expect(200)["reach"]["email_problem"].is_string());

    // what must be sent is sent; that a server took it clears nothing until it would have come back
    for mails in [2, 4] {
        happens(&test, &user, Event::PasswordChanged, json!({})).await;
        test.quiet().await;
        ship(&test, &user).await;
        test.quiet().await;
        assert_eq!(smtp.mails().len(), mails);
        test.app.clock.advance(TimeDelta::days(7));
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_address_that_was_written_to_is_blamed_and_only_for_what_it_is() {
    let (test, _smtp) = start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    for (to, status) in [("bo@elsewhere.example", "5.1.1"), ("amina@example.com", "5.2.2")] {
        ship(&test, &user).await;
        test.quiet().await;
        let back = report(&test, to, "failed", status).await;
        assert_eq!(hand_in(&test, &back, TOKEN).await.expect(200)["recorded"], true, "{to}");
    }
    assert!(ends(&test, Channel::Email).await.iter().all(|(status, _)| *status == Status::Bounced));
    assert!(amina.get(PREFERENCES).await.expect(200)["reach"]["email_problem"].is_null());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_handed_in_by_whoever_has_the_token_and_others_are_left_alone() {
    let (test, _smtp) = start().await;
    for token in ["", "guess"] {
        hand_in(&test, "x", token).await.problem(401, "token-invalid");
    }
    for mail in ["", "Subject: I am away\r\n\r\nUntil Monday", &report(&test, "amina@example.com", "failed", "5.1.1").await] {
        assert_eq!(hand_in(&test, mail, TOKEN).await.expect(200)["recorded"], false);
    }
    hand_in(&test, &"x".repeat(1024 * 1024 + 1), TOKEN).await.problem(413, "payload-too-large");
    test.done().await;
    let test = TestApp::builder().without_worker().start().await;
    hand_in(&test, "x", TOKEN).await.problem(404, "not-found");
    test.done().await;
}
