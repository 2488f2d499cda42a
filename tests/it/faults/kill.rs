//! `kill -9`, at the moments that hurt.

use super::{PATIENCE, Stage};
use crate::support::eventually;
use crate::support::smtp::Behaviour;
use sea_orm::{ConnectionTrait, TransactionTrait};
use std::time::{Duration, Instant};

/// The promise: a killed worker's jobs go on within this time, with the default lease.
const PROMISE: Duration = Duration::from_secs(15);

/// In the fleet the worker dies inside the transaction that pays; on SQLite, where only one process writes, during the mail.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_in_the_middle_of_a_payment_is_rescued_and_pays_once() {
    let mut stage = Stage::new().await.set("WORKER_LEASE_SECONDS", 10);
    let bills = stage.bills(1).await;
    let mut first = stage.worker().await;
    let lock = stage.test.app.db.conn.begin().await.unwrap();
    if stage.is_fleet() {
        lock.execute_unprepared("SELECT * FROM invoices FOR UPDATE").await.unwrap();
    }
    stage.smtp.behave(Behaviour::HoldBeforeData);
    stage.send(&stage.door(&first), &bills).await;
    if stage.is_fleet() {
        stage.waits_for_a_row().await
    } else {
        stage.smtp.held().await
    }
    assert_eq!(stage.test.count("jobs", "state = 'running' AND attempt = 1").await, 1);

    let killed = Instant::now();
    first.kill9().await;
    lock.rollback().await.unwrap();
    stage.smtp.behave(Behaviour::Accept);
    let mut second = stage.worker().await;
    eventually("the killed job is done", PATIENCE, async || {
        (stage.test.count("jobs", "state = 'completed' AND attempt = 2 AND rescues = 1").await == 1).then_some(())
    })
    .await;
    let took = killed.elapsed();
    assert!(took < PROMISE, "rescued after {took:?}");
    assert_eq!(stage.paid_once(&bills).await, 0, "mails sent twice");
    assert!(second.terminate().await.success());
    stage.done().await;
}

/// The mail server has the mail, and the sender dies before it hears so: nobody can know, so it is sent again, and the
/// receiver's mail program recognises it.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_the_smtp_answer_and_the_commit_repeats_the_mail_with_the_same_message_id() {
    assert_eq!(mails_after_a_kill(Behaviour::HoldAfterData).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_before_the_mail_left_sends_it_once() {
    assert_eq!(mails_after_a_kill(Behaviour::HoldBeforeData).await, 1);
}

async fn mails_after_a_kill(hold: Behaviour) -> usize {
    let mut stage = Stage::new().await;
    let bills = stage.bills(1).await;
    stage.smtp.behave(hold);
    let mut first = stage.worker().await;
    stage.send(&stage.door(&first), &bills).await;
    stage.smtp.held().await;
    assert_eq!(stage.test.count("notifications", "status = 'QUEUED'").await, 1, "not sent before its answer");

    first.kill9().await;
    stage.smtp.behave(Behaviour::Accept);
    let mut second = stage.worker().await;
    stage.paid_once(&bills).await;
    let mail = &stage.test.jobs("notifications.send_notice").await[0];
    assert_eq!((mail.attempt, mail.rescues), (2, 1));
    assert!(second.terminate().await.success());
    let mails = stage.smtp.mails().len();
    stage.done().await;
    mails
}

impl Stage {
    /// Waits until a statement of some process waits for a row that is locked.
    pub async fn waits_for_a_row(&self) {
        let waiting = "datname = current_database() AND wait_event_type = 'Lock'";
        eventually("somebody waits for a row", PATIENCE, async || (self.test.count("pg_stat_activity", waiting).await > 0).then_some(()))
            .await;
    }
}
