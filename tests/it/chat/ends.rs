//! How a chat ends.

use super::{AMINA, desk, enter, write};
use crate::support::{PASSWORD, TestApp};
use serde_json::json;
use std::time::{Duration, Instant};

/// Far less than a look at the database could take.
const AT_ONCE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_and_deactivation_end_a_chat_and_other_rights_too() {
    let test = TestApp::new().await;
    let (phone, root, ticket) = desk(&test).await;
    let laptop = test.http.sign_in(AMINA, PASSWORD).await;
    let (mut one, mut other) = (enter(&phone, &ticket, "", 0).await.0, enter(&laptop, &ticket, "", 0).await.0);
    let since = Instant::now();
    phone.call("/api/auth/logout/").await.expect(204);
    assert_eq!(one.end().await, 4401);
    other.say("Still here").await;
    other.expect("sent").await;
    other.expect("message").await;
    let body =
        json!({ "email": "s@example.com", "password": PASSWORD, "first_name": "S", "last_name": "", "permission_sets": ["SUPPORT"] });
    let clerk = root.post("/api/superadmin/admins/", &body).await.expect(201);
    let client = test.http.sign_in("s@example.com", PASSWORD).await;
    let (mut ours, _) = enter(&client, &ticket, "", 1).await;
    let door = format!("/api/superadmin/admins/{}/", clerk["id"].as_str().unwrap());
    root.patch(&door, &json!({ "permission_sets": ["BUYER"] })).await.expect(200);
    assert_eq!(ours.end().await, 4403);
    client.chat(&ticket, "").await.err().unwrap().problem(404, "not-found");
    root.delete(&format!("/api/admin/users/{}/", ticket["user"].as_str().unwrap())).await.expect(204);
    assert_eq!(other.end().await, 4401);
    assert!(since.elapsed() < AT_ONCE * 3, "{:?}", since.elapsed());
    test.done().await;
}

/// Nobody says a word: the database alone knows.
#[tokio::test(flavor = "multi_thread")]
async fn whose_session_ended_unheard_writes_nothing_more() {
    let test = TestApp::new().await;
    let (customer, root, ticket) = desk(&test).await;
    let (mut hers, mut ours) = (enter(&customer, &ticket, "", 0).await.0, enter(&root, &ticket, "", 0).await.0);
    test.sql("UPDATE sessions SET revoked_at = created_at WHERE user_id = (SELECT id FROM users WHERE email = 'amina@example.com')").await;
    hers.say("Hello?").await;
    assert_eq!(hers.end().await, 4401);
    assert_eq!(test.count("ticket_messages", "1 = 1").await, 0);
    test.sql("UPDATE users SET permission_sets = '[]' WHERE role = 'SUPER_ADMIN'").await;
    assert_eq!(ours.end().await, 4403, "found by a look");
    test.close().await;
}

/// What no process says is found as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_which_nobody_heard_is_found_by_a_look() {
    let test = TestApp::new().await;
    let (customer, root, ticket) = desk(&test).await;
    let (mut hers, _) = enter(&customer, &ticket, "", 0).await;
    // of an application that is no process of this fleet in memory: another hub, no Redis
    let deaf = test.sibling(|config| config.redis_url = None).await;
    let actor = shared::policy::Actor::system();
    let id = ticket["id"].as_str().unwrap().parse().unwrap();
    let tx = deaf.begin().await.unwrap();
    let new = shared::support::NewMessage { body: "From elsewhere".into(), ..Default::default() };
    shared::support::write_message(&tx, &actor, id, new).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(hers.bodies(1).await, ["From elsewhere"]);
    write(&root, &ticket, "And here").await;
    assert_eq!(hers.bodies(1).await, ["And here"]);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_stops_says_so_and_does_not_wait_long() {
    let test = TestApp::new().await;
    let (customer, root, ticket) = desk(&test).await;
    let (mut hers, mut ours) = (enter(&customer, &ticket, "", 0).await.0, enter(&root, &ticket, "", 0).await.0);
    test.settle().await;
    let since = Instant::now();
    let ((), one, two) = tokio::join!(test.close(), hers.end(), ours.end());
    assert_eq!((one, two), (1001, 1001));
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
}
