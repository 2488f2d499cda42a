//! From process to process through one channel of Redis. It may lose anything: events are found by their numbers, ended sessions
//! by looking at them (`watch`).

use super::Event;
use super::rooms::Word;
use crate::Result;
use crate::clients::redis::{ANSWER, RedisClient, away};
use crate::ids::{SessionId, TicketId, UserId};
use ::redis::aio::{PubSubSink, PubSubStream};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Messages of one round trip.
const BATCH: usize = 500;
/// Messages waiting for Redis; more are dropped.
const BACKLOG: usize = 10_000;

/// What processes tell each other. One that a process does not know it leaves alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Message {
    /// Was told to accounts.
    Events(Vec<Event>),
    /// Have ended.
    Sessions(Vec<SessionId>),
    /// Have other rights than before.
    Users(Vec<UserId>),
    /// Is said in a chat.
    Room {
        /// Which.
        ticket: TicketId,
        /// What.
        says: Word,
    },
}

/// A message, and the process that says it.
type Letter = (Uuid, Message);

/// The channel.
pub(super) struct Carrier {
    client: RedisClient,
    /// This process, which has heard already what comes back to it.
    own: Uuid,
    waiting: mpsc::Sender<Message>,
}

impl Carrier {
    pub(super) fn new(client: RedisClient) -> Self {
        let (waiting, messages) = mpsc::channel(BACKLOG);
        let own = Uuid::now_v7();
        tokio::spawn(send_all(client.clone(), own, messages));
        Self { client, own, waiting }
    }

    /// Never waits and never fails.
    pub(super) fn send(&self, message: Message) {
        if self.waiting.try_send(message).is_err() {
            metrics::counter!("live_announcements_dropped_total").increment(1);
        }
    }

    /// What another process says, if this is it.
    pub(super) fn read(&self, bytes: &[u8]) -> Option<Message> {
        match serde_json::from_slice::<Letter>(bytes) {
            Ok((from, message)) => (from != self.own).then_some(message),
            Err(error) => {
                tracing::debug!(%error, "another version of us says something new");
                None
            }
        }
    }

    /// Listens to the channel.
    pub(super) async fn subscribe(&self) -> Result<(PubSubSink, PubSubStream)> {
        within(async {
            let mut both = self.client.subscriber().await?;
            both.subscribe(channel(&self.client)).await.map_err(away)?;
            Ok(both.split())
        })
        .await
    }
}

/// Whether the channel still hears us: one that is merely silent looks like one that is cut.
pub(super) async fn ping(sink: &mut PubSubSink) -> Result<()> {
    within(async { sink.ping::<::redis::Value>().await.map(drop).map_err(away) }).await
}

async fn within<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    let late = crate::Error::Upstream { service: "redis", reason: "no answer in time".to_owned(), retry_after: None };
    tokio::time::timeout(ANSWER, call).await.unwrap_or(Err(late))
}

fn channel(client: &RedisClient) -> String {
    client.key("live")
}

/// Sends all that waits in one round trip.
async fn send_all(client: RedisClient, own: Uuid, mut messages: mpsc::Receiver<Message>) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut is_away = false;
    while messages.recv_many(&mut batch, BATCH).await > 0 {
        let sent = within(async {
            let mut pipe = ::redis::pipe();
            for message in &batch {
                let text = serde_json::to_string(&(own, message)).map_err(crate::Error::internal)?;
                pipe.cmd("PUBLISH").arg(channel(&client)).arg(text).ignore();
            }
            pipe.query_async::<()>(&mut client.connection().await?).await.map_err(away)
        });
        match sent.await {
            Ok(()) => is_away = false,
            Err(error) => {
                metrics::counter!("live_announcements_dropped_total").increment(batch.len() as u64);
                if !std::mem::replace(&mut is_away, true) {
                    tracing::warn!(%error, "redis is away; other nodes find live events in the database");
                }
            }
        }
        batch.clear();
    }
}
