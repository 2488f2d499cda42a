//! The job engine's memory. The database remembers every job (`ledger`), Redis or this process carries their ids
//! (`delivery`); the running of jobs is the worker's. An emptied Redis costs latency, never a job.
//!
//! A job is enqueued only inside a transaction, so it exists if and only if the data it is about does. It is claimed by
//! one `UPDATE`, and its effects commit together with its mark, guarded by the claim: at most one run of a job can ever
//! make anything true.

mod claim;
pub mod delivery;
mod enqueue;
mod local;
mod model;
mod redis;
mod relay;
pub mod switch;
pub mod tick;

pub(crate) use claim::holes;
pub use claim::{Claimed, Fence, claim, complete, discard, give_back, pass, renew, retry, scan, snooze};
pub(crate) use enqueue::rows;
pub use enqueue::{MAX_ARGS_BYTES, NewJob};
pub use model::{Active, ActiveModel, Column, Entity as Jobs, Model as Row, State};
pub use relay::{Depth, POISON_RESCUES, depths, due, prune, rescue, stranded};

use crate::clock::Time;
use crate::ids::JobId;
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Work to be done later. The payload holds ids, never rows, and is a promise on the wire: `KIND` never changes its
/// meaning, a changed payload raises `VERSION`, a new meaning is a new kind. Behaviour lives in the worker.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `domain.verb_noun`.
    const KIND: &'static str;
    /// Highest version of the payload this build reads, and the one it writes.
    const VERSION: i32 = 1;
    /// Which queue carries it.
    const QUEUE: Queue = Queue::Default;
    /// 0 (first) to 9 (last) within its queue.
    const PRIORITY: i32 = 5;
    /// Runs before it lands in the dead letter.
    const MAX_ATTEMPTS: i32 = 10;
    /// How long one run may take.
    const TIMEOUT: Duration = Duration::from_secs(60);
    /// First delay after a failure; doubles up to [`Job::BACKOFF_CAP`], with full jitter.
    const BACKOFF_BASE: Duration = Duration::from_secs(2);
    /// Longest delay after a failure.
    const BACKOFF_CAP: Duration = Duration::from_secs(600);
}

/// The queues; each has workers of its own, so that reports never delay money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
pub enum Queue {
    /// Money.
    Critical,
    /// Everything without a reason to be elsewhere.
    Default,
    /// Mail and other messages.
    Mail,
    /// Reports, exports, housekeeping.
    Bulk,
}

impl Queue {
    /// Its name on the wire, in Redis keys and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Default => "default",
            Self::Mail => "mail",
            Self::Bulk => "bulk",
        }
    }
}

/// A job id on its way to a worker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ready {
    /// The job.
    pub id: JobId,
    /// Its queue.
    pub queue: Queue,
    /// 0 first.
    pub priority: i32,
    /// Since when it is due.
    pub run_at: Time,
}

impl Ready {
    /// Order within a queue: priority, then time in milliseconds. Exact in the double that Redis keeps (below 2^53).
    pub fn score(&self) -> i64 {
        i64::from(self.priority) * 10_000_000_000_000 + self.run_at.timestamp_millis()
    }
}
