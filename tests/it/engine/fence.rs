//! A worker that lost its lease without noticing: it slept, or its network was cut. Whatever it does then is not true.

use super::{Gate, Play, Script, enqueue, next, reaches, registry};
use crate::support::TestApp;
use shared::policy::Actor;
use shared::queue::State;
use shared::{Error, audit};
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use worker::Outcome;

/// How the runs write.
#[derive(Clone, Copy, PartialEq)]
enum Through {
    Begin,
    Step,
}

/// When the first run wakes.
#[derive(PartialEq)]
enum Wakes {
    BesideTheSecond,
    AfterTheSecond,
}

/// The first run of a job waits until another worker took the job over; then both write.
async fn a_zombie_writes_nothing(through: Through, wakes: Wakes) {
    // one slot, so that the second run must be another worker's; a lease so long that no renewal falls into the test
    let slow = |config: &mut shared::config::Config| (config.worker_concurrency, config.lease) = (1, Duration::from_secs(60));
    let mut test = TestApp::builder().config(slow).registry(registry()).start().await;
    let (zombie_may, second_may) = (Gate::default(), Gate::default());
    let (report, mut reports) = unbounded_channel();
    let gates = [zombie_may.clone(), second_may.clone()];
    let script = Script::new(move |cx, _| {
        let (run, report) = (cx.attempt(), report.clone());
        let gate = gates[run as usize - 1].clone();
        async move {
            report.send((run, "started")).unwrap();
            gate.pass().await;
            let tx = if through == Through::Begin { cx.begin().await? } else { cx.step().await? };
            audit::record(&tx, &Actor::system(), &format!("test.run_{run}"), "job", cx.job().0, None).await?;
            let committed = tx.commit().await;
            report.send((run, if matches!(committed, Err(Error::LeaseLost)) { "lease lost" } else { "committed" })).unwrap();
            committed.map(|()| Outcome::Done)
        }
    });
    let id = enqueue(&test.app, Play::of(script, 0)).await;
    assert_eq!(next(&mut reports).await, (1, "started"));
    test.sql("UPDATE jobs SET lease_until = '2020-01-01T00:00:00+00:00'").await;
    test.start_worker(registry());
    assert_eq!(next(&mut reports).await, (2, "started"));

    if wakes == Wakes::BesideTheSecond {
        zombie_may.open();
        assert_eq!(next(&mut reports).await, (1, "lease lost"));
    }
    second_may.open();
    assert_eq!(next(&mut reports).await, (2, "committed"));
    let done = reaches(&test.app, id, State::Completed).await;
    if wakes == Wakes::AfterTheSecond {
        zombie_may.open();
        assert_eq!(next(&mut reports).await, (1, "lease lost"));
    }
    assert_eq!((done.attempt, done.rescues), (2, 1));
    assert_eq!(test.count("audit_entries", "action = 'test.run_1'").await, 0, "the zombie's effect");
    assert_eq!(test.count("audit_entries", "action = 'test.run_2'").await, 1, "the effect");
    test.stop_workers().await;
    assert_eq!(super::row(&test.app, id).await, done, "the zombie's end changes nothing");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zombie_that_wakes_after_its_lease_was_taken_over_writes_nothing() {
    a_zombie_writes_nothing(Through::Begin, Wakes::AfterTheSecond).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zombie_that_wakes_beside_the_next_run_writes_nothing() {
    a_zombie_writes_nothing(Through::Begin, Wakes::BesideTheSecond).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_a_zombie_writes_nothing() {
    a_zombie_writes_nothing(Through::Step, Wakes::BesideTheSecond).await;
    a_zombie_writes_nothing(Through::Step, Wakes::AfterTheSecond).await;
}
