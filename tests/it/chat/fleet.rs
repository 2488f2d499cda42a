//! A fleet: two API nodes as processes of their own, with a Redis that is killed meanwhile.

use super::{AMINA, ask, enter};
use crate::faults::Stage;
use crate::support::client::Client;
use crate::support::process::Process;
use crate::support::{ADMIN, PASSWORD};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

struct Desk {
    stage: Stage,
    here: Process,
    there: Process,
    staff: Client,
    customer: Client,
    ticket: Value,
}

impl Desk {
    async fn open() -> Option<Self> {
        let stage = Stage::fleet().await?;
        let (here, there) = tokio::join!(stage.api(), stage.api());
        stage.test.customer(AMINA).await;
        let staff = Client::new(&here.url).sign_in(ADMIN, PASSWORD).await;
        let customer = Client::new(&there.url).sign_in(AMINA, PASSWORD).await;
        let ticket = ask(&customer).await;
        Some(Self { stage, here, there, staff, customer, ticket })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_on_one_node_appears_on_another_at_once_and_without_redis_soon() {
    let Some(mut desk) = Desk::open().await else { return };
    let (mut hers, mut ours) = (enter(&desk.customer, &desk.ticket, "", 0).await.0, enter(&desk.staff, &desk.ticket, "", 0).await.0);
    // after the first look at the database, the next is ten seconds away
    let since = Instant::now();
    for _ in 0..5 {
        hers.say("Hello?").await;
        assert_eq!(ours.bodies(1).await, ["Hello?"]);
        ours.say("Hello Amina").await;
        assert_eq!(ours.bodies(1).await, ["Hello Amina"]);
        assert_eq!(hers.bodies(2).await, ["Hello?", "Hello Amina"]);
    }
    let took = since.elapsed();
    if !desk.there.log().contains("redis is away") {
        assert!(took < Duration::from_secs(8), "through Redis, not by looks at the database: {took:?}");
    }
    hers.send(json!({ "type": "typing" })).await;
    ours.until("typing").await;

    desk.stage.redis().kill9().await;
    let since = Instant::now();
    hers.say("And without it?").await;
    assert_eq!(ours.bodies(1).await, ["And without it?"]);
    let took = since.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    desk.stage.redis().restart().await;
    ours.say("Even so").await;
    assert_eq!(hers.bodies(2).await, ["And without it?", "Even so"]);
    // the end of a session, too
    let user = desk.ticket["user"].as_str().unwrap();
    desk.staff.delete(&format!("/api/admin/users/{user}/")).await.expect(204);
    assert_eq!(hers.end().await, 4401);
    for process in [&mut desk.here, &mut desk.there] {
        assert!(process.terminate().await.success());
    }
    desk.stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_killed_costs_nobody_a_message() {
    let Some(mut desk) = Desk::open().await else { return };
    let (mut hers, mut ours) = (enter(&desk.customer, &desk.ticket, "", 0).await.0, enter(&desk.staff, &desk.ticket, "", 0).await.0);
    hers.say("Before").await;
    assert_eq!(ours.bodies(1).await, ["Before"]);
    let last = hers.until("message").await["message"]["id"].as_str().unwrap().to_owned();
    // sent, and perhaps written: who sent it does not know
    let frame = json!({ "type": "message", "body": "In the middle", "ref": "m-1" });
    hers.send(frame.clone()).await;
    desk.there.kill9().await;
    while hers.next().await.is_ok() {}
    let elsewhere = Client::new(&desk.here.url).with_token(desk.customer.token());
    let mut hers = elsewhere.chat(&desk.ticket, &format!("?after={last}")).await.unwrap_or_else(|answer| panic!("{}", answer.text));
    hers.expect("hello").await;
    // the key of a request that died may be held for a minute
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        hers.send(frame.clone()).await;
        let answer = loop {
            let frame = hers.next().await.unwrap();
            if matches!(frame["type"].as_str(), Some("sent" | "error")) {
                break frame;
            }
        };
        if answer["type"] == "sent" {
            break;
        }
        assert!(answer["code"] == "key-in-progress" && Instant::now() < deadline, "{answer}");
    }
    assert_eq!(ours.bodies(1).await, ["In the middle"]);
    ours.say("After").await;
    assert_eq!(ours.bodies(1).await, ["After"]);
    assert_eq!(desk.stage.test.count("ticket_messages", "1 = 1").await, 3);
    assert!(desk.here.terminate().await.success());
    assert_eq!(ours.end().await, 1001);
    desk.stage.test.close().await;
}
