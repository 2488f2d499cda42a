//! How many calls a second all nodes together send to a provider.

use super::{Question, Rule, Throttle};
use crate::clock::Clock;
use std::sync::Arc;
use std::time::Duration;

/// A number of calls per second that nobody exceeds: the call that reaches it closes the door for a second.
#[derive(Clone)]
pub struct Pace {
    throttle: Arc<Throttle>,
    clock: Clock,
    per_second: u32,
}

impl Pace {
    /// Counted in the store of `throttle`.
    pub(crate) fn new(throttle: Arc<Throttle>, clock: Clock, per_second: u32) -> Self {
        Self { throttle, clock, per_second }
    }

    /// Counts a call to `service`, or says how long to wait with it.
    pub(crate) async fn step(&self, service: &str) -> Result<(), Duration> {
        let rule = Rule { name: "calls", most: self.per_second, within: Duration::from_secs(1), message: "error-too-many-requests" };
        let verdict = self.throttle.verdict(&Question::of(&[(rule, service.to_owned())]), self.clock.now()).await;
        verdict.full.map_or(Ok(()), |(_, wait)| Err(wait))
    }
}

#[cfg(test)]
impl Pace {
    /// Counted by this process alone.
    pub(crate) fn alone(per_second: u32) -> Self {
        Self::new(Arc::new(Throttle::new(None)), Clock::default(), per_second)
    }

    /// Moves its clock.
    pub(crate) fn pass_time(&self, ms: i64) {
        self.clock.advance(chrono::TimeDelta::milliseconds(ms));
    }
}
