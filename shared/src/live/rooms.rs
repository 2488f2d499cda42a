//! The live chats of this process, by ticket. A room only wakes and carries what may be lost: what was written is in the
//! database, and a chat that is woken, or looked after by `watch`, reads it there.

use super::carrier::Message;
use super::hub::Rights;
use crate::i18n::Message as Words;
use crate::ids::{MessageId, SessionId, TicketId, UserId};
use crate::policy::{Actor, Permission};
use crate::support::message::Author;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};

/// Chats that one account may have in one process.
const PER_USER: usize = 10;
/// Words that wait for one chat; more are lost.
const WAITING: usize = 64;
/// When somebody may have left.
const LATER: Duration = Duration::from_secs(30);

/// What a room is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// The database has something new.
    Look,
    /// Somebody is typing.
    Typing {
        /// Who.
        by: UserId,
        /// As whom.
        kind: Author,
        /// What only staff will see.
        is_internal: bool,
    },
    /// Somebody has read on.
    Read {
        /// Who.
        by: UserId,
        /// As whom.
        kind: Author,
        /// Up to here.
        message: MessageId,
        /// The same for those who see no notes; none if nothing of theirs was read.
        public: Option<MessageId>,
    },
}

/// Why a chat is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its session has ended.
    Session,
    /// Its rights are others than it began with.
    Rights,
    /// The process stops.
    Stopping,
}

/// How much of a ticket a chat has shown: position and version. Another than the newest: there is something to look at.
pub(crate) type Mark = (i32, i32);

/// What there is of a ticket, by the database.
pub(crate) struct Newest {
    pub(crate) ticket: TicketId,
    /// For staff, …
    pub(crate) all: Mark,
    /// … and for its customer.
    pub(crate) public: Mark,
}

/// What a chat and its room both know of it.
#[derive(Default)]
struct Link {
    look: Notify,
    shown: Mutex<Mark>,
    end: OnceLock<End>,
}

struct Place {
    number: u64,
    user: UserId,
    session: SessionId,
    rights: Rights,
    is_staff: bool,
    words: mpsc::Sender<Word>,
    link: Arc<Link>,
}

#[derive(Default)]
struct Inner {
    places: HashMap<TicketId, Vec<Place>>,
    last_number: u64,
    is_closed: bool,
}

/// All chats of this process.
pub(crate) struct Rooms {
    inner: Mutex<Inner>,
    most: usize,
    count: watch::Sender<usize>,
}

/// A place in a room; it is free again when this is dropped.
pub(crate) struct Seat {
    words: mpsc::Receiver<Word>,
    link: Arc<Link>,
    rooms: Arc<Rooms>,
    ticket: TicketId,
    number: u64,
}

/// What wakes a chat.
pub(crate) enum Woken {
    Word(Word),
    Over(End),
}

impl Seat {
    /// What comes next. Nothing is lost when this is dropped half-way.
    pub(crate) async fn next(&mut self) -> Woken {
        if let Some(end) = self.end() {
            return Woken::Over(end);
        }
        tokio::select! {
            word = self.words.recv() => match word {
                Some(word) => Woken::Word(word),
                None => Woken::Over(self.end().unwrap_or(End::Stopping)),
            },
            () = self.link.look.notified() => Woken::Word(Word::Look),
        }
    }

    pub(crate) fn end(&self) -> Option<End> {
        self.link.end.get().copied()
    }

    /// Notes what was shown.
    pub(crate) fn has_shown(&self, mark: Mark) {
        *self.link.shown.lock().unwrap_or_else(PoisonError::into_inner) = mark;
    }

    /// Looks again.
    pub(crate) fn look_again(&self) {
        self.link.look.notify_one();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut inner = self.rooms.inner();
        if let Some(places) = inner.places.get_mut(&self.ticket) {
            places.retain(|place| place.number != self.number);
            if places.is_empty() {
                inner.places.remove(&self.ticket);
            }
        }
        drop(inner);
        self.rooms.count(|count| count - 1);
    }
}

