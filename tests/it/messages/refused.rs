//! Addresses that mail servers refuse.

use super::{PREFERENCES, ends, ship};
use crate::support::TestApp;
use crate::support::smtp::{Behaviour, SmtpSink};
use shared::notifications::notification::{Channel, Status};

async fn start() -> (TestApp, SmtpSink) {
    let smtp = SmtpSink::start().await;
    let url = smtp.url();
    (TestApp::builder().config(move |config| config.smtp_url = Some(url.into())).start().await, smtp)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_address_gets_only_what_must_be_sent_until_a_mail_arrives() {
    let (test, smtp) = start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    smtp.behave(Behaviour::Say("550 5.1.1 no such user here"));
    ship(&test, &user).await;
    test.settle().await;
    let ended = ends(&test, Channel::Email).await;
    assert!(matches!(ended.as_slice(), [(Status::Refused, Some(reason))] if reason.contains("550")), "{ended:?}");
    let problem = |reach: serde_json::Value| reach["reach"]["email_problem"].clone();
    assert!(problem(amina.get(PREFERENCES).await.expect(200)).as_str().unwrap().contains("refuses this address"));

    smtp.behave(Behaviour::Accept);
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(ends(&test, Channel::Email).await[1], (Status::Skipped, Some("this address refuses our mails".to_owned())));
    assert_eq!(smtp.mails().len(), 0);

    test.invoice(&user, "12.50").await;
    test.settle().await;
    assert_eq!(smtp.mails().len(), 1, "an invoice is sent in any case");
    assert!(problem(amina.get(PREFERENCES).await.expect(200)).is_null(), "and it arrived");
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(smtp.mails().len(), 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_pass_is_tried_again_and_blames_nobody() {
    let (test, smtp) = start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    smtp.behave(Behaviour::Refuse(451));
    ship(&test, &user).await;
    assert!(test.quiet().await.is_some(), "a job waits for its next try");
    assert_eq!(ends(&test, Channel::Email).await, [(Status::Queued, None)]);
    assert!(amina.get(PREFERENCES).await.expect(200)["reach"]["email_problem"].is_null());
    smtp.behave(Behaviour::Accept);
    test.settle().await;
    assert_eq!(smtp.mails().len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_nobody_carried_for_too_long_says_so_and_can_be_tried_again() {
    let (test, smtp) = start().await;
    let (_, user) = test.customer("amina@example.com").await;
    smtp.behave(Behaviour::Refuse(451));
    ship(&test, &user).await;
    test.quiet().await;
    test.sql("UPDATE jobs SET attempt = 59 WHERE kind = 'notifications.send_notice' AND state = 'retryable'").await;
    test.settle().await;
    let ended = ends(&test, Channel::Email).await;
    assert!(matches!(ended.as_slice(), [(Status::Failed, Some(reason))] if reason.contains("451")), "{ended:?}");
    smtp.behave(Behaviour::Accept);
    test.sql("UPDATE jobs SET state = 'available', attempt = 0 WHERE kind = 'notifications.send_notice' AND state = 'discarded'").await;
    test.settle().await;
    assert_eq!((ends(&test, Channel::Email).await[0].0, smtp.mails().len()), (Status::Sent, 1));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_of_what_was_paid_while_the_mail_waited() {
    let mut test = TestApp::builder().without_worker().start().await;
    let (_, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    let id = invoice["id"].as_str().unwrap();
    let tx = test.app.begin().await.unwrap();
    let facts = serde_json::json!({ "number": "INV-1", "amount": "12.50 USD", "due": "2026-11-23", "when": "after", "days": "3" });
    shared::notifications::tell(&tx, super::id_of(&user), shared::notifications::Event::InvoiceReminder, id.parse().unwrap(), facts)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let cash = serde_json::json!({ "amount": "12.50", "method": "CASH", "reference": "till 1" });
    test.admin().await.post(&format!("/api/invoices/{id}/record-payment/"), &cash).await.expect(201);
    test.start_worker(worker::registry::registry());
    test.settle().await;
    assert!(test.mails().iter().all(|mail| !mail.subject().starts_with("Reminder")));
    assert!(ends(&test, Channel::Email).await.contains(&(Status::Skipped, Some("nothing is owed any more".to_owned()))));
    test.done().await;
}
