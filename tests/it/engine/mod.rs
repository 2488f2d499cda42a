//! The job engine by itself: what is enqueued, what workers make of it, what the ledger says afterwards.
//!
//! What a test's job does is a closure in the test ([`Script`]). The ledger holds only the name under which this process
//! keeps it, because a job is rebuilt from its arguments.

/// A kind of job that plays a script: `job!(Hasty, "test.hasty", TIMEOUT: Duration = Duration::from_millis(300));`
macro_rules! job {
    ($name:ident, $kind:literal $(, $constant:ident: $type:ty = $value:expr)*) => {
        #[derive(serde::Serialize, serde::Deserialize)]
        pub struct $name {
            script: $crate::engine::Script,
            number: u64,
        }

        impl $name {
            pub fn of(script: $crate::engine::Script, number: u64) -> shared::queue::NewJob {
                shared::queue::NewJob::new(&Self { script, number })
            }
        }

        impl shared::queue::Job for $name {
            const KIND: &'static str = $kind;
            $(const $constant: $type = $value;)*
        }

        impl worker::Run for $name {
            async fn run(self, cx: worker::Context) -> shared::Result<worker::Outcome> {
                self.script.run(cx, self.number).await
            }
        }
    };
}

mod attempts;
mod drain;
mod effects;
mod failures;
mod fence;
mod housekeeping;
mod leases;
mod parked;
mod poison;
mod queues;
mod relay;
mod schedules;
mod switches;
mod throughput;
mod unique;

use crate::support::eventually;
use futures::future::BoxFuture;
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use shared::ids::JobId;
use shared::queue::{self, NewJob, Row, State};
use shared::{App, Result};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use worker::{Context, Outcome, Registry};

/// Longer than anything here takes on a busy machine; reached only when a test fails.
pub const LONG: Duration = Duration::from_secs(30);

job!(Play, "test.play", MAX_ATTEMPTS: i32 = 4, BACKOFF_BASE: Duration = Duration::from_millis(1));

/// Workers that know [`Play`] and the product's own jobs.
pub fn registry() -> Registry {
    worker::registry::registry().with::<Play>()
}

/// What the jobs of a test do; the number tells them apart.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Script(Uuid);

type Behaviour = dyn Fn(Context, u64) -> BoxFuture<'static, Result<Outcome>> + Send + Sync;

static SCRIPTS: LazyLock<Mutex<HashMap<Uuid, Arc<Behaviour>>>> = LazyLock::new(Mutex::default);

impl Script {
    pub fn new<F>(run: impl Fn(Context, u64) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Outcome>> + Send + 'static,
    {
        let name = Uuid::now_v7();
        SCRIPTS.lock().unwrap().insert(name, Arc::new(move |cx, number| Box::pin(run(cx, number))));
        Self(name)
    }

    pub async fn run(self, cx: Context, number: u64) -> Result<Outcome> {
        let behaviour = SCRIPTS.lock().unwrap().get(&self.0).cloned().expect("this process wrote the script");
        behaviour(cx, number).await
    }
}

/// Where a job waits until its test lets it go on.
#[derive(Clone, Default)]
pub struct Gate(CancellationToken);

impl Gate {
    pub fn open(&self) {
        self.0.cancel();
    }

    pub async fn pass(&self) {
        self.0.cancelled().await;
    }
}

/// Reports when it is dropped: that its run is over, however it ended.
pub struct Farewell(pub UnboundedSender<String>, pub String);

impl Drop for Farewell {
    fn drop(&mut self) {
        let _ = self.0.send(std::mem::take(&mut self.1));
    }
}

/// The next report of a job.
pub async fn next<T>(reports: &mut UnboundedReceiver<T>) -> T {
    tokio::time::timeout(LONG, reports.recv()).await.expect("a job reports in time").expect("the script lives")
}

pub async fn enqueue(app: &App, job: NewJob) -> JobId {
    enqueue_each(app, [job]).await[0]
}

/// Enqueues jobs in one transaction.
pub async fn enqueue_each(app: &App, jobs: impl IntoIterator<Item = NewJob>) -> Vec<JobId> {
    let tx = app.begin().await.unwrap();
    let mut ids = vec![];
    for job in jobs {
        ids.push(tx.enqueue_job(job).await.unwrap());
    }
    tx.commit().await.unwrap();
    ids
}

/// A job as the ledger knows it now.
pub async fn row(app: &App, id: JobId) -> Row {
    queue::Jobs::find_by_id(id).one(&app.db.conn).await.unwrap().expect("the job exists")
}

/// Waits until a job is in this state.
pub async fn reaches(app: &App, id: JobId, state: State) -> Row {
    let there = || async { Some(row(app, id).await).filter(|row| row.state == state) };
    eventually(&format!("job {id} becomes {state:?}"), LONG, there).await
}

/// The failures that a job's history tells of: attempt and reason.
pub fn history(row: &Row) -> Vec<(i64, String)> {
    let failure = |e: &serde_json::Value| (e["attempt"].as_i64().unwrap(), e["error"].as_str().unwrap().to_owned());
    row.errors.as_array().unwrap().iter().map(failure).collect()
}
