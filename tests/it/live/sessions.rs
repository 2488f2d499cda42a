//! A stream ends with its session, at once.

use super::{id_of, open, tell, told};
use crate::support::{ADMIN, PASSWORD, TestApp};
use serde_json::json;
use std::time::{Duration, Instant};

/// Far less than a look at the database could take.
const AT_ONCE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_streams_of_that_session_and_of_no_other() {
    let test = TestApp::new().await;
    let (phone, user) = told(&test, "amina@example.com", 1).await;
    let laptop = test.http.sign_in("amina@example.com", PASSWORD).await;
    let (mut one, mut two, mut other) = (open(&phone).await, open(&phone).await, open(&laptop).await);
    let since = Instant::now();
    phone.call("/api/auth/logout/").await.expect(204);
    tell(&test.app, user, [2]).await;
    assert_eq!((one.rest().await, two.rest().await), (vec![], vec![]), "nothing that was told afterwards");
    assert!(since.elapsed() < AT_ONCE, "{:?}", since.elapsed());
    phone.events("", None).await.err().unwrap().problem(401, "session-ended");
    assert_eq!(other.numbers(1).await, [2]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deactivation_a_reused_refresh_token_and_another_password_end_streams() {
    let test = TestApp::new().await;
    let staff = test.admin().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let mut events = open(&amina).await;
    staff.delete(&format!("/api/admin/users/{}/", user["id"].as_str().unwrap())).await.expect(204);
    assert!(events.rest().await.is_empty());

    test.customer("fatou@example.com").await;
    let sign_in = json!({ "username": "fatou@example.com", "password": PASSWORD });
    let pair = test.http.post("/api/auth/login/", &sign_in).await.expect(200);
    let fatou = test.http.with_token(pair["access"].as_str().unwrap());
    let mut events = open(&fatou).await;
    let refresh = json!({ "refresh": pair["refresh"] });
    test.http.post("/api/auth/refresh/", &refresh).await.expect(200);
    test.http.post("/api/auth/refresh/", &refresh).await.expect(401);
    assert!(events.rest().await.is_empty());

    let (one, two) = (test.http.sign_in("fatou@example.com", PASSWORD).await, test.http.sign_in("fatou@example.com", PASSWORD).await);
    let (mut own, mut other) = (open(&one).await, open(&two).await);
    let change = json!({ "current_password": PASSWORD, "new_password": "quite another secret" });
    one.post("/api/auth/password/change/", &change).await.expect(204);
    assert!(other.rest().await.is_empty());
    let user = shared::accounts::user::find_by_login(&test.app.db.conn, "fatou@example.com").await.unwrap().unwrap();
    tell(&test.app, user.id, [1]).await;
    assert_eq!(own.numbers(1).await, [1], "this one goes on");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_rights_end_a_stream_that_began_with_the_old_ones_and_another_name_does_not() {
    let test = TestApp::new().await;
    let root = test.admin().await;
    let body =
        json!({ "email": "buyer@example.com", "password": PASSWORD, "first_name": "Amina", "last_name": "", "permission_sets": ["BUYER"] });
    let buyer = root.post("/api/superadmin/admins/", &body).await.expect(201);
    let door = format!("/api/superadmin/admins/{}/", buyer["id"].as_str().unwrap());
    let client = test.http.sign_in("buyer@example.com", PASSWORD).await;
    let mut events = open(&client).await;
    root.patch(&door, &json!({ "first_name": "Fatou" })).await.expect(200);
    tell(&test.app, id_of(&buyer), [1]).await;
    assert_eq!(events.numbers(1).await, [1]);
    root.patch(&door, &json!({ "permission_sets": ["SUPPORT"] })).await.expect(200);
    assert!(events.rest().await.is_empty());
    // the session goes on, and so may its stream
    tell(&test.app, id_of(&buyer), [2]).await;
    let mut events = super::open_after(&client, 1).await;
    assert_eq!(events.numbers(1).await, [2]);
    test.done().await;
}

/// Nobody says a word: the database alone knows.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_unheard_is_found_by_a_look() {
    let test = TestApp::new().await;
    let (amina, _) = told(&test, "amina@example.com", 0).await;
    let root = test.http.sign_in(ADMIN, PASSWORD).await;
    let (mut hers, mut of_root) = (open(&amina).await, open(&root).await);
    test.sql("UPDATE sessions SET revoked_at = created_at WHERE user_id = (SELECT id FROM users WHERE email = 'amina@example.com')").await;
    assert!(hers.rest().await.is_empty());
    test.sql("UPDATE users SET permission_sets = '[]' WHERE role = 'SUPER_ADMIN'").await;
    assert!(of_root.rest().await.is_empty(), "and so are other rights");
    test.done().await;
}

/// Ends no stream: the time limit of requests, and the end of the access token it began with.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_outlives_the_time_limit_of_requests_and_its_token() {
    use crate::support::events::Block;
    let test = TestApp::new().await;
    let (client, user) = told(&test, "amina@example.com", 0).await;
    let asked = Instant::now();
    let mut events = open(&client).await;
    test.app.clock.advance(chrono::TimeDelta::minutes(20));
    client.get("/api/users/me/").await.problem(401, "token-expired");
    for _ in 0..2 {
        assert_eq!(events.block().await, Some(Block::Comment("heartbeat".into())));
    }
    assert!(asked.elapsed() >= Duration::from_secs(30), "longer than a request may take");
    tell(&test.app, user, [1]).await;
    assert_eq!(events.numbers(1).await, [1]);
    test.done().await;
}
