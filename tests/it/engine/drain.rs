//! A worker that stops: SIGTERM, a deploy.

use super::{Gate, Play, Script, enqueue, enqueue_each, next, reaches, registry, row};
use crate::support::TestApp;
use shared::queue::State;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::unbounded_channel;
use worker::Outcome;

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_finishes_what_it_can_and_gives_back_the_rest() {
    let mut test = TestApp::builder().config(|c| c.drain = Duration::from_millis(500)).registry(registry()).start().await;
    let (report, mut started) = unbounded_channel();
    let gates = [Gate::default(), Gate::default()];
    let waits = gates.clone();
    let script = Script::new(move |_, number| {
        report.send(number).unwrap();
        let gate = waits[number as usize].clone();
        async move {
            gate.pass().await;
            Ok(Outcome::Done)
        }
    });
    let ids = enqueue_each(&test.app, (0..2).map(|n| Play::of(script, n))).await;
    next(&mut started).await;
    next(&mut started).await;
    let (app, [ends, stays]) = (test.app.clone(), gates);
    tokio::join!(test.stop_workers(), async {
        assert_eq!(row(&app, ids[0]).await.state, State::Running, "it ends during the drain, not before");
        ends.open();
    });
    assert_eq!(row(&test.app, ids[0]).await.state, State::Completed);
    let rest = row(&test.app, ids[1]).await;
    assert_eq!((rest.state, rest.attempt, rest.rescues, rest.last_error), (State::Available, 0, 0, None));
    assert_eq!((rest.lease_owner, rest.claim), (None, None));

    stays.open();
    test.start_worker(registry());
    assert_eq!(reaches(&test.app, ids[1], State::Completed).await.attempt, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_with_nothing_to_finish_stops_at_once() {
    let mut test = TestApp::builder().config(|c| c.drain = Duration::from_secs(20)).registry(registry()).start().await;
    let id = enqueue(&test.app, Play::of(Script::new(|_, _| async { Ok(Outcome::Done) }), 0)).await;
    reaches(&test.app, id, State::Completed).await;
    let since = Instant::now();
    test.stop_workers().await;
    assert!(since.elapsed() < Duration::from_secs(4), "took {:?}", since.elapsed());
    test.done().await;
}

/// Its fetchers may be waiting in the delivery just then and get what comes.
#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_come_while_a_worker_stops_are_left_to_the_next() {
    let mut test = TestApp::builder().registry(registry()).start().await;
    let runs = AtomicU64::new(0);
    let script = Script::new(move |_, _| {
        runs.fetch_add(1, Ordering::SeqCst);
        async { Ok(Outcome::Done) }
    });
    let first = enqueue(&test.app, Play::of(script, 0)).await;
    reaches(&test.app, first, State::Completed).await;
    let app = test.app.clone();
    let ((), ids) = tokio::join!(test.stop_workers(), enqueue_each(&app, (1..10).map(|n| Play::of(script, n))));
    for id in &ids {
        let row = row(&test.app, *id).await;
        assert!(row.state == State::Available && row.attempt == 0 || row.state == State::Completed, "left behind: {row:?}");
    }
    test.start_worker(registry());
    for id in ids {
        let row = reaches(&test.app, id, State::Completed).await;
        assert_eq!((row.attempt, row.rescues), (1, 0));
    }
    test.done().await;
}
