//! How soon customers are answered.

use super::typed::Typed;
use crate::error::Problems;
use serde::{Deserialize, Serialize};

/// Key `support`: targets of tickets by their priority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// Until somebody answers first.
    pub first_response_hours: Hours,
    /// Until it is resolved. While we wait for the customer no time passes.
    pub resolution_hours: Hours,
}

/// Hours for each priority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub struct Hours {
    pub low: u32,
    pub normal: u32,
    pub high: u32,
    pub urgent: u32,
}

impl Hours {
    fn named(&self) -> [(&'static str, u32); 4] {
        [("LOW", self.low), ("NORMAL", self.normal), ("HIGH", self.high), ("URGENT", self.urgent)]
    }
}

impl Typed for Support {
    const KEY: &'static str = "support";

    fn check(&self, problems: &mut Problems) {
        for ((name, first), (_, last)) in self.first_response_hours.named().into_iter().zip(self.resolution_hours.named()) {
            problems.check((1..=8_760).contains(&first), format!("support.first_response_hours.{name}"), "error-out-of-range");
            // what is resolved was answered
            let fits = (first..=8_760).contains(&last);
            problems.check(fits, format!("support.resolution_hours.{name}"), "error-out-of-range");
        }
    }
}

impl Default for Support {
    fn default() -> Self {
        Self {
            first_response_hours: Hours { low: 48, normal: 24, high: 8, urgent: 2 },
            resolution_hours: Hours { low: 240, normal: 120, high: 48, urgent: 24 },
        }
    }
}
