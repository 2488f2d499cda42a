//! Jobs of notifications: payloads only; `worker/src/jobs/notifications.rs` runs them.

use crate::ids::{LinkId, NotificationId};
use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Hands one message to its carrier: the row says what to whom on which channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendNotice {
    /// The row, which also remembers how it ended.
    pub notification: NotificationId,
}

impl Job for SendNotice {
    const KIND: &'static str = "notifications.send_notice";
    const QUEUE: Queue = Queue::Mail;
    // a carrier may be away for a night
    const MAX_ATTEMPTS: i32 = 60;
    const BACKOFF_CAP: Duration = Duration::from_secs(1800);
    const TIMEOUT: Duration = Duration::from_secs(60);
}

/// Mails a link that opens an account, or what the owner of the address must know instead.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendLink {
    /// Row of `account_links`.
    pub link: LinkId,
}

impl Job for SendLink {
    const KIND: &'static str = "notifications.send_link";
    const QUEUE: Queue = Queue::Mail;
    const PRIORITY: i32 = 2; // somebody sits in front of a screen and waits for it
    const MAX_ATTEMPTS: i32 = 12;
    const TIMEOUT: Duration = Duration::from_secs(60);
}
