//! W2, payment jobs: worker processes on a queue full of stored events.

use crate::drain::{commits, drain, per_second};
use crate::ingest::Filled;
use crate::limits::{Limit, pgbench};
use crate::report::{NONE, Table, micros, rate};
use crate::servers::Store;
use crate::{Bench, events, note};
use anyhow::{Result, ensure};

/// Measures the drain of what W1 left.
pub async fn run(bench: &Bench, filled: Filled) -> Result<String> {
    let mut table = Table::new(&["drain", "payments/s", "with receipts/s", "worker µs", "PostgreSQL µs", "Redis µs", "worker MiB"]);
    let mut single = 0.0;
    for workers in [1, 2] {
        note(format_args!("W2: {} payments", filled.events));
        let store = bench.servers.copy(&filled.database, "payments").await?;
        bench.servers.restore(&filled.redis).await?;
        let drain = drain(bench, &store, workers).await?;
        verify(&store, filled.events).await?;
        let applied = commits(&store, "webhook_events", "status = 'PROCESSED'", "at").await?;
        let sent = commits(&store, "notifications", "channel = 'EMAIL' AND status = 'SENT'", "at").await?;
        let last = |commits: &[i64]| commits.last().copied().unwrap_or_default();
        let (payments, receipts) = (per_second(&applied, last(&applied)), per_second(&applied, last(&sent)));
        if workers == 1 {
            single = payments;
        }
        let used = [drain.used.server, drain.used.postgres, drain.used.redis].map(|time| micros(time, filled.events));
        let [worker, postgres, redis] = used;
        let name = if workers == 1 { "one `buy4me worker`" } else { "two `buy4me worker`" };
        table.row([name.into(), rate(payments), rate(receipts), worker, postgres, redis, format!("{:.0}", drain.resident)]);
        bench.servers.remove(store).await?;
    }
    bench.servers.drop_database(&filled.database).await?;
    let limits = limits(bench).await?;
    for (name, limit) in &limits {
        let postgres = micros(limit.postgres, limit.transactions);
        table.row([format!("pgbench: {name}"), rate(limit.per_second), NONE, NONE, postgres, NONE, NONE]);
    }
    let ratios: Vec<String> = limits.iter().map(|(name, limit)| format!("{:.2} × {name}", single / limit.per_second)).collect();
    Ok(format!(
        "\n### W2 payment jobs\n\n{table}\nOne worker reached: {}. {} events = PROCESSED = paid invoices = transactions = notifications = \
         receipts written. A payment here also writes an audit entry and the job of a receipt, and the same workers write the receipts \
         (HTML and text, as files in memory) meanwhile: work that the peers do not do. µs are per payment, its receipt included.\n",
        ratios.join(", "),
        filled.events,
    ))
}

/// Everything happened, once.
pub async fn verify(store: &Store, events: usize) -> Result<()> {
    let counts = [
        ("processed events", store.count("webhook_events", "status = 'PROCESSED'").await?),
        ("events", store.count("webhook_events", "true").await?),
        ("paid invoices", store.count("invoices", "payment_status = 'PAID' AND paid_minor = amount_minor").await?),
        ("transactions", store.count("payment_transactions", "status = 'SUCCESS'").await?),
        ("notifications", store.count("notifications", "event = 'invoice.paid' AND channel = 'EMAIL' AND status = 'SENT'").await?),
        ("completed payment jobs", store.count("jobs", "kind = 'billing.apply_payment_event' AND state = 'completed'").await?),
        ("completed receipt jobs", store.count("jobs", "kind = 'notifications.send_notice' AND state = 'completed'").await?),
        ("receipts", mails(store)),
    ];
    for (what, count) in counts {
        ensure!(count == events as i64, "{count} {what} for {events} events");
    }
    Ok(())
}

fn mails(store: &Store) -> i64 {
    let files = std::fs::read_dir(store.dir.join("mail")).into_iter().flatten().flatten();
    files.filter(|file| file.path().extension().is_some_and(|e| e == "eml")).count() as i64
}

/// The same transactions without anything around them, on events that wait, each for its own invoice.
async fn limits(bench: &Bench) -> Result<Vec<(&'static str, Limit)>> {
    let store = bench.servers.fresh("payments_waiting").await?;
    let waiting = bench.size.waiting;
    store.execute(&format!(include_str!("sql/payments_waiting.sql"), waiting = waiting, body = events::sample())).await?;
    store.execute("VACUUM ANALYZE webhook_events, jobs").await?;
    let waiting_in = bench.servers.keep(store).await?;
    let scripts = [
        ("the statements that our worker sends", include_str!("sql/payments_ours.sql")),
        ("the peers' transaction, 9 round trips", include_str!("sql/payments_peers.sql")),
    ];
    let mut limits = vec![];
    for (name, script) in scripts {
        let store = bench.servers.copy(&waiting_in, "payments_limit").await?;
        let limit = pgbench(bench, &store, name, script, &[("i", "0")]).await?;
        ensure!(limit.transactions < waiting, "{name}: no event was left");
        let paid = store.count("invoices", "payment_status = 'PAID'").await?;
        ensure!(paid == limit.transactions as i64, "{name}: {paid} invoices paid by {} transactions", limit.transactions);
        bench.servers.remove(store).await?;
        limits.push((name, limit));
    }
    bench.servers.drop_database(&waiting_in).await?;
    Ok(limits)
}
