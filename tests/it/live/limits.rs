//! How many streams there may be, and what becomes of those that nobody reads.

use super::{open, open_after, tell, told};
use crate::support::{TestApp, eventually};
use chrono::TimeDelta;
use serde_json::json;
use shared::live::LiveEvent;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

const SOON: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_ten_streams_and_place_for_another_when_one_is_closed() {
    let test = TestApp::new().await;
    let (amina, _) = told(&test, "amina@example.com", 0).await;
    let (fatou, _) = told(&test, "fatou@example.com", 0).await;
    let mut streams = vec![];
    for _ in 0..10 {
        streams.push(open(&amina).await);
    }
    let refused = amina.events("", None).await.err().unwrap();
    refused.problem(429, "too-many-streams");
    assert_eq!(refused.header("retry-after"), "30");
    open(&fatou).await;
    streams.pop();
    eventually("there is a place", SOON, async || amina.events("", None).await.ok()).await;
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_keeps_as_many_streams_as_it_was_told() {
    let test = TestApp::builder().config(|config| config.live_connections = 2).start().await;
    let (amina, _) = told(&test, "amina@example.com", 0).await;
    let (fatou, _) = told(&test, "fatou@example.com", 0).await;
    let (one, two) = (open(&amina).await, open(&fatou).await);
    let refused = test.admin().await.events("", None).await.err().unwrap();
    refused.problem(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "5");
    drop(one);
    eventually("there is a place", SOON, async || amina.events("", None).await.ok()).await;
    drop(two);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_sent_away_and_misses_nothing() {
    const EVENTS: i64 = 1100;
    let test = TestApp::new().await;
    let (client, user) = told(&test, "amina@example.com", 0).await;
    let (mut idle, mut reader) = (idle(&test, client.token()).await, open(&client).await);
    for _ in 0..EVENTS / 100 {
        let tx = test.app.begin().await.unwrap();
        for _ in 0..100 {
            tx.publish(user, LiveEvent { kind: "ping", data: json!({ "text": "x".repeat(4000) }) }).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    assert_eq!(reader.numbers(EVENTS as usize).await, Vec::from_iter(1..=EVENTS), "who reads has all of it");
    tell(&test.app, user, [0]).await;
    test.app.clock.advance(TimeDelta::seconds(11));
    tell(&test.app, user, [0]).await;
    let mut text = String::new();
    tokio::time::timeout(SOON, idle.read_to_string(&mut text)).await.expect("the stream ends").unwrap();
    assert!(text.ends_with("\r\n0\r\n\r\n"), "it ends as streams do, with nothing half");
    let last: i64 = text.lines().filter_map(|line| line.strip_prefix("id: ")).next_back().unwrap().parse().unwrap();
    assert!((1..EVENTS).contains(&last), "it was at {last}");
    assert_eq!(reader.numbers(2).await, [EVENTS + 1, EVENTS + 2]);
    let mut again = open_after(&client, last).await;
    let expected = Vec::from_iter(last + 1..=EVENTS + 2);
    assert_eq!(again.numbers(expected.len()).await, expected);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_does_not_keep_a_process_from_stopping() {
    let test = TestApp::new().await;
    let (client, user) = told(&test, "amina@example.com", 0).await;
    let (stuck, mut reader) = (idle(&test, client.token()).await, open(&client).await);
    let tx = test.app.begin().await.unwrap();
    for _ in 0..1000 {
        tx.publish(user, LiveEvent { kind: "ping", data: json!({ "text": "x".repeat(4000) }) }).await.unwrap();
    }
    tx.commit().await.unwrap();
    reader.numbers(1000).await;
    test.settle().await;
    let since = Instant::now();
    test.close().await;
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
    drop(stuck);
}

/// Has asked for a stream, takes next to nothing, and has room for little.
async fn idle(test: &TestApp, token: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(test.app.config.bind_addr).await.unwrap();
    let ask = format!("GET /api/events/ HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut head = vec![];
    while !head.windows(12).any(|bytes| bytes == b"event: hello") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream
}
