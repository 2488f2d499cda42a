//! Jobs that exist once.

use super::{Gate, Play, Script, enqueue, next, reaches, registry};
use crate::support::TestApp;
use chrono::TimeDelta;
use futures::future::join_all;
use shared::queue::State;
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use worker::Outcome;

job!(Slow, "test.slow", BACKOFF_BASE: Duration = Duration::from_secs(3600));

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_of_an_unfinished_job_is_that_job() {
    let mut test = TestApp::builder().without_worker().start().await;
    let gate = Gate::default();
    let (report, mut started) = unbounded_channel();
    let waits = gate.clone();
    let script = Script::new(move |cx, number| {
        report.send(number).unwrap();
        let gate = waits.clone();
        async move {
            gate.pass().await;
            let reason = "once more".to_owned();
            Ok(if cx.attempt() == 1 { Outcome::Retry { after: None, reason } } else { Outcome::Done })
        }
    });
    let twin = || Slow::of(script, 0).unique("parcel:7");
    let first = enqueue(&test.app, twin().at(test.app.clock.now() + TimeDelta::hours(1))).await;
    assert_eq!(enqueue(&test.app, twin()).await, first, "while scheduled");
    assert_ne!(enqueue(&test.app, Play::of(Script::new(|_, _| async { Ok(Outcome::Done) }), 0).unique("parcel:8")).await, first);
    test.app.clock.advance(TimeDelta::hours(1));
    test.start_worker(registry().with::<Slow>());
    next(&mut started).await;
    assert_eq!(enqueue(&test.app, twin()).await, first, "while it runs");
    gate.open();
    let waits = reaches(&test.app, first, State::Retryable).await;
    assert_eq!(enqueue(&test.app, twin()).await, first, "while it waits for its next attempt");
    test.app.clock.advance(waits.run_at - test.app.clock.now());
    reaches(&test.app, first, State::Completed).await;
    let second = enqueue(&test.app, twin()).await;
    assert_ne!(second, first, "once it has finished the key is free");
    assert_eq!(test.jobs("test.slow").await.len(), 2);
    let again = reaches(&test.app, second, State::Retryable).await;
    test.app.clock.advance(again.run_at - test.app.clock.now());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_make_one_job() {
    let test = TestApp::builder().without_worker().start().await;
    let script = Script::new(|_, _| async { Ok(Outcome::Done) });
    let at_once = (0..50).map(|n| {
        let app = test.app.clone();
        tokio::spawn(async move { enqueue(&app, Play::of(script, n).unique("parcel:7")).await })
    });
    let ids: HashSet<_> = join_all(at_once).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(ids.len(), 1, "everyone is told of the same job");
    let jobs = test.jobs("test.play").await;
    assert_eq!(jobs.len(), 1);
    assert!(ids.contains(&jobs[0].id) && jobs[0].state == State::Available);
    test.close().await;
}
