//! Jobs of the exchange rates: payloads only; `worker/src/jobs/fx.rs` runs them.

use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Fetches the provider's rates. What keeps failing waits for the next hour; an alarm is [`Watch`]'s.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refresh {}

impl Job for Refresh {
    const KIND: &'static str = "fx.refresh";
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 4;
    const BACKOFF_BASE: Duration = Duration::from_secs(30);
}

/// Looks whether the provider's rates have become too old.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Watch {}

impl Job for Watch {
    const KIND: &'static str = "fx.watch";
    const QUEUE: Queue = Queue::Bulk;
    const MAX_ATTEMPTS: i32 = 3;
}
