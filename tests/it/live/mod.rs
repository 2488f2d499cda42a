//! Live updates: what changes reaches who looks, in order and once, whatever is lost on the way.

mod feed;
mod fleet;
mod limits;
mod published;
mod sessions;
mod tickets;

use crate::support::client::Client;
use crate::support::events::Events;
use crate::support::{TestApp, id_of};
use serde_json::json;
use shared::App;
use shared::ids::UserId;
use shared::live::LiveEvent;

/// Tells somebody something, in a transaction of its own for each.
async fn tell(app: &App, user: UserId, numbers: impl IntoIterator<Item = i64>) {
    for number in numbers {
        let tx = app.begin().await.unwrap();
        tx.publish(user, ping(number)).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn ping(number: i64) -> LiveEvent {
    LiveEvent { kind: "ping", data: json!({ "number": number }) }
}

/// A stream that has begun, now or where it was left.
async fn open(client: &Client) -> Events {
    let mut events = client.events("", None).await.unwrap_or_else(|answer| panic!("{}", answer.text));
    events.expect("hello").await;
    events
}

async fn open_after(client: &Client, seq: i64) -> Events {
    client.events("", Some(&seq.to_string())).await.unwrap_or_else(|answer| panic!("{}", answer.text))
}

/// Somebody who has been told so much already.
async fn told(test: &TestApp, email: &str, count: i64) -> (Client, UserId) {
    let (client, user) = test.customer(email).await;
    tell(&test.app, id_of(&user), 1..=count).await;
    (client, id_of(&user))
}
