//! The pages behind the links in mails: looking changes nothing, the button works once.

use crate::account_mails::mail_link;
use crate::support::client::Answer;
use crate::support::{TestApp, id_of};
use serde_json::json;
use shared::accounts::link::{self, Purpose};

const NEW: &str = "three blue elephants & 1 boat";

async fn post(test: &TestApp, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    test.http.post_raw(path, body, &[("Content-Type", "application/x-www-form-urlencoded")]).await
}

/// A page, with the headers that every page has.
#[track_caller]
fn page<'a>(answer: &'a Answer, status: u16, says: &str) -> &'a str {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(answer.header("content-type").starts_with("text/html"), "{:?}", answer.headers);
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("form-action 'self';"), "{policy}");
    assert!(!policy.contains("script"), "{policy}");
    assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "no-referrer"));
    assert!(answer.text.contains(says) && answer.text.contains("<html lang=\"en\" dir=\"ltr\">"), "{says}: {}", answer.text);
    &answer.text
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_by_the_button_and_not_by_looking_and_once() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    let id = mail_link(&test, Purpose::VerifyEmail, Some(id_of(&user)), json!(null)).await;
    let token = link::token(&test.app, id);
    let confirmed = "email = 'amina@example.com' AND email_verified_at IS NOT NULL";
    for path in ["/account/verify/", "/account/verify"] {
        let shown = test.http.get(&format!("{path}?token={token}")).await;
        let html = page(&shown, 200, "Confirm my address");
        assert!(html.contains(&format!("value=\"{token}\"")) && !html.contains("<script"), "{html}");
    }
    assert_eq!(test.count("account_links", "used_at IS NOT NULL").await + test.count("users", confirmed).await, 0);
    page(&post(&test, "/account/verify/?lang=en", &[("token", &token)]).await, 200, "You can sign in now");
    assert_eq!(test.count("users", confirmed).await, 1);
    page(&post(&test, "/account/verify/", &[("token", &token)]).await, 400, "used before");
    page(&test.http.get(&format!("/account/verify/?token={token}")).await, 400, "you can simply sign in");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_set_by_the_form_and_once() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    for purpose in [Purpose::ResetPassword, Purpose::Invite] {
        let token = link::token(&test.app, mail_link(&test, purpose, Some(id_of(&user)), json!(null)).await);
        let new = format!("{NEW} {purpose:?}");
        let shown = test.http.get(&format!("/account/password/?token={token}")).await;
        let html = page(&shown, 200, "For your account amina@example.com");
        assert_eq!(html.matches("autocomplete=\"new-password\"").count(), 2, "{html}");
        assert!(html.contains("At least 8 characters"), "{html}");
        assert_eq!(test.count("users", "password_changed_at IS NOT NULL AND email = 'amina@example.com'").await, 0);

        let form = |password: &str, again: &str| {
            let fields = [("token", token.clone()), ("password", password.to_owned()), ("password_again", again.to_owned())];
            let fields: Vec<(&str, String)> = fields.into();
            let test = &test;
            async move { post(test, "/account/password/", &fields.iter().map(|(k, v)| (*k, v.as_str())).collect::<Vec<_>>()).await }
        };
        let mistake = form(&new, "something else entirely").await;
        let html = page(&mistake, 400, "The two passwords are not the same");
        assert!(html.contains(&format!("value=\"{token}\"")) && !html.contains("elephants"), "{html}");
        page(&form("short", "short").await, 400, "At least 8 characters.</p>");
        page(&form("", "").await, 400, "name=\"password_again\"");
        page(&form(&new, &new).await, 200, "You can sign in now");
        test.http.sign_in("amina@example.com", &new).await;
        page(&form(&new, &new).await, 400, "Forgot password");
        page(&test.http.get(&format!("/account/password/?token={token}")).await, 400, "Forgot password");
        test.sql("UPDATE users SET password_changed_at = NULL").await;
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_nothing_but_its_own_page_and_only_in_time() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    let verify = link::token(&test.app, mail_link(&test, Purpose::VerifyEmail, Some(id_of(&user)), json!(null)).await);
    let reset = link::token(&test.app, mail_link(&test, Purpose::ResetPassword, Some(id_of(&user)), json!(null)).await);
    let forged = format!("{}{}", &reset[..reset.len() - 1], if reset.ends_with('0') { '1' } else { '0' });
    let both = |token: &str| [("token", token.to_owned()), ("password", NEW.to_owned()), ("password_again", NEW.to_owned())];
    for token in [&verify, &forged, "", "x", "a.b", "<script>"] {
        let shown = test.http.get(&format!("/account/password/?token={}", token.replace('<', "%3C"))).await;
        let html = page(&shown, 400, "Forgot password");
        assert!(!html.contains("<form") && !html.contains("<script"), "{html}");
        let fields = both(token);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        page(&post(&test, "/account/password/", &fields).await, 400, "Forgot password");
    }
    page(&test.http.get("/account/verify/").await, 400, "register again");
    page(&test.http.get(&format!("/account/verify/?token={reset}")).await, 400, "register again");
    page(&post(&test, "/account/verify/", &[("token", &reset)]).await, 400, "register again");
    // both still work for what they are
    page(&test.http.get(&format!("/account/password/?token={reset}")).await, 200, "<form");
    test.app.clock.advance(Purpose::ResetPassword.life());
    page(&test.http.get(&format!("/account/password/?token={reset}")).await, 400, "Forgot password");
    page(&test.http.get(&format!("/account/verify/?token={verify}")).await, 200, "<form");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_browsers_press_the_button_at_once_and_one_password_wins() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    let token = link::token(&test.app, mail_link(&test, Purpose::ResetPassword, Some(id_of(&user)), json!(null)).await);
    let passwords: Vec<String> = (0..4).map(|n| format!("{NEW} {n}")).collect();
    let posts =
        passwords.iter().map(|password| {
            let (test, token) = (&test, token.as_str());
            async move {
                post(test, "/account/password/", &[("token", token), ("password", password), ("password_again", password)]).await.status
            }
        });
    let mut statuses = futures::future::join_all(posts).await;
    let winner = &passwords[statuses.iter().position(|status| *status == 200).expect("one wins")];
    test.http.sign_in("amina@example.com", winner).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400, 400, 400]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_below_account_is_told_as_a_page() {
    let test = TestApp::new().await;
    page(&test.http.get("/account/nothing/").await, 404, "There is nothing here");
    page(&test.http.send(reqwest::Method::DELETE, "/account/verify/", |r| r).await, 405, "does not accept");
    let large = test.http.post_raw("/account/verify/", "a".repeat(300_000), &[("Content-Type", "application/x-www-form-urlencoded")]).await;
    page(&large, 413, "larger than");
    page(&test.http.post("/account/password/", &json!({})).await, 415, "Your account");
    let odd = test.http.get("/account/verify/?token=%FF%00&lang=%22%3E").await;
    page(&odd, 400, "not valid");
    test.done().await;
}
