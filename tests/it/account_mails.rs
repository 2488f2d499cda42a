//! Mails about accounts: who gets which, with a link that works, and who gets none.

use crate::support::smtp::{Behaviour, Mail, SmtpSink};
use crate::support::{ADMIN, TestApp, id_of};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use shared::accounts::link::{self, Purpose};
use shared::ids::{LinkId, UserId};
use shared::notifications::jobs::SendLink;
use shared::notifications::{Event, about_account};
use shared::queue::State;

/// Makes a link for an account or for an address, and enqueues its mail.
pub(crate) async fn mail_link(test: &TestApp, purpose: Purpose, user: Option<UserId>, payload: Value) -> LinkId {
    let tx = test.app.begin().await.unwrap();
    let link = LinkId::new();
    let row = link::ActiveModel {
        id: Set(link),
        purpose: Set(purpose),
        user_id: Set(user),
        payload: Set(Some(payload).filter(Value::is_object)),
        created_at: Set(tx.now()),
        expires_at: Set(tx.now() + purpose.life()),
        used_at: Set(None),
    };
    link::Entity::insert(row).exec_without_returning(&tx).await.unwrap();
    tx.enqueue(SendLink { link }).await.unwrap();
    tx.commit().await.unwrap();
    link
}

async fn start() -> (TestApp, SmtpSink) {
    let smtp = SmtpSink::start().await;
    let url = smtp.url();
    (TestApp::builder().config(move |config| config.smtp_url = Some(url.into())).start().await, smtp)
}

/// The only mail to this address.
fn only_mail(smtp: &SmtpSink, to: &str) -> Mail {
    let mails: Vec<Mail> = smtp.mails().into_iter().filter(|mail| mail.to == [to]).collect();
    assert_eq!(mails.len(), 1, "mails to {to}");
    mails[0].clone()
}

