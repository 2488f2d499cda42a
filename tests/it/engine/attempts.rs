//! How often a job is tried, how long it waits in between, and where it ends.

use super::{LONG, Play, Script, enqueue, enqueue_each, history, reaches, registry, row};
use crate::support::{TestApp, eventually};
use chrono::TimeDelta;
use futures::future::join_all;
use shared::Error;
use shared::clock::Time;
use shared::ids::JobId;
use shared::queue::{Row, State};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use worker::Outcome;

const BASE: TimeDelta = TimeDelta::seconds(60);

job!(Stubborn, "test.stubborn", MAX_ATTEMPTS: i32 = 3, BACKOFF_BASE: Duration = Duration::from_secs(60));

/// When the newest failure was written.
fn failed_at(row: &Row) -> Time {
    row.errors.as_array().unwrap().last().unwrap()["at"].as_str().unwrap().parse().unwrap()
}

async fn all_after(test: &TestApp, ids: &[JobId], attempt: i32, state: State) -> Vec<Row> {
    let there = || async {
        let rows = join_all(ids.iter().map(|id| row(&test.app, *id))).await;
        rows.iter().all(|row| (row.attempt, row.state) == (attempt, state)).then_some(rows)
    };
    eventually(&format!("all jobs are {state:?} after attempt {attempt}"), LONG, there).await
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_and_backoff_are_as_declared() {
    let test = TestApp::builder().registry(registry().with::<Stubborn>()).start().await;
    let runs = Arc::new(AtomicU64::new(0));
    let counted = runs.clone();
    let script = Script::new(move |cx, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        async move { Err(Error::internal(format!("failure {}", cx.attempt()))) }
    });
    // many, because the delays are random
    let ids = enqueue_each(&test.app, (0..24).map(|n| Stubborn::of(script, n))).await;

    for attempt in 1..=2 {
        let ceiling = BASE * (1 << (attempt - 1));
        let rows = all_after(&test, &ids, attempt, State::Retryable).await;
        for row in &rows {
            assert!(row.run_at >= row.started_at.unwrap() && row.run_at <= failed_at(row) + ceiling, "attempt {attempt}: {row:?}");
        }
        let delays: Vec<_> = rows.iter().map(|row| row.run_at - failed_at(row)).collect();
        assert!(delays.iter().any(|delay| *delay > ceiling / 2), "all short: no doubling? {delays:?}");
        assert!(delays.iter().any(|delay| *delay < ceiling / 2), "all long: no jitter? {delays:?}");
        test.app.clock.advance(ceiling);
    }
    for row in all_after(&test, &ids, 3, State::Discarded).await {
        let told: Vec<_> = history(&row);
        assert_eq!(told.iter().map(|(attempt, _)| *attempt).collect::<Vec<_>>(), [1, 2, 3]);
        assert!((1..=3).all(|n| told[n - 1].1.contains(&format!("failure {n}"))), "{told:?}");
        assert!(row.last_error.unwrap().contains("failure 3") && row.finished_at.is_some() && row.lease_owner.is_none());
    }
    assert_eq!(runs.load(Ordering::SeqCst), 3 * 24, "each ran three times and never again");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backoff_is_only_ever_added_to_what_a_provider_asked_for() {
    let test = TestApp::builder().registry(registry().with::<Stubborn>()).start().await;
    let asked = Duration::from_secs(1000);
    let script = Script::new(move |_, number| async move {
        match number {
            0 => Err(Error::Upstream { service: "stripe", reason: "slow down".into(), retry_after: Some(asked) }),
            _ => Ok(Outcome::Retry { after: Some(asked), reason: "slow down".into() }),
        }
    });
    for id in enqueue_each(&test.app, (0..2).map(|n| Stubborn::of(script, n))).await {
        let row = reaches(&test.app, id, State::Retryable).await;
        assert!(row.run_at >= row.started_at.unwrap() + asked && row.run_at <= failed_at(&row) + asked + BASE, "{row:?}");
        assert!(row.last_error.unwrap().contains("slow down"));
    }
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_succeed_goes_to_the_dead_letter_at_once() {
    let test = TestApp::builder().registry(registry()).start().await;
    let script = Script::new(move |_, number| async move {
        match number {
            0 => Ok(Outcome::Fail { reason: "no such parcel".into() }),
            1 => Err(Error::refused("smtp", "no such mailbox")),
            _ => Err(Error::NotFound),
        }
    });
    let ids = enqueue_each(&test.app, (0..3).map(|n| Play::of(script, n))).await;
    for (id, reason) in ids.into_iter().zip(["no such parcel", "smtp refused: no such mailbox", "not found"]) {
        let row = reaches(&test.app, id, State::Discarded).await;
        assert_eq!((row.attempt, history(&row)), (1, vec![(1, reason.to_owned())]));
    }
    test.close().await;
}

/// A row that someone else wrote, or an older build. It is our mistake, so it is tried again before it is given up.
#[tokio::test(flavor = "multi_thread")]
async fn arguments_that_no_handler_can_read_end_in_the_dead_letter() {
    let mut test = TestApp::builder().without_worker().start().await;
    let id = enqueue(&test.app, Play::of(Script::new(|_, _| async { Ok(Outcome::Done) }), 0)).await;
    test.sql(r#"UPDATE jobs SET args = '{"parcel": 7}'"#).await;
    test.start_worker(registry());
    let row = reaches(&test.app, id, State::Discarded).await;
    assert_eq!(row.attempt, row.max_attempts);
    assert!(history(&row).iter().all(|(_, reason)| reason.contains("arguments of test.play")), "{:?}", row.errors);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snooze_spends_no_attempt() {
    let test = TestApp::builder().registry(registry().with::<Stubborn>()).start().await;
    let runs = AtomicU64::new(0);
    let script = Script::new(move |cx, _| {
        let run = runs.fetch_add(1, Ordering::SeqCst);
        let until = cx.app.clock.now() + TimeDelta::hours(1);
        async move { Ok(if run < 5 { Outcome::Snooze { until } } else { Outcome::Done }) }
    });
    let id = enqueue(&test.app, Stubborn::of(script, 0)).await;
    let mut due = test.app.clock.now();
    for _ in 0..5 {
        let snoozes = || async { Some(row(&test.app, id).await).filter(|row| row.state == State::Scheduled && row.run_at > due) };
        let row = eventually("it snoozes", LONG, snoozes).await;
        assert_eq!((row.attempt, history(&row), row.lease_owner), (0, vec![], None));
        assert!(row.run_at > test.app.clock.now() + TimeDelta::minutes(59), "not before the time it asked for");
        due = row.run_at;
        test.app.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(reaches(&test.app, id, State::Completed).await.attempt, 1);
    test.done().await;
}
