//! Effect and mark are one commit; a job exists if and only if its transaction does.

use super::{Play, Script, enqueue, enqueue_each, reaches, registry};
use crate::support::TestApp;
use shared::policy::Actor;
use shared::queue::{MAX_ARGS_BYTES, NewJob, State};
use shared::{Error, Tx, audit, trace};
use worker::jobs::engine::Noop;
use worker::{Context, Outcome};

/// Writes a row and enqueues a job.
async fn write(tx: &Tx, cx: &Context) -> shared::Result<()> {
    audit::record(tx, &Actor::system(), "test.effect", "job", cx.job().0, None).await?;
    tx.enqueue(Noop { number: 0 }).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn effects_and_mark_commit_together() {
    let test = TestApp::builder().registry(registry()).start().await;
    let script = Script::new(|cx, _| async move {
        let tx = cx.begin().await?;
        write(&tx, &cx).await?;
        tx.commit().await?;
        Err(Error::internal("what comes after the commit no longer matters"))
    });
    let id = enqueue(&test.app, Play::of(script, 0)).await;
    let row = reaches(&test.app, id, State::Completed).await;
    test.settle().await;
    assert_eq!(super::row(&test.app, id).await, row, "it stays as it was");
    assert_eq!((row.attempt, row.last_error), (1, None));
    assert_eq!(test.count("audit_entries", "action = 'test.effect'").await, 1);
    assert_eq!(test.jobs("engine.noop").await.len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_dropped_leaves_neither_rows_nor_jobs() {
    let test = TestApp::builder().registry(registry()).start().await;
    let script = Script::new(|cx, _| async move {
        let tx = cx.begin().await?;
        write(&tx, &cx).await?;
        drop(tx);
        Ok(Outcome::Done)
    });
    let id = enqueue(&test.app, Play::of(script, 0)).await;
    assert_eq!(reaches(&test.app, id, State::Completed).await.attempt, 1);
    assert_eq!(test.count("audit_entries", "action = 'test.effect'").await, 0);
    assert_eq!(test.jobs("engine.noop").await, vec![]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_over_64_kib_are_refused_and_nothing_is_written() {
    let test = TestApp::builder().without_worker().start().await;
    let sized = |bytes: usize| {
        let text = "x".repeat(bytes - 2); // and two quotes
        NewJob::new(&Sized(text))
    };
    let tx = test.app.begin().await.unwrap();
    let refused = tx.enqueue_all(vec![sized(10), sized(MAX_ARGS_BYTES + 1)]).await;
    assert!(matches!(&refused, Err(Error::Internal(why)) if why.contains("65537 bytes")), "{refused:?}");
    tx.commit().await.unwrap();
    assert_eq!(test.jobs("test.sized").await, vec![]);
    enqueue(&test.app, sized(MAX_ARGS_BYTES)).await;
    assert_eq!(test.jobs("test.sized").await.len(), 1, "exactly 64 KiB fit");
    test.close().await;
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct Sized(String);

impl shared::queue::Job for Sized {
    const KIND: &'static str = "test.sized";
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_from_the_request_to_the_last_job() {
    let test = TestApp::builder().registry(registry()).start().await;
    let script = Script::new(move |cx, number| async move {
        let tx = cx.begin().await?;
        if number == 0 {
            tx.enqueue(Noop { number: 1 }).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    });
    let request = trace::root();
    let ids = trace::within(request.clone(), enqueue_each(&test.app, (0..2).map(|n| Play::of(script, n)))).await;
    let outside = enqueue(&test.app, Play::of(script, 2)).await;
    test.settle().await;
    let of = async |id| super::row(&test.app, id).await.trace_context;
    let last = test.jobs("engine.noop").await.remove(0).trace_context;
    for context in [of(ids[0]).await, of(ids[1]).await, last.clone()] {
        assert_eq!(trace::trace_id(&context.unwrap()), trace::trace_id(&request));
    }
    assert_ne!(last, Some(request), "the job is a span of its own");
    assert_eq!(of(outside).await, None, "no request, no trace");
    test.done().await;
}
