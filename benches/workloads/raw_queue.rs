//! W4, the raw queue: jobs that do nothing, durably.

use crate::drain::{Drain, commits, drain, per_second};
use crate::limits::lpush;
use crate::load::CONNECTIONS;
use crate::process::Cpu;
use crate::report::{Table, micros, rate};
use crate::servers::Store;
use crate::{Bench, note};
use anyhow::{Result, bail, ensure};
use shared::App;
use shared::config::Config;
use shared::queue::NewJob;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;
use worker::jobs::engine::Noop;

/// Jobs of one transaction when they come in bulk.
const BULK: usize = 500;

/// Measures it: enqueued one by one and drained by one process, then enqueued in bulk and drained by two.
pub async fn run(bench: &Bench) -> Result<String> {
    let mut enqueued = Table::new(&["enqueue", "jobs", "jobs/s", "client µs", "PostgreSQL µs", "Redis µs"]);
    let mut drained = Table::new(&["drain", "jobs", "jobs/s", "worker µs", "PostgreSQL µs", "Redis µs"]);
    let mut best = (0.0, 0.0);
    for &jobs in bench.size.noops {
        for (bulk, workers) in [(false, 1), (true, 2)] {
            note(format_args!("W4: {jobs} jobs, {}", if bulk { "in bulk" } else { "one transaction each" }));
            let store = bench.servers.fresh("raw_queue").await?;
            let (took, used) = enqueue(bench, &store, jobs, bulk).await?;
            let per_s = jobs as f64 / took.as_secs_f64();
            let [client, postgres, redis] = [used.client, used.postgres, used.redis].map(|time| micros(time, jobs));
            let name = if bulk { "500 in a transaction, one after the other" } else { "a transaction each, 32 in flight" };
            enqueued.row([name.into(), rate(jobs as f64), rate(per_s), client, postgres, redis]);
            let (drain_per_s, Drain { used, .. }) = empty(bench, &store, jobs, workers).await?;
            let [worker, postgres, redis] = [used.server, used.postgres, used.redis].map(|time| micros(time, jobs));
            let name = if workers == 1 { "one `buy4me worker`" } else { "two `buy4me worker`" };
            drained.row([name.into(), rate(jobs as f64), rate(drain_per_s), worker, postgres, redis]);
            if !bulk {
                best = (per_s, drain_per_s);
            }
            bench.servers.remove(store).await?;
        }
    }
    let (plain, pipelined) = (lpush(bench, 1).await?, lpush(bench, 16).await?);
    Ok(format!(
        "\n### W4 raw queue\n\n{enqueued}\n{drained}\nEvery job was executed once. redis-benchmark LPUSH of 120 B: {}/s, pipelined × 16 {}/s. \
         Reached of the plain one: {:.3} enqueueing, {:.3} draining. Ours are durable rows, committed before the client goes on and marked by \
         a commit when done; an LPUSH is in memory.\n",
        rate(plain),
        rate(pipelined),
        best.0 / plain,
        best.1 / plain,
    ))
}

/// Enqueues from this process, as any code of the product would.
async fn enqueue(bench: &Bench, store: &Store, jobs: usize, bulk: bool) -> Result<(Duration, Cpu)> {
    let app = client(store).await?;
    let (before, start) = (Cpu::now(&bench.servers, &[]), Instant::now());
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..if bulk { 1 } else { CONNECTIONS } {
        let (app, next) = (app.clone(), next.clone());
        tasks.spawn(async move {
            let step = if bulk { BULK } else { 1 };
            loop {
                let from = next.fetch_add(step, Ordering::Relaxed);
                if from >= jobs {
                    return anyhow::Ok(());
                }
                let numbers = from..jobs.min(from + step);
                let tx = app.begin().await?;
                tx.enqueue_all(numbers.map(|number| NewJob::new(&Noop { number: number as i64 })).collect()).await?;
                tx.commit().await?;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let took = start.elapsed();
    sleep(Duration::from_millis(500)).await; // ids reach Redis after the commit
    let used = Cpu::now(&bench.servers, &[]).since(before);
    app.db.conn.clone().close().await?;
    app.db.marks.clone().close().await?;
    Ok((took, used))
}

/// The product inside this process, with a connection for each transaction in flight.
pub async fn client(store: &Store) -> Result<App> {
    let get = |name: &str| match name {
        "DATABASE_CONNECTIONS" => Some(CONNECTIONS.to_string()),
        "SECRET_KEY" => Some("only for measurements, and long enough".to_owned()),
        _ => store.env.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()),
    };
    match Config::read(get) {
        Ok(config) => Ok(App::new(config).await?),
        Err(mistakes) => bail!("{}", mistakes.join("; ")),
    }
}

async fn empty(bench: &Bench, store: &Store, jobs: usize, workers: usize) -> Result<(f64, Drain)> {
    let drain = drain(bench, store, workers).await?;
    let done = commits(store, "jobs", "kind = 'engine.noop' AND state = 'completed' AND attempt = 1", "at").await?;
    ensure!(done.len() == jobs, "{} of {jobs} jobs were executed once", done.len());
    Ok((per_second(&done, done[jobs - 1]), drain))
}
