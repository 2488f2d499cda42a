//! Runs one job and marks how it ended.

use crate::backoff;
use crate::context::Outcome;
use crate::engine::Engine;
use crate::fetch::Delivered;
use crate::registry::Entry;
use shared::ids::JobId;
use shared::queue::{self, Claimed};
use shared::{App, Error, Result, trace};
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tracing::Instrument;
use uuid::Uuid;

/// Marks gathered into one statement.
const MARKS: usize = 256;
/// Pause before a mark is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// How a run ended, seen from outside the handler.
enum End {
    Outcome(Result<Outcome>),
    TimedOut,
    Panicked(String),
    LeaseLost,
    Drained,
}

/// Runs a delivered job. Never fails: whatever happens becomes a mark in the ledger.
pub(crate) async fn run(engine: Arc<Engine>, job: Delivered) {
    let row = &job.claimed.row;
    let traceparent = row.trace_context.as_deref().map_or_else(trace::root, trace::child);
    let span = tracing::info_span!("job", job.kind = %row.kind, job.id = %row.id, job.attempt = row.attempt, trace_id = trace::trace_id(&traceparent));
    let _held = Held(&engine, &job.claimed);
    trace::within(traceparent, work(&engine, &job)).instrument(span).await;
}

/// Ends the renewal of a claim even if the code around the handler panics; its lease then ends, and a rescue counts.
struct Held<'a>(&'a Engine, &'a Claimed);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.release(self.1);
    }
}

async fn work(engine: &Engine, job: &Delivered) {
    let row = &job.claimed.row;
    let Some(entry) = engine.registry.get(&row.kind) else {
        // cannot be: the claim names our kinds
        return mark(engine, job, None, End::Drained, "parked").await;
    };
    let wait = (engine.app.clock.now() - row.run_at).to_std().unwrap_or_default();
    metrics::histogram!("jobs_wait_seconds", "queue" => row.queue.name()).record(wait.as_secs_f64());
    let started = Instant::now();
    let cx = engine.context(job.claimed.clone());
    let (handler, handed, args) = (entry.clone(), cx.clone(), row.args.clone());
    // called inside: reading the arguments may panic as well
    let end = attend(engine, job, &entry, async move { (handler.run)(handed, args).await }).await;
    let took = started.elapsed();
    metrics::histogram!("jobs_run_seconds", "kind" => row.kind.clone()).record(took.as_secs_f64());
    let outcome = if cx.is_completed() { "done" } else { name(&end) };
    metrics::counter!("jobs_finished_total", "kind" => row.kind.clone(), "outcome" => outcome).increment(1);
    tracing::info!(job.outcome = outcome, took_ms = took.as_millis() as u64, "job ended");
    if !cx.is_completed() {
        mark(engine, job, Some(&entry), end, outcome).await;
    }
}

/// Runs the handler in a task of its own: a panic stays there, and a run that must end is aborted and awaited, so that it
/// never goes on beside its own retry.
async fn attend(engine: &Engine, job: &Delivered, entry: &Entry, work: impl Future<Output = Result<Outcome>> + Send + 'static) -> End {
    let traceparent = trace::current().unwrap_or_default();
    let mut task = tokio::spawn(trace::within(traceparent, work).in_current_span());
    let end = tokio::select! {
        joined = &mut task => {
            return match joined {
                Ok(outcome) => End::Outcome(outcome),
                Err(error) => End::Panicked(panic_text(error)),
            };
        }
        () = tokio::time::sleep(entry.timeout) => End::TimedOut,
        () = job.lost.cancelled() => End::LeaseLost,
        () = engine.deadline.cancelled() => End::Drained,
    };
    task.abort();
    // it may have finished in the meantime, with its effect committed
    match task.await {
        Ok(outcome) => End::Outcome(outcome),
        Err(_) => end,
    }
}

fn panic_text(error: tokio::task::JoinError) -> String {
    let Ok(payload) = error.try_into_panic() else { return "cancelled".to_owned() };
    let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without words".to_owned())
}

fn name(end: &End) -> &'static str {
    match end {
        End::Outcome(Ok(Outcome::Done)) => "done",
        End::Outcome(Ok(Outcome::Retry { .. })) => "retry",
        End::Outcome(Ok(Outcome::Fail { .. })) => "fail",
        End::Outcome(Ok(Outcome::Snooze { .. })) => "snooze",
        End::Outcome(Err(Error::LeaseLost)) | End::LeaseLost => "lease_lost",
        End::Outcome(Err(_)) => "error",
        End::TimedOut => "timeout",
        End::Panicked(_) => "panic",
        End::Drained => "given_back",
    }
}

