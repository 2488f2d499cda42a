//! A live chat about a ticket: what was written, as it is written. The database is the truth: a message is shown because it is in
//! `ticket_messages` after the last that was shown. What is said between those who look (`Word`) wakes, or may be lost.

use super::list::{self, Row};
use super::message::{self, Author, NewMessage};
use super::state::Status;
use super::thread::{self, Line};
use super::{actions, read, ticket};
use crate::accounts::{User, session, user};
use crate::idempotency::{self, Held, Taken};
use crate::ids::{MessageId, SessionId, TicketId, UserId};
use crate::live::{End, Newest, Seat, Woken, Word};
use crate::policy::{Actor, Permission};
use crate::queue::holes;
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, TryGetable, Value};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Messages of one look, and of the history that a chat begins with.
const PAGE: u64 = 50;
/// That somebody types is passed on once in this time.
const TYPING: Duration = Duration::from_secs(1);
/// Pause while the database is away.
const AGAIN: Duration = Duration::from_secs(1);
/// The same message at the same time is waited for so often, …
const TRIES: u32 = 20;
/// … with such pauses.
const PAUSE: Duration = Duration::from_millis(100);

/// Somebody's place in the chat of a ticket.
pub struct Chat {
    app: App,
    actor: Actor,
    session: SessionId,
    ticket: TicketId,
    kind: Author,
    seat: Seat,
    /// Position of the message that was shown last.
    last: i32,
    /// What of the ticket's state was told last.
    state: (Status, Vec<String>),
    typed: Option<Instant>,
    people: HashMap<UserId, User>,
}

/// What a look finds.
pub enum Found {
    /// Something was written.
    Line(Box<Line>),
    /// The ticket is where it was not before, or other things can be done with it.
    State(Status, Vec<String>),
}

/// What somebody else does.
pub enum Does {
    /// They are typing.
    Types,
    /// They have read up to this message.
    Reads(MessageId),
}

/// Somebody in the chat.
pub struct Person {
    /// As whom they are there.
    pub kind: Author,
    /// Who.
    pub user: User,
}

/// Enters the chat of a ticket that the actor may see. The first look shows what follows `after`, or the newest.
pub async fn enter(app: &App, actor: &Actor, id: TicketId, after: Option<MessageId>) -> Result<(Chat, Row)> {
    let db = &app.db.conn;
    let seen = ticket::visible(db, actor, id).await?;
    let kind = ticket::acts_as(actor, &seen)?.into();
    let session = actor.session.ok_or(Error::Forbidden(None))?;
    let last = match after {
        Some(after) => message::find(db, actor, id, after, "after").await?.position,
        None => before_newest(app, actor, id).await?,
    };
    let seat = app.live.rooms.join(id, actor)?;
    // looked at with the place taken: what is said from here on comes to it, and an end of the session ends it
    if !session::alive(app, &[session]).await?.contains_key(&session) {
        return Err(Error::Unauthenticated("error-session-ended".into()));
    }
    let row = list::show(app, actor, id).await?.row;
    seat.look_again();
    let state = (row.ticket.status, actions::available_actions(actor, &row.ticket, app.clock.now()));
    let (app, actor, people) = (app.clone(), actor.clone(), HashMap::new());
    Ok((Chat { app, actor, session, ticket: id, kind, seat, last, state, typed: None, people }, row))
}

/// The position before the newest messages that the actor may see.
async fn before_newest(app: &App, actor: &Actor, id: TicketId) -> Result<i32> {
    let newest = message::seen_by(actor, id).select_only().column(message::Column::Position);
    let newest = newest.order_by_desc(message::Column::Position).offset(PAGE).limit(1);
    Ok(newest.into_tuple().one(&app.db.conn).await?.unwrap_or(0))
}

impl Chat {
    /// What wakes the chat. Nothing is lost when this is dropped half-way.
    pub async fn woken(&mut self) -> Result<Word, End> {
        match self.seat.next().await {
            Woken::Word(word) => Ok(word),
            Woken::Over(end) => Err(end),
        }
    }

    /// Whether it is over.
    pub fn end(&self) -> Option<End> {
        self.seat.end()
    }

    /// Looks again whether the session goes on with the rights that it had: who is not heard of (Redis is away) must write nothing
    /// any more.
    pub async fn goes_on(&self) -> Result<bool> {
        let alive = session::alive(&self.app, &[self.session]).await?;
        self.app.live.rooms.keep_alive(&[self.session], &alive);
        Ok(self.end().is_none())
    }

    /// What is new since the last look, or since the chat began. While the database is away it finds nothing and looks again.
    pub async fn look(&mut self) -> Result<Vec<Found>, End> {
        match self.find().await {
            Ok(found) => Ok(found),
            Err(Error::NotFound | Error::Hidden | Error::Forbidden(_)) => Err(End::Rights),
            Err(error) => {
                tracing::warn!(%error, "the messages of a chat cannot be read; trying again");
                tokio::time::sleep(AGAIN).await;
                self.seat.look_again();
                Ok(vec![])
            }
        }
    }

