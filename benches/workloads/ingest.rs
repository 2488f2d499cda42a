//! W1, webhook ingest: the real `buy4me api`, no worker, 32 connections in a closed loop.

use crate::events::{self, Event};
use crate::limits::{Limit, pgbench};
use crate::load::{Load, Seen};
use crate::process::{Cpu, Process, resident};
use crate::report::{self, NONE, Table, micros, rate};
use crate::servers::{Snapshot, Store};
use crate::{Bench, note, responder};
use anyhow::{Result, ensure};
use std::time::Duration;
use tokio::time::sleep;

/// Long enough for loops that end by their number.
const LONG: Duration = Duration::from_secs(120);

/// A database and a Redis full of events that wait for a worker.
pub struct Filled {
    pub database: String,
    pub redis: Snapshot,
    pub events: usize,
}

/// Measures W1, and leaves what it stored.
pub async fn run(bench: &Bench) -> Result<(String, Filled)> {
    let size = &bench.size;
    note(format_args!("W1: signing {} events", size.pool));
    let events = events::signed(1..=size.pool);
    let (ceiling, ceiling_cpu) = responder::measure(bench, &events).await?;
    let store = bench.servers.fresh("ingest").await?;
    let api = Process::ready("api", &store).await?;
    let mut load = Load::connect(api.address).await?;
    let warm = load.closed(&events, 0, size.warm_up, LONG).await?;
    note("W1: the API under load");
    let before = Cpu::now(&bench.servers, &[api.pid]);
    let seen = load.closed(&events, warm.next, events.len() - size.pairs, size.run).await?;
    let used = Cpu::now(&bench.servers, &[api.pid]).since(before);
    let mib = resident(api.pid)?;
    let paired = seen.next + size.pairs;
    load.pairs(&events[seen.next..paired]).await?;
    let sent = load.closed(&events, paired, size.events.max(paired), LONG).await?.next;
    verify(&store, &events[..sent]).await?;
    let filled = leave(bench, store, api, sent).await?;

    let limits = limits(bench).await?;
    let mut table = Table::new(&["", "200s/s", "p50 ms", "p99 ms", "server µs", "PostgreSQL µs", "Redis µs", "client µs"]);
    table.row(of_loop("`buy4me api`: event and job durable in one commit", &seen, used));
    for (name, limit) in &limits {
        let postgres = micros(limit.postgres, limit.transactions);
        table.row([format!("pgbench: {name}"), rate(limit.per_second), NONE, NONE, NONE, postgres, NONE, NONE]);
    }
    table.row(of_loop("constant axum responder (ceiling of box and client)", &ceiling, ceiling_cpu));
    let reached = report::per_second(&seen);
    let ratios: Vec<String> = limits.iter().map(|(name, limit)| format!("{:.2} × {name}", reached / limit.per_second)).collect();
    let text = format!(
        "\n### W1 webhook ingest\n\n{table}\nReached: {}. {sent} events: stored = acknowledged, none twice, one job each; {} of them were sent \
         twice at once. The API has {mib:.0} MiB resident after the load.\n",
        ratios.join(", "),
        size.pairs,
    );
    Ok((text, filled))
}

/// Events for W2 alone.
pub async fn fill(bench: &Bench) -> Result<Filled> {
    note(format_args!("storing {} events", bench.size.events));
    let events = events::signed(1..=bench.size.events);
    let store = bench.servers.fresh("ingest").await?;
    let api = Process::ready("api", &store).await?;
    Load::connect(api.address).await?.closed(&events, 0, events.len(), LONG).await?;
    verify(&store, &events).await?;
    leave(bench, store, api, events.len()).await
}

async fn leave(bench: &Bench, store: Store, api: Process, events: usize) -> Result<Filled> {
    sleep(Duration::from_millis(500)).await; // ids reach Redis after the answer
    api.kill().await?;
    let redis = bench.servers.snapshot().await?;
    Ok(Filled { database: bench.servers.keep(store).await?, redis, events })
}

/// What is stored is what was acknowledged, once, and each has one job.
async fn verify(store: &Store, acknowledged: &[Event]) -> Result<()> {
    let stored: Vec<String> = store.column("SELECT event_id FROM webhook_events ORDER BY event_id").await?;
    ensure!(stored.len() == acknowledged.len(), "{} events stored, {} acknowledged", stored.len(), acknowledged.len());
    ensure!(stored.iter().zip(acknowledged).all(|(stored, sent)| *stored == sent.id), "other events stored than acknowledged");
    let with_job =
        "SELECT count(*) FROM webhook_events e JOIN jobs j ON j.args->>'event' = e.id::text AND j.kind = 'billing.apply_payment_event'";
    let (jobs, with_job): (i64, i64) = (store.count("jobs", "true").await?, store.one(with_job).await?);
    ensure!(jobs == with_job && jobs == stored.len() as i64, "{jobs} jobs, {with_job} of events, for {} events", stored.len());
    Ok(())
}

/// The same inserts without anything around them, each on a fresh copy.
async fn limits(bench: &Bench) -> Result<Vec<(&'static str, Limit)>> {
    let body = events::sample();
    let scripts = [
        ("BEGIN, event, job, END", include_str!("sql/ingest_transaction.sql")),
        ("event and job in one autocommit statement", include_str!("sql/ingest_statement.sql")),
        ("the event alone", include_str!("sql/ingest_event.sql")),
    ];
    let mut limits = vec![];
    for (name, script) in scripts {
        let store = bench.servers.fresh("ingest_limit").await?;
        let limit = pgbench(bench, &store, name, script, &[("i", "0"), ("body", &body)]).await?;
        let stored = store.count("webhook_events", "true").await?;
        ensure!(stored == limit.transactions as i64, "{name}: {stored} events by {} transactions", limit.transactions);
        bench.servers.remove(store).await?;
        limits.push((name, limit));
    }
    Ok(limits)
}

fn of_loop(name: &str, seen: &Seen, used: Cpu) -> [String; 8] {
    let n = seen.latencies.len();
    let [p50, p99] = [50, 99].map(|percent| report::percentile_ms(&seen.latencies, percent));
    let [server, postgres, redis, client] = [used.server, used.postgres, used.redis, used.client].map(|time| micros(time, n));
    [name.to_owned(), rate(report::per_second(seen)), p50, p99, server, postgres, redis, client]
}
