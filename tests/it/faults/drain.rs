//! SIGTERM: what runs may finish; what cannot is given back as if it had never been started.

use super::{PATIENCE, Stage};
use crate::support::eventually;
use crate::support::smtp::Behaviour;

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_process_finishes_the_mail_it_is_sending() {
    let mut stage = Stage::new().await;
    let bills = stage.bills(1).await;
    stage.smtp.behave(Behaviour::HoldAfterData);
    let mut process = stage.worker().await;
    stage.send(&stage.door(&process), &bills).await;
    stage.smtp.held().await;

    process.ask_to_stop();
    process.says("worker draining").await;
    stage.smtp.behave(Behaviour::Accept);
    assert!(process.exit().await.success(), "a clean end");
    assert_eq!(stage.paid_once(&bills).await, 0, "mails sent twice");
    let mail = &stage.test.jobs("notifications.send_notice").await[0];
    assert_eq!((mail.attempt, mail.rescues), (1, 0), "nothing was given back");
    stage.done().await;
}

/// A lease far longer than the test: what the second process does, it does because the first gave the job back.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_takes_too_long_gives_the_job_back_with_its_attempt_unspent() {
    let mut stage = Stage::new().await.set("WORKER_DRAIN_SECONDS", 1).set("WORKER_LEASE_SECONDS", 600);
    let bills = stage.bills(1).await;
    stage.smtp.behave(Behaviour::HoldBeforeData);
    let mut first = stage.worker().await;
    stage.send(&stage.door(&first), &bills).await;
    stage.smtp.held().await;

    assert!(first.terminate().await.success(), "a clean end");
    let mail = &stage.test.jobs("notifications.send_notice").await[0];
    assert_eq!((mail.attempt, mail.rescues, mail.claim, &mail.lease_owner), (0, 0, None, &None), "as if never started: {mail:?}");
    assert_eq!(stage.test.count("jobs", "state = 'available'").await, 1);

    stage.smtp.behave(Behaviour::Accept);
    let mut second = stage.worker().await;
    assert_eq!(stage.paid_once(&bills).await, 0, "mails sent twice");
    assert_eq!(stage.test.jobs("notifications.send_notice").await[0].attempt, 1);
    assert!(second.terminate().await.success());
    stage.done().await;
}

/// A rolling restart: while one process drains, another takes what comes in and what is given back.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_stopping_worker_gives_back_goes_to_the_others() {
    let Some(stage) = Stage::fleet().await else { return };
    let mut stage = stage.set("WORKER_DRAIN_SECONDS", 1).set("WORKER_LEASE_SECONDS", 600);
    let bills = stage.bills(5).await;
    stage.smtp.behave(Behaviour::HoldBeforeData);
    let mut first = stage.worker().await;
    stage.send(&stage.door(&first), &bills[..1]).await;
    stage.smtp.held().await;

    let mut second = stage.worker().await;
    first.ask_to_stop();
    first.says("worker draining").await;
    stage.send(&stage.door(&second), &bills[1..]).await;
    eventually("the other one pays", PATIENCE, async || (stage.test.count("invoices", "payment_status = 'PAID'").await == 5).then_some(()))
        .await;
    assert!(first.exit().await.success());
    stage.smtp.behave(Behaviour::Accept);
    assert_eq!(stage.paid_once(&bills).await, 0, "mails sent twice");
    assert!(second.terminate().await.success());
    stage.done().await;
}
