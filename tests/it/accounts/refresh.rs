//! Rotating refresh tokens, and signing out.

use super::{refresh, session_of};
use crate::support::{ADMIN, TestApp};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_works_once_and_its_replay_ends_the_session_for_everybody() {
    let test = TestApp::new().await;
    let (owner, first) = session_of(&test, ADMIN).await;
    let answer = refresh(&test.http, &first).await.expect(200);
    let second = answer["refresh"].as_str().unwrap();
    assert_ne!(first, second);
    let renewed = test.http.with_token(answer["access"].as_str().unwrap());
    assert_eq!(renewed.get("/api/users/me/").await.expect(200)["email"], ADMIN);
    // the thief comes with the old one
    refresh(&test.http, &first).await.problem(401, "session-ended");
    refresh(&test.http, second).await.problem(401, "session-ended");
    owner.get("/api/users/me/").await.problem(401, "session-ended");
    renewed.get("/api/users/me/").await.problem(401, "session-ended");
    assert_eq!(test.count("audit_entries", "action = 'auth.refresh_reused'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_refreshes_with_one_token_at_once_at_most_one_is_answered() {
    let test = TestApp::new().await;
    let (_, token) = session_of(&test, ADMIN).await;
    let (other, _) = session_of(&test, ADMIN).await;
    let answers = futures::future::join_all((0..8).map(|_| refresh(&test.http, &token))).await;
    let good = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(good <= 1 && answers.iter().all(|answer| [200, 401].contains(&answer.status)), "{answers:#?}");
    // somebody has the token twice: nobody keeps the session
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        refresh(&test.http, answer.json()["refresh"].as_str().unwrap()).await.problem(401, "session-ended");
    }
    other.get("/api/users/me/").await.expect(200);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_we_never_gave_out_and_expired_ones_are_refused() {
    let test = TestApp::new().await;
    let (owner, token) = session_of(&test, ADMIN).await;
    for odd in ["", "b4m_0000", &format!("{token}0"), owner.token()] {
        refresh(&test.http, odd).await.problem(401, "token-invalid");
    }
    test.http.post("/api/auth/refresh/", &json!({ "refresh": 1 })).await.problem(400, "invalid");
    // a session lives thirty days from its last use
    test.app.clock.advance(chrono::TimeDelta::days(29));
    let next = refresh(&test.http, &token).await.expect(200)["refresh"].as_str().unwrap().to_owned();
    test.app.clock.advance(chrono::TimeDelta::days(29));
    let last = refresh(&test.http, &next).await.expect(200)["refresh"].as_str().unwrap().to_owned();
    test.app.clock.advance(chrono::TimeDelta::days(31));
    refresh(&test.http, &last).await.problem(401, "session-ended");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_leaks_holds_no_token() {
    let test = TestApp::new().await;
    let (_, token) = session_of(&test, ADMIN).await;
    assert_eq!(test.count("sessions", &format!("refresh_hash = '{token}'")).await, 0);
    let hash: String = {
        use sea_orm::EntityTrait;
        shared::accounts::session::Entity::find().one(&test.app.db.conn).await.unwrap().unwrap().refresh_hash
    };
    refresh(&test.http, &hash).await.problem(401, "token-invalid");
    test.done().await;
}
