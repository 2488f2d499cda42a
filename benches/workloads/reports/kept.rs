//! The figures of past days: how long a worker needs for all of them.

use super::mib;
use crate::drain::wait;
use crate::process::{Cpu, Process, peak};
use crate::raw_queue::client;
use crate::report::{Table, rate};
use crate::servers::Store;
use crate::{Bench, note};
use anyhow::{Result, ensure};
use shared::App;
use shared::queue::NewJob;
use shared::reports::jobs::SumUpDays;
use std::time::{Duration, Instant};

const LEFT: &str = "rolled_at IS NULL";

pub async fn sum_up(bench: &Bench, store: &Store, worker: &mut Process) -> Result<String> {
    note("reports: summing up all days");
    let app = client(store).await?;
    let watching = job(&app, store, worker).await?;
    let days = store.count("report_days", LEFT).await?;
    ensure!(days > 700, "only {days} days are watched");
    // a day is summed up ten minutes after it began to be watched, when no transaction is open that left no mark; here none is open
    store.execute("UPDATE report_days SET watched_at = watched_at - interval '1 hour'").await?;
    let before = Cpu::now(&bench.servers, &[worker.pid]);
    let (mut left, mut took, mut jobs) = (days, Duration::ZERO, 0);
    while left > 0 {
        took += job(&app, store, worker).await?;
        jobs += 1;
        let now = store.count("report_days", LEFT).await?;
        ensure!(now < left, "a job that summed up nothing, with {now} days left");
        left = now;
        note(format_args!("reports: {left} days left"));
    }
    let used = Cpu::now(&bench.servers, &[worker.pid]).since(before);
    app.db.conn.clone().close().await?;
    app.db.marks.clone().close().await?;
    // within a minute a database does it by itself
    store.execute("VACUUM ANALYZE report_days, report_figures, report_shares").await?;
    let (figures, shares) = (store.count("report_figures", "true").await?, store.count("report_shares", "true").await?);
    let bytes: i64 = store.one("SELECT pg_total_relation_size('report_figures') + pg_total_relation_size('report_shares')").await?;
    let mut table =
        Table::new(&["days", "s", "days/s", "worker s", "PostgreSQL s", "rows of figures", "rows of shares", "MiB of both", "worker MiB"]);
    let [worker_s, postgres_s] = [used.server, used.postgres].map(|time| format!("{:.1}", time.as_secs_f64()));
    let seconds = took.as_secs_f64();
    let per_second = format!("{:.1}", days as f64 / seconds);
    let [figures, shares] = [figures, shares].map(|count| rate(count as f64));
    let memory = format!("{:.0}", peak(worker.pid)?);
    table.row([days.to_string(), format!("{seconds:.1}"), per_second, worker_s, postgres_s, figures, shares, mib(bytes), memory]);
    Ok(format!(
        "\n{table}\nOne worker; {jobs} jobs of at most 200 days, one after the other without the minute between. Watching the days took \
         {:.1} s before.\n",
        watching.as_secs_f64()
    ))
}

/// One run of the job, from its transaction until it is done.
async fn job(app: &App, store: &Store, worker: &mut Process) -> Result<Duration> {
    let begun = Instant::now();
    let tx = app.begin().await?;
    tx.enqueue_job(NewJob::new(&SumUpDays {})).await?;
    tx.commit().await?;
    let done = "NOT EXISTS (SELECT 1 FROM jobs WHERE kind = 'reports.sum_up_days' AND state <> 'completed')";
    wait(store, std::slice::from_mut(worker), done).await?;
    Ok(begun.elapsed())
}
