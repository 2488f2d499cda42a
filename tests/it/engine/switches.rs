//! Switches that ops people flip: pause, fleet-wide rate.

use super::{LONG, Play, Script, enqueue, enqueue_each, reaches, registry, row};
use crate::support::{TestApp, eventually};
use chrono::TimeDelta;
use shared::App;
use shared::clock::Time;
use shared::queue::{Queue, State, switch};
use std::time::Duration;
use worker::Outcome;

job!(Letter, "test.letter", QUEUE: Queue = Queue::Mail);

async fn set(app: &App, paused: bool, rate: Option<i32>) {
    let tx = app.begin().await.unwrap();
    switch::set(&tx, Queue::Default, paused, rate).await.unwrap();
    tx.commit().await.unwrap();
}

fn script() -> Script {
    Script::new(|_, _| async { Ok(Outcome::Done) })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_starts_within_a_second_and_resuming_goes_on() {
    let test = TestApp::builder().registry(registry()).start().await;
    let script = script();
    let mut ids = vec![enqueue(&test.app, Play::of(script, 0)).await];
    reaches(&test.app, ids[0], State::Completed).await;
    set(&test.app, true, None).await;
    let paused_at = test.app.clock.now();
    // jobs keep coming
    while test.app.clock.now() < paused_at + TimeDelta::milliseconds(2500) {
        ids.push(enqueue(&test.app, Play::of(script, ids.len() as u64)).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut waiting = 0;
    for id in &ids {
        let row = row(&test.app, *id).await;
        waiting += usize::from(row.started_at.is_none());
        assert!(
            row.started_at.is_none_or(|at| at < paused_at + TimeDelta::milliseconds(1300)),
            "started {:?}",
            row.started_at.unwrap() - paused_at
        );
    }
    assert!(waiting > 0, "jobs came after the pause was seen");
    set(&test.app, false, None).await;
    let resumed_at = test.app.clock.now();
    for id in ids {
        let at = reaches(&test.app, id, State::Completed).await.started_at.unwrap();
        assert!(at < resumed_at + TimeDelta::seconds(3), "goes on {:?} later", at - resumed_at);
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_starts_during_a_pause_starts_nothing() {
    let mut test = TestApp::builder().without_worker().start().await;
    set(&test.app, true, None).await;
    let script = script();
    let ids = enqueue_each(&test.app, (0..20).map(|n| Play::of(script, n))).await;
    test.start_worker(registry().with::<Letter>());
    // due a moment later: when it has run, fetchers and relay have done their rounds
    let letter = enqueue(&test.app, Letter::of(script, 0).at(test.app.clock.now() + TimeDelta::seconds(1))).await;
    reaches(&test.app, letter, State::Completed).await;
    for id in &ids {
        let row = row(&test.app, *id).await;
        assert_eq!((row.state, row.attempt), (State::Available, 0));
    }
    set(&test.app, false, None).await;
    for id in ids {
        reaches(&test.app, id, State::Completed).await;
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_holds_for_the_whole_fleet() {
    let mut test = TestApp::builder().without_worker().start().await;
    set(&test.app, true, Some(5)).await;
    test.start_worker(registry());
    eventually("the index is built", LONG, || async { (!test.app.delivery.is_lost().await.unwrap()).then_some(()) }).await;
    // with Redis the second worker is another process; without, there is only one
    let second = if test.store.is_postgres() { test.sibling(|_| {}).await } else { test.app.clone() };
    test.start_worker_on(second, registry());
    let script = script();
    enqueue_each(&test.app, (0..40).map(|n| Play::of(script, n))).await;
    set(&test.app, false, Some(5)).await;
    eventually("21 jobs start", LONG, || async { (test.count("jobs", "started_at IS NOT NULL").await > 20).then_some(()) }).await;
    let jobs = test.jobs("test.play").await;
    let mut starts: Vec<Time> = jobs.into_iter().filter_map(|row| row.started_at).collect();
    starts.sort_unstable();
    // five at the end of one second and five at the begin of the next are lawful, then five in each whole second
    let after = |n: usize| (starts[n] - starts[0]).num_milliseconds();
    assert!(after(10) > 700 && after(20) > 2700, "too fast: {starts:?}");
    assert!(after(20) < 6000, "slower than allowed: {starts:?}");
    set(&test.app, false, None).await;
    test.done().await;
}
