//! What must be true in the end, wherever the process died.

use super::{Bill, Lane};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use shared::audit;
use shared::audit::chain::{self, Sealing};
use shared::billing::invoice;
use shared::billing::transaction::{self, Kind, Model as Row, TransactionStatus};
use shared::policy::Actor;
use std::collections::BTreeSet;
use std::time::Duration;

impl Lane {
    pub async fn invoice(&self, bill: &Bill) -> invoice::Model {
        let found = invoice::Entity::find_by_id(bill.invoice).one(&self.stage.test.app.db.conn).await;
        found.expect("reads").expect("the invoice")
    }

    /// The rows of money of an invoice, oldest first.
    pub async fn rows(&self, bill: &Bill) -> Vec<Row> {
        let rows = transaction::Entity::find().filter(transaction::Column::InvoiceId.eq(bill.invoice));
        rows.order_by_asc(transaction::Column::Id).all(&self.stage.test.app.db.conn).await.expect("rows")
    }

    /// The only row of money of an invoice: a charge of everything that arrived.
    pub async fn charged_once(&self, bill: &Bill) -> Row {
        let rows = self.rows(bill).await;
        let [charge] = rows.as_slice() else { panic!("one charge and nothing else: {rows:#?}") };
        assert_eq!((charge.kind, charge.status, charge.amount_minor), (Kind::Charge, TransactionStatus::Success, 1250), "{charge:#?}");
        let invoice = self.invoice(bill).await;
        assert_eq!((invoice.paid_minor, invoice.refunded_minor, invoice.balance_minor()), (1250, 0, 0), "{invoice:#?}");
        assert_eq!(serde_json::to_value(invoice.payment_status).expect("a name"), "PAID");
        assert!(invoice.paid_at.is_some());
        charge.clone()
    }

    /// Whoever it concerns was told once. A mail whose answer was lost goes out again, under the Message-ID of its first.
    pub fn told_once(&self, bill: &Bill, subject: &str) {
        let mails = self.stage.smtp.mails();
        let about = mails.iter().filter(|mail| mail.subject().starts_with(subject) && mail.text().contains(&bill.number));
        let ids: BTreeSet<_> = about.map(|mail| mail.message_id()).collect();
        assert_eq!(ids.len(), 1, "mails about {subject} {}: {ids:?}", bill.number);
    }

    /// How often the audit says that something was done to an invoice.
    pub async fn noted(&self, bill: &Bill, action: &str) -> u64 {
        let entries = audit::Entity::find().filter(audit::Column::ObjectId.eq(bill.invoice.0)).filter(audit::Column::Action.eq(action));
        entries.count(&self.stage.test.app.db.conn).await.expect("counts")
    }

    /// Nothing is left for a person, each message was sent, and the chain over all that was done holds.
    pub async fn is_sound(&self) {
        let test = &self.stage.test;
        assert_eq!(test.count("payment_reviews", "1 = 1").await, 0, "cases for a person");
        assert_eq!(test.count("notifications", "channel = 'EMAIL' AND status <> 'SENT'").await, 0, "messages that were not sent");
        assert_eq!(test.count("webhook_events", "status NOT IN ('PROCESSED', 'IGNORED')").await, 0, "events that were not applied");
        loop {
            let tx = test.app.begin().await.expect("a transaction");
            match chain::seal(&tx).await.expect("seals") {
                Sealing::Sealed(_) => tx.commit().await.expect("commits"),
                Sealing::Nothing => break,
                Sealing::Forged => panic!("the head of the chain is not ours"),
            }
        }
        let report = shared::audit::verify::verify(&test.app, &Actor::system(), 1, Duration::from_secs(20)).await.expect("verifies");
        assert!(report.valid && report.complete, "{report:#?}");
    }
}
