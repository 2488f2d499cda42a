//! Housekeeping of the engine itself.

use crate::context::{Context, Outcome, Run};
use serde::{Deserialize, Serialize};
use shared::queue::{Job, Queue};
use shared::{Result, idempotency, queue};
use std::time::Duration;

/// Finished jobs are kept this long.
const KEEP: Duration = Duration::from_secs(7 * 24 * 3600);
/// Rows deleted by one statement: short locks, and the rest next time around.
const BATCH: usize = 1000;

/// Deletes finished jobs and answered idempotency keys that are old enough. The dead letter stays.
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
        let (mut jobs, mut keys) = (0, 0);
        loop {
            let pruned = queue::prune(&cx.app, KEEP, BATCH).await?;
            let expired = idempotency::prune(&cx.app, BATCH as u64).await?;
            (jobs, keys) = (jobs + pruned, keys + expired);
            if pruned < BATCH as u64 && expired < BATCH as u64 {
                break;
            }
        }
        tracing::info!(jobs, keys, "old rows pruned");
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
