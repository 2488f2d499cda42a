//! Money that goes back: refunds and disputes.

use super::{Applied, Context};
use crate::Result;
use crate::billing::event::{Dispute, DisputeStep, Refund, RefundStep};
use crate::billing::invoice::{self, Model as Invoice};
use crate::billing::promise;
use crate::billing::review;
use crate::billing::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use crate::ids::TransactionId;
use crate::money::Money;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

impl Context<'_> {
    pub(super) async fn refund(&mut self, refund: Refund, patient: bool) -> Result<Applied> {
        let Some((invoice, rows, parent)) = self.locked_parent(&refund.charge).await? else {
            return self.parent_unknown(&refund.reference, &refund.charge, patient).await;
        };
        let row = rows.iter().find(|row| row.kind == Kind::Refund && row.transaction_reference.as_deref() == Some(&refund.reference));
        let status = match refund.step {
            RefundStep::Pending => TransactionStatus::Pending,
            RefundStep::Succeeded => TransactionStatus::Success,
            RefundStep::Failed => TransactionStatus::Failed,
        };
        // a refund that was promised and has no name yet: made by the provider's own pages, or reported before our call was noted
        let fits = |row: &&Transaction| row.parent_id == Some(parent) && row.amount_minor == refund.amount.minor;
        let promised = rows.iter().filter(|row| promise::is_promise(row)).find(fits);
        let changed = match (row, promised) {
            (None, Some(row)) => Some(self.name(row, refund.reference, status).await?),
            (None, None) => {
                let row = self.new_row(invoice.id, Kind::Refund, status, refund.amount);
                Some(self.insert(Transaction { transaction_reference: Some(refund.reference), parent_id: Some(parent), ..row }).await?)
            }
            (Some(row), _) if row.status == TransactionStatus::Pending && status != TransactionStatus::Pending => {
                Some(self.set_status(row, status).await?)
            }
            // the bank sent it back after it had arrived: the success stays, the reversal is a row of its own
            (Some(row), _) if row.status == TransactionStatus::Success && status == TransactionStatus::Failed => {
                let reference = format!("{}/returned", refund.reference);
                let known = rows.iter().any(|row| row.transaction_reference.as_deref() == Some(&reference));
                let amount = Money { minor: -row.amount_minor, ..row.amount()? };
                let back = self.new_row(invoice.id, Kind::Refund, TransactionStatus::Success, amount);
                let back = Transaction { transaction_reference: Some(reference), parent_id: row.parent_id, ..back };
                if known { None } else { Some(self.insert(back).await?) }
            }
            (Some(_), _) => None,
        };
        self.settle(invoice, rows, changed).await
    }

    pub(super) async fn dispute(&mut self, dispute: Dispute, patient: bool) -> Result<Applied> {
        let Some((invoice, rows, parent)) = self.locked_parent(&dispute.charge).await? else {
            return self.parent_unknown(&dispute.reference, &dispute.charge, patient).await;
        };
        let row = rows.iter().find(|row| row.kind == Kind::Dispute && row.transaction_reference.as_deref() == Some(&dispute.reference));
        let status = match dispute.step {
            DisputeStep::Open => TransactionStatus::Pending,
            DisputeStep::Lost => TransactionStatus::Success,
            DisputeStep::Won => TransactionStatus::Cancelled,
        };
        let changed = match row {
            None => {
                let row = Transaction {
                    transaction_reference: Some(dispute.reference),
                    parent_id: Some(parent),
                    due_by: dispute.due_by,
                    reason: dispute.reason,
                    ..self.new_row(invoice.id, Kind::Dispute, status, dispute.amount)
                };
                Some(self.insert(row).await?)
            }
            Some(row) if row.status == TransactionStatus::Pending && status != TransactionStatus::Pending => {
                Some(self.set_status(row, status).await?)
            }
            // a bank may grant more time, or name its deadline late
            Some(row) if row.status == TransactionStatus::Pending && dispute.due_by.is_some() && dispute.due_by != row.due_by => {
                let update = transaction::ActiveModel {
                    id: Unchanged(row.id),
                    due_by: Set(dispute.due_by),
                    updated_at: Set(self.tx.now()),
                    ..Default::default()
                };
                transaction::Entity::update(update).exec_without_returning(self.tx).await?;
                None
            }
            Some(_) => None,
        };
        if let Some(row) = &changed {
            self.tell_staff(row).await?;
        }
        self.settle(invoice, rows, changed).await
    }

    /// A dispute is a case for staff from its first event, whichever that is, until it is decided. That is no doubt about the
    /// event, which is booked like any other.
    async fn tell_staff(&self, row: &Transaction) -> Result<()> {
        let object = row.transaction_reference.clone().unwrap_or_else(|| row.id.to_string());
        let detail = serde_json::json!({ "amount": row.amount()?.to_string(), "due_by": row.due_by, "reason": row.reason });
        let case = review::Model::new(self.tx, "dispute_opened", row.gateway, object.clone(), detail);
        let case = review::Model { invoice_id: Some(row.invoice_id), transaction_id: Some(row.id), ..case };
        review::open(self.tx, review::Model { webhook_event_id: self.source.event, ..case }).await?;
        let ending = match row.status {
            TransactionStatus::Pending => return Ok(()),
            TransactionStatus::Success => "lost",
            TransactionStatus::Cancelled | TransactionStatus::Failed => "won",
        };
        let of_dispute = Condition::all()
            .add(review::Column::Reason.eq("dispute_opened"))
            .add(review::Column::Gateway.eq(row.gateway))
            .add(review::Column::ObjectReference.eq(object));
        review::passed(self.tx, of_dispute, ending).await
    }

    /// The invoice (locked) and rows of a charge that succeeded, by the provider's payment id.
    pub(super) async fn locked_parent(&self, charge: &str) -> Result<Option<(Invoice, Vec<Transaction>, TransactionId)>> {
        let Some(parent) = transaction::by_reference(self.tx, self.source.gateway, charge).await? else { return Ok(None) };
        let invoice = invoice::lock(self.tx, parent.invoice_id).await?;
        let rows = transaction::of(self.tx, invoice.id).await?;
        let succeeded = rows.iter().any(|row| row.id == parent.id && row.status == TransactionStatus::Success);
        Ok(succeeded.then_some((invoice, rows, parent.id)))
    }

    async fn parent_unknown(&mut self, object: &str, charge: &str, patient: bool) -> Result<Applied> {
        if patient {
            return Ok(Applied::TooEarly);
        }
        self.review("unknown_payment", object, None, None, serde_json::json!({ "payment": charge })).await?;
        Ok(Applied::Done)
    }
}
