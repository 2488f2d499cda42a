//! Keeps ledger and delivery in step: promotes what is due, rescues what a dead worker held, finds what the delivery
//! lost, rebuilds the whole index after Redis was emptied. Runs in every worker; all of it may run twice.

use crate::engine::Engine;
use chrono::TimeDelta;
use shared::queue::{self, Queue, Ready};
use shared::{App, Result};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const TICK: Duration = Duration::from_millis(500);
const RESCUE_EVERY: Duration = Duration::from_secs(1);
const SWEEP_EVERY: Duration = Duration::from_secs(5);
/// Jobs looked at by one statement.
const PAGE: usize = 1000;

/// Where the relay stands.
struct Relay {
    app: App,
    rescued: Instant,
    swept: Instant,
    /// Where the sweep of each queue goes on.
    cursors: HashMap<Queue, Ready>,
    /// Whether the delivery failed last time: what was announced meanwhile is lost.
    was_away: bool,
}

/// Repairs until stopped.
pub(crate) async fn run(engine: Arc<Engine>, stop: CancellationToken) {
    let now = Instant::now();
    let mut relay = Relay { app: engine.app.clone(), rescued: now, swept: now, cursors: HashMap::new(), was_away: false };
    loop {
        if let Err(error) = relay.tick(&engine).await {
            tracing::warn!(%error, "the relay could not do its round; trying again");
        }
        // jitter: the relays of a fleet should not knock together
        tokio::select! {
            () = tokio::time::sleep(TICK.mul_f64(0.75 + rand::random::<f64>() / 2.0)) => {}
            () = stop.cancelled() => return,
        }
    }
}

impl Relay {
    async fn tick(&mut self, engine: &Engine) -> Result<()> {
        let switches = queue::switch::all(&self.app).await?;
        engine.switches.send_if_modified(|known| {
            let changed = known.as_ref() != Some(&switches);
            *known = Some(switches);
            changed
        });
        // Redis first: what becomes available below shall find a whole index
        let delivery = self.restore().await;
        self.promote().await?;
        if self.rescued.elapsed() >= RESCUE_EVERY {
            self.rescued = Instant::now();
            self.rescue().await?;
        }
        if self.swept.elapsed() >= SWEEP_EVERY && delivery.is_ok() {
            self.swept = Instant::now();
            self.sweep().await?;
        }
        delivery
    }

    /// After an emptied or absent Redis: the whole index again.
    async fn restore(&mut self) -> Result<()> {
        let lost = match self.app.delivery.is_lost().await {
            Ok(lost) => lost || self.was_away,
            Err(error) => {
                let first = !std::mem::replace(&mut self.was_away, true);
                return if first { Err(error) } else { Ok(()) };
            }
        };
        if !lost {
            return Ok(());
        }
        self.was_away = true;
        // the mark comes first: if Redis is emptied again while we fill it, the mark is gone and we start over
        self.app.delivery.renew_epoch().await?;
        let (mut pushed, mut seen) = (0, 0);
        for queue in [Queue::Critical, Queue::Default, Queue::Mail, Queue::Bulk] {
            let mut last = None;
            loop {
                let page = queue::stranded(&self.app, queue, last, self.app.clock.now() + TimeDelta::seconds(1), PAGE).await?;
                pushed += self.app.delivery.push(&page).await?;
                seen += page.len();
                last = page.last().copied();
                if page.len() < PAGE {
                    break;
                }
            }
        }
        self.was_away = false;
        if seen > 0 {
            tracing::info!(jobs = seen, missing = pushed, "the index of ready jobs was rebuilt from the ledger");
        }
        metrics::counter!("jobs_relay_repairs_total").increment(pushed);
        Ok(())
    }

    async fn promote(&self) -> Result<()> {
        loop {
            let due = queue::due(&self.app, PAGE).await?;
            self.push(&due).await;
            if due.len() < PAGE {
                return Ok(());
            }
        }
    }

    async fn rescue(&self) -> Result<()> {
        let rescued = queue::rescue(&self.app, PAGE).await?;
        for (id, kind) in &rescued.poison {
            tracing::error!(job.id = %id, job.kind = %kind, "job killed its workers or ran out of attempts: dead letter");
            metrics::counter!("jobs_discarded_total", "kind" => kind.clone()).increment(1);
        }
        if !rescued.back.is_empty() {
            tracing::warn!(jobs = rescued.back.len(), "jobs of a dead worker were rescued");
            metrics::counter!("jobs_rescued_total").increment(rescued.back.len() as u64);
            self.push(&rescued.back).await;
        }
        Ok(())
    }

    /// Walks through the available jobs, a page of each queue at a time, and announces those that the delivery does not
    /// hold; while a page has such jobs the walk goes on at once.
    async fn sweep(&mut self) -> Result<()> {
        for queue in [Queue::Critical, Queue::Default, Queue::Mail, Queue::Bulk] {
            loop {
                let before = self.app.clock.now() - TimeDelta::seconds(3);
                let page = queue::stranded(&self.app, queue, self.cursors.get(&queue).copied(), before, PAGE).await?;
                let missing = self.app.delivery.push(&page).await?;
                metrics::counter!("jobs_relay_repairs_total").increment(missing);
                match page.last() {
                    Some(last) if page.len() == PAGE => self.cursors.insert(queue, *last),
                    _ => self.cursors.remove(&queue),
                };
                if page.len() < PAGE || missing == 0 {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Failing is fine: these jobs are available, and the next sweep finds them.
    async fn push(&self, jobs: &[Ready]) {
        if let Err(error) = self.app.delivery.push(jobs).await {
            tracing::debug!(%error, jobs = jobs.len(), "jobs could not be announced");
        }
    }
}
