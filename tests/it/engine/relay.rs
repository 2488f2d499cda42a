//! What the delivery does not carry, the relay finds.

use super::{LONG, enqueue, enqueue_each, reaches, registry};
use crate::support::{TestApp, eventually};
use chrono::TimeDelta;
use shared::config::Config;
use shared::queue::{NewJob, State};
use worker::jobs::engine::Noop;

/// A process of its own: what it announces reaches nobody here.
fn elsewhere(config: &mut Config) {
    config.redis_prefix = format!("{}-elsewhere", config.redis_prefix);
}

fn noops() -> impl Iterator<Item = NewJob> {
    (0..20).map(|number| NewJob::new(&Noop { number }))
}

/// The process died between its commit and its push, or Redis was away for just that moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_commit_and_push_loses_nothing() {
    let test = TestApp::builder().registry(registry()).start().await;
    let whole = || async { (!test.app.delivery.is_lost().await.unwrap()).then_some(()) };
    eventually("the worker has built its index", LONG, whole).await;
    let crashing = test.sibling(elsewhere).await;
    let ids = enqueue_each(&crashing, noops()).await;
    drop(crashing);
    for id in ids {
        let row = reaches(&test.app, id, State::Completed).await;
        let waited = row.started_at.unwrap() - row.created_at;
        assert!(waited < TimeDelta::seconds(15), "found after {waited}");
        assert_eq!((row.attempt, row.rescues), (1, 0));
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_starts_again_finds_the_jobs_of_the_one_before() {
    let mut test = TestApp::builder().without_worker().start().await;
    let before = test.sibling(elsewhere).await;
    let ids = enqueue_each(&before, noops()).await;
    let due_later = enqueue(&before, NewJob::new(&Noop { number: 20 }).at(before.clock.now() + TimeDelta::milliseconds(500))).await;
    drop(before);
    test.start_worker(registry());
    for id in ids {
        let row = reaches(&test.app, id, State::Completed).await;
        let waited = row.started_at.unwrap() - row.created_at;
        assert!(waited < TimeDelta::seconds(4), "an empty index is rebuilt at once, not by the sweep: {waited}");
    }
    reaches(&test.app, due_later, State::Completed).await;
    test.done().await;
}
