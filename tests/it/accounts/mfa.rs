//! The second factor.

use super::{login, staff};
use crate::support::{ADMIN, PASSWORD, TestApp, client::Client};
use chrono::TimeDelta;
use serde_json::{Value, json};
use totp_rs::{Builder, Totp};

/// An authenticator app.
fn authenticator(secret: &str) -> Totp {
    let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    Builder::new().with_secret(secret).build().unwrap()
}

fn code(test: &TestApp, app: &Totp) -> String {
    app.generate(test.app.clock.now().timestamp() as u64).to_string()
}

/// Turns the second factor on; the app and the recovery codes.
async fn enrol(test: &TestApp, client: &Client) -> (Totp, Vec<String>) {
    let enrolment = client.call("/api/auth/mfa/setup/").await.expect(200);
    let secret = enrolment["secret"].as_str().unwrap();
    assert!(enrolment["otpauth_url"].as_str().unwrap().contains(secret));
    let app = authenticator(secret);
    client.post("/api/auth/mfa/confirm/", &json!({ "code": "000000x" })).await.problem(400, "invalid");
    let answer = client.post("/api/auth/mfa/confirm/", &json!({ "code": code(test, &app) })).await.expect(200);
    let codes = answer["recovery_codes"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect();
    // the code that confirmed is spent; the next one comes half a minute later
    test.app.clock.advance(TimeDelta::seconds(31));
    (app, codes)
}

async fn verify(test: &TestApp, challenge: &Value, code: &str) -> crate::support::client::Answer {
    test.http.post("/api/auth/mfa/verify/", &json!({ "mfa_token": challenge["mfa_token"], "code": code })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_second_factor_the_password_alone_opens_nothing_and_each_code_works_once() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let (app, recovery) = enrol(&test, &amina).await;
    assert_eq!((recovery.len(), amina.get("/api/users/me/").await.expect(200)["mfa_enabled"].as_bool()), (10, Some(true)));
    amina.call("/api/auth/mfa/setup/").await.problem(409, "mfa-already-on");
    let challenge = login(&test.http, "amina@example.com", PASSWORD).await.expect(200);
    assert_eq!((challenge["mfa_required"].as_bool(), challenge.get("access")), (Some(true), None), "{challenge}");
    // the challenge is no access token, and an access token is no challenge
    test.http.with_token(challenge["mfa_token"].as_str().unwrap()).get("/api/users/me/").await.problem(401, "token-invalid");
    verify(&test, &json!({ "mfa_token": amina.token() }), &code(&test, &app)).await.problem(401, "token-invalid");
    verify(&test, &challenge, "000000").await.problem(401, "code");
    let good = code(&test, &app);
    let session = verify(&test, &challenge, &good).await.expect(200);
    test.http.with_token(session["access"].as_str().unwrap()).get("/api/users/me/").await.expect(200);
    verify(&test, &challenge, &good).await.problem(401, "code");
    // the phone is gone
    verify(&test, &challenge, &recovery[0].to_uppercase()).await.expect(200);
    verify(&test, &challenge, &recovery[0]).await.problem(401, "code");
    test.app.clock.advance(TimeDelta::minutes(6));
    verify(&test, &challenge, &recovery[1]).await.problem(401, "token-expired");
    test.settle().await;
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sign_ins_with_the_same_code_at_once_make_one_session() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let (app, recovery) = enrol(&test, &amina).await;
    let challenge = login(&test.http, "amina@example.com", PASSWORD).await.expect(200);
    for good in [code(&test, &app), recovery[3].clone()] {
        let answers = futures::future::join_all((0..4).map(|_| verify(&test, &challenge, &good))).await;
        let opened = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(opened, 1, "{answers:#?}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_fresh_turns_it_on_only_with_the_password() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let (other, _) = super::session_of(&test, "amina@example.com").await;
    let enrolment = amina.call("/api/auth/mfa/setup/").await.expect(200);
    let app = authenticator(enrolment["secret"].as_str().unwrap());
    test.app.clock.advance(TimeDelta::minutes(11));
    let confirm = |password: Option<&str>| {
        let mut body = json!({ "code": code(&test, &app) });
        if let Some(password) = password {
            body["password"] = password.into();
        }
        body
    };
    for password in [None, Some("wrong")] {
        let problem = amina.post("/api/auth/mfa/confirm/", &confirm(password)).await.problem(400, "invalid");
        assert!(problem["errors"]["password"].is_array(), "{problem}");
    }
    amina.post("/api/auth/mfa/confirm/", &confirm(Some(PASSWORD))).await.expect(200);
    amina.get("/api/users/me/").await.expect(200);
    other.get("/api/users/me/").await.problem(401, "session-ended");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_digits_cannot_be_guessed_and_a_changed_password_ends_a_challenge() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let (app, _) = enrol(&test, &amina).await;
    let challenge = login(&test.http, "amina@example.com", PASSWORD).await.expect(200);
    for _ in 0..5 {
        verify(&test, &challenge, "000000").await.problem(401, "code");
    }
    let locked = verify(&test, &challenge, &code(&test, &app)).await;
    locked.problem(429, "too-many-attempts");
    assert!(locked.header("retry-after").parse::<u64>().unwrap() <= 15 * 60);
    test.done().await;

    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    let (app, _) = enrol(&test, &amina).await;
    let challenge = login(&test.http, "amina@example.com", PASSWORD).await.expect(200);
    let change = json!({ "current_password": PASSWORD, "new_password": "quite another secret" });
    // in the very same second, too
    amina.post("/api/auth/password/change/", &change).await.expect(204);
    verify(&test, &challenge, &code(&test, &app)).await.problem(401, "session-ended");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn turning_it_off_takes_password_and_code_and_staff_can_help_those_who_lost_theirs() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let (app, _) = enrol(&test, &amina).await;
    let off = |password: &str, code: String| json!({ "password": password, "code": code });
    amina.post("/api/auth/mfa/disable/", &off("wrong", code(&test, &app))).await.problem(400, "invalid");
    amina.post("/api/auth/mfa/disable/", &off(PASSWORD, "123".into())).await.problem(400, "invalid");
    amina.post("/api/auth/mfa/disable/", &off(PASSWORD, code(&test, &app))).await.expect(204);
    amina.post("/api/auth/mfa/disable/", &off(PASSWORD, code(&test, &app))).await.problem(409, "mfa-not-on");
    login(&test.http, "amina@example.com", PASSWORD).await.expect(200)["access"].as_str().expect("signed in");
    enrol(&test, &amina).await;
    let path = format!("/api/admin/users/{}/mfa/reset/", user["id"].as_str().unwrap());
    amina.call(&path).await.problem(403, "permission-missing");
    assert_eq!(test.admin().await.call(&path).await.expect(200)["mfa_enabled"], false);
    amina.get("/api/users/me/").await.problem(401, "session-ended");
    assert!(login(&test.http, "amina@example.com", PASSWORD).await.expect(200)["access"].is_string());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_staff_must_have_one_they_reach_nothing_else_until_they_do() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (clerk, _) = staff(&test, "clerk@example.com", json!({})).await;
    let (amina, _) = test.customer("amina@example.com").await;
    clerk.get("/api/admin/users/").await.expect(200);
    admin.put("/api/superadmin/settings/", &json!({ "staff_mfa_required": true })).await.expect(200);
    clerk.get("/api/admin/users/").await.problem(403, "mfa-required");
    admin.get("/api/superadmin/settings/").await.problem(403, "mfa-required");
    amina.get("/api/invoices/").await.expect(200);
    clerk.get("/api/users/me/").await.expect(200);
    let (app, _) = enrol(&test, &clerk).await;
    clerk.get("/api/admin/users/").await.expect(200);
    let off = json!({ "password": PASSWORD, "code": code(&test, &app) });
    clerk.post("/api/auth/mfa/disable/", &off).await.problem(409, "mfa-is-required");
    test.done().await;
}

/// The secret survives a change of SECRET_KEY as long as the old key is known, and opens nothing without it.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_key_rotation_tokens_and_codes_still_work_and_without_the_old_key_they_do_not() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (app, recovery) = enrol(&test, &admin).await;
    let challenge = login(&test.http, ADMIN, PASSWORD).await.expect(200);
    let old = test.app.config.secret_key.clone();
    let rotated = test.sibling(|config| {
        config.secret_key_previous = vec![old];
        config.secret_key = "the new key that replaces the old one".into();
    });
    let rotated = rotated.await;
    rotated.clock.advance(test.app.clock.now() - rotated.clock.now());
    shared::accounts::authenticate(&rotated, admin.token()).await.expect("the old access token");
    let token = challenge["mfa_token"].as_str().unwrap();
    let from = Default::default();
    let now = code(&test, &app);
    let signed_in = shared::accounts::mfa::verify(&rotated, token, &now, &from).await.unwrap_or_else(|error| panic!("{error}"));
    test.http.with_token(&signed_in.access).get("/api/users/me/").await.problem(401, "token-invalid");
    shared::accounts::mfa::verify(&rotated, token, &recovery[0], &from).await.unwrap_or_else(|error| panic!("{error}"));
    // the house seals it anew within the hour; then the old key can go
    assert_eq!(shared::accounts::mfa::reseal(&rotated, 100).await.unwrap(), 1);
    assert_eq!(shared::accounts::mfa::reseal(&rotated, 100).await.unwrap(), 0);
    rotated.clock.advance(TimeDelta::seconds(31));
    let newest = test.sibling(|config| config.secret_key = "the new key that replaces the old one".into()).await;
    newest.clock.advance(rotated.clock.now() - newest.clock.now());
    let shared::accounts::SignIn::Challenge(token) = shared::accounts::sign_in(&newest, ADMIN, &PASSWORD.into(), &from).await.ok().unwrap()
    else {
        panic!("a second factor is asked for")
    };
    let later = app.generate(newest.clock.now().timestamp() as u64).to_string();
    shared::accounts::mfa::verify(&newest, &token, &later, &from).await.unwrap_or_else(|error| panic!("{error}"));
    let stranger = test.sibling(|config| config.secret_key = "a key that never knew the old one...".into()).await;
    assert!(shared::accounts::authenticate(&stranger, admin.token()).await.is_err());
    test.done().await;
}
