//! Customers who make their own account.

use super::{link_token, login};
use crate::support::{PASSWORD, TestApp};
use serde_json::{Value, json};
use shared::accounts::link::Purpose;

fn amina() -> Value {
    json!({ "email": "Amina@Example.com", "username": "amina", "password": PASSWORD, "first_name": "أمينة", "last_name": "Diallo", "phone_number": "+15551234567" })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_begins_when_its_address_is_proved() {
    let test = TestApp::new().await;
    let answer = test.http.post("/api/auth/register/", &amina()).await.expect(201);
    assert_eq!((answer["email"].as_str(), answer["verification_required"].as_bool()), (Some("amina@example.com"), Some(true)));
    login(&test.http, "amina", PASSWORD).await.problem(401, "credentials");
    assert_eq!(test.count("users", "email = 'amina@example.com'").await, 0);
    let token = link_token(&test, Purpose::Register).await;
    let user = test.http.post("/api/auth/verify-email/", &json!({ "token": token })).await.expect(200);
    assert_eq!((user["role"].as_str(), user["username"].as_str()), (Some("BUY4ME"), Some("amina")));
    assert!(user["email_verified_at"].is_string() && user.get("permissions").is_none(), "{user}");
    assert!(login(&test.http, "amina", PASSWORD).await.expect(200)["access"].is_string());
    // a link works once, and nothing of the registration stays behind in it
    test.http.post("/api/auth/verify-email/", &json!({ "token": token })).await.problem(400, "invalid");
    assert_eq!(test.count("account_links", "used_at IS NOT NULL AND payload IS NULL").await, 1);
    assert_eq!(test.count("audit_entries", "action = 'user.registered'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_has_an_account_gets_the_same_answer_and_keeps_its_account() {
    let test = TestApp::new().await;
    test.customer("amina@example.com").await;
    let mut bodies = vec![];
    for email in ["amina@example.com", "nobody@example.com"] {
        let mut body = amina();
        body["email"] = email.into();
        body["username"] = "root@example.com".into();
        body["password"] = "the thief's own secret".into();
        body.as_object_mut().unwrap().remove("username");
        let answer = test.http.post("/api/auth/register/", &body).await;
        let mut shown = answer.expect(201);
        shown["detail"] = shown["detail"].as_str().unwrap().replace(email, "…").into();
        shown["email"] = "…".into();
        bodies.push((shown, answer.headers.keys().cloned().collect::<Vec<_>>()));
    }
    assert_eq!(bodies[0], bodies[1]);
    // even with the link of its mail, the account that is there stays as it is
    let links = test.count("account_links", "purpose = 'REGISTER'").await;
    assert_eq!(links, 2);
    use sea_orm::EntityTrait;
    for link in shared::accounts::link::Entity::find().all(&test.app.db.conn).await.unwrap() {
        let token = shared::accounts::link::token(&test.app, link.id);
        test.http.post("/api/auth/verify-email/", &json!({ "token": token })).await;
    }
    login(&test.http, "amina@example.com", "the thief's own secret").await.problem(401, "credentials");
    login(&test.http, "amina@example.com", PASSWORD).await.expect(200);
    login(&test.http, "nobody@example.com", "the thief's own secret").await.expect(200);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_that_is_taken_is_not_told_and_the_account_goes_by_its_address() {
    let test = TestApp::new().await;
    test.http.post("/api/auth/register/", &amina()).await.expect(201);
    let first = link_token(&test, Purpose::Register).await;
    test.http.post("/api/auth/verify-email/", &json!({ "token": first })).await.expect(200);
    let mut second = amina();
    second["email"] = "other@example.com".into();
    test.http.post("/api/auth/register/", &second).await.expect(201);
    let token = link_token(&test, Purpose::Register).await;
    let user = test.http.post("/api/auth/verify-email/", &json!({ "token": token })).await.expect(200);
    assert_eq!(user["username"], "other@example.com");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_registers_as_more_than_a_customer_and_each_field_is_checked() {
    let test = TestApp::new().await;
    let cases = [
        ("role", json!("SUPER_ADMIN")),
        ("is_active", json!(true)),
        ("permission_sets", json!(["ADMIN"])),
        ("email", json!("nobody")),
        ("email", json!(null)),
        ("username", json!("a b")),
        ("password", json!("short")),
        ("password", json!("password1")),
        ("password", json!("amina@example.com")),
        ("password", json!("x".repeat(129))),
        ("first_name", json!("x".repeat(151))),
        ("last_name", json!("a\tb")),
        ("phone_number", json!("0555")),
        ("language", json!("xx")),
        ("currency", json!("XXXX")),
    ];
    for (field, value) in cases {
        let mut body = amina();
        body[field] = value.clone();
        let problem = test.http.post("/api/auth/register/", &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} = {value}: {problem}");
    }
    assert_eq!((test.count("account_links", "1 = 1").await, test.count("users", "1 = 1").await), (0, 1));
    for token in ["", "x", "0199aaaa.ff", &format!("{}.{}", uuid::Uuid::now_v7().simple(), "0".repeat(64))] {
        let problem = test.http.post("/api/auth/verify-email/", &json!({ "token": token })).await.problem(400, "invalid");
        assert!(problem["errors"]["token"].is_array(), "{problem}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_can_be_closed() {
    let test = TestApp::new().await;
    test.admin().await.put("/api/superadmin/settings/", &json!({ "registration_open": false })).await.expect(200);
    test.http.post("/api/auth/register/", &amina()).await.problem(403, "registration-closed");
    assert_eq!(test.count("account_links", "1 = 1").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_dies_of_age_and_of_another_purpose() {
    let test = TestApp::new().await;
    test.http.post("/api/auth/register/", &amina()).await.expect(201);
    let token = link_token(&test, Purpose::Register).await;
    let confirm = json!({ "token": token, "password": "quite another secret" });
    test.http.post("/api/auth/password/reset/confirm/", &confirm).await.problem(400, "invalid");
    test.app.clock.advance(chrono::TimeDelta::hours(49));
    test.http.post("/api/auth/verify-email/", &json!({ "token": token })).await.problem(400, "invalid");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_at_once_make_one_account() {
    let test = TestApp::new().await;
    test.http.post("/api/auth/register/", &amina()).await.expect(201);
    let body = json!({ "token": link_token(&test, Purpose::Register).await });
    let clicks = futures::future::join_all((0..6).map(|_| test.http.post("/api/auth/verify-email/", &body))).await;
    assert_eq!(clicks.iter().filter(|answer| answer.status == 200).count(), 1, "{clicks:#?}");
    assert!(clicks.iter().all(|answer| [200, 400].contains(&answer.status)), "{clicks:#?}");
    assert_eq!(test.count("users", "email = 'amina@example.com'").await, 1);
    test.done().await;
}

/// Somebody else registers an address and waits for its owner to click.
#[tokio::test(flavor = "multi_thread")]
async fn of_several_who_registered_an_address_none_keeps_a_password_that_its_owner_did_not_choose() {
    let test = TestApp::new().await;
    let mut thief = amina();
    thief["password"] = "the thief's own secret".into();
    test.http.post("/api/auth/register/", &thief).await.expect(201);
    let clicked = link_token(&test, Purpose::Register).await;
    test.http.post("/api/auth/register/", &amina()).await.expect(201);
    let other = link_token(&test, Purpose::Register).await;
    test.http.post("/api/auth/verify-email/", &json!({ "token": clicked })).await.expect(200);
    for password in ["the thief's own secret", PASSWORD] {
        login(&test.http, "amina@example.com", password).await.problem(401, "credentials");
    }
    test.http.post("/api/auth/verify-email/", &json!({ "token": other })).await.problem(400, "invalid");
    // the owner is asked to choose one
    let invite = link_token(&test, Purpose::Invite).await;
    let confirm = json!({ "token": invite, "password": "the owner's own choice" });
    test.http.post("/api/auth/password/reset/confirm/", &confirm).await.expect(204);
    login(&test.http, "amina@example.com", "the owner's own choice").await.expect(200);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_slow_to_judge_is_judged_fast() {
    let test = TestApp::new().await;
    let mut body = amina();
    body["password"] = "4@8({[<369&!|1i0$5+7%2".repeat(5).into();
    body["phone_number"] = "x".into();
    let answers = futures::future::join_all((0..20).map(|_| test.http.post("/api/auth/register/", &body))).await;
    assert!(answers.iter().all(|answer| answer.status == 400), "{answers:#?}");
    test.done().await;
}
