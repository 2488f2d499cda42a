//! The last line of mails that nobody must have.

use super::{PREFERENCES, ship};
use crate::support::TestApp;
use crate::support::smtp::Mail;
use serde_json::json;
use url::Url;

fn header(mail: &Mail, name: &str) -> Option<String> {
    let message = mail_parser::MessageParser::default().parse(&mail.raw).expect("a mail");
    message.header_raw(name).map(|value| value.trim().replace("\r\n", "").replace(' ', ""))
}

fn path(address: &str) -> String {
    let url: Url = address.trim_start_matches('<').trim_end_matches('>').parse().expect("an address");
    format!("{}?{}", url.path(), url.query().expect("a token"))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_ends_mails_of_a_kind_and_looking_ends_nothing() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    ship(&test, &user).await;
    test.settle().await;
    let mail = test.mails().pop().unwrap();
    let door = path(&header(&mail, "List-Unsubscribe").expect("a way out"));
    assert_eq!(header(&mail, "List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    assert!(mail.text().contains(&door) && mail.html().contains("No more mails of this kind"), "{}", mail.text());

    let page = test.http.get(&door).await;
    assert!(page.status == 200 && page.text.contains("<button"), "{}", page.text);
    assert_eq!(amina.get(PREFERENCES).await.expect(200)["events"]["shipment.status"]["email"], true, "mail scanners look, too");
    for _ in 0..2 {
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        let done = test.http.post_raw(&door, "List-Unsubscribe=One-Click", &form).await;
        assert!(done.status == 200 && done.text.contains("no more mails of this kind"), "{}", done.text);
    }
    let seen = amina.get(PREFERENCES).await.expect(200);
    assert_eq!((&seen["events"]["shipment.status"]["email"], &seen["events"]["ticket.reply"]["email"]), (&json!(false), &json!(true)));
    ship(&test, &user).await;
    test.settle().await;
    assert_eq!(test.mails().len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_that_must_be_sent_offer_no_way_out() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    test.invoice(&user, "12.50").await;
    test.settle().await;
    let mail = test.mails().pop().unwrap();
    assert_eq!(header(&mail, "List-Unsubscribe"), None);
    assert!(!mail.text().contains("unsubscribe"), "{}", mail.text());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_for_its_own_person_and_kind_alone() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    let (_, other) = test.customer("bilal@example.com").await;
    let (mine, theirs) = (user["id"].as_str().unwrap(), other["id"].as_str().unwrap());
    ship(&test, &user).await;
    test.settle().await;
    let door = path(&header(&test.mails().pop().unwrap(), "List-Unsubscribe").unwrap());
    for forged in [
        door.replace(mine, theirs),
        door.replace("shipment.status", "ticket.reply"),
        door.replace("shipment.status", "invoice.issued"),
        door.replace("shipment.status", "party"),
        door.replace("token=", "token=0"),
        door.split('?').next().unwrap().to_owned(),
        door.replace(mine, "7"),
    ] {
        let page = test.http.get(&forged).await;
        assert_eq!((page.status, page.text.contains("<button")), (404, false), "{forged}");
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        assert_eq!(test.http.post_raw(&forged, "", &form).await.status, 404, "{forged}");
    }
    assert_eq!(test.count("notification_preferences", "1 = 1").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_speaks_the_owners_language_and_is_written_from_right_to_left_where_that_is() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    amina.patch("/api/users/me/", &json!({ "language": "ar" })).await.expect(200);
    ship(&test, &user).await;
    test.settle().await;
    let mail = test.mails().pop().unwrap();
    assert!(mail.html().contains("dir=\"rtl\"") && !mail.subject().contains('\u{2068}'), "{}", mail.html());
    let page = test.http.get(&path(&header(&mail, "List-Unsubscribe").unwrap())).await;
    assert!(page.text.contains("lang=\"ar\" dir=\"rtl\""), "{}", page.text);
    test.done().await;
}
