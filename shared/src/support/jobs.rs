//! Jobs of tickets: payloads only; `worker/src/jobs/support.rs` runs them.

use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};

/// Closes tickets that were resolved a week ago and not spoken of since. By schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CloseResolved {}

impl Job for CloseResolved {
    const KIND: &'static str = "support.close_resolved";
    const MAX_ATTEMPTS: i32 = 5;
}

/// Tells those who care for tickets which of them are late. By schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TellOverdue {}

impl Job for TellOverdue {
    const KIND: &'static str = "support.tell_overdue";
    const MAX_ATTEMPTS: i32 = 5;
}

/// Deletes files that no message has, and those of customers who were erased. By schedule, and after an erasure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SweepFiles {}

impl Job for SweepFiles {
    const KIND: &'static str = "support.sweep_files";
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 8;
}
