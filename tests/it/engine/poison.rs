//! Jobs that kill the process that runs them.

use super::{Play, Script, enqueue, reaches, registry, row};
use crate::support::{TestApp, eventually};
use shared::ids::JobId;
use shared::queue::{self, State};
use std::time::Duration;
use worker::Outcome;

job!(OnceOnly, "test.once_only", MAX_ATTEMPTS: i32 = 1);

/// A worker claims the job and is never heard of again; its lease ends; another worker's relay notices. Answers whether the
/// job is poison.
async fn die(test: &TestApp, id: JobId) -> bool {
    let kinds = ["test.play@1".to_owned(), "test.once_only@1".to_owned()];
    let claimed = queue::claim(&test.app, &[id], "a-worker-that-dies", &kinds).await.unwrap();
    assert_eq!(claimed.len(), 1, "a job that is available can be claimed");
    let rescued = eventually("the lease ends", Duration::from_secs(5), || async {
        let rescued = queue::rescue(&test.app, 100).await.unwrap();
        (rescued.back.len() + rescued.poison.len() == 1).then_some(rescued)
    });
    !rescued.await.poison.is_empty()
}

fn impatient() -> crate::support::Builder {
    TestApp::builder().config(|c| c.lease = Duration::from_millis(1)).without_worker()
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_jobs_end_in_the_dead_letter() {
    let test = impatient().start().await;
    let script = Script::new(|_, _| async { Ok(Outcome::Done) });
    let id = enqueue(&test.app, Play::of(script, 0)).await;
    for deaths in 1..=2 {
        assert!(!die(&test, id).await, "not poison yet");
        let row = row(&test.app, id).await;
        assert_eq!((row.state, row.rescues, row.attempt), (State::Available, deaths, deaths));
        assert_eq!((row.lease_owner, row.lease_until, row.claim), (None, None, None));
    }
    assert!(die(&test, id).await, "the third death is one too many");
    let dead = row(&test.app, id).await;
    assert_eq!((dead.state, dead.rescues), (State::Discarded, 3));
    let reason = dead.last_error.clone().unwrap();
    assert!(reason.contains("a-worker-that-dies died") && dead.finished_at.is_some(), "{dead:?}");

    // nothing brings it back: neither claims nor rescues nor a whole worker with its relay
    assert!(queue::claim(&test.app, &[id], "another", &["test.play@1".to_owned()]).await.unwrap().is_empty());
    let healthy = test.sibling(|c| c.lease = Duration::from_secs(10)).await;
    let mut test = test;
    test.start_worker_on(healthy.clone(), registry());
    let other = enqueue(&healthy, Play::of(script, 1)).await;
    reaches(&healthy, other, State::Completed).await;
    test.stop_workers().await;
    assert_eq!(row(&test.app, id).await, dead);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_at_the_last_attempt_is_the_end() {
    let test = impatient().start().await;
    let id = enqueue(&test.app, OnceOnly::of(Script::new(|_, _| async { Ok(Outcome::Done) }), 0)).await;
    assert!(die(&test, id).await);
    assert_eq!(row(&test.app, id).await.state, State::Discarded);
    test.close().await;
}
