//! The feed: numbers, order, replay, and what happens when it does not reach back far enough.

use super::{id_of, open, open_after, ping, tell, told};
use crate::support::TestApp;
use crate::support::events::Block;
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use shared::live::{LiveEvent, MAX_BYTES, feed};
use std::time::Instant;

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_begins_now_and_tells_each_event_once_in_order() {
    let test = TestApp::new().await;
    let (client, user) = told(&test, "amina@example.com", 3).await;
    let mut events = client.events("", None).await.unwrap();
    assert_eq!(events.header("content-type"), "text/event-stream");
    assert_eq!((events.header("cache-control"), events.header("x-accel-buffering")), ("no-store", "no"));
    assert_eq!(events.block().await, Some(Block::Retry(3000)));
    assert_eq!(events.expect("hello").await.id, 3);
    tell(&test.app, user, 4..=6).await;
    for number in 4..=6 {
        let event = events.expect("ping").await;
        assert_eq!((event.id, &event.data["number"]), (number, &json!(number)));
        assert!(event.data["created_at"].as_str().unwrap().ends_with('Z'), "{event:?}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_transactions_side_by_side_have_no_gap_and_come_in_the_order_of_commits() {
    const WRITERS: i64 = 12;
    const EACH: i64 = 15;
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let (fatou, other) = test.customer("fatou@example.com").await;
    let (user, other) = (id_of(&user), id_of(&other));
    let (mut hers, mut of_fatou) = (open(&amina).await, open(&fatou).await);
    let app = test.app.clone();
    join_all((0..WRITERS).map(|writer| {
        let app = app.clone();
        tokio::spawn(async move {
            for number in 0..EACH {
                let tx = app.begin().await.unwrap();
                // to both, in either order: nobody may wait in a circle
                for user in if writer % 2 == 0 { [user, other] } else { [other, user] } {
                    tx.publish(user, ping(writer * 1000 + number)).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
        })
    }))
    .await
    .into_iter()
    .for_each(|ended| ended.unwrap());
    for events in [&mut hers, &mut of_fatou] {
        let mut latest = vec![-1; WRITERS as usize];
        for expected in 1..=WRITERS * EACH {
            let event = events.expect("ping").await;
            assert_eq!(event.id, expected);
            let number = event.data["number"].as_i64().unwrap();
            let latest = &mut latest[(number / 1000) as usize];
            assert!(number % 1000 == *latest + 1, "a writer's own events are in its order");
            *latest += 1;
        }
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_is_told_to_nobody_and_takes_no_number() {
    let test = TestApp::new().await;
    let (client, user) = told(&test, "amina@example.com", 1).await;
    let mut events = open(&client).await;
    let tx = test.app.begin().await.unwrap();
    tx.publish(user, ping(99)).await.unwrap();
    drop(tx);
    tell(&test.app, user, [2]).await;
    let event = events.expect("ping").await;
    assert_eq!((event.id, &event.data["number"]), (2, &json!(2)));
    let tx = test.app.begin().await.unwrap();
    let too_much = LiveEvent { kind: "ping", data: json!({ "text": "x".repeat(MAX_BYTES) }) };
    assert!(tx.publish(user, too_much).await.is_err(), "an event names things and does not hold them");
    assert!(tx.publish(user, LiveEvent { kind: "ping", data: json!(["no object"]) }).await.is_err());
    drop(tx);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_where_it_was_left_by_header_or_by_parameter() {
    let test = TestApp::new().await;
    let (client, user) = told(&test, "amina@example.com", 450).await;
    let mut by_header = open_after(&client, 20).await;
    assert_eq!(by_header.numbers(430).await, Vec::from_iter(21..=450), "in several pages");
    let mut by_parameter = client.events("?last_event_id=448", None).await.unwrap();
    assert_eq!(by_parameter.numbers(2).await, [449, 450]);
    let mut both = client.events("?last_event_id=3", Some("449")).await.unwrap();
    assert_eq!(both.numbers(1).await, [450], "the header is the newer");
    let mut nothing = open_after(&client, 450).await;
    tell(&test.app, user, [451]).await;
    for events in [&mut by_header, &mut by_parameter, &mut both, &mut nothing] {
        assert_eq!(events.numbers(1).await, [451]);
    }
    for (query, header, field) in [
        ("?last_event_id=x", None, "last_event_id"),
        ("?last_event_id=", None, "last_event_id"),
        ("?last_event_id=-1", None, "last_event_id"),
        ("?last_event_id=18446744073709551615", None, "last_event_id"),
        ("", Some("x"), "Last-Event-ID"),
        ("", Some("+1"), "Last-Event-ID"),
        ("", Some("99999999999999999999"), "Last-Event-ID"),
        ("?page=1", None, "page"),
    ] {
        let refused = client.events(query, header).await.err().unwrap().problem(400, "invalid");
        assert!(refused["errors"].get(field).is_some(), "{query} {header:?}: {refused}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_what_is_not_there_is_told_to_read_everything_anew() {
    let test = TestApp::new().await;
    let (client, user) = told(&test, "amina@example.com", 5).await;
    let mut of_the_future = open_after(&client, 6).await;
    assert_eq!(of_the_future.expect("resync").await.id, 5);
    // far behind
    let tx = test.app.begin().await.unwrap();
    for number in 6..=1005 {
        tx.publish(user, ping(number)).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(open_after(&client, 4).await.expect("resync").await.id, 1005);
    assert_eq!(open_after(&client, 5).await.numbers(1000).await, Vec::from_iter(6..=1005));
    assert_eq!(of_the_future.numbers(1000).await, Vec::from_iter(6..=1005), "a burst does no harm");
    // pruned
    test.app.clock.advance(feed::KEEP + TimeDelta::minutes(1));
    let client = test.http.sign_in("amina@example.com", crate::support::PASSWORD).await;
    tell(&test.app, user, 1006..=1010).await;
    assert_eq!(feed::prune(&test.app, 1000).await.unwrap(), 1000, "in bounded batches");
    assert_eq!(feed::prune(&test.app, 1000).await.unwrap(), 5);
    let mut pruned = open_after(&client, 1000).await;
    assert_eq!(pruned.expect("resync").await.id, 1010);
    let mut kept = open_after(&client, 1005).await;
    assert_eq!(kept.numbers(5).await, Vec::from_iter(1006..=1010));
    tell(&test.app, user, [1011]).await;
    assert_eq!((pruned.numbers(1).await, kept.numbers(1).await), (vec![1011], vec![1011]));
    test.done().await;
}

/// On SQLite nothing carries from another application to this one, so each of its events is one that was lost on the way.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_carriers_lose_is_noticed_by_its_number_or_by_a_look() {
    let test = TestApp::new().await;
    let (client, user) = test.customer("amina@example.com").await;
    let mut events = open(&client).await;
    let deaf = test.sibling(|config| config.redis_prefix = "elsewhere".into()).await;
    for round in 0..3 {
        let before = 2 * round;
        tell(&deaf, id_of(&user), [before + 1]).await;
        tell(&test.app, id_of(&user), [before + 2]).await;
        assert_eq!(events.numbers(2).await, [before + 1, before + 2]);
    }
    let lost = Instant::now();
    tell(&deaf, id_of(&user), [7]).await;
    assert_eq!(events.numbers(1).await, [7]);
    assert!(lost.elapsed().as_secs() <= 15, "a look every ten seconds");
    deaf.db.conn.clone().close().await.unwrap();
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_what_others_are_told() {
    let test = TestApp::new().await;
    let (amina, hers) = told(&test, "amina@example.com", 2).await;
    let (fatou, _) = told(&test, "fatou@example.com", 5).await;
    let (mut of_amina, mut of_fatou, mut of_root) = (open(&amina).await, open(&fatou).await, open(&test.admin().await).await);
    tell(&test.app, hers, 3..=4).await;
    assert_eq!(of_amina.numbers(2).await, [3, 4]);
    // whoever was told anything in between would have another number first
    let (_, other) = test.customer("other@example.com").await;
    tell(&test.app, id_of(&other), 1..=2).await;
    test.http.events("", None).await.err().unwrap().problem(401, "unauthenticated");
    let later = async |email: &str| {
        let user = shared::accounts::user::find_by_login(&test.app.db.conn, email).await.unwrap().unwrap();
        tell(&test.app, user.id, [0]).await;
    };
    later("fatou@example.com").await;
    later(crate::support::ADMIN).await;
    assert_eq!(of_fatou.numbers(1).await, [6]);
    assert_eq!(of_root.numbers(1).await, [1]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_tells_nothing_asks_nothing_and_one_that_does_asks_two_things() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    let (_, other) = test.customer("fatou@example.com").await;
    test.settle().await;
    let commit = async |events: Vec<(&serde_json::Value, i64)>| {
        let tx = test.app.begin().await.unwrap();
        for (user, number) in events {
            tx.publish(id_of(user), ping(number)).await.unwrap();
        }
        let (done, heard) = test.listen(tx.commit()).await;
        done.unwrap();
        heard.iter().filter(|statement| statement.sql.contains("live_")).count()
    };
    assert_eq!(commit(vec![]).await, 0);
    assert_eq!(commit(vec![(&user, 1)]).await, 2);
    assert_eq!(commit(vec![(&user, 2), (&other, 1), (&user, 3)]).await, 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_account_has_no_feed_left() {
    let test = TestApp::new().await;
    let (client, user) = told(&test, "amina@example.com", 3).await;
    // which the erasure will close, and nobody shall be told of that any more
    client.post("/api/support/tickets/", &json!({ "subject": "Where is it?", "description": "My parcel" })).await.expect(201);
    let mut events = open(&client).await;
    let erase = format!("/api/admin/users/{user}/erase/");
    test.admin().await.post(&erase, &json!({ "reason": "asked for in writing" })).await.expect(200);
    assert_eq!(events.rest().await, Vec::<i64>::new(), "the stream ends");
    assert_eq!(test.count("live_events", "1 = 1").await + test.count("live_feeds", "1 = 1").await, 0);
    // a late payment, say
    tell(&test.app, user, 1..=2).await;
    assert_eq!(test.count("live_events", "1 = 1").await, 2);
    test.done().await;
}
