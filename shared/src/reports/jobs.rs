//! Jobs of reports: payloads only; `worker/src/jobs/reports.rs` runs them.

use crate::ids::ReportExportId;
use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Sums up the days that are over, and again those that changed. By schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SumUpDays {}

impl Job for SumUpDays {
    const KIND: &'static str = "reports.sum_up_days";
    const TIMEOUT: Duration = Duration::from_secs(900);
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 5;
}

/// Compares kept figures with the documents they are made of, the ones that were not for longest. By schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckDays {}

impl Job for CheckDays {
    const KIND: &'static str = "reports.check_days";
    const TIMEOUT: Duration = Duration::from_secs(900);
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 5;
}

/// Writes a report to a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportReport {
    /// Which.
    pub export: ReportExportId,
}

impl Job for ExportReport {
    const KIND: &'static str = "reports.export";
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 4;
    const TIMEOUT: Duration = Duration::from_secs(3600);
}

/// Takes the files of old exports away. By schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SweepExports {}

impl Job for SweepExports {
    const KIND: &'static str = "reports.sweep_exports";
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 5;
}
