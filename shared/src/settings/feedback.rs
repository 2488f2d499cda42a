//! When customers are asked how it was.

use super::typed::Typed;
use crate::error::Problems;
use serde::{Deserialize, Serialize};

/// Key `feedback_invite_hours`: how long after a delivery; 0: they are not asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FeedbackInviteHours(pub u32);

impl Default for FeedbackInviteHours {
    fn default() -> Self {
        Self(24)
    }
}

impl Typed for FeedbackInviteHours {
    const KEY: &'static str = "feedback_invite_hours";

    fn check(&self, problems: &mut Problems) {
        problems.check(self.0 <= 30 * 24, Self::KEY, "error-out-of-range");
    }
}
