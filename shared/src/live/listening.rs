//! One stream: the feed of an account from a number on, in order, each event once, whatever the carriers lose or mix up.

use super::hub::{Seat, Signal};
use super::{Event, feed};
use crate::accounts::session;
use crate::ids::UserId;
use crate::policy::Actor;
use crate::{App, Error, Result};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Who is further behind reads the lists anew, which is cheaper.
const FURTHEST: i64 = 1000;
/// Events of one look into the feed.
const PAGE: u64 = 200;
/// Pause while the database is away.
const AGAIN: Duration = Duration::from_secs(1);

/// What a stream says.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// It begins now, after the event of this number.
    Hello(i64),
    /// Something happened.
    Event(Arc<Event>),
    /// What was asked for is not there: whoever reads must look at everything anew. It goes on after the event of this number.
    Resync(i64),
}

/// A stream of the own account.
pub struct Listening {
    app: App,
    user: UserId,
    seat: Seat,
    /// The number of the event that was told last.
    last: i64,
    first: Option<Told>,
    page: VecDeque<Arc<Event>>,
}

/// Begins after the event of number `since`, or now.
pub async fn listen(app: &App, actor: &Actor, since: Option<i64>) -> Result<Listening> {
    let (Some(user), Some(session)) = (actor.user, actor.session) else { return Err(Error::Forbidden(None)) };
    let seat = app.live.hub.join(user, session, actor)?;
    // looked at with the place taken: what is told from here on comes to it, and an end of the session ends it
    if !session::alive(app, &[session]).await?.contains_key(&session) {
        return Err(Error::Unauthenticated("error-session-ended".into()));
    }
    let newest = feed::newest_of(app, user).await?;
    seat.link.hear_of(newest);
    let (last, first) = match since {
        None => (newest, Some(Told::Hello(newest))),
        // more than there is: the database was restored from a backup
        Some(since) if since > newest => (newest, Some(resync("future", newest))),
        Some(since) if newest - since > FURTHEST => (newest, Some(resync("too_far", newest))),
        Some(since) => (since, None),
    };
    Ok(Listening { app: app.clone(), user, seat, last, first, page: VecDeque::new() })
}

fn resync(reason: &'static str, newest: i64) -> Told {
    metrics::counter!("live_resyncs_total", "reason" => reason).increment(1);
    Told::Resync(newest)
}

impl Listening {
    /// What comes next; `None` when the stream is over.
    pub async fn next(&mut self) -> Option<Told> {
        loop {
            if self.seat.link.is_over() {
                return None;
            }
            if let Some(first) = self.first.take() {
                return Some(first);
            }
            if let Some(event) = self.page.pop_front() {
                self.last = event.seq;
                return Some(Told::Event(event));
            }
            if self.last < self.seat.link.newest() && self.seat.signals.is_empty() {
                self.look().await;
                continue;
            }
            match self.seat.signals.recv().await? {
                Signal::Event(event) if event.seq == self.last + 1 => self.page.push_back(event),
                Signal::Event(event) if event.seq > self.last => self.look().await,
                Signal::Event(_) | Signal::Look => {}
            }
        }
    }

    /// Reads what follows from the feed. While the database is away the stream waits for it.
    async fn look(&mut self) {
        match self.read().await {
            Ok(Some(told)) => self.first = Some(told),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "the feed of a stream cannot be read; trying again");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }

    async fn read(&mut self) -> Result<Option<Told>> {
        let events = feed::after(&self.app, self.user, self.last, PAGE).await?;
        let is_whole = (self.last + 1..).zip(&events).all(|(seq, event)| event.seq == seq);
        if is_whole && !events.is_empty() {
            self.page = events.into_iter().map(Arc::new).collect();
            return Ok(None);
        }
        // pruned, or lost with a database that was restored
        let newest = feed::newest_of(&self.app, self.user).await?;
        self.seat.link.begin_at(newest);
        let was_behind = self.last != newest;
        self.last = newest;
        Ok(was_behind.then(|| resync("pruned", newest)))
    }
}
