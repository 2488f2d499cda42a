//! What people see change while they look. Each account has a feed of small events, numbered without a gap in the order of the
//! commits that made them; a stream (`api/src/routes/events.rs`) shows it and goes on where it was left.
//!
//! The database remembers (`feed`): an event exists if and only if what it tells is true. Redis and this process only carry
//! (`carrier`, `hub`), and whatever they lose is noticed by its number and read from the feed (`listening`, `watch`). An event
//! names what changed, with ids and states, and never says what only a look at the object may tell.

mod carrier;
pub mod feed;
mod hub;
mod listening;
mod watch;

pub use feed::Event;
pub use listening::{Listening, Told, listen};
pub use watch::run;

use crate::clients::redis::RedisClient;
use crate::clock::Clock;
use crate::config::Config;
use crate::ids::{SessionId, UserId};
use crate::{Error, Result, Tx};
use carrier::{Carrier, Message};
use hub::Hub;
use serde_json::Value as Json;
use std::sync::{Arc, Mutex, PoisonError};

/// More does not belong into an event: name the object instead.
pub const MAX_BYTES: usize = 4 * 1024;

/// Something that an account is to be told. `data` is an object and holds ids and states; what has an `id` is told once per
/// transaction, as it is in the end.
#[derive(Clone, Debug)]
pub struct LiveEvent {
    /// `shipment.changed`
    pub kind: &'static str,
    /// What changed.
    pub data: Json,
}

/// The streams of this process, and the way to those of others.
pub struct Live {
    hub: Arc<Hub>,
    carrier: Option<Carrier>,
}

impl Live {
    /// With Redis between processes, if there is one.
    pub(crate) fn new(redis: Option<RedisClient>, config: &Config, clock: Clock) -> Self {
        Self { hub: Arc::new(Hub::new(config.live_connections, clock)), carrier: redis.map(Carrier::new) }
    }

    /// Tells what was committed, here and elsewhere. Never fails: what does not arrive is found by its number.
    pub(crate) fn announce(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        for event in &events {
            metrics::counter!("live_events_total", "kind" => event.kind.clone()).increment(1);
        }
        self.tell(Message::Events(events));
    }

    /// Ends the streams of these sessions at once, on every node.
    pub(crate) fn end_sessions(&self, sessions: &[SessionId]) {
        if !sessions.is_empty() {
            self.tell(Message::Sessions(sessions.to_vec()));
        }
    }

    /// Ends all streams of an account at once, on every node: its rights have changed, and they begin anew.
    pub(crate) fn end_user(&self, user: UserId) {
        self.tell(Message::Users(vec![user]));
    }

    fn tell(&self, message: Message) {
        if let Some(carrier) = &self.carrier {
            carrier.send(message.clone());
        }
        // here at once, whatever becomes of Redis
        self.hub.hear(message);
    }

    /// Ends all streams and takes no new ones: the process stops.
    pub fn close(&self) {
        self.hub.close();
    }
}

/// What a transaction will tell when it commits.
#[derive(Default)]
pub(crate) struct Outbox(Mutex<Vec<(UserId, LiveEvent)>>);

impl Outbox {
    fn put(&self, user: UserId, event: LiveEvent) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = event.data.get("id");
        if id.is_some() {
            waiting.retain(|(other, earlier)| *other != user || earlier.kind != event.kind || earlier.data.get("id") != id);
        }
        waiting.push((user, event));
    }

    pub(crate) fn take(&self) -> Vec<(UserId, LiveEvent)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Tx {
    /// Tells an account something when this transaction commits, and only then. Costs two statements at the commit, however
    /// much is told to however many.
    pub async fn publish(&self, user: UserId, event: LiveEvent) -> Result<()> {
        let size = event.data.to_string().len();
        if !event.data.is_object() || size > MAX_BYTES {
            return Err(Error::internal(format!("{}: an event is an object of at most {MAX_BYTES} bytes, not {size}", event.kind)));
        }
        self.outbox.put(user, event);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_changes_twice_in_a_transaction_is_told_once_as_it_is_in_the_end() {
        let (outbox, amina, fatou) = (Outbox::default(), UserId::new(), UserId::new());
        let told = [
            (amina, "invoice.changed", json!({ "id": 1, "status": "DRAFT" })),
            (fatou, "invoice.changed", json!({ "id": 1, "status": "DRAFT" })),
            (amina, "payment.changed", json!({ "id": 1 })),
            (amina, "invoice.changed", json!({ "id": 2 })),
            (amina, "invoice.changed", json!({ "id": 1, "status": "OPEN" })),
            (amina, "ping", json!({})),
            (amina, "ping", json!({})),
        ];
        for (user, kind, data) in told.clone() {
            outbox.put(user, LiveEvent { kind, data });
        }
        let kept: Vec<_> = outbox.take().into_iter().map(|(user, event)| (user, event.kind, event.data)).collect();
        assert_eq!(kept, told[1..]);
        assert!(outbox.take().is_empty());
    }
}
