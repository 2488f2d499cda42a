//! When things happen: two years up to a day, busier from month to month, on Mondays and before the holidays, quiet at night.

use crate::clock::Time;
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta};

/// How busy a day of the week is, from Monday.
const WEEK: [u64; 7] = [116, 121, 118, 112, 106, 69, 58];
/// How busy a month is, from January.
const YEAR: [u64; 12] = [86, 80, 93, 96, 98, 95, 89, 87, 97, 106, 141, 132];
/// How busy an hour is (UTC).
const HOURS: [u64; 24] = [10, 7, 5, 5, 8, 14, 26, 40, 55, 66, 70, 68, 66, 70, 74, 76, 72, 66, 62, 60, 52, 40, 27, 16];
/// The business has grown: the first day is so busy, in percent of the last.
const BEGINNING: u64 = 55;

/// The two years before a day.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    pub(super) start: Time,
    /// Midnight: nothing happens from then on.
    pub(super) until: Time,
    /// What came before each day, and the sum of all.
    before: Vec<u64>,
}

impl Calendar {
    /// The 24 months before `until`, UTC.
    pub(super) fn new(until: NaiveDate) -> Self {
        let first = until.checked_sub_months(Months::new(24)).unwrap_or(until);
        let days = (until - first).num_days().unsigned_abs();
        let busy = |day: u64| {
            let date = first + TimeDelta::days(day as i64);
            let growth = BEGINNING * days + (100 - BEGINNING) * day;
            WEEK[date.weekday().num_days_from_monday() as usize] * YEAR[date.month0() as usize] * growth / days
        };
        let before = (0..=days).scan(0, |sum, day| Some(std::mem::replace(sum, *sum + busy(day)))).collect();
        Self { start: midnight(first), until: midnight(until), before }
    }

    /// When the `number`th of `of` things happens; later ones later.
    pub(super) fn moment(&self, number: u64, of: u64) -> Time {
        let all = self.before.last().copied().unwrap_or_default();
        let at = (u128::from(all) * u128::from(number) / u128::from(of.max(1))) as u64;
        let day = self.before.partition_point(|before| *before <= at).saturating_sub(1).min(self.before.len().saturating_sub(2));
        let (from, to) = (self.before[day], self.before[day + 1]);
        self.start + TimeDelta::days(day as i64) + hour((at - from) * 1_000_000 / (to - from).max(1))
    }
}

/// The time of a day at which so many millionths of it are done.
fn hour(done: u64) -> TimeDelta {
    let all: u64 = HOURS.iter().sum();
    let mut left = done.min(999_999) * all;
    for (hour, busy) in (0_i64..).zip(HOURS) {
        let here = busy * 1_000_000;
        if left < here {
            return TimeDelta::hours(hour) + TimeDelta::milliseconds((left * 3_600_000 / here) as i64);
        }
        left -= here;
    }
    TimeDelta::hours(24) - TimeDelta::milliseconds(1)
}

/// The first moment of a day.
pub(super) fn midnight(day: NaiveDate) -> Time {
    DateTime::from_naive_utc_and_offset(day.and_time(NaiveTime::MIN), chrono::Utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_follow_each_other_within_the_two_years_and_more_of_them_on_busy_days() {
        let calendar = Calendar::new(NaiveDate::from_ymd_opt(2026, 11, 26).unwrap());
        let moments: Vec<Time> = (0..20_000).map(|number| calendar.moment(number, 20_000)).collect();
        assert!(moments.is_sorted() && moments[0] >= calendar.start && moments[19_999] < calendar.until);
        let of = |day: u32| moments.iter().filter(|at| at.weekday().num_days_from_monday() == day).count();
        let late = moments.iter().filter(|at| **at > calendar.until - TimeDelta::days(365)).count();
        assert!(of(1) > of(6) * 3 / 2 && late > 11_000, "{} {} {late}", of(1), of(6));
    }
}
