//! How many of a queue's jobs run at once, and in which order.

use super::{Gate, LONG, Play, Script, enqueue, enqueue_each, next, reaches, registry, row};
use crate::support::{TestApp, eventually};
use chrono::TimeDelta;
use shared::App;
use shared::queue::{Queue, State, switch};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::unbounded_channel;
use worker::Outcome;

job!(Letter, "test.letter", QUEUE: Queue = Queue::Mail);
job!(Payment, "test.payment", QUEUE: Queue = Queue::Critical);

async fn pause(app: &App, queue: Queue, paused: bool) {
    let tx = app.begin().await.unwrap();
    switch::set(&tx, queue, paused, None).await.unwrap();
    tx.commit().await.unwrap();
}

/// Between the first and the last start of eight jobs that do nothing, one after the other.
async fn eight_starts(test: &TestApp) -> TimeDelta {
    let script = Script::new(|_, _| async { Ok(Outcome::Done) });
    let mut starts = vec![];
    for id in enqueue_each(&test.app, (0..8).map(|n| Play::of(script, n))).await {
        starts.push(reaches(&test.app, id, State::Completed).await.started_at.unwrap());
    }
    starts[7] - starts[0]
}

/// While money keeps its queue busy the others start only now and then; while it does not, at once.
#[tokio::test(flavor = "multi_thread")]
async fn other_queues_step_back_for_money_but_none_stands_still() {
    let test = TestApp::builder().config(|c| c.worker_concurrency = 1).registry(registry().with::<Payment>()).start().await;
    let gate = Gate::default();
    let (waits, (report, mut started)) = (gate.clone(), unbounded_channel());
    let payment = Script::new(move |_, number| {
        report.send(number).unwrap();
        let gate = waits.clone();
        async move {
            gate.pass().await;
            Ok(Outcome::Done)
        }
    });
    let idle = eight_starts(&test).await;
    assert!(idle < TimeDelta::seconds(1), "an idle queue holds up nobody: eight starts within {idle}");

    let payments = enqueue_each(&test.app, (0..2).map(|n| Payment::of(payment, n))).await;
    next(&mut started).await;
    let busy = eight_starts(&test).await;
    assert!(busy > TimeDelta::seconds(1), "nobody stepped back: eight starts within {busy}");

    pause(&test.app, Queue::Critical, true).await;
    let seen = Play::of(Script::new(|_, _| async { Ok(Outcome::Done) }), 8).at(test.app.clock.now() + TimeDelta::seconds(1));
    let seen = enqueue(&test.app, seen).await;
    reaches(&test.app, seen, State::Completed).await;
    gate.open();
    reaches(&test.app, payments[0], State::Completed).await;
    let paused = eight_starts(&test).await;
    assert_eq!(row(&test.app, payments[1]).await.state, State::Available, "the pause holds");
    assert!(paused < TimeDelta::seconds(1), "a paused queue holds up nobody: eight starts within {paused}");

    pause(&test.app, Queue::Critical, false).await;
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_most_urgent_runs_first_and_equals_run_in_the_order_of_their_coming() {
    let mut test = TestApp::builder().config(|c| c.worker_concurrency = 1).without_worker().start().await;
    let (report, mut order) = unbounded_channel();
    let script = Script::new(move |_, number| {
        report.send(number).unwrap();
        async { Ok(Outcome::Done) }
    });
    let priorities = [5, 9, 0, 5, 2, 9, 0, 5, 2, 7];
    let jobs = priorities.into_iter().enumerate().map(|(n, priority)| Play::of(script, n as u64).priority(priority));
    enqueue_each(&test.app, jobs).await;
    test.start_worker(registry());
    let mut ran = vec![];
    while ran.len() < priorities.len() {
        ran.push(next(&mut order).await);
    }
    assert_eq!(ran, [2, 6, 4, 8, 0, 3, 7, 9, 1, 5]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_never_runs_more_than_its_slots_and_holds_up_no_other() {
    let test = TestApp::builder().config(|c| c.worker_concurrency = 3).registry(registry().with::<Letter>()).start().await;
    let (now, most, turns) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)), Arc::new(Semaphore::new(0)));
    let (running, peak, gate) = (now.clone(), most.clone(), turns.clone());
    let script = Script::new(move |_, _| {
        peak.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let (running, gate) = (running.clone(), gate.clone());
        async move {
            gate.acquire().await.unwrap().forget();
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(Outcome::Done)
        }
    });
    let ids = enqueue_each(&test.app, (0..30).map(|n| Play::of(script, n))).await;
    let full = || async { (now.load(Ordering::SeqCst) == 3).then_some(()) };
    eventually("all slots are taken", LONG, full).await;

    let letter = enqueue(&test.app, Letter::of(Script::new(|_, _| async { Ok(Outcome::Done) }), 0)).await;
    reaches(&test.app, letter, State::Completed).await;
    for _ in 0..9 {
        turns.add_permits(3);
        eventually("the freed slots are taken again", LONG, || async { (turns.available_permits() == 0).then_some(()) }).await;
        let claimed = || async { (test.count("jobs", "state = 'running' AND kind = 'test.play'").await == 3).then_some(()) };
        eventually("as many are claimed as there are slots", LONG, claimed).await;
    }
    turns.add_permits(3);
    for id in ids {
        reaches(&test.app, id, State::Completed).await;
    }
    assert_eq!(most.load(Ordering::SeqCst), 3);
    test.done().await;
}
