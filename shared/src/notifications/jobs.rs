//! Jobs of notifications: payloads only; `worker/src/jobs/notifications.rs` runs them.

use crate::ids::{InvoiceId, LinkId, NotificationId, UserId};
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

/// Mails what happened to something of a customer's: the row says what.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendNotice {
    /// The row, which also remembers how it ended.
    pub notification: NotificationId,
}

impl Job for SendNotice {
    const KIND: &'static str = "notifications.send_notice";
    const QUEUE: Queue = Queue::Mail;
    const MAX_ATTEMPTS: i32 = 15;
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

/// What the owner of an account is told about it, whatever their preferences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The password was changed or reset.
    PasswordChanged,
    /// A second factor is asked for from now on.
    MfaEnabled,
    /// It no longer is.
    MfaDisabled,
    /// The export of the personal data can be fetched.
    ExportReady,
}

impl Notice {
    /// Its name among the events of notifications.
    pub fn event(self) -> &'static str {
        match self {
            Self::PasswordChanged => "account.password_changed",
            Self::MfaEnabled => "account.mfa_enabled",
            Self::MfaDisabled => "account.mfa_disabled",
            Self::ExportReady => "account.export_ready",
        }
    }
}

/// Mails a notice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendAccountNotice {
    /// The row that remembers how it ended.
    pub notification: NotificationId,
    /// To whom.
    pub user: UserId,
    /// What.
    pub notice: Notice,
}

impl Job for SendAccountNotice {
    const KIND: &'static str = "notifications.send_account_notice";
    const QUEUE: Queue = Queue::Mail;
    const MAX_ATTEMPTS: i32 = 12;
    const TIMEOUT: Duration = Duration::from_secs(60);
}
