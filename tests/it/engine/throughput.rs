//! Many jobs, prompt jobs, few statements.

use super::{LONG, enqueue, enqueue_each, reaches, registry};
use crate::support::{TestApp, eventually};
use chrono::TimeDelta;
use shared::queue::{NewJob, Row, State};
use std::collections::BTreeSet;
use std::time::Duration;
use worker::jobs::engine::Noop;

fn noop(number: i64) -> NewJob {
    NewJob::new(&Noop { number })
}

async fn all_complete(test: &TestApp, count: usize) -> Vec<Row> {
    let completed = || async { (test.count("jobs", "state = 'completed'").await == count as i64).then_some(()) };
    eventually("all jobs complete", LONG * 2, completed).await;
    test.jobs("engine.noop").await
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_due_jobs_do_not_wedge_a_queue() {
    let mut test = TestApp::builder().config(|c| c.worker_concurrency = 64).without_worker().start().await;
    let later = test.app.clock.now() + TimeDelta::hours(1);
    let tx = test.app.begin().await.unwrap();
    let jobs = (0..10_000).map(|n| if n % 2 == 0 { noop(n) } else { noop(n).at(later) }).collect();
    assert_eq!(tx.enqueue_all(jobs).await.unwrap(), 10_000);
    tx.commit().await.unwrap();
    assert_eq!(test.count("jobs", "state = 'scheduled'").await, 5_000);
    test.app.clock.advance(TimeDelta::hours(1)); // all are due now, and nobody is there to run them
    test.start_worker(registry());
    let jobs = all_complete(&test, 10_000).await;
    assert!(jobs.iter().all(|row| row.attempt == 1 && row.rescues == 0));
    let after = enqueue(&test.app, noop(10_000)).await;
    reaches(&test.app, after, State::Completed).await;
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_and_marks_are_batched() {
    let mut test = TestApp::builder().without_worker().start().await;
    enqueue_each(&test.app, (0..500).map(noop)).await;
    test.start_worker(registry());
    let jobs = all_complete(&test, 500).await;
    // the jobs of one statement bear the same moment
    let claims: BTreeSet<_> = jobs.iter().map(|row| row.started_at).collect();
    let marks: BTreeSet<_> = jobs.iter().map(|row| row.finished_at).collect();
    println!("500 jobs: {} claims, {} marks", claims.len(), marks.len());
    assert!(claims.len() + marks.len() < 500, "{} claims and {} marks", claims.len(), marks.len());
    test.done().await;
}

/// A lost wake-up costs a job the rest of a fetcher's wait, half a second on average.
#[tokio::test(flavor = "multi_thread")]
async fn trickled_jobs_start_promptly() {
    let test = TestApp::builder().registry(registry()).start().await;
    for number in 0..200 {
        enqueue(&test.app, noop(number)).await;
        tokio::time::sleep(Duration::from_millis((number as u64 * 7919) % 23)).await; // irregular
    }
    let jobs = all_complete(&test, 200).await;
    let mut waits: Vec<TimeDelta> = jobs.iter().map(|row| row.started_at.unwrap() - row.run_at).collect();
    waits.sort_unstable();
    println!("trickled jobs waited {} in the middle, {} at most", waits[100], waits[199]);
    assert!(waits[100] < TimeDelta::milliseconds(50), "usually {}", waits[100]);
    assert!(waits[199] < TimeDelta::seconds(1), "at most {}", waits[199]);
    test.done().await;
}
