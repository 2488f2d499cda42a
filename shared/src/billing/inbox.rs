//! The webhook inbox: verified events are stored byte for byte, once, together with the job that applies them, before the
//! provider gets its 200.
//!
//! Requests that arrive together share one commit: while one batch is being written the next gathers. Under load this
//! costs each event a fraction of a transaction; when idle an event is written alone and at once.

use super::gateway::Gateway;
use super::jobs::ApplyPaymentEvent;
use crate::app::Parts;
use crate::clock::Time;
use crate::ids::EventId;
use crate::queue::NewJob;
use crate::queue::rows;
use crate::{App, Error, Result, trace};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::{TryGetable, Value};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Weak;
use tokio::sync::{mpsc, oneshot};

/// How far a stored event got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventStatus {
    /// Stored, its job is on the way.
    Received,
    /// Applied.
    Processed,
    /// Concerns nothing here.
    Ignored,
    /// A person has to look: see `payment_reviews`.
    Review,
    /// Stored, and its provider has still to be asked whether it sent it.
    Unverified,
    /// The provider did not send it.
    Refused,
}

/// A stored event.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_events")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    pub provider: Gateway,
    /// The provider's id; unique with the provider.
    pub event_id: String,
    pub event_type: String,
    pub status: EventStatus,
    /// As received, byte for byte.
    pub body: Vec<u8>,
    pub headers: Json,
    /// Under which PayPal sent it; a signature covers no more than a checksum of the body, so one names no second event.
    pub transmission_id: Option<String>,
    pub note: Option<String>,
    pub received_at: Time,
    pub processed_at: Option<Time>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An event whose signature was checked.
#[derive(Debug)]
pub struct Verified {
    /// Who sent it.
    pub provider: Gateway,
    /// The provider's id.
    pub event_id: String,
    /// The provider's type.
    pub event_type: String,
    /// Whether a job has to look at it.
    pub concerns_us: bool,
    /// Raw bytes.
    pub body: Vec<u8>,
    /// The signature header, as proof.
    pub headers: serde_json::Value,
}

impl Verified {
    /// The transmission that it came by, where the provider names one.
    pub fn transmission(&self) -> Option<String> {
        self.headers.get("transmission_id").and_then(|id| id.as_str()).map(str::to_owned)
    }

