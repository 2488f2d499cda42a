//! Jobs of reports. One day a transaction.

use crate::context::{Context, Outcome, Run};
use crate::exports;
use chrono::TimeDelta;
use shared::queue::Job;
use shared::reports::export;
use shared::reports::jobs::{CheckDays, ExportReport, SumUpDays, SweepExports};
use shared::reports::roll;
use shared::{Error, Result};

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

/// Files that one run takes away; what is left is for the next.
const SWEPT: u64 = 500;

impl Run for ExportReport {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let done = write(&cx, &self).await;
        // the last try: who waits for it must not believe that somebody still works at it
        if let Err(error) = &done
            && cx.attempt() >= Self::MAX_ATTEMPTS
            && !matches!(error, Error::LeaseLost)
        {
            let tx = cx.step().await?;
            export::failed(&tx, self.export).await?;
            tx.commit().await?;
        }
        done
    }
}

async fn write(cx: &Context, job: &ExportReport) -> Result<Outcome> {
    let tx = cx.step().await?;
    let Some(wanted) = export::begin(&tx, job.export).await? else { return Ok(Outcome::Done) };
    tx.commit().await?;
    let Some(written) = exports::write(&cx.app, &wanted).await? else { return Ok(Outcome::Done) };
    // who lost the job meanwhile stops here: the file is another's to name
    cx.step().await?.commit().await?;
    let (draft, rows) = (written.draft, written.rows);
    let bytes = tokio::task::spawn_blocking(move || draft.keep()).await.map_err(Error::internal)?.map_err(Error::internal)?;
    let tx = cx.begin().await?;
    let is_wanted = export::finish(&tx, &wanted, bytes, rows).await?;
    tx.commit().await?;
    if !is_wanted {
        cx.app.storage.remove(&wanted.file()).await?;
    }
    Ok(Outcome::Done)
}

impl Run for SweepExports {
    async fn run(self, cx: Context) -> Result<Outcome> {
        for row in export::expired(&cx.app, SWEPT).await? {
            cx.app.storage.remove(&row.file()).await?;
            let tx = cx.step().await?;
            export::forget(&tx, row.id).await?;
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }
}
