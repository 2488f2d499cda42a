//! What a handler gets, and what it answers.

use shared::clock::Time;
use shared::ids::JobId;
use shared::queue::{Claimed, Fence, Job};
use shared::{App, Result, Tx};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How a job ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is done. If the handler committed through [`Context::begin`], it was marked in that very commit.
    Done,
    /// Try again; backoff is added to `after`, never subtracted.
    Retry {
        /// What a provider asked for.
        after: Option<Duration>,
        /// For the history.
        reason: String,
    },
    /// It can never succeed: dead letter.
    Fail {
        /// For the history.
        reason: String,
    },
    /// Not yet; no attempt is spent.
    Snooze {
        /// When to look again.
        until: Time,
    },
}

/// The behaviour of a job.
pub trait Run: Job {
    /// Does the work. Runs at least once; what it commits through `cx` becomes true exactly once.
    fn run(self, cx: Context) -> impl Future<Output = Result<Outcome>> + Send;
}

/// What a handler works with.
#[derive(Clone)]
pub struct Context {
    /// The application.
    pub app: App,
    claimed: Claimed,
    completed: Arc<AtomicBool>,
}

impl Context {
    pub(crate) fn new(app: App, claimed: Claimed) -> Self {
        Self { app, claimed, completed: Arc::default() }
    }

    /// The job: the seed of every idempotency key that goes outside.
    pub fn job(&self) -> JobId {
        self.claimed.row.id
    }

    /// This run, counted from 1.
    pub fn attempt(&self) -> i32 {
        self.claimed.row.attempt
    }

    /// When the job was enqueued.
    pub fn created_at(&self) -> Time {
        self.claimed.row.created_at
    }

    /// Opens the transaction whose commit is the job's effect and completes the job. Make no call to the outside while it
    /// is open.
    pub async fn begin(&self) -> Result<Tx> {
        self.fenced(Some(self.completed.clone())).await
    }

    /// Opens a transaction for a step on the way: fenced like [`Context::begin`], and the job goes on.
    pub async fn step(&self) -> Result<Tx> {
        self.fenced(None).await
    }

    async fn fenced(&self, completes: Option<Arc<AtomicBool>>) -> Result<Tx> {
        let fence = Fence { job: self.claimed.row.id, claim: self.claimed.claim, completes };
        Tx::begin(self.app.clone(), Some(fence)).await
    }

    pub(crate) fn is_completed(&self) -> bool {
        self.completed.load(Ordering::Acquire)
    }
}
