//! Schedules: one cron table in code. Any number of workers runs it, each tick fires once.

use crate::jobs::engine::Prune;
use cron::Schedule as Cron;
use shared::audit::jobs::{Seal, SealStrays};
use shared::billing::jobs::{CompareBooks, FetchMissed, RemindUnpaid, SweepPending};
use shared::buy4me::jobs::{CompleteDelivered, ExpireQuotes};
use shared::clock::Time;
use shared::fx::jobs::{Refresh, Watch};
use shared::queue::{NewJob, tick};
use shared::reports::jobs::{CheckDays, SumUpDays, SweepExports};
use shared::support::jobs::{CloseResolved, SweepFiles, TellOverdue};
use shared::{App, Result};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Most missed ticks that are caught up.
const MOST: usize = 1000;
/// A tick this late still counts as in time.
const GRACE: chrono::TimeDelta = chrono::TimeDelta::seconds(60);

/// What happens to ticks that passed while no worker ran.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CatchUp {
    /// They are gone.
    None,
    /// The latest fires once.
    Last,
    /// Each fires.
    All,
}

/// A schedule.
#[derive(Clone)]
pub struct Schedule {
    name: &'static str,
    cron: Cron,
    catch_up: CatchUp,
    at_first_sight: bool,
    job: fn() -> NewJob,
}

impl Schedule {
    /// `cron` has seconds first: `0 17 * * * *` is every hour at minute 17, UTC.
    pub fn new(name: &'static str, cron: &str, catch_up: CatchUp, job: fn() -> NewJob) -> Self {
        let cron = cron.parse().expect("cron expressions in code are checked by a test");
        Self { name, cron, catch_up, at_first_sight: false, job }
    }

    /// Fires once more, at once, in an installation that has never run it.
    pub fn at_first_sight(self) -> Self {
        Self { at_first_sight: true, ..self }
    }

    /// Its name in table `schedules`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The ticks to fire after `last`, and the tick up to which the schedule is then done.
    fn due(&self, last: Time, now: Time) -> (Vec<Time>, Option<Time>) {
        let missed: Vec<Time> = self.cron.after(&last).take_while(|tick| *tick <= now).take(MOST).collect();
        let Some(newest) = missed.last().copied() else { return (vec![], None) };
        let fire = match self.catch_up {
            CatchUp::All => missed,
            CatchUp::Last => vec![newest],
            CatchUp::None => missed.into_iter().filter(|tick| now - *tick <= GRACE).collect(),
        };
        (fire, Some(newest))
    }
}

/// The cron table.
pub fn schedules() -> Vec<Schedule> {
    vec![
        Schedule::new("prune", "0 17 * * * *", CatchUp::Last, || NewJob::new(&Prune {})),
        Schedule::new("audit-seal", "*/20 * * * * *", CatchUp::Last, || NewJob::new(&Seal {})),
        Schedule::new("exchange-rates", "0 7 * * * *", CatchUp::Last, || NewJob::new(&Refresh {})).at_first_sight(),
        Schedule::new("exchange-rates-age", "0 29 * * * *", CatchUp::Last, || NewJob::new(&Watch {})),
        Schedule::new("audit-strays", "0 41 * * * *", CatchUp::Last, || NewJob::new(&SealStrays {})),
        Schedule::new("payments-pending", "0 */5 * * * *", CatchUp::Last, || NewJob::new(&SweepPending {})),
        Schedule::new("payments-missed-events", "30 3/15 * * * *", CatchUp::Last, || NewJob::new(&FetchMissed {})),
        Schedule::new("payments-books", "0 23 4 * * *", CatchUp::Last, || NewJob::new(&CompareBooks {})),
        Schedule::new("invoices-reminders", "0 33 * * * *", CatchUp::Last, || NewJob::new(&RemindUnpaid {})),
        Schedule::new("buy4me-complete", "0 11 * * * *", CatchUp::Last, || NewJob::new(&CompleteDelivered {})),
        Schedule::new("buy4me-quotes", "0 26 * * * *", CatchUp::Last, || NewJob::new(&ExpireQuotes {})),
        Schedule::new("support-overdue", "15 */5 * * * *", CatchUp::Last, || NewJob::new(&TellOverdue {})),
        Schedule::new("support-close", "0 47 * * * *", CatchUp::Last, || NewJob::new(&CloseResolved {})),
        Schedule::new("reports-days", "40 * * * * *", CatchUp::Last, || NewJob::new(&SumUpDays {})),
        Schedule::new("reports-check", "0 37 3 * * *", CatchUp::Last, || NewJob::new(&CheckDays {})),
        Schedule::new("reports-exports", "0 57 * * * *", CatchUp::Last, || NewJob::new(&SweepExports {})),
        Schedule::new("support-files", "0 52 * * * *", CatchUp::Last, || NewJob::new(&SweepFiles {})),
    ]
}

/// Looks once a second whether a tick is due.
pub(crate) async fn run(app: App, schedules: Vec<Schedule>, stop: CancellationToken) {
    loop {
        for schedule in &schedules {
            if let Err(error) = fire(&app, schedule).await {
                tracing::warn!(schedule.name, %error, "a schedule could not be looked at; trying again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Fires the due ticks of a schedule: the jobs and the new last tick in one transaction, behind the schedule's lock.
pub async fn fire(app: &App, schedule: &Schedule) -> Result<usize> {
    let known = tick::all(app).await?.into_iter().find(|row| row.name == schedule.name);
    let is_first = schedule.at_first_sight && known.is_none();
    if known.is_some_and(|row| schedule.due(row.last_tick, app.clock.now()).1.is_none()) {
        return Ok(0); // the usual second: one read, no lock
    }
    let tx = app.begin().await?;
    let last = tick::lock(&tx, schedule.name).await?;
    let (ticks, done) = schedule.due(last, tx.now());
    if is_first {
        tx.enqueue_job((schedule.job)().unique(format!("cron:{}:first", schedule.name))).await?;
    }
    for tick in &ticks {
        let key = format!("cron:{}:{}", schedule.name, tick.to_rfc3339());
        tx.enqueue_job((schedule.job)().unique(key)).await?;
    }
    if let Some(done) = done {
        tick::advance(&tx, schedule.name, done).await?;
    }
    tx.commit().await?;
    Ok(ticks.len() + usize::from(is_first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn every_minute(catch_up: CatchUp) -> Schedule {
        Schedule::new("test", "0 * * * * *", catch_up, || NewJob::new(&Prune {}))
    }

    fn at(minute: u32, second: u32) -> Time {
        chrono::Utc.with_ymd_and_hms(2026, 11, 24, 12, minute, second).single().expect("a valid time")
    }

    #[test]
    fn the_table_parses_and_names_are_unique() {
        let mut names: Vec<_> = schedules().iter().map(|s| s.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), schedules().len());
    }

    #[test]
    fn missed_ticks_follow_the_policy() {
        let fired = |catch_up| every_minute(catch_up).due(at(0, 0), at(5, 30));
        assert_eq!(fired(CatchUp::All).0.len(), 5);
        assert_eq!(fired(CatchUp::Last), (vec![at(5, 0)], Some(at(5, 0))));
        assert_eq!(fired(CatchUp::None), (vec![at(5, 0)], Some(at(5, 0))), "the one within the grace");
        let late = every_minute(CatchUp::None).due(at(0, 0), at(0, 0) + chrono::TimeDelta::days(3));
        assert_eq!((late.0.len(), late.1.is_some()), (0, true), "long gone ticks are gone, and the schedule goes on");
        assert_eq!(every_minute(CatchUp::All).due(at(5, 0), at(5, 59)), (vec![], None));
    }
}
