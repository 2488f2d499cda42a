//! Jobs of notifications: payloads only; `worker/src/jobs/notifications.rs` runs them.

use crate::ids::{InvoiceId, NotificationId};
use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Mails the receipt of a paid invoice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendReceipt {
    /// The row that remembers how it ended.
    pub notification: NotificationId,
    /// What was paid.
    pub invoice: InvoiceId,
}

impl Job for SendReceipt {
    const KIND: &'static str = "notifications.send_receipt";
    const QUEUE: Queue = Queue::Mail;
    const MAX_ATTEMPTS: i32 = 15;
    const TIMEOUT: Duration = Duration::from_secs(60);
}
