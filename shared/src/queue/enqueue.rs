//! Writing jobs into the ledger, in the caller's transaction.

use super::{Job, Queue, Ready, State};
use crate::clock::Time;
use crate::ids::JobId;
use crate::{Error, Result, Tx, trace};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

/// Larger payloads do not belong into a job: store the data and enqueue its id.
pub const MAX_ARGS_BYTES: usize = 64 * 1024;

/// Rows per statement: 12 parameters each stay well below the limits of both databases.
const ROWS_PER_INSERT: usize = 500;

/// A job about to be written.
#[derive(Debug)]
pub struct NewJob {
    id: JobId,
    kind: &'static str,
    version: i32,
    queue: Queue,
    priority: i32,
    max_attempts: i32,
    args: Result<serde_json::Value, String>,
    unique_key: Option<String>,
    run_at: Option<Time>,
    trace: Option<String>,
}

impl NewJob {
    /// A job of type `J`, due at once.
    pub fn new<J: Job>(job: &J) -> Self {
        Self {
            id: JobId::new(),
            kind: J::KIND,
            version: J::VERSION,
            queue: J::QUEUE,
            priority: J::PRIORITY,
            max_attempts: J::MAX_ATTEMPTS,
            args: serde_json::to_value(job).map_err(|e| e.to_string()),
            unique_key: None,
            run_at: None,
            trace: None,
        }
    }

    /// While an unfinished job has this key, enqueueing another returns that one instead.
    pub fn unique(mut self, key: impl Into<String>) -> Self {
        self.unique_key = Some(key.into());
        self
    }

    /// Due later.
    pub fn at(mut self, run_at: Time) -> Self {
        self.run_at = Some(run_at);
        self
    }

    /// Carries on this trace instead of the current one.
    pub fn traced(mut self, traceparent: String) -> Self {
        self.trace = Some(traceparent);
        self
    }

    /// 0 (first) to 9 (last) within its queue.
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority.clamp(0, 9);
        self
    }
}

impl Tx {
    /// Enqueues a job that is due at once.
    pub async fn enqueue<J: Job>(&self, job: J) -> Result<JobId> {
        self.enqueue_job(NewJob::new(&job)).await
    }

    /// Enqueues one job; a unique twin that is still unfinished is returned instead.
    pub async fn enqueue_job(&self, job: NewJob) -> Result<JobId> {
        let (id, unique_key) = (job.id, job.unique_key.clone());
        if self.enqueue_all(vec![job]).await? == 1 {
            return Ok(id);
        }
        let key = unique_key.ok_or_else(|| Error::internal("a job without a unique key met a twin"))?;
        let sql = "SELECT id FROM jobs WHERE unique_key = $1 AND state IN ('scheduled', 'available', 'running', 'retryable')";
        let twin = self.query_one_raw(self.app.db.sql(sql, vec![key.into()])).await?;
        match twin {
            Some(row) => Ok(JobId(row.try_get::<Uuid>("", "id")?)),
            // the twin finished between the two statements; the caller's transaction may simply run again
            None => Err(Error::Conflict { code: "job-twin-finished", allowed: vec![] }),
        }
    }

    /// Enqueues many jobs in few statements; answers how many were new.
    pub async fn enqueue_all(&self, jobs: Vec<NewJob>) -> Result<u64> {
        let now = self.now();
        let trace_context = trace::current();
        let mut written = 0;
        for chunk in jobs.chunks(ROWS_PER_INSERT) {
            let mut values: Vec<Value> = Vec::with_capacity(chunk.len() * 12);
            let mut ready = Vec::with_capacity(chunk.len());
            for job in chunk {
                let args = job.args.as_ref().map_err(|e| Error::internal(format!("{}: {e}", job.kind)))?;
                let size = args.to_string().len();
                if size > MAX_ARGS_BYTES {
                    return Err(Error::internal(format!("{}: {size} bytes of arguments, at most {MAX_ARGS_BYTES} fit", job.kind)));
                }
                let run_at = job.run_at.unwrap_or(now);
                let state = if run_at > now { State::Scheduled } else { State::Available };
                if state == State::Available {
                    ready.push(Ready { id: job.id, queue: job.queue, priority: job.priority, run_at });
                }
                values.extend([
                    job.id.into(),
                    job.kind.into(),
                    job.version.into(),
                    job.queue.into(),
                    job.priority.into(),
                    args.clone().into(),
                    state.into(),
                    job.unique_key.clone().into(),
                    job.max_attempts.into(),
                    run_at.into(),
                    job.trace.clone().or_else(|| trace_context.clone()).into(),
                    now.into(),
                ]);
            }
            let sql = format!(
                "INSERT INTO jobs (id, kind, version, queue, priority, args, state, unique_key, max_attempts, run_at, trace_context, created_at) \
                 VALUES {} ON CONFLICT DO NOTHING",
                rows(chunk.len(), 12)
            );
            written += self.execute_raw(self.app.db.sql(&sql, values)).await?.rows_affected();
            // announcing a twin that was not written is harmless: its id is found nowhere and dropped
            self.announce(ready).await;
        }
        Ok(written)
    }
}

/// `($1, $2), ($3, $4)` for two rows of two.
pub(crate) fn rows(count: usize, width: usize) -> String {
    let row = |r: usize| format!("({})", super::claim::holes(r * width + 1, width));
    (0..count).map(row).collect::<Vec<_>>().join(", ")
}
