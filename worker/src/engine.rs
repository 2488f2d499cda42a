//! One worker process: an apalis worker per queue and the tasks around them.

use crate::backend::Feed;
use crate::context::Context;
use crate::registry::Registry;
use crate::schedule::{self, Schedule};
use crate::{dispatch, fetch, heartbeat, relay};
use apalis::layers::catch_panic::CatchPanicLayer;
use apalis::prelude::*;
use shared::App;
use shared::ids::JobId;
use shared::queue::{self, Claimed, Queue};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What the tasks of a worker process share.
pub(crate) struct Engine {
    pub(crate) app: App,
    pub(crate) registry: Registry,
    pub(crate) kinds: Vec<String>,
    /// Unique per process start: leases name it.
    pub(crate) owner: String,
    /// Fetch no more.
    pub(crate) stop: CancellationToken,
    /// Give back what still runs.
    pub(crate) deadline: CancellationToken,
    /// Jobs that were claimed and not yet marked.
    pub(crate) running: Mutex<HashMap<JobId, Running>>,
    /// Marks for jobs that wrote nothing, gathered into one statement.
    pub(crate) done: mpsc::Sender<(JobId, Uuid, oneshot::Sender<()>)>,
    /// Whether more critical jobs wait than have slots: then the other queues step back.
    pub(crate) critical_backlog: watch::Sender<bool>,
    /// Switches of the queues as the relay last read them; `None` until it has, and nothing starts before.
    pub(crate) switches: watch::Sender<Option<Vec<queue::switch::Model>>>,
}

/// A claim that this process holds.
pub(crate) struct Running {
    pub(crate) claimed: Claimed,
    /// Cancelled when the lease is no longer ours.
    pub(crate) lost: CancellationToken,
}

