//! Our apalis backend: a channel that the fetcher fills with claimed jobs.
//!
//! Everything that can fail (Redis, the database) fails in the fetcher, which tries again, because an error answered here
//! would end the worker and drop what it runs. Waking is the channel's: no timer is polled here. Jobs are claimed only for
//! free slots, so none waits in the channel while its lease runs out.

use crate::fetch::Delivered;
use apalis::prelude::*;
use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use std::convert::Infallible;
use std::task::{Context, Poll};
use tokio::sync::mpsc;
use tower::layer::util::Identity;

/// Feeds one apalis worker.
pub(crate) struct Feed(mpsc::Receiver<Delivered>);

impl Feed {
    pub(crate) fn new(jobs: mpsc::Receiver<Delivered>) -> Self {
        Self(jobs)
    }
}

impl Backend for Feed {
    type Task = Task<Delivered>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Option<Result<Self::Task, Infallible>>> {
        self.0.poll_recv(cx).map(|job| job.map(|job| Ok(Task::new(job))))
    }

    /// Closes the channel: the fetcher stops, and what it had claimed is given back by the engine.
    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        self.0.close();
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for Feed {
    type Args = Delivered;
    type Id = shared::ids::JobId;
    type Kind = Ephemeral;
    type Config = ();
    /// How a job ended is marked by `dispatch`, which knows more than a layer could.
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
