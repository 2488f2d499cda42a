//! Housekeeping of the engine itself.

use crate::context::{Context, Outcome, Run};
use serde::{Deserialize, Serialize};
use shared::billing::inbox;
use shared::privacy::data_export;
use shared::queue::{Job, Queue};
use shared::{Result, accounts, idempotency, live, queue};
use std::time::Duration;

/// Finished jobs are kept this long.
const KEEP: Duration = Duration::from_secs(7 * 24 * 3600);
/// Rows deleted by one statement: short locks, and the rest next time around.
const BATCH: usize = 1000;

/// Seals anew what an older SECRET_KEY had sealed, and deletes what is old enough: finished jobs, answered idempotency keys, ended sessions, links that were mailed, exports, forged events, live events, tickets. The dead
/// letter stays.
#[derive(Debug, Serialize, Deserialize)]
pub struct Prune {}

impl Job for Prune {
    const KIND: &'static str = "engine.prune";
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(300);
}

impl Run for Prune {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let (app, batch) = (&cx.app, BATCH as u64);
        let mut pruned = 0;
        loop {
            let round = [
                queue::prune(app, KEEP, BATCH).await?,
                idempotency::prune(app, batch).await?,
                accounts::session::prune(app, batch).await?,
                accounts::link::prune(app, batch).await?,
                data_export::prune(app, batch).await?,
                inbox::prune(app, batch).await?,
                live::feed::prune(app, batch).await?,
                accounts::ticket::prune(app, batch).await?,
            ];
            pruned += round.iter().sum::<u64>();
            if round.iter().all(|rows| *rows < batch) {
                break;
            }
        }
        let resealed = accounts::mfa::reseal(app, 10_000).await?;
        tracing::info!(rows = pruned, resealed, "old rows pruned");
        Ok(Outcome::Done)
    }
}

/// Does nothing, durably: what `scripts/bench` measures the engine itself with.
#[derive(Debug, Serialize, Deserialize)]
pub struct Noop {
    /// Any number.
    pub number: i64,
}

impl Job for Noop {
    const KIND: &'static str = "engine.noop";
}

impl Run for Noop {
    async fn run(self, _: Context) -> Result<Outcome> {
        Ok(Outcome::Done)
    }
}
