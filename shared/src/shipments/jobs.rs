//! Jobs of shipments: payloads only; `worker/src/jobs/shipments.rs` runs them.

use crate::ids::ShipmentId;
use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};

/// Bills what a shipment costs and was not billed yet, or credits what was billed too much.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssueInvoice {
    /// Which.
    pub shipment: ShipmentId,
}

impl Job for IssueInvoice {
    const KIND: &'static str = "shipments.issue_invoice";
    const QUEUE: Queue = Queue::Critical;
    const MAX_ATTEMPTS: i32 = 20;
}
