//! Jobs of feedback: payloads only; `worker/src/jobs/feedback.rs` runs them.

use super::About;
use crate::queue::Job;
use serde::{Deserialize, Serialize};

/// Asks a customer how it was, some time after it was delivered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invite {
    /// How what was.
    pub about: About,
}

impl Job for Invite {
    const KIND: &'static str = "feedback.invite";
    const PRIORITY: i32 = 8; // nobody waits for it
    const MAX_ATTEMPTS: i32 = 10;
}