    async fn find(&mut self) -> Result<Vec<Found>> {
        let db = &self.app.db.conn;
        let row = ticket::visible(db, &self.actor, self.ticket).await?;
        let new = message::seen_by(&self.actor, self.ticket).filter(message::Column::Position.gt(self.last));
        let new = new.order_by_asc(message::Column::Position).limit(PAGE).all(db).await?;
        let lines = if new.is_empty() { vec![] } else { thread::lines(db, new).await? };
        let mut state = (row.status, actions::available_actions(&self.actor, &row, self.app.clock.now()));
        if state != self.state && user::find(db, row.user_id).await?.erased_at.is_some() {
            state.1.clear();
        }
        // from here on nothing fails: what is noted as shown is shown
        self.last = lines.last().map_or(self.last, |line| line.message.position);
        self.seat.has_shown((self.last, row.version));
        if lines.len() as u64 == PAGE {
            self.seat.look_again();
        }
        let mut found: Vec<Found> = lines.into_iter().map(|line| Found::Line(Box::new(line))).collect();
        if state != self.state {
            self.state = state.clone();
            found.push(Found::State(state.0, state.1));
        }
        Ok(found)
    }

    /// What somebody else does, if it is for the actor to know.
    pub async fn hear(&mut self, word: Word) -> Result<Option<(Person, Does)>> {
        let sees_notes = self.actor.can(Permission::ManageTickets);
        let (by, kind, does) = match word {
            Word::Typing { is_internal: true, .. } if !sees_notes => return Ok(None),
            Word::Typing { by, kind, .. } => (by, kind, Does::Types),
            Word::Read { by, kind, message, public } => match if sees_notes { Some(message) } else { public } {
                Some(message) => (by, kind, Does::Reads(message)),
                None => return Ok(None),
            },
            Word::Look => return Ok(None),
        };
        if self.actor.user == Some(by) {
            return Ok(None);
        }
        let user = match self.people.get(&by) {
            Some(user) => user.clone(),
            None => user::find(&self.app.db.conn, by).await?,
        };
        self.people.insert(by, user.clone());
        Ok(Some((Person { kind, user }, does)))
    }

    /// Writes a message. The same `reference` with the same message is written once, however often it is sent.
    pub async fn write(&self, new: NewMessage, reference: Option<&str>) -> Result<MessageId> {
        let held = match reference {
            None => None,
            Some(reference) => match self.take(reference, &new).await? {
                Taken::Fresh(held) => Some(held),
                Taken::Answered(_, body) => return serde_json::from_value(body["id"].clone()).map_err(Error::internal),
            },
        };
        let written = self.insert(new, held.as_ref()).await;
        if let (Err(_), Some(held)) = (&written, held)
            && let Err(error) = held.release(&self.app).await
        {
            tracing::warn!(%error, "the key of a message could not be released; its lock ends by itself");
        }
        written
    }

    async fn take(&self, reference: &str, new: &NewMessage) -> Result<Taken> {
        let (key, route) = (format!("chat:{}:{reference}", self.ticket), format!("CHAT {}", self.ticket));
        let message = serde_json::json!([new.body, new.is_internal, new.attachments]);
        let hash = hex::encode(Sha256::digest(message.to_string()));
        let mut tries = 1;
        loop {
            match idempotency::take(&self.app, &self.actor, &key, &route, &hash).await {
                Err(Error::Conflict { code: "key-in-progress", .. }) if tries < TRIES => tries += 1,
                other => return other,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn insert(&self, new: NewMessage, held: Option<&Held>) -> Result<MessageId> {
        message::may_write(&self.app, &self.actor).await?;
        let tx = self.app.begin().await?;
        let written = message::write_message(&tx, &self.actor, self.ticket, new).await?.message.id;
        if let Some(held) = held {
            held.answer(&tx, 201, serde_json::json!({ "id": written })).await?;
        }
        tx.commit().await?;
        Ok(written)
    }

    /// Says that the actor is typing, a note if `is_internal`.
    pub fn types(&mut self, is_internal: bool) -> Result<()> {
        if is_internal {
            self.actor.may(Permission::ManageTickets)?;
        }
        let Some(by) = self.actor.user else { return Ok(()) };
        if self.typed.is_none_or(|at| at.elapsed() >= TYPING) {
            self.typed = Some(Instant::now());
            self.app.live.say(self.ticket, Word::Typing { by, kind: self.kind, is_internal });
        }
        Ok(())
    }

    /// Notes that the actor has read up to a message, or all there is.
    pub async fn reads(&self, upto: Option<MessageId>) -> Result<()> {
        let tx = self.app.begin().await?;
        read::mark_read(&tx, &self.actor, self.ticket, upto).await?;
        tx.commit().await
    }
}

/// How far these tickets are; one statement for all.
pub(crate) async fn newest(app: &App, tickets: &[TicketId]) -> Result<Vec<Newest>> {
    let sql = format!(
        "SELECT t.id, t.version, CAST(COALESCE(MAX(m.position), 0) AS BIGINT) AS last_of_all, \
         CAST(COALESCE(MAX(CASE WHEN m.is_internal THEN 0 ELSE m.position END), 0) AS BIGINT) AS last_public \
         FROM tickets t LEFT JOIN ticket_messages m ON m.ticket_id = t.id WHERE t.id IN ({}) GROUP BY t.id, t.version",
        holes(1, tickets.len())
    );
    let values = tickets.iter().map(|ticket| Value::from(*ticket)).collect();
    let mark = |row: &QueryResult, column: &str| -> Result<(i32, i32)> {
        let position: i64 = row.try_get("", column)?;
        Ok((i32::try_from(position).map_err(Error::internal)?, row.try_get("", "version")?))
    };
    let newest = |row: &QueryResult| -> Result<Newest> {
        let ticket = TicketId::try_get_by(row, "id").map_err(DbErr::from)?;
        Ok(Newest { ticket, all: mark(row, "last_of_all")?, public: mark(row, "last_public")? })
    };
    app.db.conn.query_all_raw(app.db.sql(&sql, values)).await?.iter().map(newest).collect()
}
