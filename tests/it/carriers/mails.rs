//! Mails that a server refuses.

use crate::support::TestApp;
use crate::support::smtp::{Behaviour, SmtpSink};
use shared::Error;
use shared::clients::mail::Mail;

fn mail(to: &str) -> Mail {
    let (subject, text, html) = ("Hello".into(), "Hello".into(), "<p>Hello</p>".into());
    Mail { to: to.into(), to_name: String::new(), subject, text, html, unsubscribe: None, id: uuid::Uuid::now_v7().to_string() }
}

#[tokio::test]
async fn a_mailbox_that_is_not_there_is_told_from_a_mail_that_is_not_wanted() {
    let smtp = SmtpSink::start().await;
    let url = smtp.url();
    let test = TestApp::builder().config(move |config| config.smtp_url = Some(url.into())).without_worker().start().await;
    for (words, is_gone) in [
        ("550 5.1.1 <amina@example.com>: Recipient address rejected: User unknown", true),
        ("550 No such user", true),
        ("550 5.7.1 Rejected for policy reasons", false),
        ("554 5.7.9 Looks like spam", false),
    ] {
        smtp.behave(Behaviour::Say(words));
        let error = test.app.mailer.send(&mail("amina@example.com")).await.expect_err(words);
        assert!(matches!(error, Error::Refused { service: "smtp", is_address, .. } if is_address == is_gone), "{words}: {error:?}");
    }
    let error = test.app.mailer.send(&mail("no address")).await.expect_err("nobody can be called so");
    assert!(matches!(error, Error::Refused { is_address: true, .. }), "{error:?}");
    smtp.behave(Behaviour::Say("451 4.2.1 Come back later"));
    let error = test.app.mailer.send(&mail("amina@example.com")).await.expect_err("later");
    assert!(matches!(error, Error::Upstream { .. }), "{error:?}");
    assert_eq!(smtp.mails().len(), 0);
    test.done().await;
}
