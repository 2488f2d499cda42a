//! The streams of this process, by account. Nothing here waits: an event is handed to each stream of its account at once, or the
//! stream finds out by the numbers that it missed one. Who does not take what is handed for long is sent away, and comes back
//! with the number of what was read last.

use super::Event;
use super::carrier::Message;
use crate::clock::{Clock, Time};
use crate::i18n::Message as Words;
use crate::ids::{SessionId, UserId};
use crate::policy::{Actor, PermissionSet, Role};
use crate::{Error, Result};
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Streams that one account may have in one process.
const PER_USER: usize = 10;
/// Events that wait for one stream. More at once are no fault: the stream reads them from the feed.
const WAITING: usize = 64;
/// A stream that has not made room for so long does not read.
const SLOW: TimeDelta = TimeDelta::seconds(10);
/// When somebody may have left.
const LATER: Duration = Duration::from_secs(30);

/// What a stream hears.
#[derive(Debug)]
pub(super) enum Signal {
    /// Something was told.
    Event(Arc<Event>),
    /// Something was told that did not come here.
    Look,
}

/// With which rights a stream began.
pub(crate) type Rights = (Role, Vec<PermissionSet>);

/// What a stream and the hub both know of it.
#[derive(Debug, Default)]
pub(super) struct Link {
    newest: AtomicI64,
    is_over: AtomicBool,
}

impl Link {
    /// The highest number heard of.
    pub(super) fn newest(&self) -> i64 {
        self.newest.load(Ordering::Acquire)
    }

    /// Notes a number; answers whether it is news.
    pub(super) fn hear_of(&self, seq: i64) -> bool {
        self.newest.fetch_max(seq, Ordering::AcqRel) < seq
    }

    /// What was heard before does not count any more.
    pub(super) fn begin_at(&self, seq: i64) {
        self.newest.store(seq, Ordering::Release);
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }
}

struct Place {
    number: u64,
    session: SessionId,
    rights: Rights,
    sender: mpsc::Sender<Signal>,
    link: Arc<Link>,
    full_since: Option<Time>,
}

impl Place {
    fn end(&self) {
        self.link.is_over.store(true, Ordering::Release);
        // the sender goes with its place, which wakes the stream
    }

    /// Hands over an event; `false` to somebody who does not read.
    fn hand(&mut self, event: &Arc<Event>, now: Time) -> bool {
        self.link.hear_of(event.seq);
        match self.sender.try_send(Signal::Event(event.clone())) {
            Ok(()) => {
                self.full_since = None;
                true
            }
            Err(mpsc::error::TrySendError::Full(_)) => now - *self.full_since.get_or_insert(now) < SLOW,
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }
}

#[derive(Default)]
struct Inner {
    places: HashMap<UserId, Vec<Place>>,
    count: usize,
    last_number: u64,
    is_closed: bool,
}

impl Inner {
    /// Sends away those for which `stays` says no.
    fn keep(&mut self, user: UserId, stays: impl Fn(&mut Place) -> bool) -> usize {
        let Some(places) = self.places.get_mut(&user) else { return 0 };
        let before = places.len();
        places.retain_mut(|place| {
            stays(place) || {
                place.end();
                false
            }
        });
        let gone = before - places.len();
        if places.is_empty() {
            self.places.remove(&user);
        }
        self.count -= gone;
        metrics::gauge!("live_streams").set(self.count as f64);
        gone
    }

    fn keep_all(&mut self, stays: impl Fn(&Place) -> bool) -> usize {
        let users: Vec<UserId> = self.places.keys().copied().collect();
        users.into_iter().map(|user| self.keep(user, |place| stays(place))).sum()
    }
}

/// All streams of this process.
pub(super) struct Hub {
    inner: Mutex<Inner>,
    most: usize,
    clock: Clock,
}

/// A place among the streams; it is free again when this is dropped.
pub(super) struct Seat {
    pub(super) signals: mpsc::Receiver<Signal>,
    pub(super) link: Arc<Link>,
    hub: Arc<Hub>,
    user: UserId,
    number: u64,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.inner().keep(self.user, |place| place.number != self.number);
    }
}

