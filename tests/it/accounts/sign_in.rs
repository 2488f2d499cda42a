//! Signing in, tokens, and who may create whom.

use crate::support::{ADMIN, PASSWORD, TestApp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_works_by_name_or_mail_and_every_failure_answers_the_same() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let new = json!({ "email": "Amina@Example.com", "username": "amina", "password": PASSWORD, "first_name": "أمينة", "last_name": "", "role": "WALK_IN", "phone_number": "+15551234567" });
    let user = admin.post("/api/admin/users/", &new).await.expect(201);
    assert_eq!((user["email"].as_str(), user["role"].as_str()), (Some("amina@example.com"), Some("WALK_IN")));
    assert!(!user.to_string().contains("password") && !user.to_string().contains("argon2"), "{user}");
    for login in ["amina", "AMINA", "amina@example.com"] {
        let me = test.http.sign_in(login, PASSWORD).await.get("/api/users/me/").await.expect(200);
        assert_eq!(me["id"], user["id"]);
    }
    let failures = [("amina", "wrong password"), ("nobody", PASSWORD), ("", ""), ("amina", "")];
    let mut answers = vec![];
    for (username, password) in failures {
        let answer = test.http.post("/api/auth/login/", &json!({ "username": username, "password": password })).await;
        let mut problem = answer.problem(401, "credentials");
        problem.as_object_mut().unwrap().remove("request_id");
        answers.push(problem);
    }
    test.sql("UPDATE users SET is_active = false WHERE username = 'amina'").await;
    let inactive = test.http.post("/api/auth/login/", &json!({ "username": "amina", "password": PASSWORD })).await;
    inactive.problem(401, "credentials");
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_expired_and_ended_tokens_are_refused() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let payload = admin.token().split('.').nth(1).unwrap().to_owned();
    let claims: Value = serde_json::from_slice(&base64_url(&payload)).unwrap();
    let encode =
        |header: &Header, claims: &Value, key: &[u8]| jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(key)).unwrap();
    let right = b"a secret key that only tests know, 32+";
    let hs256 = Header::new(Algorithm::HS256);
    let mut other_type = claims.clone();
    other_type["token_type"] = "refresh".into();
    let mut no_expiry = claims.clone();
    no_expiry.as_object_mut().unwrap().remove("exp");
    let mut stranger = claims.clone();
    stranger["sub"] = json!(uuid::Uuid::now_v7());
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
    let attacks = [
        ("another key", encode(&hs256, &claims, b"another key that is also 32 long!")),
        ("HS512 with our key", encode(&Header::new(Algorithm::HS512), &claims, right)),
        ("alg none", none),
        ("another purpose", encode(&hs256, &other_type, right)),
        ("no expiry", encode(&hs256, &no_expiry, right)),
        ("another user's session", encode(&hs256, &stranger, right)),
        ("cut", admin.token()[..admin.token().len() - 2].to_owned()),
        ("garbage", "a.b.c".to_owned()),
    ];
    for (what, token) in attacks {
        let answer = test.http.with_token(&token).get("/api/users/me/").await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.text);
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{what}");
    }
    // the same claims with the right key do work, so the attacks above failed for their own reason
    test.http.with_token(&encode(&hs256, &claims, right)).get("/api/users/me/").await.expect(200);
    test.app.clock.advance(chrono::TimeDelta::minutes(16));
    admin.get("/api/users/me/").await.problem(401, "token-expired");
    let again = test.admin().await;
    test.sql("UPDATE users SET is_active = false").await;
    again.get("/api/users/me/").await.problem(401, "session-ended");
    test.done().await;
}

fn base64_url(text: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bits, mut count, mut out) = (0u32, 0, vec![]);
    for c in text.bytes() {
        bits = bits << 6 | alphabet.iter().position(|a| *a == c).unwrap() as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_create_customers_only_and_each_field_is_checked() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (customer, _) = test.customer("first@example.com").await;
    let good = json!({ "email": "second@example.com", "password": PASSWORD, "first_name": "B", "last_name": "C", "role": "BUY4ME" });
    customer.post("/api/admin/users/", &good).await.problem(403, "permission-missing");
    test.http.post("/api/admin/users/", &good).await.problem(401, "unauthenticated");
    for role in ["ADMIN", "SUPER_ADMIN"] {
        let mut body = good.clone();
        body["role"] = role.into();
        assert_eq!(admin.post("/api/admin/users/", &body).await.status, 403, "{role}");
    }
    let cases = [
        ("email", json!("nobody")),
        ("email", json!("first@example.com")),
        ("email", json!("FIRST@example.com")),
        ("email", json!("a b@example.com")),
        ("username", json!("a b")),
        ("username", json!("first@example.com")),
        ("password", json!("short")),
        ("password", json!(12_345_678)),
        ("first_name", json!("x".repeat(151))),
        ("first_name", json!("a\nb")),
        ("phone_number", json!("555 123")),
        ("role", json!("OWNER")),
        ("language", json!("xx")),
        ("currency", json!("usd")),
        ("is_superuser", json!(true)),
    ];
    for (field, value) in cases {
        let mut body = good.clone();
        body[field] = value.clone();
        let problem = admin.post("/api/admin/users/", &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} = {value}: {problem}");
    }
    assert_eq!(test.count("users", "1 = 1").await, 2);
    let created = admin.post("/api/admin/users/", &good).await;
    assert!(created.header("location").starts_with("/api/admin/users/"), "{:?}", created.headers);
    assert_eq!(test.count("audit_entries", "action = 'user.created'").await, 3);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_the_superuser_twice_changes_the_password_and_nothing_else() {
    let test = TestApp::new().await;
    let before = test.admin().await.get("/api/auth/user/").await.expect(200);
    shared::accounts::create_superuser(&test.app, ADMIN, &"another long secret".into()).await.unwrap();
    let after = test.http.sign_in(ADMIN, "another long secret").await.get("/api/auth/user/").await.expect(200);
    assert_eq!((&before["id"], &before["role"], test.count("users", "1 = 1").await), (&after["id"], &json!("SUPER_ADMIN"), 1));
    assert!(shared::accounts::create_superuser(&test.app, "x@example.com", &"short".into()).await.is_err());
    test.done().await;
}
