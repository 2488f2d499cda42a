//! The one source of time. Everything else asks the clock, so that tests can move it.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// UTC, cut to microseconds: what PostgreSQL stores, so a value read back equals the value written.
pub type Time = DateTime<Utc>;

/// The system's clock plus an offset that only tests change. Clones share the offset.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// Now, UTC, microseconds.
    #[allow(clippy::disallowed_methods)] // the one place that may read the system clock
    pub fn now(&self) -> Time {
        let now = Utc::now() + TimeDelta::milliseconds(self.offset_ms.load(Ordering::Relaxed));
        now.trunc_subsecs(6)
    }

    /// Moves this clock; negative goes back. For tests of schedules, retries and skewed machines.
    pub fn advance(&self, by: TimeDelta) {
        self.offset_ms.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}
