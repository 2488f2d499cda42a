//! W2 end to end: events arrive at a steady rate; how long until each payment is committed.

use crate::drain::{NOTHING_LEFT, commits, wait};
use crate::load::Load;
use crate::payments::verify;
use crate::process::Process;
use crate::report::{Table, percentile_ms, rate};
use crate::{Bench, events, note};
use anyhow::Result;
use shared::clock::Time;
use std::time::Duration;

/// Events per second.
const RATES: [u32; 2] = [40, 100];

/// Measures it: an API and a worker, both just started, nothing waiting.
pub async fn run(bench: &Bench) -> Result<String> {
    let mut table = Table::new(&["end to end", "p50 ms", "p99 ms", "slowest ms"]);
    for per_second in RATES {
        note(format_args!("W2: end to end at {per_second}/s"));
        let latencies = latencies(bench, per_second).await?;
        let [p50, p99, slowest] = [50, 99, 100].map(|percent| percentile_ms(&latencies, percent));
        table.row([format!("{} events/s for {:?}", rate(per_second.into()), bench.size.open), p50, p99, slowest]);
    }
    Ok(format!("\n{table}\nFrom the scheduled sending of an event to the commit that makes its invoice paid.\n"))
}

async fn latencies(bench: &Bench, per_second: u32) -> Result<Vec<Duration>> {
    let store = bench.servers.fresh("end_to_end").await?;
    let api = Process::ready("api", &store).await?;
    let worker = Process::ready("worker", &store).await?;
    let events = events::signed(1..=per_second as usize * bench.size.open.as_secs() as usize);
    let mut load = Load::connect(api.address).await?;
    let due = load.open(&events, per_second).await?;
    let mut processes = [api, worker];
    wait(&store, &mut processes, NOTHING_LEFT).await?;
    verify(&store, events.len()).await?;
    // events sort as they were sent
    let done = commits(&store, "webhook_events", "status = 'PROCESSED'", "event_id").await?;
    let late = |(due, done): (&Time, &i64)| Duration::from_micros((done - due.timestamp_micros()).max(0) as u64);
    let mut latencies: Vec<Duration> = due.iter().zip(&done).map(late).collect();
    latencies.sort_unstable();
    for process in processes {
        process.kill().await?;
    }
    bench.servers.remove(store).await?;
    Ok(latencies)
}
