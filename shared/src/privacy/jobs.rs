//! Jobs of privacy: payloads only; `worker/src/jobs/privacy.rs` runs them.

use crate::ids::DataExportId;
use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Gathers what we hold about a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportData {
    /// The row that takes the result.
    pub export: DataExportId,
}

impl Job for ExportData {
    const KIND: &'static str = "privacy.export_data";
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 8;
    const TIMEOUT: Duration = Duration::from_secs(300);
}
