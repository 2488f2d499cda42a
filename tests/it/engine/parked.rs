//! Rolling deploys: jobs of newer builds wait for workers that know them.

use super::{Play, Script, enqueue_each, reaches, registry, row};
use crate::support::TestApp;
use shared::queue::State;
use worker::{Outcome, Registry};

job!(Novel, "test.novel");
job!(NewerPlay, "test.play", VERSION: i32 = 2);

#[tokio::test(flavor = "multi_thread")]
async fn unknown_kinds_and_newer_versions_are_parked() {
    let mut test = TestApp::builder().config(|c| c.worker_concurrency = 1).registry(registry()).start().await;
    let script = Script::new(|_, _| async { Ok(Outcome::Done) });
    // in the order in which a worker meets them
    let jobs = [Novel::of(script, 0).priority(0), NewerPlay::of(script, 1).priority(0), Play::of(script, 2)];
    let ids = enqueue_each(&test.app, jobs).await;
    assert_eq!(reaches(&test.app, ids[2], State::Completed).await.attempt, 1, "what stands behind them runs");
    for id in &ids[..2] {
        let row = row(&test.app, *id).await;
        assert_eq!((row.state, row.attempt, row.rescues, row.last_error), (State::Available, 0, 0, None), "{}", row.kind);
    }

    // the new build arrives, which reads the older version as well
    test.stop_workers().await;
    let older = enqueue_each(&test.app, [Play::of(script, 3)]).await[0];
    test.start_worker(Registry::default().with::<Novel>().with::<NewerPlay>());
    for id in [ids[0], ids[1], older] {
        assert_eq!(reaches(&test.app, id, State::Completed).await.attempt, 1);
    }
    test.done().await;
}
