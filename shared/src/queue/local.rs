//! Delivery inside one process: ordered sets and a bell per queue.

use super::{Queue, Ready};
use crate::ids::JobId;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// The in-process index. Clones share it.
#[derive(Clone, Default)]
pub struct Local(Arc<Shared>);

#[derive(Default)]
struct Shared {
    inner: Mutex<Inner>,
    bells: [Notify; 4],
}

#[derive(Default)]
struct Inner {
    queues: HashMap<Queue, BTreeSet<(i64, JobId)>>,
    epoch: Option<Instant>,
    started: HashMap<Queue, (Instant, usize)>,
}

impl Local {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        // a panic while holding the lock leaves at worst a missing id, which the relay finds
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, jobs: &[Ready]) -> u64 {
        let mut inner = self.inner();
        let mut added = 0;
        for job in jobs {
            added += u64::from(inner.queues.entry(job.queue).or_default().insert((job.score(), job.id)));
            self.0.bells[job.queue as usize].notify_one();
        }
        added
    }

    pub(super) async fn take(&self, queue: Queue, most: usize, wait: Duration) -> Vec<JobId> {
        let bell = &self.0.bells[queue as usize];
        let until = tokio::time::Instant::now() + wait;
        loop {
            let taken = self.pop(queue, most);
            if !taken.is_empty() || tokio::time::timeout_at(until, bell.notified()).await.is_err() {
                return taken;
            }
        }
    }

    fn pop(&self, queue: Queue, most: usize) -> Vec<JobId> {
        let mut inner = self.inner();
        let set = inner.queues.entry(queue).or_default();
        (0..most).map_while(|_| set.pop_first()).map(|(_, id)| id).collect()
    }

    pub(super) fn epoch(&self) -> Option<Instant> {
        self.inner().epoch
    }

    pub(super) fn renew_epoch(&self) {
        self.inner().epoch = Some(Instant::now());
    }

    pub(super) fn within_rate(&self, queue: Queue, per_second: u32, wanted: usize) -> usize {
        let mut inner = self.inner();
        let (since, used) = inner.started.entry(queue).or_insert((Instant::now(), 0));
        if since.elapsed() >= Duration::from_secs(1) {
            (*since, *used) = (Instant::now(), 0);
        }
        let granted = wanted.min((per_second as usize).saturating_sub(*used));
        *used += granted;
        granted
    }
}