impl Engine {
    pub(crate) fn running(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a claim, so that its lease is renewed. An earlier claim of the same job, rescued while this process slept,
    /// has lost its lease.
    pub(crate) fn hold(&self, claimed: Claimed, lost: CancellationToken) {
        if let Some(earlier) = self.running().insert(claimed.row.id, Running { claimed, lost }) {
            earlier.lost.cancel();
        }
    }

    /// Forgets a claim; a later one of the same job stays.
    pub(crate) fn release(&self, claimed: &Claimed) {
        let mut running = self.running();
        if running.get(&claimed.row.id).is_some_and(|held| held.claimed.claim == claimed.claim) {
            running.remove(&claimed.row.id);
        }
    }
}

/// Runs jobs until `stop`, then drains: waits for what runs (as long as `Config::drain`), gives back the rest. Answers
/// false when workers ended by themselves, which is a reason to exit non-zero.
pub async fn run(app: App, registry: Registry, schedules: Vec<Schedule>, stop: CancellationToken) -> bool {
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let owner = format!("{}/{}/{}", host.trim(), std::process::id(), &Uuid::new_v4().simple().to_string()[..8]);
    let (done, marks) = mpsc::channel(1024);
    let engine = Arc::new(Engine {
        kinds: registry.kinds(),
        registry,
        owner,
        stop: stop.clone(),
        deadline: CancellationToken::new(),
        running: Mutex::default(),
        critical_backlog: watch::Sender::new(false),
        done,
        switches: watch::Sender::new(None),
        app,
    });
    tracing::info!(worker.owner = %engine.owner, worker.delivery = engine.app.delivery.name(), "worker started");
    let background = CancellationToken::new();
    let tasks = [
        tokio::spawn(heartbeat::run(engine.clone(), background.clone())),
        tokio::spawn(relay::run(engine.clone(), background.clone())),
        tokio::spawn(schedule::run(engine.app.clone(), schedules, stop.clone())),
        tokio::spawn(dispatch::mark_completed(engine.app.clone(), marks)),
    ];
    let ended_early = Arc::new(AtomicBool::new(false));
    let (monitor, fetchers) = workers(&engine, &ended_early);
    let signal = {
        let engine = engine.clone();
        async move {
            engine.stop.cancelled().await;
            tracing::info!(worker.running = engine.running().len(), "worker draining");
            // holds no engine: whoever waits for the engine's end must not wait for this
            let (drain, deadline) = (engine.app.config.drain, engine.deadline.clone());
            tokio::spawn(async move {
                tokio::time::sleep(drain).await;
                deadline.cancel();
            });
            Ok(())
        }
    };
    let result = monitor.run_with_signal(signal).await;
    futures::future::join_all(fetchers).await; // what they still claimed goes back as well
    give_back_rest(&engine).await;
    background.cancel();
    drop(engine);
    for task in tasks {
        if let Err(error) = task.await {
            tracing::error!(%error, "a background task of the worker broke");
        }
    }
    let well = result.is_ok() && !ended_early.load(std::sync::atomic::Ordering::Acquire);
    tracing::info!(worker.well = well, "worker stopped");
    well
}

fn workers(engine: &Arc<Engine>, ended_early: &Arc<AtomicBool>) -> (Monitor, Vec<JoinHandle<()>>) {
    let watcher = (engine.stop.clone(), ended_early.clone());
    let mut monitor = Monitor::new().on_event(move |worker, event| match event {
        // nothing but a stop ends a worker; if something else did, this process must not pretend to work
        Event::Exit if !watcher.0.is_cancelled() => {
            tracing::error!(worker.name = worker.name(), "an apalis worker ended by itself");
            watcher.1.store(true, std::sync::atomic::Ordering::Release);
            watcher.0.cancel();
        }
        Event::Error(error) => tracing::error!(worker.name = worker.name(), %error, "an apalis worker reports an error"),
        _ => {}
    });
    let mut fetchers = vec![];
    for (queue, slots) in concurrency(engine.app.config.worker_concurrency) {
        let (sender, receiver) = mpsc::channel(slots);
        fetchers.push(tokio::spawn(fetch::run(engine.clone(), queue, Arc::new(Semaphore::new(slots)), sender)));
        let feed = Mutex::new(Some(Feed::new(receiver)));
        let name = format!("{}/{}", engine.owner, queue.name());
        let engine = engine.clone();
        monitor = monitor.register(move |_| {
            let feed = feed.lock().unwrap_or_else(PoisonError::into_inner).take().expect("a worker is built once: restarts are off");
            let engine = engine.clone();
            WorkerBuilder::new(name.as_str())
                .backend(feed)
                .layer(CatchPanicLayer::new())
                .build(move |job: fetch::Delivered| dispatch::run(engine.clone(), job))
        });
    }
    (monitor, fetchers)
}

/// Jobs side by side in each queue. Bulk work gets the fewest, so that it cannot crowd out the rest.
fn concurrency(default: usize) -> [(Queue, usize); 4] {
    [(Queue::Critical, default), (Queue::Default, default), (Queue::Mail, default), (Queue::Bulk, (default / 4).max(1))]
}

/// What was claimed and never started goes back, its attempt unspent.
async fn give_back_rest(engine: &Engine) {
    let rest: Vec<Claimed> = engine.running().drain().map(|(_, running)| running.claimed).collect();
    let mut ready = vec![];
    for job in rest {
        match queue::give_back(&engine.app, &job).await {
            Ok(true) => ready.push(job.row.ready()),
            Ok(false) => {}
            Err(error) => tracing::warn!(job.id = %job.row.id, %error, "could not give a job back; its lease will end by itself"),
        }
    }
    // a dead Redis must not hold up the exit; the relay of another worker finds these jobs as well
    let _ = tokio::time::timeout(Duration::from_secs(2), engine.app.delivery.push(&ready)).await;
}

impl Engine {
    /// What a handler of this job works with.
    pub(crate) fn context(&self, claimed: Claimed) -> Context {
        Context::new(self.app.clone(), claimed)
    }
}
