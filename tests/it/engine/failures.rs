//! Handlers that break: a panic, a run without end.

use super::{Farewell, Play, Script, enqueue, history, next, reaches, registry};
use crate::support::TestApp;
use shared::queue::{Job, NewJob, State};
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use worker::{Context, Outcome, Run};

job!(Hasty, "test.hasty", TIMEOUT: Duration = Duration::from_millis(300), BACKOFF_BASE: Duration = Duration::from_millis(1));

#[tokio::test(flavor = "multi_thread")]
async fn a_panicking_job_is_retried_and_its_worker_lives_on() {
    let test = TestApp::builder().config(|c| c.worker_concurrency = 1).registry(registry()).start().await;
    let script = Script::new(|cx, number| async move {
        assert!(number == 1 || cx.attempt() == 2, "the sky fell");
        Ok(Outcome::Done)
    });
    let panicking = enqueue(&test.app, Play::of(script, 0)).await;
    let row = reaches(&test.app, panicking, State::Completed).await;
    assert_eq!((row.attempt, row.rescues, history(&row)), (2, 0, vec![(1, "panicked: the sky fell".to_owned())]));
    let after = enqueue(&test.app, Play::of(script, 1)).await;
    reaches(&test.app, after, State::Completed).await;
    test.done().await; // which asserts that no worker ended by itself
}

/// Arguments whose reading panics.
#[derive(serde::Serialize)]
struct Treacherous;

impl<'de> serde::Deserialize<'de> for Treacherous {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("a bug in a Deserialize")
    }
}

impl Job for Treacherous {
    const KIND: &'static str = "test.treacherous";
    const MAX_ATTEMPTS: i32 = 2;
    const BACKOFF_BASE: Duration = Duration::from_millis(1);
}

impl Run for Treacherous {
    async fn run(self, _: Context) -> shared::Result<Outcome> {
        Ok(Outcome::Done)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_before_the_handler_is_a_failed_attempt_as_well() {
    let test = TestApp::builder().registry(registry().with::<Treacherous>()).start().await;
    let id = enqueue(&test.app, NewJob::new(&Treacherous)).await;
    let row = reaches(&test.app, id, State::Discarded).await;
    assert_eq!(history(&row), [1, 2].map(|attempt| (attempt, "panicked: a bug in a Deserialize".to_owned())));
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_times_out_is_aborted_before_it_is_retried() {
    let test = TestApp::builder().registry(registry().with::<Hasty>()).start().await;
    let (report, mut reports) = unbounded_channel();
    let script = Script::new(move |cx, _| {
        let report = report.clone();
        async move {
            report.send(format!("run {}", cx.attempt())).unwrap();
            if cx.attempt() == 1 {
                let _farewell = Farewell(report, "first run dropped".into());
                std::future::pending::<()>().await;
            }
            Ok(Outcome::Done)
        }
    });
    let id = enqueue(&test.app, Hasty::of(script, 0)).await;
    for expected in ["run 1", "first run dropped", "run 2"] {
        assert_eq!(next(&mut reports).await, expected);
    }
    let row = reaches(&test.app, id, State::Completed).await;
    assert_eq!((row.attempt, history(&row)), (2, vec![(1, "timed out".to_owned())]));
    test.done().await;
}