impl Hub {
    pub(super) fn new(most: usize, clock: Clock) -> Self {
        Self { inner: Mutex::default(), most, clock }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // a panic while holding the lock leaves at worst a place that nobody sits in, which its stream's end takes away
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a stream of this account, while there is one.
    pub(super) fn join(self: &Arc<Self>, user: UserId, session: SessionId, actor: &Actor) -> Result<Seat> {
        let mut inner = self.inner();
        if inner.is_closed || inner.count >= self.most {
            let reason = if inner.is_closed { "stopping" } else { "LIVE_CONNECTIONS are open" };
            return Err(Error::Upstream { service: "live", reason: reason.to_owned(), retry_after: None });
        }
        if inner.places.get(&user).is_some_and(|places| places.len() >= PER_USER) {
            let message = Words::new("error-too-many-streams").with("max", PER_USER);
            return Err(Error::TooMany { message, retry_after: LATER });
        }
        inner.count += 1;
        inner.last_number += 1;
        let (number, link) = (inner.last_number, Arc::<Link>::default());
        let (sender, signals) = mpsc::channel(WAITING);
        let rights = (actor.role, actor.sets.clone());
        inner.places.entry(user).or_default().push(Place { number, session, rights, sender, link: link.clone(), full_since: None });
        metrics::gauge!("live_streams").set(inner.count as f64);
        Ok(Seat { signals, link, hub: self.clone(), user, number })
    }

    /// What came from this process or another.
    pub(super) fn hear(&self, message: Message) {
        match message {
            Message::Events(events) => events.into_iter().for_each(|event| self.deliver(event)),
            Message::Sessions(mut sessions) => {
                sessions.sort_unstable();
                self.inner().keep_all(|place| sessions.binary_search(&place.session).is_err());
            }
            Message::Users(users) => {
                let mut inner = self.inner();
                for user in users {
                    inner.keep(user, |_| false);
                }
            }
            Message::Room { .. } => {}
        }
    }

    fn deliver(&self, event: Event) {
        let mut inner = self.inner();
        if !inner.places.contains_key(&event.user) {
            return;
        }
        let (now, event) = (self.clock.now(), Arc::new(event));
        let slow = inner.keep(event.user, |place| place.hand(&event, now));
        if slow > 0 {
            metrics::counter!("live_slow_readers_total").increment(slow as u64);
            tracing::info!(live.streams = slow, "sent away who does not read");
        }
    }

    /// Wakes the streams of accounts that have newer events than they have heard of; answers how many.
    pub(super) fn wake(&self, newest: &[(UserId, i64)]) -> usize {
        let mut inner = self.inner();
        let mut woken = 0;
        for (user, seq) in newest {
            for place in inner.places.get_mut(user).into_iter().flatten() {
                if place.link.hear_of(*seq) {
                    woken += 1;
                    // a full one looks anyway when it has read what waits
                    let _ = place.sender.try_send(Signal::Look);
                }
            }
        }
        woken
    }

    pub(super) fn users(&self) -> Vec<UserId> {
        self.inner().places.keys().copied().collect()
    }

    pub(super) fn sessions(&self) -> Vec<SessionId> {
        let inner = self.inner();
        let mut sessions: Vec<SessionId> = inner.places.values().flatten().map(|place| place.session).collect();
        sessions.sort_unstable();
        sessions.dedup();
        sessions
    }

    /// Ends the streams of these sessions, in order, that are not alive, or have other rights than they began with; answers how many.
    pub(super) fn keep_alive(&self, asked: &[SessionId], alive: &HashMap<SessionId, Rights>) -> usize {
        let stays = |place: &Place| asked.binary_search(&place.session).is_err() || alive.get(&place.session) == Some(&place.rights);
        self.inner().keep_all(stays)
    }

    pub(super) fn close(&self) {
        let mut inner = self.inner();
        inner.is_closed = true;
        inner.keep_all(|_| false);
    }
}