impl Rooms {
    pub(super) fn new(most: usize) -> Self {
        Self { inner: Mutex::default(), most, count: watch::Sender::new(0) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // a panic while holding the lock leaves at worst a place that nobody sits in, which its chat's end takes away
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, change: impl FnOnce(usize) -> usize) {
        self.count.send_modify(|count| {
            *count = change(*count);
            metrics::gauge!("live_chats").set(*count as f64);
        });
    }

    /// A place for a chat of this account, while there is one.
    pub(crate) fn join(self: &Arc<Self>, ticket: TicketId, actor: &Actor) -> Result<Seat> {
        let (Some(user), Some(session)) = (actor.user, actor.session) else { return Err(Error::Forbidden(None)) };
        let mut inner = self.inner();
        if inner.is_closed || *self.count.borrow() >= self.most {
            let reason = if inner.is_closed { "stopping" } else { "LIVE_CONNECTIONS chats are open" };
            return Err(Error::Upstream { service: "live", reason: reason.to_owned(), retry_after: None });
        }
        if inner.places.values().flatten().filter(|place| place.user == user).count() >= PER_USER {
            let message = Words::new("error-too-many-streams").with("max", PER_USER);
            return Err(Error::TooMany { message, retry_after: LATER });
        }
        inner.last_number += 1;
        let (number, link) = (inner.last_number, Arc::<Link>::default());
        let (words, waiting) = mpsc::channel(WAITING);
        let is_staff = actor.can(Permission::ManageTickets);
        let rights = (actor.role, actor.sets.clone());
        inner.places.entry(ticket).or_default().push(Place { number, user, session, rights, is_staff, words, link: link.clone() });
        self.count(|count| count + 1);
        Ok(Seat { words: waiting, link, rooms: self.clone(), ticket, number })
    }

    /// What came from this process or another.
    pub(super) fn hear(&self, message: &Message) {
        match message {
            Message::Events(_) => {}
            Message::Room { ticket, says } => self.say(*ticket, says),
            Message::Sessions(sessions) => {
                self.end(|place| sessions.contains(&place.session).then_some(End::Session));
            }
            Message::Users(users) => {
                self.end(|place| users.contains(&place.user).then_some(End::Rights));
            }
        }
    }

    fn say(&self, ticket: TicketId, word: &Word) {
        for place in self.inner().places.get(&ticket).into_iter().flatten() {
            match word {
                Word::Look => place.link.look.notify_one(),
                // to a full one it is lost
                Word::Typing { .. } | Word::Read { .. } => drop(place.words.try_send(word.clone())),
            }
        }
    }

    /// Ends those for which there is a reason; answers how many.
    fn end(&self, why: impl Fn(&Place) -> Option<End>) -> usize {
        let mut gone = 0;
        self.inner().places.retain(|_, places| {
            places.retain(|place| match why(place) {
                None => true,
                Some(end) => {
                    // the sender goes with its place, which wakes the chat
                    let _ = place.link.end.set(end);
                    gone += 1;
                    false
                }
            });
            !places.is_empty()
        });
        gone
    }

    /// Wakes the chats that have shown something else than there is; answers how many.
    pub(super) fn wake(&self, newest: &[Newest]) -> usize {
        let inner = self.inner();
        let mut woken = 0;
        for Newest { ticket, all, public } in newest {
            for place in inner.places.get(ticket).into_iter().flatten() {
                let there_is = if place.is_staff { all } else { public };
                if *place.link.shown.lock().unwrap_or_else(PoisonError::into_inner) != *there_is {
                    woken += 1;
                    place.link.look.notify_one();
                }
            }
        }
        woken
    }

    pub(super) fn tickets(&self) -> Vec<TicketId> {
        self.inner().places.keys().copied().collect()
    }

    pub(super) fn sessions(&self) -> Vec<SessionId> {
        self.inner().places.values().flatten().map(|place| place.session).collect()
    }

    /// Ends the chats of these sessions, in order, that are not alive, or have other rights than they began with; answers how many.
    pub(crate) fn keep_alive(&self, asked: &[SessionId], alive: &HashMap<SessionId, Rights>) -> usize {
        self.end(|place| match alive.get(&place.session) {
            _ if asked.binary_search(&place.session).is_err() => None,
            None => Some(End::Session),
            Some(rights) => (*rights != place.rights).then_some(End::Rights),
        })
    }

    pub(super) fn close(&self) {
        self.inner().is_closed = true;
        self.end(|_| Some(End::Stopping));
    }

    /// Waits until every chat is gone.
    pub(super) async fn emptied(&self) {
        // the sender is ours, so that this cannot fail
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }
}
