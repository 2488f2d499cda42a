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
mod rooms;
mod watch;

pub use feed::Event;
pub use listening::{Listening, Told, listen};
pub use rooms::{End, Word};
pub use watch::run;

pub(crate) use rooms::{Newest, Rooms, Seat, Woken};

use crate::clients::redis::RedisClient;
use crate::clock::Clock;
use crate::config::Config;
use crate::ids::{SessionId, TicketId, UserId};
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

/// The streams and chats of this process, and the way to those of others.
pub struct Live {
    hub: Arc<Hub>,
    pub(crate) rooms: Arc<Rooms>,
    carrier: Option<Carrier>,
}

impl Live {
    /// With Redis between processes, if there is one.
    pub(crate) fn new(redis: Option<RedisClient>, config: &Config, clock: Clock) -> Self {
        let most = config.live_connections;
        Self { hub: Arc::new(Hub::new(most, clock)), rooms: Arc::new(Rooms::new(most)), carrier: redis.map(Carrier::new) }
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

    /// Says something in a chat, here and elsewhere. Never fails: what is written is found in the database, the rest may be lost.
    pub(crate) fn say(&self, ticket: TicketId, says: Word) {
        self.tell(Message::Room { ticket, says });
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
        self.hear(message);
    }

    fn hear(&self, message: Message) {
        self.rooms.hear(&message);
        self.hub.hear(message);
    }

    /// Ends all streams and chats and takes no new ones: the process stops.
    pub fn close(&self) {
        self.hub.close();
        self.rooms.close();
    }

    /// Waits until every chat has said goodbye: the server does not know of connections that are no HTTP any more.
    pub async fn emptied(&self) {
        self.rooms.emptied().await;
    }
}

/// What a transaction will tell when it commits.
#[derive(Default)]
pub(crate) struct Outbox {
    events: Mutex<Vec<(UserId, LiveEvent)>>,
    /// Said in chats after the commit.
    words: Mutex<Vec<(TicketId, Word)>>,
}

impl Outbox {
    fn put(&self, user: UserId, event: LiveEvent) {
        let mut waiting = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let id = event.data.get("id");
        if id.is_some() {
            waiting.retain(|(other, earlier)| *other != user || earlier.kind != event.kind || earlier.data.get("id") != id);
        }
        waiting.push((user, event));
    }

    /// Nothing is told to this account.
    pub(crate) fn forget(&self, user: UserId) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).retain(|(other, _)| *other != user);
    }

    pub(crate) fn take(&self) -> Vec<(UserId, LiveEvent)> {
        std::mem::take(&mut self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn take_words(&self) -> Vec<(TicketId, Word)> {
        std::mem::take(&mut self.words.lock().unwrap_or_else(PoisonError::into_inner))
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

    /// Says something in a ticket's chats when this transaction commits. Costs no statement.
    pub(crate) fn say(&self, ticket: TicketId, word: Word) {
        let mut words = self.outbox.words.lock().unwrap_or_else(PoisonError::into_inner);
        if !words.contains(&(ticket, word.clone())) {
            words.push((ticket, word));
        }
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
