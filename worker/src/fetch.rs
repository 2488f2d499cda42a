//! Takes ids from the delivery and claims their jobs: only as many as there are free slots, all in one statement.

use crate::dispatch;
use crate::engine::Engine;
use shared::Result;
use shared::ids::JobId;
use shared::queue::delivery::Taker;
use shared::queue::{self, Claimed, Queue};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

/// Most jobs of one claim.
const MOST: usize = 64;
/// How long a take waits for the first id; also how long a stop may take to be seen.
const WAIT: Duration = Duration::from_secs(1);

/// How long a fetch waits for more free slots while there is a backlog.
const GATHER: Duration = Duration::from_millis(2);
/// How long other queues step back for the critical one.
const STEP_BACK: Duration = Duration::from_millis(250);

/// A claimed job on its way to its handler. Its slot is free again when this is dropped.
#[derive(Clone)]
pub(crate) struct Delivered {
    pub(crate) claimed: Claimed,
    pub(crate) lost: CancellationToken,
    _slot: Arc<OwnedSemaphorePermit>,
}

/// Feeds one queue until the stop.
pub(crate) async fn run(engine: Arc<Engine>, queue: Queue, slots: Arc<Semaphore>, jobs: mpsc::Sender<Delivered>) {
    let mut taker = engine.app.delivery.taker(queue);
    let width = slots.available_permits() as u32;
    let mut is_away = false;
    let mut is_backlog = false;
    loop {
        let free = tokio::select! {
            free = slots.clone().acquire_owned() => free,
            () = engine.stop.cancelled() => return,
        };
        let Ok(free) = free else { return };
        if queue != Queue::Critical {
            money_first(&engine).await;
        }
        if is_backlog {
            // more is waiting than fits: a moment's patience makes one claim of several
            let _ = tokio::time::timeout(GATHER, slots.acquire_many(width / 4)).await;
        }
        let mut permits = vec![free];
        while permits.len() < MOST
            && let Ok(permit) = slots.clone().try_acquire_owned()
        {
            permits.push(permit);
        }
        let most = allowed(&engine, queue, permits.len()).await;
        if engine.stop.is_cancelled() {
            return;
        }
        let ids = match take(&engine, &mut taker, queue, most, &mut is_away).await {
            Ok(ids) => ids,
            Err(error) => {
                tracing::warn!(queue = queue.name(), %error, "jobs cannot be taken; trying again");
                pause(&engine).await;
                continue;
            }
        };
        is_backlog = ids.len() == most;
        if queue == Queue::Critical {
            engine.critical_backlog.send_if_modified(|known| std::mem::replace(known, is_backlog) != is_backlog);
        }
        for claimed in claim(&engine, &ids).await {
            let Some(slot) = permits.pop() else { break };
            let lost = CancellationToken::new();
            engine.hold(claimed.clone(), lost.clone());
            if engine.stop.is_cancelled() {
                // taken while the stop came: for the next worker, at once
                if dispatch::give_back(&engine, &claimed).await.is_ok() {
                    engine.release(&claimed);
                }
                continue;
            }
            if jobs.send(Delivered { claimed, lost, _slot: Arc::new(slot) }).await.is_err() {
                return; // stopping; the engine gives it back
            }
        }
    }
}

/// While more critical jobs wait than have slots, this process has no processor time to give away: the other queues start
/// jobs only now and then, so that none of them stands still.
async fn money_first(engine: &Engine) {
    let mut backlog = engine.critical_backlog.subscribe();
    let _ = tokio::time::timeout(STEP_BACK, backlog.wait_for(|backlog| !backlog)).await;
}

/// How many jobs may start now: none while the queue is paused, fewer under a fleet-wide rate. Waits until it is some, or
/// the stop.
async fn allowed(engine: &Engine, queue: Queue, free: usize) -> usize {
    let mut switches = engine.switches.subscribe();
    loop {
        let known = switches.borrow_and_update().clone();
        let switch = known.iter().flatten().find(|switch| switch.name == queue);
        // until the switches have been read, it may be paused
        if known.is_none() || switch.is_some_and(|switch| switch.paused) {
            if queue == Queue::Critical {
                engine.critical_backlog.send_replace(false); // nobody steps back for a queue that stands still
            }
            tokio::select! {
                _ = switches.changed() => {}
                () = engine.stop.cancelled() => return 0,
            }
            continue;
        }
        let rate = switch.and_then(|switch| switch.rate_per_second).and_then(|rate| u32::try_from(rate).ok());
        let Some(rate) = rate else { return free };
        match engine.app.delivery.within_rate(queue, rate, free).await {
            Ok(0) => {}
            Ok(granted) => return granted,
            // the rate protects others; without its counter we go on slowly
            Err(_) => {
                pause(engine).await;
                return 1;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        if engine.stop.is_cancelled() {
            return 0;
        }
    }
}

/// Ids from the delivery, or straight from the ledger while it is away.
async fn take(engine: &Engine, taker: &mut Taker, queue: Queue, most: usize, is_away: &mut bool) -> Result<Vec<JobId>> {
    match taker.take(most, WAIT).await {
        Ok(ids) => {
            if std::mem::take(is_away) {
                tracing::info!(queue = queue.name(), "the delivery is back");
            }
            Ok(ids)
        }
        Err(error) => {
            if !std::mem::replace(is_away, true) {
                tracing::warn!(queue = queue.name(), %error, "the delivery is away; taking jobs from the ledger");
            }
            let ids = queue::scan(&engine.app, queue, most).await?;
            if ids.is_empty() {
                pause(engine).await;
            }
            Ok(ids)
        }
    }
}

/// Claims what was taken. While the database is away the ids are kept and tried again: they are nowhere else just now.
async fn claim(engine: &Engine, ids: &[JobId]) -> Vec<Claimed> {
    loop {
        match queue::claim(&engine.app, ids, &engine.owner, &engine.kinds).await {
            Ok(claimed) => return claimed,
            Err(error) => tracing::warn!(%error, jobs = ids.len(), "jobs cannot be claimed; trying again"),
        }
        pause(engine).await;
        if engine.stop.is_cancelled() {
            return vec![]; // still available in the ledger: another worker's relay finds them
        }
    }
}

async fn pause(engine: &Engine) {
    tokio::select! {
        () = tokio::time::sleep(WAIT) => {}
        () = engine.stop.cancelled() => {}
    }
}
