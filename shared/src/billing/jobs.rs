//! Jobs of billing: payloads only; `worker/src/jobs/billing.rs` runs them.

use crate::ids::{EventId, TransactionId};
use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Applies a stored webhook event to the invoice it concerns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApplyPaymentEvent {
    /// The stored event.
    pub event: EventId,
}

impl Job for ApplyPaymentEvent {
    const KIND: &'static str = "billing.apply_payment_event";
    const QUEUE: Queue = Queue::Critical;
    const MAX_ATTEMPTS: i32 = 20;
    const TIMEOUT: Duration = Duration::from_secs(30);
}

/// Creates the gateway's hosted page of a pending payment, if the request that began it could not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenCheckout {
    /// The pending payment.
    pub transaction: TransactionId,
}

impl Job for OpenCheckout {
    const KIND: &'static str = "billing.open_checkout";
    const QUEUE: Queue = Queue::Critical;
    const MAX_ATTEMPTS: i32 = 20;
}

/// The sandbox gateway's own worker: sends us the signed webhook of a made-up payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeliverSandboxEvent {
    /// The payment.
    pub transaction: TransactionId,
    /// What the person chose.
    pub outcome: super::sandbox::Outcome,
}

impl Job for DeliverSandboxEvent {
    const KIND: &'static str = "billing.deliver_sandbox_event";
    const MAX_ATTEMPTS: i32 = 15;
    const BACKOFF_BASE: Duration = Duration::from_millis(500);
    const BACKOFF_CAP: Duration = Duration::from_secs(30);
}
