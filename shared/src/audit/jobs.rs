//! Jobs of the audit: payloads only; `worker/src/jobs/audit.rs` runs them.

use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Seals the newest entries until none is left.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seal {}

impl Job for Seal {
    const KIND: &'static str = "audit.seal";
    const QUEUE: Queue = Queue::Bulk;
    const PRIORITY: i32 = 2; // until it is sealed an entry is protected by the database alone
    const MAX_ATTEMPTS: i32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(300);
}

/// Seals entries that came too late for [`Seal`], wherever they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SealStrays {}

impl Job for SealStrays {
    const KIND: &'static str = "audit.seal_strays";
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(300);
}
