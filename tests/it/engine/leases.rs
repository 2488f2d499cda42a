//! Leases of workers that live.

use super::{Farewell, Gate, LONG, Play, Script, enqueue, enqueue_each, next, reaches, registry, row};
use crate::support::{TestApp, eventually};
use shared::App;
use shared::ids::JobId;
use shared::queue::State;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use worker::Outcome;

const LEASE: Duration = Duration::from_secs(1);

/// Jobs that report their number and wait at a gate.
fn waiting(gate: &Gate) -> (Script, UnboundedReceiver<u64>) {
    let (gate, (report, reports)) = (gate.clone(), unbounded_channel());
    let script = Script::new(move |_, number| {
        report.send(number).unwrap();
        let gate = gate.clone();
        async move {
            gate.pass().await;
            Ok(Outcome::Done)
        }
    });
    (script, reports)
}

/// Awaits so many renewals of a running job's lease; after three it would be dead without them.
async fn renewals(app: &App, id: JobId, count: usize) {
    let mut end = row(app, id).await.lease_until;
    for _ in 0..count {
        let renewed = || async { row(app, id).await.lease_until.filter(|later| Some(*later) > end) };
        end = Some(eventually("the lease is renewed", LONG, renewed).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_job_keeps_its_lease() {
    let test = TestApp::builder().config(|c| c.lease = LEASE).registry(registry()).start().await;
    let gate = Gate::default();
    let (script, mut started) = waiting(&gate);
    let id = enqueue(&test.app, Play::of(script, 0)).await;
    next(&mut started).await;
    renewals(&test.app, id, 6).await;
    gate.open();
    let row = reaches(&test.app, id, State::Completed).await;
    assert_eq!((row.attempt, row.rescues), (1, 0));
    assert!(started.try_recv().is_err(), "run once");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_waiting_for_a_slot_are_not_taken_for_dead() {
    let change = |config: &mut shared::config::Config| (config.lease, config.worker_concurrency) = (LEASE, 2);
    let test = TestApp::builder().config(change).registry(registry()).start().await;
    let gate = Gate::default();
    let (script, mut started) = waiting(&gate);
    let ids = enqueue_each(&test.app, (0..20).map(|n| Play::of(script, n))).await;
    next(&mut started).await;
    next(&mut started).await;
    renewals(&test.app, ids[0], 6).await;
    assert_eq!(test.count("jobs", "state = 'running'").await, 2, "only what has a slot is claimed");
    gate.open();
    for id in ids {
        let row = reaches(&test.app, id, State::Completed).await;
        assert_eq!((row.attempt, row.rescues), (1, 0));
    }
    for _ in 2..20 {
        next(&mut started).await;
    }
    assert!(started.try_recv().is_err(), "each ran once");
    test.done().await;
}

/// The process slept, and its own relay was the first to see that a lease had ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_comes_back_to_its_own_process_replaces_the_earlier_run() {
    // renewed every three seconds, which leaves a rescue in between
    let test = TestApp::builder().config(|c| c.lease = Duration::from_secs(9)).registry(registry()).start().await;
    let gate = Gate::default();
    let (waits, (report, mut reports)) = (gate.clone(), unbounded_channel());
    let script = Script::new(move |cx, _| {
        let (gate, report) = (waits.clone(), report.clone());
        async move {
            report.send(format!("run {} started", cx.attempt())).unwrap();
            let _farewell = Farewell(report, format!("run {} dropped", cx.attempt()));
            gate.pass().await;
            Ok(Outcome::Done)
        }
    });
    let id = enqueue(&test.app, Play::of(script, 0)).await;
    assert_eq!(next(&mut reports).await, "run 1 started");
    renewals(&test.app, id, 1).await;
    test.sql("UPDATE jobs SET lease_until = '2020-01-01T00:00:00+00:00'").await;
    let mut both = [next(&mut reports).await, next(&mut reports).await];
    both.sort_unstable();
    assert_eq!(both, ["run 1 dropped", "run 2 started"]);
    renewals(&test.app, id, 1).await; // the end of the first run took nothing from the second
    gate.open();
    let row = reaches(&test.app, id, State::Completed).await;
    assert_eq!((row.attempt, row.rescues), (2, 1));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_start_of_a_worker_has_a_name_of_its_own() {
    let mut test = TestApp::builder().config(|c| c.worker_concurrency = 1).without_worker().start().await;
    test.start_worker(registry());
    test.start_worker(registry());
    let gate = Gate::default();
    let (script, mut started) = waiting(&gate);
    let ids = enqueue_each(&test.app, (0..2).map(|n| Play::of(script, n))).await;
    next(&mut started).await;
    next(&mut started).await;
    let owners = (row(&test.app, ids[0]).await.lease_owner.unwrap(), row(&test.app, ids[1]).await.lease_owner.unwrap());
    assert_ne!(owners.0, owners.1);
    let process = format!("/{}/", std::process::id());
    assert!(owners.0.contains(&process) && owners.1.contains(&process), "for people it names the process: {owners:?}");
    gate.open();
    test.done().await;
}
