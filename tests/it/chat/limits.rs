//! How many chats there may be, and what becomes of those that nobody reads.

use super::{desk, enter, write};
use crate::support::{TestApp, eventually};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_ten_chats_and_place_for_another_when_one_is_closed() {
    let test = TestApp::builder().config(|config| config.live_connections = 11).start().await;
    let (customer, root, ticket) = desk(&test).await;
    let mut chats = vec![];
    for _ in 0..10 {
        chats.push(enter(&customer, &ticket, "", 0).await.0);
    }
    let refused = customer.chat(&ticket, "").await.err().unwrap();
    refused.problem(429, "too-many-streams");
    assert_eq!(refused.header("retry-after"), "30");
    let (fatou, _) = test.customer("fatou@example.com").await;
    let other = super::ask(&fatou).await;
    let (_eleventh, _) = enter(&root, &ticket, "", 0).await;
    fatou.chat(&other, "").await.err().unwrap().problem(503, "unavailable");
    chats.pop();
    eventually("there is a place", SOON, async || customer.chat(&ticket, "").await.ok()).await;
    test.done().await;
}

/// Ten megabytes are more than sockets hold.
#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_sent_away_and_misses_nothing_by_coming_back() {
    let test = TestApp::new().await;
    let (customer, root, ticket) = desk(&test).await;
    let (mut idle, _) = enter(&customer, &ticket, "", 0).await;
    for number in 0..1100 {
        let id = ticket["id"].as_str().unwrap().parse().unwrap();
        let tx = test.app.begin().await.unwrap();
        let body = format!("{number} {}", "x".repeat(9900));
        let new = shared::support::NewMessage { body, is_internal: false, attachments: vec![] };
        shared::support::write_message(&tx, &shared::policy::Actor::system(), id, new).await.unwrap();
        tx.commit().await.unwrap();
    }
    tokio::time::timeout(SOON * 3, test.app.live.emptied()).await.expect("it is sent away");
    let mut last = None;
    let mut count = 0;
    while let Ok(frame) = idle.next().await {
        last = frame["message"]["id"].as_str().map(str::to_owned);
        assert!(frame["message"]["body"].as_str().unwrap().starts_with(&format!("{count} ")));
        count += 1;
    }
    assert!((1..1100).contains(&count), "it was at {count}");
    write(&root, &ticket, "last").await;
    let (mut again, _) = enter(&customer, &ticket, &format!("?after={}", last.unwrap()), 0).await;
    for number in count..1100 {
        assert!(again.bodies(1).await[0].starts_with(&format!("{number} ")));
    }
    assert_eq!(again.bodies(1).await, ["last"]);
    test.close().await;
}