    /// Refuses ids that no provider sends, so that one odd event cannot spoil a batch.
    pub fn check(self) -> Result<Self> {
        let plain = |text: &str| (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if !plain(&self.event_id) {
            return Err(Error::invalid("id", "error-wrong-type"));
        }
        if !plain(&self.event_type) {
            return Err(Error::invalid("type", "error-wrong-type"));
        }
        Ok(self)
    }
}

/// Events written in one transaction.
const BATCH: usize = 64;
/// How long forgeries are kept for whoever looks into them.
const FORGOTTEN: TimeDelta = TimeDelta::days(7);
/// Writers side by side: one gathers while the others wait for their commits.
const WRITERS: usize = 3;

/// The way into the inbox.
pub struct Inbox(mpsc::Sender<(Verified, String, oneshot::Sender<Result<bool>>)>);

/// The other end, to be set running.
pub struct Gatherer(mpsc::Receiver<(Verified, String, oneshot::Sender<Result<bool>>)>);

/// An inbox and its gatherer.
pub(crate) fn channel() -> (Inbox, Gatherer) {
    let (sender, receiver) = mpsc::channel(1024);
    (Inbox(sender), Gatherer(receiver))
}

impl Inbox {
    /// Stores an event durably; false when it was stored before. The trace of the caller goes with its job.
    pub async fn accept(&self, event: Verified) -> Result<bool> {
        let (answer, stored) = oneshot::channel();
        #[allow(clippy::unwrap_or_default)] // a default trace would be an empty text
        let trace = trace::current().unwrap_or_else(trace::root);
        let closed = || Error::internal("the inbox is closed");
        self.0.send((event.check()?, trace, answer)).await.map_err(|_| closed())?;
        stored.await.map_err(|_| closed())?
    }
}

impl Gatherer {
    /// Serves until the application is dropped.
    pub(crate) fn run(self, app: Weak<Parts>) {
        let receiver = std::sync::Arc::new(tokio::sync::Mutex::new(self.0));
        for _ in 0..WRITERS {
            let (receiver, app) = (receiver.clone(), app.clone());
            tokio::spawn(async move {
                let mut batch = Vec::with_capacity(BATCH);
                loop {
                    if receiver.lock().await.recv_many(&mut batch, BATCH).await == 0 {
                        return;
                    }
                    // the same order everywhere: two batches that share events must not wait for each other crosswise
                    batch.sort_by(|(a, ..), (b, ..)| (a.provider as u8, &a.event_id).cmp(&(b.provider as u8, &b.event_id)));
                    let Some(app) = app.upgrade().map(App::from_parts) else { return };
                    let (events, answers): (Vec<_>, Vec<_>) =
                        batch.drain(..).map(|(event, trace, answer)| ((event, trace), answer)).unzip();
                    match store(&app, events).await {
                        Ok(new) => answers.into_iter().zip(new).for_each(|(answer, new)| drop(answer.send(Ok(new)))),
                        Err(error) => {
                            tracing::error!(%error, events = answers.len(), "events could not be stored; the provider will send them again");
                            let away = || Error::Upstream { service: "database", reason: "inbox".into(), retry_after: None };
                            answers.into_iter().for_each(|answer| drop(answer.send(Err(away()))));
                        }
                    }
                }
            });
        }
    }
}

/// Writes events and their jobs in one transaction; answers which were new.
async fn store(app: &App, events: Vec<(Verified, String)>) -> Result<Vec<bool>> {
    let tx = app.begin().await?;
    let now = tx.now();
    let ids: Vec<EventId> = events.iter().map(|_| EventId::new()).collect();
    let count = events.len();
    let mut values: Vec<Value> = Vec::with_capacity(count * 9);
    let mut jobs = Vec::with_capacity(count);
    for (id, (event, trace)) in ids.iter().zip(events) {
        let status = if event.concerns_us { EventStatus::Received } else { EventStatus::Ignored };
        let transmission = event.transmission();
        if event.concerns_us {
            jobs.push((*id, NewJob::new(&ApplyPaymentEvent { event: *id }).traced(trace)));
        }
        values.extend([
            (*id).into(),
            event.provider.into(),
            event.event_id.into(),
            event.event_type.into(),
            status.into(),
            event.body.into(),
            event.headers.into(),
            transmission.into(),
            now.into(),
        ]);
    }
    let sql = format!(
        "INSERT INTO webhook_events (id, provider, event_id, event_type, status, body, headers, transmission_id, received_at) VALUES {} \
         ON CONFLICT DO NOTHING RETURNING id",
        rows(count, 9)
    );
    let written = tx.query_all_raw(app.db.sql(&sql, values)).await?;
    let written: HashSet<EventId> =
        written.iter().map(|row| EventId::try_get_by(row, "id").map_err(DbErr::from)).collect::<Result<_, _>>()?;
    tx.enqueue_all(jobs.into_iter().filter(|(id, _)| written.contains(id)).map(|(_, job)| job).collect()).await?;
    tx.commit().await?;
    Ok(ids.iter().map(|id| written.contains(id)).collect())
}

/// Deletes what its provider did not send, some days later; answers how many.
pub async fn prune(app: &App, batch: u64) -> Result<u64> {
    let old = app.clock.now() - FORGOTTEN;
    let sql = "DELETE FROM webhook_events WHERE id IN (SELECT id FROM webhook_events WHERE status = 'REFUSED' AND received_at < $1 \
               ORDER BY received_at LIMIT $2)";
    let values = vec![old.into(), i64::try_from(batch).unwrap_or(i64::MAX).into()];
    Ok(app.db.conn.execute_raw(app.db.sql(sql, values)).await?.rows_affected())
}