/// The secret in the link that both bodies show.
fn token(test: &TestApp, mail: &Mail) -> String {
    let start = format!("{}account/", test.app.config.public_url);
    let (text, html) = (mail.text(), mail.html());
    let url: String = text[text.find(&start).expect("a link")..].chars().take_while(|c| !c.is_whitespace()).collect();
    assert_eq!(html.matches(&format!("href=\"{url}\"")).count(), 2, "as a button and as an address:\n{html}");
    url.split_once("?token=").unwrap().1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_link_goes_to_its_address_and_opens_what_it_is_for() {
    let (test, smtp) = start().await;
    let (_, verifying) = test.customer("verify@example.com").await;
    let (_, invited) = test.customer("invite@example.com").await;
    let (_, forgetful) = test.customer("reset@example.com").await;
    let (_, moving) = test.customer("old@example.com").await;
    let register = json!({ "email": "new@example.com", "first_name": "Amina", "language": "xx" });
    let sent = [
        ("new@example.com", "Confirm", "2 days", mail_link(&test, Purpose::Register, None, register).await),
        ("verify@example.com", "Confirm", "2 days", mail_link(&test, Purpose::VerifyEmail, Some(id_of(&verifying)), json!(null)).await),
        ("invite@example.com", "Choose", "7 days", mail_link(&test, Purpose::Invite, Some(id_of(&invited)), json!(null)).await),
        (
            "reset@example.com",
            "Choose",
            "1 hour.",
            mail_link(&test, Purpose::ResetPassword, None, json!({ "email": "RESET@example.com" })).await,
        ),
        // an address that is to become the account's is proved at that address
        (
            "moved@example.com",
            "Confirm",
            "2 days",
            mail_link(&test, Purpose::VerifyEmail, Some(id_of(&moving)), json!({ "email": "moved@example.com" })).await,
        ),
    ];
    test.settle().await;
    for (to, button, life, id) in sent {
        let mail = only_mail(&smtp, to);
        let found = link::find(&test.app, id).await.unwrap();
        let read = link::read(&test.app.db.conn, &test.app, &token(&test, &mail), &[found.purpose]).await;
        assert_eq!(read.unwrap().id, id, "{to}");
        for body in [mail.text(), mail.html()] {
            assert!(body.contains(button) && body.contains(life) && body.contains("ignore this message"), "{to}: {body}");
        }
        // who registers can write any name, to anybody's address: it is not repeated
        let greeting = if found.purpose == Purpose::Register { "Hello," } else { "Hello Amina" };
        assert!(mail.text().starts_with(greeting), "{}", mail.text());
        let owner = if found.purpose == Purpose::ResetPassword { Some(id_of(&forgetful)) } else { found.user_id };
        assert_eq!(found.user_id, owner, "{to}: the link is bound before it goes, so that it dies with the account's others");
    }
    assert!(only_mail(&smtp, "invite@example.com").text().contains("You sign in with your address invite@example.com."));
    assert_eq!(test.count("jobs", "CAST(args AS TEXT) LIKE '%example.com%'").await, 0, "a job holds an id and nothing of a person");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_for_an_address_without_an_active_account_sends_nothing_and_leaves_no_trace() {
    let (test, smtp) = start().await;
    let (_, closed) = test.customer("closed@example.com").await;
    test.settle().await;
    test.sql("UPDATE users SET is_active = false WHERE email = 'closed@example.com'").await;
    let before = (smtp.mails().len(), test.count("audit_entries", "1 = 1").await, test.count("notifications", "1 = 1").await);
    mail_link(&test, Purpose::ResetPassword, None, json!({ "email": "nobody@example.com" })).await;
    mail_link(&test, Purpose::ResetPassword, None, json!({ "email": "closed@example.com" })).await;
    mail_link(&test, Purpose::Invite, Some(id_of(&closed)), json!(null)).await;
    test.settle().await;
    let after = (smtp.mails().len(), test.count("audit_entries", "1 = 1").await, test.count("notifications", "1 = 1").await);
    assert_eq!(before, after);
    assert_eq!(test.count("account_links", "purpose = 'RESET_PASSWORD' AND user_id IS NOT NULL").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_registers_again_is_told_about_the_account_and_gets_no_link() {
    let (test, smtp) = start().await;
    test.customer("amina@example.com").await;
    test.customer("closed@example.com").await;
    test.sql("UPDATE users SET is_active = false WHERE email = 'closed@example.com'").await;
    for email in ["Amina@example.com", "closed@example.com"] {
        mail_link(&test, Purpose::Register, None, json!({ "email": email, "first_name": "Stranger", "language": "en" })).await;
    }
    test.settle().await;
    for (email, way) in [("amina@example.com", "Forgot password"), ("closed@example.com", "This account is closed")] {
        let mail = only_mail(&smtp, email);
        assert_eq!(mail.subject(), "You already have an account");
        for body in [mail.text(), mail.html()] {
            assert!(body.contains(way) && body.contains("Hello Amina Diallo"), "{body}");
            assert!(!body.contains("token=") && !body.contains("Stranger"), "{body}");
        }
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_goes_out_twice_carries_the_same_message_id() {
    let (test, smtp) = start().await;
    let (_, user) = test.customer("amina@example.com").await;
    smtp.behave(Behaviour::DropAfterData);
    let tx = test.app.begin().await.unwrap();
    about_account(&tx, id_of(&user), Event::PasswordChanged).await.unwrap();
    tx.commit().await.unwrap();
    mail_link(&test, Purpose::VerifyEmail, Some(id_of(&user)), json!(null)).await;
    smtp.wait_for(2).await;
    test.quiet().await;
    assert_eq!(test.count("notifications", "status = 'QUEUED' AND sent_at IS NULL").await, 1, "nobody said that it was taken");
    smtp.behave(Behaviour::Accept);
    test.settle().await;
    let mut ids: Vec<String> = smtp.mails().iter().map(|mail| mail.message_id()).collect();
    assert_eq!(ids.len(), 4);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert_eq!(test.count("notifications", "status = 'SENT' AND message_id IS NOT NULL").await, 2, "the notice, and the link");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_does_not_work_any_more_is_not_mailed() {
    let smtp = SmtpSink::start().await;
    let url = smtp.url();
    let start = TestApp::builder().config(move |config| config.smtp_url = Some(url.into())).without_worker();
    let mut test = start.start().await;
    let (_, user) = test.customer("amina@example.com").await;
    let user = Some(id_of(&user));
    mail_link(&test, Purpose::ResetPassword, user, json!(null)).await;
    let used = mail_link(&test, Purpose::Invite, user, json!(null)).await;
    let void = mail_link(&test, Purpose::Invite, user, json!(null)).await;
    let expression = |id: LinkId| if test.store.is_postgres() { format!("'{id}'") } else { format!("X'{}'", id.0.simple()) };
    test.sql(&format!("UPDATE account_links SET used_at = created_at WHERE id = {}", expression(used))).await;
    test.sql(&format!("DELETE FROM account_links WHERE id = {}", expression(void))).await;
    assert_eq!(test.count("account_links", "used_at IS NOT NULL").await, 1);
    assert_eq!(test.count("account_links", "1 = 1").await, 2);
    // the one hour of the first
    test.app.clock.advance(Purpose::ResetPassword.life());
    mail_link(&test, Purpose::VerifyEmail, user, json!(null)).await;
    test.start_worker(worker::registry::registry());
    test.settle().await;
    assert_eq!(test.jobs("notifications.send_link").await.len(), 4);
    assert_eq!(only_mail(&smtp, "amina@example.com").subject(), "Confirm your e-mail address");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_in_any_script_are_shown_as_they_are_and_never_as_markup() {
    let (test, smtp) = start().await;
    for (email, name) in
        [("a@example.com", "<b>Amina & \"Co\""), ("b@example.com", "أمينة"), ("c@example.com", "win at https://example.org")]
    {
        let new = json!({ "email": email, "first_name": name, "last_name": "", "role": "BUY4ME" });
        test.admin().await.post("/api/admin/users/", &new).await.expect(201);
    }
    test.settle().await;
    let odd = only_mail(&smtp, "a@example.com");
    assert!(odd.text().contains("Hello <b>Amina & \"Co\","), "{}", odd.text());
    assert!(odd.html().contains("Hello &#60;b&#62;Amina &#38; &#34;Co&#34;,"), "{}", odd.html());
    let arabic = only_mail(&smtp, "b@example.com");
    assert!(arabic.text().contains("Hello أمينة,") && arabic.html().contains("Hello أمينة,"));
    let advertisement = only_mail(&smtp, "c@example.com");
    assert!(advertisement.text().starts_with("Hello,\n") || advertisement.text().starts_with("Hello,\r\n"), "{}", advertisement.text());
    assert!(!String::from_utf8_lossy(&advertisement.raw).contains("example.org"));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_notice_reaches_the_owner_and_says_what_to_do_if_it_was_not_them() {
    let (test, smtp) = start().await;
    let (_, user) = test.customer("amina@example.com").await;
    let (_, erased) = test.customer("erased@example.com").await;
    test.sql("UPDATE users SET erased_at = updated_at WHERE email = 'erased@example.com'").await;
    let tx = test.app.begin().await.unwrap();
    for event in [Event::PasswordChanged, Event::MfaEnabled, Event::MfaDisabled, Event::ExportReady] {
        about_account(&tx, id_of(&user), event).await.unwrap();
    }
    about_account(&tx, id_of(&erased), Event::PasswordChanged).await.unwrap();
    tx.commit().await.unwrap();
    test.settle().await;
    let mut subjects: Vec<String> = smtp.mails().iter().filter(|mail| mail.to == ["amina@example.com"]).map(Mail::subject).collect();
    subjects.sort();
    assert_eq!(subjects, ["Two-step sign-in is off", "Two-step sign-in is on", "Your data is ready", "Your password was changed"]);
    for mail in smtp.mails() {
        for body in [mail.text(), mail.html()] {
            assert!(body.contains("amina@example.com") && body.contains(" UTC") && body.contains("If this was not you"), "{body}");
        }
    }
    assert_eq!(smtp.mails().len(), 4, "an erased account has no address");
    assert_eq!(test.count("notifications", "channel = 'EMAIL' AND status = 'SENT'").await, 4);
    assert_eq!(test.count("notifications", "channel = 'IN_APP' AND status = 'SENT'").await, 5);
    assert_eq!(test.count("notifications", "status = 'SKIPPED' AND error LIKE '%erased%'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mail_to_an_account_is_shown_to_operators_and_one_to_a_stranger_is_not() {
    let (test, smtp) = start().await;
    let (_, user) = test.customer("amina@example.com").await;
    smtp.behave(Behaviour::Refuse(550));
    let invitation = mail_link(&test, Purpose::Invite, Some(id_of(&user)), json!(null)).await;
    mail_link(&test, Purpose::Register, None, json!({ "email": "typo@example.com", "first_name": "", "language": "en" })).await;
    let tx = test.app.begin().await.unwrap();
    about_account(&tx, id_of(&user), Event::MfaDisabled).await.unwrap();
    tx.commit().await.unwrap();
    test.settle().await;
    let left = test.unfinished().await;
    assert!(matches!(left.as_slice(), [(_, State::Discarded, Some(reason))] if reason.contains("550")), "{left:?}");
    let discarded = test.jobs("notifications.send_link").await.into_iter().find(|job| job.state == State::Discarded);
    assert_eq!(discarded.unwrap().args["link"], json!(invitation), "the one that somebody waits for");
    assert_eq!(test.count("notifications", "status = 'REFUSED' AND error LIKE '%550%'").await, 2, "the invitation, and the notice");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_who_sign_in_by_a_username_are_told_so() {
    let (test, smtp) = start().await;
    test.sql(&format!("UPDATE users SET username = 'root' WHERE email = '{ADMIN}'")).await;
    let user = shared::accounts::user::find_by_login(&test.app.db.conn, "root").await.unwrap().unwrap();
    mail_link(&test, Purpose::Invite, Some(user.id), json!(null)).await;
    test.settle().await;
    let mail = only_mail(&smtp, ADMIN);
    assert!(mail.text().contains("username root") && mail.text().starts_with("Hello,"), "{}", mail.text());
    test.done().await;
}
