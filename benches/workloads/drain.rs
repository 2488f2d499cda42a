//! Worker processes on a full queue, and how fast they emptied it by the clock of PostgreSQL's commits.

use crate::process::{Cpu, Process, resident};
use crate::servers::Store;
use crate::{Bench, note};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// No drain may take longer.
const DEADLINE: Duration = Duration::from_secs(600);

/// No job waits, runs or will run again; each part has an index of its own.
pub const NOTHING_LEFT: &str = "NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'available') \
     AND NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'running') \
     AND NOT EXISTS (SELECT 1 FROM jobs WHERE state IN ('scheduled', 'retryable'))";

/// What a drain cost.
pub struct Drain {
    /// From the start of the first process, its boot included.
    pub used: Cpu,
    /// The largest worker, in MiB.
    pub resident: f64,
}

/// Starts `workers` processes and waits until no job is left.
pub async fn drain(bench: &Bench, store: &Store, workers: usize) -> Result<Drain> {
    note(format_args!("{workers} worker process(es) on the full queue"));
    let before = Cpu::now(&bench.servers, &[]);
    let mut processes = (0..workers).map(|_| Process::start("worker", store)).collect::<Result<Vec<_>>>()?;
    wait(store, &mut processes, NOTHING_LEFT).await?;
    let pids: Vec<u32> = processes.iter().map(|process| process.pid).collect();
    let used = Cpu::now(&bench.servers, &pids).since(before);
    let mut largest = 0.0_f64;
    for process in processes {
        largest = largest.max(resident(process.pid)?);
        process.kill().await?;
    }
    Ok(Drain { used, resident: largest })
}

/// Waits until an SQL condition holds, as long as the processes live.
pub async fn wait(store: &Store, processes: &mut [Process], is_over: &str) -> Result<()> {
    let since = Instant::now();
    while !store.one::<bool>(&format!("SELECT {is_over}")).await? {
        processes.iter_mut().try_for_each(Process::check)?;
        if since.elapsed() > DEADLINE {
            let states = "SELECT string_agg(kind || ' ' || state || ' ' || n, ', ') \
                          FROM (SELECT kind, state, count(*) AS n FROM jobs GROUP BY 1, 2) t";
            let words: Vec<String> = processes.iter().map(Process::last_words).collect();
            bail!("not over after {DEADLINE:?}: {}\n{}", store.one::<String>(states).await?, words.join("\n"));
        }
        sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// When the rows that meet a condition were last written, in microseconds since 1970, in `order`.
pub async fn commits(store: &Store, table: &str, condition: &str, order: &str) -> Result<Vec<i64>> {
    let at = "(extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint";
    store.column(&format!("SELECT {at} AS at FROM {table} WHERE {condition} ORDER BY {order}")).await
}

/// Per second, of what was committed after the first twentieth until `last`: so the boot is not in it.
pub fn per_second(commits: &[i64], last: i64) -> f64 {
    let skipped = commits.len().div_ceil(20).max(1);
    let Some(from) = commits.get(skipped - 1) else { return 0.0 };
    (commits.len() - skipped) as f64 * 1e6 / (last - from).max(1) as f64
}
