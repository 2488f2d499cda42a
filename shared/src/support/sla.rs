//! How long a customer waits: a clock that runs while it is our turn and stands still while it is theirs. Pure.

use crate::clock::Time;
use crate::settings::{Hours, Support};
use chrono::TimeDelta;
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// How much it presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum Priority {
    Low,
    Normal,
    High,
    Urgent,
}

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Somebody answers.
    FirstResponse,
    /// It is resolved.
    Resolution,
}

/// How long each may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Targets {
    first_response: TimeDelta,
    resolution: TimeDelta,
}

impl Targets {
    /// Those of a priority.
    pub fn of(setting: &Support, priority: Priority) -> Self {
        let hours = |hours: &Hours| {
            TimeDelta::hours(i64::from(match priority {
                Priority::Low => hours.low,
                Priority::Normal => hours.normal,
                Priority::High => hours.high,
                Priority::Urgent => hours.urgent,
            }))
        };
        Self { first_response: hours(&setting.first_response_hours), resolution: hours(&setting.resolution_hours) }
    }
}

/// The clock of one ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// When somebody should have answered; moved on by every pause until somebody does.
    pub first_response_due_at: Time,
    /// When somebody did.
    pub first_responded_at: Option<Time>,
    /// When it should be resolved; moved on by every pause.
    pub resolution_due_at: Time,
    /// Since when it stands still.
    pub paused_at: Option<Time>,
}

impl Clock {
    /// A clock that begins to run.
    pub fn start(now: Time, targets: Targets) -> Self {
        Self {
            first_response_due_at: now + targets.first_response,
            first_responded_at: None,
            resolution_due_at: now + targets.resolution,
            paused_at: None,
        }
    }

    /// Lets it run or stand still from now on.
    pub fn set(&mut self, runs: bool, now: Time) {
        match (self.paused_at, runs) {
            (None, false) => self.paused_at = Some(now),
            (Some(since), true) => {
                // clocks of two machines may differ: no pause takes time back
                let pause = (now - since).max(TimeDelta::zero());
                self.shift(pause, pause);
                self.paused_at = None;
            }
            (None, true) | (Some(_), false) => {}
        }
    }

    /// Somebody answers; the first time counts.
    pub fn answered(&mut self, now: Time) {
        self.first_responded_at.get_or_insert(now);
    }

    /// Other targets than before; what has passed has passed.
    pub fn retarget(&mut self, before: Targets, after: Targets) {
        self.shift(after.first_response - before.first_response, after.resolution - before.resolution);
    }

    fn shift(&mut self, first_response: TimeDelta, resolution: TimeDelta) {
        if self.first_responded_at.is_none() {
            self.first_response_due_at += first_response;
        }
        self.resolution_due_at += resolution;
    }

    /// When a target is or was missed, as far as is known now; `None`: it was met, or the clock stands still before it.
    pub fn missed_at(&self, target: Target) -> Option<Time> {
        let due = match target {
            Target::FirstResponse => Some(self.first_response_due_at).filter(|_| self.first_responded_at.is_none()),
            Target::Resolution => Some(self.resolution_due_at),
        };
        due.filter(|due| self.paused_at.is_none_or(|since| *due <= since))
    }

    /// When the first of both is or was missed.
    pub fn overdue_at(&self) -> Option<Time> {
        [Target::FirstResponse, Target::Resolution].into_iter().filter_map(|target| self.missed_at(target)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    fn at(hours: i64) -> Time {
        chrono::Utc.with_ymd_and_hms(2026, 11, 1, 0, 0, 0).single().expect("a valid time") + TimeDelta::hours(hours)
    }

    /// A day to answer, five to resolve.
    fn normal() -> Targets {
        Targets::of(&Support::default(), Priority::Normal)
    }

    #[test]
    fn an_answer_meets_the_first_target_and_waiting_moves_only_the_other_on() {
        let mut clock = Clock::start(at(0), normal());
        assert_eq!((clock.overdue_at(), clock.missed_at(Target::Resolution)), (Some(at(24)), Some(at(120))));
        clock.answered(at(3));
        clock.set(false, at(3));
        assert_eq!(clock.overdue_at(), None, "it stands still");
        clock.set(true, at(103));
        clock.answered(at(104));
        assert_eq!((clock.first_responded_at, clock.first_response_due_at), (Some(at(3)), at(24)));
        assert_eq!(clock.overdue_at(), Some(at(220)));
    }

    #[test]
    fn what_was_missed_before_a_pause_stays_missed_in_it() {
        let mut clock = Clock::start(at(0), normal());
        clock.set(false, at(30));
        assert_eq!((clock.missed_at(Target::FirstResponse), clock.missed_at(Target::Resolution)), (Some(at(24)), None));
        clock.set(true, at(40));
        assert_eq!((clock.first_response_due_at, clock.resolution_due_at), (at(34), at(130)));
    }

    #[test]
    fn another_priority_moves_what_is_still_to_come() {
        let mut clock = Clock::start(at(0), normal());
        let urgent = Targets::of(&Support::default(), Priority::Urgent);
        clock.retarget(normal(), urgent);
        assert_eq!((clock.first_response_due_at, clock.resolution_due_at), (at(2), at(24)));
        clock.answered(at(1));
        clock.retarget(urgent, normal());
        assert_eq!((clock.first_response_due_at, clock.resolution_due_at), (at(2), at(120)), "what was met stays as it was");
    }

    proptest! {
        /// However often it stops and goes on: the time that is left is the target less the time it ran.
        #[test]
        fn only_time_that_runs_is_taken(turns in prop::collection::vec((any::<bool>(), 0i64..50), 0..30)) {
            let (mut clock, mut now, mut ran, mut runs) = (Clock::start(at(0), normal()), 0, 0, true);
            for (next, hours) in turns {
                now += hours;
                ran += if runs { hours } else { 0 };
                clock.set(next, at(now));
                runs = next;
                let left = clock.resolution_due_at - clock.paused_at.unwrap_or(at(now));
                prop_assert_eq!(left.num_hours(), 120 - ran);
                prop_assert_eq!(clock.paused_at.is_some(), !runs);
            }
            clock.set(true, at(now));
            prop_assert_eq!(clock.resolution_due_at - at(now), TimeDelta::hours(120 - ran));
        }
    }
}