/// Which errors may pass with time, and which never will (`docs/errors.md`).
fn meaning(error: Error) -> Outcome {
    match error {
        Error::TooMany { retry_after, .. } => Outcome::Retry { after: Some(retry_after), reason: error.to_string() },
        Error::Upstream { retry_after, .. } => Outcome::Retry { after: retry_after, reason: error.to_string() },
        Error::Database(_) | Error::Internal(_) | Error::Conflict { .. } | Error::LeaseLost => {
            Outcome::Retry { after: None, reason: error.to_string() }
        }
        Error::NotFound
        | Error::Hidden
        | Error::Unauthenticated(_)
        | Error::Forbidden(_)
        | Error::Denied(_)
        | Error::Invalid(_)
        | Error::KeyReused
        | Error::Refused { .. } => Outcome::Fail { reason: error.to_string() },
    }
}

async fn mark(engine: &Engine, job: &Delivered, entry: Option<&Entry>, end: End, outcome: &str) {
    let claimed = &job.claimed;
    let end = match end {
        End::Outcome(Err(Error::LeaseLost)) | End::LeaseLost => {
            tracing::warn!(job.outcome = outcome, "this run lost its lease; what it did is rolled back, another run follows");
            return;
        }
        End::Drained => return persist(job, || give_back(engine, claimed)).await,
        End::Outcome(Ok(outcome)) => outcome,
        End::Outcome(Err(error)) => meaning(error),
        End::TimedOut => Outcome::Retry { after: None, reason: "timed out".to_owned() },
        End::Panicked(text) => Outcome::Retry { after: None, reason: format!("panicked: {text}") },
    };
    let app = &engine.app;
    match end {
        Outcome::Done => {
            let (marked, wait) = oneshot::channel();
            if engine.done.send((claimed.row.id, claimed.claim, marked)).await.is_ok() {
                let _ = wait.await;
            }
        }
        Outcome::Snooze { until } => persist(job, || queue::snooze(app, claimed, until)).await,
        Outcome::Fail { reason } => discard(app, job, &reason).await,
        Outcome::Retry { after, reason } => {
            if claimed.row.attempt >= claimed.row.max_attempts {
                return discard(app, job, &reason).await;
            }
            let (base, cap) = entry.map_or((AGAIN, AGAIN), |entry| (entry.backoff_base, entry.backoff_cap));
            let delay = backoff::delay(base, cap, claimed.row.attempt, after);
            tracing::warn!(job.reason = %reason, retry_in_ms = delay.as_millis() as u64, "job failed and will be tried again");
            let run_at = app.clock.now() + delay;
            persist(job, || queue::retry(app, claimed, run_at, &reason)).await;
        }
    }
}

async fn discard(app: &App, job: &Delivered, reason: &str) {
    tracing::error!(job.reason = %reason, "job failed for good: dead letter");
    metrics::counter!("jobs_discarded_total", "kind" => job.claimed.row.kind.clone()).increment(1);
    persist(job, || queue::discard(app, &job.claimed, reason)).await;
}

/// Gives a job back to the other workers, its attempt unspent.
pub(crate) async fn give_back(engine: &Engine, claimed: &Claimed) -> Result<bool> {
    let ours = queue::give_back(&engine.app, claimed).await?;
    if ours {
        engine.app.delivery.announce(vec![claimed.row.ready()]).await;
    }
    Ok(ours)
}

/// Repeats a mark while the database is away, as long as the claim is ours.
async fn persist<F: Future<Output = Result<bool>>>(job: &Delivered, attempt: impl Fn() -> F) {
    while let Err(error) = attempt().await {
        tracing::warn!(%error, "the end of a job cannot be written; trying again");
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            () = job.lost.cancelled() => return,
        }
    }
}

/// Writes the marks of jobs that had nothing to commit, all that wait in one statement, until the engine is gone.
pub(crate) async fn mark_completed(app: App, mut marks: mpsc::Receiver<(JobId, Uuid, oneshot::Sender<()>)>) {
    let mut batch = Vec::with_capacity(MARKS);
    while marks.recv_many(&mut batch, MARKS).await > 0 {
        let done: Vec<(JobId, Uuid)> = batch.iter().map(|(id, claim, _)| (*id, *claim)).collect();
        let mut tries = 0;
        while let Err(error) = queue::complete(&app, &done).await {
            tries += 1;
            tracing::warn!(%error, jobs = done.len(), "completed jobs cannot be marked; trying again");
            if Duration::from_millis(500) * tries > app.config.lease * 2 {
                break; // their leases are over; they are someone else's now
            }
            tokio::time::sleep(AGAIN).await;
        }
        for (_, _, marked) in batch.drain(..) {
            let _ = marked.send(()); // nobody waits any more: the worker stops
        }
    }
}
