//! Jobs of reports. One day a transaction.

use crate::context::{Context, Outcome, Run};
use chrono::TimeDelta;
use shared::Result;
use shared::reports::jobs::{CheckDays, SumUpDays};
use shared::reports::roll;

/// Days that one run sums up; what is left is for the next.
const MOST: u64 = 200;
/// Every day is compared about this often.
const CHECK_EVERY: TimeDelta = TimeDelta::days(30);
/// Days that one run compares.
const CHECKED: u64 = 100;

impl Run for SumUpDays {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let tx = cx.step().await?;
        roll::watch(&tx).await?;
        tx.commit().await?;
        for day in roll::due(&cx.app, MOST).await? {
            let tx = cx.step().await?;
            roll::sum_up(&tx, day).await?;
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }
}

impl Run for CheckDays {
    async fn run(self, cx: Context) -> Result<Outcome> {
        for day in roll::unchecked(&cx.app, cx.app.clock.now() - CHECK_EVERY, CHECKED).await? {
            let tx = cx.step().await?;
            let holds = roll::check(&tx, day).await?;
            tx.commit().await?;
            if !holds {
                tracing::error!(report.day = %day, "kept figures were not those of their documents; they are now");
                metrics::counter!("report_days_mended_total").increment(1);
            }
        }
        Ok(Outcome::Done)
    }
}
