//! A process that froze (a paused machine, a long swap), was given up for dead, and wakes up again.

use super::{PATIENCE, Stage};
use crate::support::eventually;
use crate::support::process::Process;
use crate::support::smtp::Behaviour;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder, TransactionTrait};
use shared::billing::transaction;
use shared::notifications::notification;
use shared::queue;

#[tokio::test(flavor = "multi_thread")]
async fn a_zombie_that_wakes_up_during_its_mail_writes_nothing() {
    let mut stage = Stage::new().await;
    let bills = stage.bills(2).await;
    stage.smtp.behave(Behaviour::HoldBeforeData);
    let zombie = stage.worker().await;
    stage.send(&stage.door(&zombie), &bills[..1]).await;
    stage.smtp.held().await;

    zombie.freeze();
    let other = stage.worker().await;
    stage.smtp.behave(Behaviour::Accept);
    stage.settled(&bills[..1]).await;
    let before = stage.rows().await;
    let mail = &before.0[1];
    assert_eq!((mail.kind.as_str(), mail.attempt, mail.rescues), ("notifications.send_notice", 2, 1), "another process did it");

    zombie.thaw();
    zombie.says("this run lost its lease").await;
    assert_eq!(stage.rows().await, before, "the zombie changed nothing");
    works_afterwards(stage, zombie, other, &bills).await;
}

/// The worst place to freeze: holding the lock of the row that everybody else needs.
#[tokio::test(flavor = "multi_thread")]
async fn a_zombie_that_holds_an_invoice_is_cut_off_and_pays_nothing() {
    let Some(mut stage) = Stage::fleet().await else { return };
    let bills = stage.bills(2).await;
    let zombie = stage.worker().await;
    let lock = stage.test.app.db.conn.begin().await.unwrap();
    lock.execute_unprepared("SELECT * FROM invoices FOR UPDATE").await.unwrap();
    stage.send(&stage.door(&zombie), &bills[..1]).await;
    stage.waits_for_a_row().await;

    zombie.freeze();
    lock.rollback().await.unwrap(); // now the zombie's transaction has the row
    let other = stage.worker().await;
    stage.settled(&bills[..1]).await;
    let before = stage.rows().await;
    let payment = &before.0[0];
    assert_eq!((payment.kind.as_str(), payment.attempt, payment.rescues), ("billing.apply_payment_event", 2, 1), "another process did it");

    zombie.thaw();
    zombie.says("job failed and will be tried again").await; // so it thinks: its connection is gone
    assert_eq!(stage.rows().await, before, "the zombie changed nothing");
    works_afterwards(stage, zombie, other, &bills).await;
}

impl Stage {
    /// What a zombie could spoil: jobs (oldest first), money, messages.
    async fn rows(&self) -> (Vec<queue::Row>, Vec<transaction::Model>, Vec<notification::Model>) {
        let db = &self.test.app.db.conn;
        let jobs = queue::Jobs::find().order_by_asc(queue::Column::Id).all(db).await.unwrap();
        (jobs, transaction::Entity::find().all(db).await.unwrap(), notification::Entity::find().all(db).await.unwrap())
    }
}

/// The former zombie is a worker like any other: alone, it does the second bill.
async fn works_afterwards(stage: Stage, mut zombie: Process, mut other: Process, bills: &[super::Bill]) {
    assert!(other.terminate().await.success());
    stage.send(&stage.door(&zombie), &bills[1..]).await;
    // the mail that the zombie had begun may have left as well: same Message-ID
    assert!(stage.paid_once(bills).await <= 1);
    eventually("each job was done once", PATIENCE, async || (stage.test.count("jobs", "state = 'completed'").await == 4).then_some(()))
        .await;
    assert!(zombie.is_running() && zombie.terminate().await.success());
    stage.done().await;
}
