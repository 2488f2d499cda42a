//! Exports: how long until a file can be fetched, and how much memory a worker takes for it.

use super::visitor::Visitor;
use super::{Company, mib};
use crate::process::{Cpu, Process, forget_peak, peak, resident};
use crate::report::{Table, rate};
use crate::servers::Store;
use crate::{Bench, note};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use shared::clock::Time;
use shared::demo::OWNER;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Formats, and whether each invoice has a row.
const FILES: [(&str, bool); 5] = [("csv", true), ("xlsx", true), ("csv", false), ("xlsx", false), ("pdf", false)];
/// No file may take longer.
const DEADLINE: Duration = Duration::from_secs(1800);

pub async fn run(bench: &Bench, store: &Store, api: &Process, company: &Company) -> Result<String> {
    let head = ["", "rows", "MiB", "s", "rows/s", "worker s", "PostgreSQL s", "MiB resident before", "MiB at most"];
    let mut table = Table::new(&head);
    let issued = store.count("invoices", "issued_at IS NOT NULL").await?;
    for (format, detail) in FILES {
        note(format_args!("reports: {format}, detail={detail}"));
        let mut worker = Process::ready("worker", store).await?;
        sleep(bench.size.idle).await;
        let owner = Visitor::sign_in(api, OWNER).await?;
        let before = resident(worker.pid)?;
        forget_peak(worker.pid)?;
        let cpu = Cpu::now(&bench.servers, &[worker.pid]);
        let path = format!("/api/admin/reports/export/?format={format}&detail={detail}&group_by=month&date_from={}", company.first);
        let file = ready(&owner, &mut worker, &path).await?;
        let used = Cpu::now(&bench.servers, &[worker.pid]).since(cpu);
        let most = peak(worker.pid)?;
        let number = |name: &str| file[name].as_i64().with_context(|| format!("no {name}: {file}"));
        let (rows, bytes) = (number("rows_done")?, number("bytes")?);
        ensure!(!detail || rows >= issued, "{rows} rows for {issued} invoices");
        let time = |name: &str| Ok::<Time, anyhow::Error>(serde_json::from_value(file[name].clone())?);
        let seconds = (time("finished_at")? - time("created_at")?).as_seconds_f64();
        let id = file["id"].as_str().context("a file without an id")?;
        let length = std::fs::metadata(store.dir.join(format!("reports/{id}.{format}")))?.len();
        ensure!(length == bytes as u64, "{length} bytes instead of {bytes}");
        let name = format!("{format}, {}", if detail { "a row for each invoice" } else { "summary" });
        let [worker_s, postgres_s] = [used.server, used.postgres].map(|time| format!("{:.2}", time.as_secs_f64()));
        let per_second = rate(rows as f64 / seconds);
        let [before, most] = [before, most].map(|mib| format!("{mib:.1}"));
        table.row([name, rate(rows as f64), mib(bytes), format!("{seconds:.2}"), per_second, worker_s, postgres_s, before, most]);
        worker.kill().await?;
    }
    Ok(format!(
        "\n{table}\nAll time by month, each by a worker that was just started, from the request (`created_at`) until the file is `READY` (`finished_at`). \
         The files are kept in memory.\n"
    ))
}

/// Asks for a file and waits until it can be fetched.
async fn ready(who: &Visitor, worker: &mut Process, path: &str) -> Result<Value> {
    let (asked, begun) = (who.read(path).await?, Instant::now());
    let path = format!("/api/admin/reports/exports/{}/", asked["id"].as_str().context("a file without an id")?);
    while begun.elapsed() < DEADLINE {
        worker.check()?;
        let file = who.read(&path).await?;
        match file["status"].as_str() {
            Some("READY") => return Ok(file),
            Some("QUEUED" | "RUNNING") => sleep(Duration::from_millis(100)).await,
            _ => bail!("{file}; the worker's log ends:\n{}", worker.last_words()),
        }
    }
    bail!("not ready after {DEADLINE:?}; the worker's log ends:\n{}", worker.last_words())
}
