//! Tickets: a browser's way into a stream, once and soon.

use super::{id_of, tell};
use crate::support::client::Client;
use crate::support::{ADMIN, PASSWORD, TestApp};
use chrono::TimeDelta;
use futures::future::join_all;

async fn ticket(client: &Client) -> String {
    let given = client.call("/api/events/ticket/").await.expect(200);
    assert_eq!(given["expires_in"], 30);
    given["ticket"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_opens_one_stream_of_whoever_asked_for_it() {
    let test = TestApp::new().await;
    let (client, user) = test.customer("amina@example.com").await;
    tell(&test.app, id_of(&user), 1..=2).await;
    let given = ticket(&client).await;
    assert_eq!(test.count("stream_tickets", &format!("hash = '{given}'")).await, 0, "only its hash is stored");
    // what is malformed costs no ticket
    let malformed = format!("?last_event_id=x&ticket={given}");
    test.http.events(&malformed, None).await.err().unwrap().problem(400, "invalid");
    let mut events = test.http.events(&format!("?last_event_id=1&ticket={given}"), None).await.unwrap();
    assert_eq!(events.numbers(1).await, [2]);
    let again = test.http.events(&format!("?ticket={given}"), None).await;
    again.err().unwrap().problem(401, "ticket");
    for wrong in ["?ticket=", "?ticket=nonsense", &format!("?ticket={}", "0".repeat(64))] {
        test.http.events(wrong, None).await.err().unwrap().problem(401, "ticket");
    }
    test.http.events("", None).await.err().unwrap().problem(401, "unauthenticated");
    test.http.call("/api/events/ticket/").await.problem(401, "unauthenticated");
    // no way in but to streams
    let other = ticket(&client).await;
    test.http.get(&format!("/api/users/me/?ticket={other}")).await.problem(401, "unauthenticated");
    test.http.with_token(&other).get("/api/users/me/").await.problem(401, "token-invalid");
    // the token goes first, and leaves the ticket
    drop(client.events(&format!("?ticket={other}"), None).await.unwrap());
    drop(test.http.events(&format!("?ticket={other}"), None).await.unwrap());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_use_a_ticket_at_once_one_gets_in() {
    let test = TestApp::new().await;
    let given = ticket(&test.admin().await).await;
    let query = format!("?ticket={given}");
    let tries = join_all((0..8).map(|_| test.http.events(&query, None))).await;
    assert_eq!(tries.iter().filter(|tried| tried.is_ok()).count(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_soon_too_old_and_dies_with_its_session() {
    let test = TestApp::new().await;
    let client = test.admin().await;
    let old = ticket(&client).await;
    test.app.clock.advance(TimeDelta::seconds(31));
    test.http.events(&format!("?ticket={old}"), None).await.err().unwrap().problem(401, "ticket");
    let (left, fresh) = (ticket(&client).await, ticket(&client).await);
    assert_eq!(test.count("stream_tickets", "1 = 1").await, 2);
    client.call("/api/auth/logout/").await.expect(204);
    test.http.events(&format!("?ticket={fresh}"), None).await.err().unwrap().problem(401, "session-ended");
    let another = ticket(&test.http.sign_in(ADMIN, PASSWORD).await).await;
    test.app.clock.advance(TimeDelta::seconds(31));
    assert_eq!(shared::accounts::ticket::prune(&test.app, 1).await.unwrap(), 1, "in bounded batches");
    assert_eq!(shared::accounts::ticket::prune(&test.app, 10).await.unwrap(), 1);
    for gone in [left, another] {
        test.http.events(&format!("?ticket={gone}"), None).await.err().unwrap().problem(401, "ticket");
    }
    test.done().await;
}
