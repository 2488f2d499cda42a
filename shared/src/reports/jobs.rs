//! Jobs of reports: payloads only; `worker/src/jobs/reports.rs` runs them.

use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};

/// Sums up the days that are over, and again those that changed. By schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SumUpDays {}

impl Job for SumUpDays {
    const KIND: &'static str = "reports.sum_up_days";
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 5;
}

/// Compares kept figures with the documents they are made of, the ones that were not for longest. By schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckDays {}

impl Job for CheckDays {
    const KIND: &'static str = "reports.check_days";
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 5;
}
