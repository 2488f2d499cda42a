//! New passwords.

use super::{link_token, login, refresh, session_of};
use crate::support::{PASSWORD, TestApp};
use serde_json::{Value, json};
use shared::accounts::link::{self, Purpose};

const NEW: &str = "quite another secret";

/// Does what the mail's job does when the address has an account, and answers the link's token.
async fn mailed(test: &TestApp) -> String {
    test.settle().await;
    link_token(test, Purpose::ResetPassword).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_sets_the_password_once_and_throws_everybody_out() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let (_, old_refresh) = session_of(&test, "amina@example.com").await;
    test.http.post("/api/auth/password/reset/", &json!({ "email": "AMINA@example.com " })).await.expect(202);
    let token = mailed(&test).await;
    let confirm = |password: &str| json!({ "token": token, "password": password });
    let weak = test.http.post("/api/auth/password/reset/confirm/", &confirm("password1")).await.problem(400, "invalid");
    assert!(weak["errors"]["password"].is_array(), "{weak}");
    amina.get("/api/users/me/").await.expect(200);
    test.http.post("/api/auth/password/reset/confirm/", &confirm(NEW)).await.expect(204);
    test.http.post("/api/auth/password/reset/confirm/", &confirm("a third secret here")).await.problem(400, "invalid");
    amina.get("/api/users/me/").await.problem(401, "session-ended");
    refresh(&test.http, &old_refresh).await.problem(401, "session-ended");
    login(&test.http, "amina@example.com", PASSWORD).await.problem(401, "credentials");
    let user = login(&test.http, "amina@example.com", NEW).await.expect(200)["user"].clone();
    assert!(user["email_verified_at"].is_string(), "who has the link has the address: {user}");
    assert_eq!(test.count("audit_entries", "action = 'user.password_reset'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_reset_never_tells_whether_there_is_an_account() {
    let test = TestApp::new().await;
    test.customer("amina@example.com").await;
    let (_, gone) = test.customer("gone@example.com").await;
    test.admin().await.delete(&format!("/api/admin/users/{}/", gone["id"].as_str().unwrap())).await.expect(204);
    let before = test.mails().len();
    let mut answers = vec![];
    for email in ["amina@example.com", "nobody@example.com", "gone@example.com"] {
        let answer = test.http.post("/api/auth/password/reset/", &json!({ "email": email })).await;
        answers.push((answer.expect(202), answer.headers.keys().cloned().collect::<Vec<_>>()));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
    test.settle().await;
    let mails = test.mails();
    assert_eq!(mails.len() - before, 1, "only the account that is open gets a mail");
    test.http.post("/api/auth/password/reset/", &json!({ "email": "nobody" })).await.problem(400, "invalid");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_void_after_another_change_and_after_an_hour() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let ask = json!({ "email": "amina@example.com" });
    let confirm = |token: &str| json!({ "token": token, "password": NEW });
    test.http.post("/api/auth/password/reset/", &ask).await.expect(202);
    let token = mailed(&test).await;
    let change = json!({ "current_password": PASSWORD, "new_password": "the owner's own choice" });
    amina.post("/api/auth/password/change/", &change).await.expect(204);
    test.http.post("/api/auth/password/reset/confirm/", &confirm(&token)).await.problem(400, "invalid");
    test.http.post("/api/auth/password/reset/", &ask).await.expect(202);
    let token = mailed(&test).await;
    test.app.clock.advance(chrono::TimeDelta::minutes(61));
    test.http.post("/api/auth/password/reset/confirm/", &confirm(&token)).await.problem(400, "invalid");
    test.http.post("/api/auth/password/reset/", &ask).await.expect(202);
    let token = mailed(&test).await;
    let path = format!("/api/admin/users/{}/", user["id"].as_str().unwrap());
    test.admin().await.patch(&path, &json!({ "is_active": false })).await.expect(200);
    test.http.post("/api/auth/password/reset/confirm/", &confirm(&token)).await.problem(400, "invalid");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_changes_the_password_and_stays_signed_in_here_only() {
    let test = TestApp::new().await;
    let (here, _) = test.customer("amina@example.com").await;
    let (there, _) = session_of(&test, "amina@example.com").await;
    let change = |current: &str, new: &str| json!({ "current_password": current, "new_password": new });
    let wrong = here.post("/api/auth/password/change/", &change("wrong", NEW)).await.problem(400, "invalid");
    assert!(wrong["errors"]["current_password"].is_array(), "{wrong}");
    let weak = here.post("/api/auth/password/change/", &change(PASSWORD, "12345678")).await.problem(400, "invalid");
    assert!(weak["errors"]["new_password"].is_array(), "{weak}");
    here.post("/api/auth/password/change/", &change(PASSWORD, NEW)).await.expect(204);
    here.get("/api/users/me/").await.expect(200);
    there.get("/api/users/me/").await.problem(401, "session-ended");
    login(&test.http, "amina@example.com", NEW).await.expect(200);
    test.http.post("/api/auth/password/change/", &change(NEW, PASSWORD)).await.problem(401, "unauthenticated");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_password_is_invited_and_opens_with_the_link() {
    let test = TestApp::new().await;
    let new = json!({ "email": "amina@example.com", "first_name": "Amina", "last_name": "", "role": "WALK_IN" });
    test.admin().await.post("/api/admin/users/", &new).await.expect(201);
    for guess in ["", "!", "amina@example.com"] {
        login(&test.http, "amina@example.com", guess).await.problem(401, "credentials");
    }
    test.settle().await;
    let token = link_token(&test, Purpose::Invite).await;
    let confirm = json!({ "token": token, "password": NEW });
    test.http.post("/api/auth/password/reset/confirm/", &confirm).await.expect(204);
    let user: Value = login(&test.http, "amina@example.com", NEW).await.expect(200)["user"].clone();
    assert!(user["email_verified_at"].is_string(), "{user}");
    test.done().await;
}

/// A hash made with cheaper parameters is replaced at the next sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn an_outdated_hash_is_renewed_when_the_password_is_at_hand() {
    let test = TestApp::new().await;
    test.customer("amina@example.com").await;
    let weak = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$";
    let hash = weak_hash(PASSWORD);
    assert!(hash.starts_with(&weak[..26]), "{hash}");
    test.sql(&format!("UPDATE users SET password_hash = '{hash}' WHERE email = 'amina@example.com'")).await;
    login(&test.http, "amina@example.com", "wrong").await.problem(401, "credentials");
    assert_eq!(test.count("users", &format!("password_hash = '{hash}'")).await, 1);
    login(&test.http, "amina@example.com", PASSWORD).await.expect(200);
    assert_eq!(test.count("users", "email = 'amina@example.com' AND password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'").await, 1);
    login(&test.http, "amina@example.com", PASSWORD).await.expect(200);
    test.done().await;
}

fn weak_hash(password: &str) -> String {
    use argon2::password_hash::PasswordHasher;
    let params = argon2::Params::new(8, 1, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2.hash_password(password.as_bytes()).unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn old_links_are_pruned() {
    let test = TestApp::new().await;
    test.http.post("/api/auth/password/reset/", &json!({ "email": "amina@example.com" })).await.expect(202);
    test.settle().await;
    assert_eq!(link::prune(&test.app, 100).await.unwrap(), 0);
    test.app.clock.advance(chrono::TimeDelta::hours(26));
    assert_eq!(link::prune(&test.app, 100).await.unwrap(), 1);
    test.done().await;
}
