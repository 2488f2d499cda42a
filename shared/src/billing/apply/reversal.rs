//! Money that goes back: refunds and disputes.

use super::{Applied, Context};
use crate::Result;
use crate::billing::event::{Dispute, DisputeStep, PAYMENT_REVERSED, Refund, RefundStep};
use crate::billing::invoice::{self, Model as Invoice};
use crate::billing::review;
use crate::billing::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use crate::clock::Time;
use crate::ids::TransactionId;
use crate::money::Money;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

impl Context<'_> {
    pub(super) async fn refund(&mut self, refund: Refund, patient: bool) -> Result<Applied> {
        let Some((invoice, rows, parent)) = self.locked_parent(&refund.charge).await? else {
            return self.parent_unknown(&refund.reference, &refund.charge, patient).await;
        };
        let status = match refund.step {
            RefundStep::Pending => TransactionStatus::Pending,
            RefundStep::Succeeded => TransactionStatus::Success,
            RefundStep::Failed => TransactionStatus::Failed,
        };
        let known = row_of(&rows, parent, &refund);
        let is_new = known.is_none_or(|row| row.transaction_reference.is_none());
        let fit = fit(&rows, parent, Kind::Refund, refund.amount, known);
        if is_new && status != TransactionStatus::Failed && fit != Fit::Good {
            if fit == Fit::Beyond && patient {
                return Ok(Applied::TooEarly);
            }
            let detail = serde_json::json!({ "payment": refund.charge, "refunded": refund.amount.to_string() });
            self.review("amount_mismatch", &refund.reference, Some(invoice.id), known.map(|row| row.id).or(Some(parent)), detail).await?;
            return Ok(Applied::Done);
        }
        if is_new {
            self.fits_after_all(&refund.reference).await?;
        }
        let changed = match known {
            None => {
                let row = self.new_row(invoice.id, Kind::Refund, status, refund.amount);
                let row = Transaction { failure_code: code_of(status), transaction_reference: Some(refund.reference), ..row };
                Some(transaction::insert(self.tx, Transaction { parent_id: Some(parent), ..row }).await?)
            }
            // a step, or a name: ours is reported before our call was noted, or a person made it on the provider's pages
            Some(row) if is_new || (row.status == TransactionStatus::Pending && status != TransactionStatus::Pending) => {
                let after =
                    Transaction { status, transaction_reference: Some(refund.reference), failure_code: code_of(status), ..row.clone() };
                Some(transaction::change(self.tx, row, after).await?)
            }
            // the bank sent it back after it had arrived: the success stays, the reversal is a row of its own
            Some(row) if row.status == TransactionStatus::Success && status == TransactionStatus::Failed => {
                let reference = transaction::returned(&refund.reference);
                let known = rows.iter().any(|row| row.transaction_reference.as_deref() == Some(&reference));
                let amount = Money { minor: -row.amount_minor, ..row.amount()? };
                let back = self.new_row(invoice.id, Kind::Refund, TransactionStatus::Success, amount);
                let back = Transaction { transaction_reference: Some(reference), parent_id: row.parent_id, ..back };
                if known { None } else { Some(transaction::insert(self.tx, back).await?) }
            }
            Some(_) => None,
        };
        self.settle(invoice, rows, changed).await
    }

    /// Ends the case about a refund or dispute that did not fit before: the event that makes room came late.
    async fn fits_after_all(&self, object: &str) -> Result<()> {
        let of_object = Condition::all()
            .add(review::Column::Reason.eq("amount_mismatch"))
            .add(review::Column::Gateway.eq(self.source.gateway))
            .add(review::Column::ObjectReference.eq(object));
        review::passed(self.tx, of_object, "fits by a later event").await
    }

    pub(super) async fn dispute(&mut self, dispute: Dispute, patient: bool) -> Result<Applied> {
        let Some((invoice, rows, parent)) = self.locked_parent(&dispute.charge).await? else {
            return self.parent_unknown(&dispute.reference, &dispute.charge, patient).await;
        };
        let is_reversal = dispute.reason.as_deref() == Some(PAYMENT_REVERSED);
        let disputes = || rows.iter().filter(|row| row.kind == Kind::Dispute && row.parent_id == Some(parent) && row.amount_minor > 0);
        let own = disputes().find(|row| row.transaction_reference.as_deref() == Some(&dispute.reference));
        if is_reversal && (own.is_some() || disputes().any(|row| reversal_of(row) == Some(&dispute.reference))) {
            return Ok(Applied::Done);
        }
        // the same money taken once, told twice: as a reversal, and as the dispute that led to it
        let same = |row: &&Transaction| {
            let is_other = (row.reason.as_deref() == Some(PAYMENT_REVERSED)) != is_reversal && reversal_of(row).is_none();
            is_other && row.amount_minor == dispute.amount.minor && row.currency == dispute.amount.currency.code()
        };
        let twin = disputes().find(same).filter(|_| own.is_none());
        let fit = fit(&rows, parent, Kind::Dispute, dispute.amount, None);
        if own.or(twin).is_none() && dispute.step != DisputeStep::Won && fit != Fit::Good {
            if fit == Fit::Beyond && patient {
                return Ok(Applied::TooEarly);
            }
            let detail = serde_json::json!({ "payment": dispute.charge, "disputed": dispute.amount.to_string() });
            self.review("amount_mismatch", &dispute.reference, Some(invoice.id), Some(parent), detail).await?;
            return Ok(Applied::Done);
        }
        if own.is_none() {
            self.fits_after_all(&dispute.reference).await?;
        }
        if is_reversal {
            let detail = serde_json::json!({ "payment": dispute.charge, "amount": dispute.amount.to_string() });
            self.review(PAYMENT_REVERSED, &dispute.reference, Some(invoice.id), Some(parent), detail).await?;
        }
        let (invoice_id, step) = (invoice.id, dispute.step);
        let changed = match (own, twin) {
            // a case for a person already; the dispute's own end says who keeps the money
            (None, Some(row)) if is_reversal => {
                self.note_reversal(row, &dispute.reference).await?;
                return Ok(Applied::Done);
            }
            (None, Some(row)) => {
                let named = self.disputed(row, &dispute).await?;
                let won = if step == DisputeStep::Won { self.won_back(&rows, &named, &dispute.reference).await? } else { None };
                Some(won.unwrap_or(named))
            }
            (None, None) => {
                let row = Transaction {
                    transaction_reference: Some(dispute.reference.clone()),
                    parent_id: Some(parent),
                    due_by: dispute.due_by,
                    reason: dispute.reason.clone(),
                    ..self.new_row(invoice.id, Kind::Dispute, status_of(step), dispute.amount)
                };
                Some(transaction::insert(self.tx, row).await?)
            }
            (Some(row), _) => match (row.status, step) {
                (TransactionStatus::Pending, DisputeStep::Won | DisputeStep::Lost) => {
                    Some(transaction::change(self.tx, row, Transaction { status: status_of(step), ..row.clone() }).await?)
                }
                // lost, and won by an appeal: the loss stays, what came back is a row of its own
                (TransactionStatus::Success, DisputeStep::Won) => self.won_back(&rows, row, &dispute.reference).await?,
                // which of the two came last, nobody says: the money counts as ours, and a person looks
                (TransactionStatus::Cancelled, DisputeStep::Lost) => {
                    let detail = serde_json::json!({ "payment": dispute.charge, "disputed": dispute.amount.to_string() });
                    self.review("dispute_contradicted", &dispute.reference, Some(invoice_id), Some(row.id), detail).await?;
                    None
                }
                (_, DisputeStep::Open | DisputeStep::Lost | DisputeStep::Won) => {
                    self.note_deadline(row, dispute.due_by, dispute.reason.clone()).await?;
                    None
                }
            },
        };
        let subject = changed.as_ref().or(own).or(twin);
        if let Some(row) = subject {
            self.tell_staff(row, &dispute.reference, step, changed.is_some()).await?;
        }
        self.settle(invoice, rows, changed).await
    }

    /// What a lost dispute gave back after all; once.
    async fn won_back(&self, rows: &[Transaction], lost: &Transaction, reference: &str) -> Result<Option<Transaction>> {
        let reference = format!("{reference}/won");
        if rows.iter().any(|row| row.kind == Kind::Dispute && row.transaction_reference.as_deref() == Some(&reference)) {
            return Ok(None);
        }
        let amount = Money { minor: -lost.amount_minor, ..lost.amount()? };
        let back = self.new_row(lost.invoice_id, Kind::Dispute, TransactionStatus::Success, amount);
        let back = Transaction { transaction_reference: Some(reference), parent_id: lost.parent_id, reason: lost.reason.clone(), ..back };
        transaction::insert(self.tx, back).await.map(Some)
    }

    /// Notes on a dispute that its money was taken, so that a second reversal is not thought to be the same.
    async fn note_reversal(&self, row: &Transaction, reversal: &str) -> Result<()> {
        let response_data = Some(serde_json::json!({ "reversal": reversal }));
        transaction::change(self.tx, row, Transaction { response_data, ..row.clone() }).await?;
        Ok(())
    }

    /// The deadline of a dispute may be told, or moved, by a later event. An end has none.
    async fn note_deadline(&self, row: &Transaction, due_by: Option<Time>, reason: Option<String>) -> Result<()> {
        let due_by = due_by.max(row.due_by);
        if row.status != TransactionStatus::Pending || (due_by == row.due_by && (reason.is_none() || reason == row.reason)) {
            return Ok(());
        }
        let reason = reason.or_else(|| row.reason.clone());
        transaction::change(self.tx, row, Transaction { due_by, reason, ..row.clone() }).await?;
        Ok(())
    }

    /// Gives a reversal the name of the dispute that it belongs to. The money is gone already.
    async fn disputed(&self, row: &Transaction, dispute: &Dispute) -> Result<Transaction> {
        let after = Transaction {
            transaction_reference: Some(dispute.reference.clone()),
            response_data: Some(serde_json::json!({ "reversal": row.transaction_reference })),
            due_by: dispute.due_by,
            reason: dispute.reason.clone(),
            ..row.clone()
        };
        transaction::change(self.tx, row, after).await
    }

    /// A dispute is a case for staff from its first event, whichever that is, until the provider decides it, whatever our row says of
    /// its money. That is no doubt about the event, which is booked like any other.
    async fn tell_staff(&self, row: &Transaction, object: &str, step: DisputeStep, is_news: bool) -> Result<()> {
        if is_news {
            let amount = Money { minor: row.amount_minor.abs(), ..row.amount()? };
            let detail = serde_json::json!({ "amount": amount.to_string(), "due_by": row.due_by, "reason": row.reason });
            let case = review::Model::new(self.tx, "dispute_opened", row.gateway, object.to_owned(), detail);
            let case = review::Model { invoice_id: Some(row.invoice_id), transaction_id: Some(row.id), ..case };
            review::open(self.tx, review::Model { webhook_event_id: self.source.event, ..case }).await?;
        }
        let ending = match step {
            DisputeStep::Open => return Ok(()),
            DisputeStep::Lost => "lost",
            DisputeStep::Won => "won",
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

/// Our row of a provider's refund: by its own name, by our id that it carries, or else one of the same payment and amount that has
/// no name yet. Of those first the one that nobody has sent: a person made it on the provider's pages.
fn row_of<'a>(rows: &'a [Transaction], parent: TransactionId, refund: &Refund) -> Option<&'a Transaction> {
    let refunds = || rows.iter().filter(|row| row.kind == Kind::Refund);
    let nameless = || refunds().filter(|row| row.transaction_reference.is_none());
    let waits = |row: &&Transaction| row.status == TransactionStatus::Pending;
    let fits = |row: &&Transaction| row.parent_id == Some(parent) && row.amount_minor == refund.amount.minor;
    let twin = || nameless().filter(waits).filter(fits);
    refunds()
        .find(|row| row.transaction_reference.as_deref() == Some(&refund.reference))
        .or_else(|| nameless().find(|row| Some(row.id) == refund.transaction))
        .or_else(|| twin().find(|row| row.sent_at.is_none()))
        .or_else(|| twin().next())
}

/// How what goes back compares with the payment it goes back from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fit {
    Good,
    /// More than is left of the payment. Perhaps an event that frees it has not come yet: something was sent back, or won.
    Beyond,
    /// Another currency, or not the amount of the row it names.
    Not,
}

fn fit(rows: &[Transaction], parent: TransactionId, kind: Kind, amount: Money, known: Option<&Transaction>) -> Fit {
    let Some(charge) = rows.iter().find(|row| row.id == parent) else { return Fit::Not };
    if charge.currency != amount.currency.code() || known.is_some_and(|row| row.amount_minor != amount.minor) {
        return Fit::Not;
    }
    let counts = |row: &&Transaction| {
        let is_live = match row.status {
            TransactionStatus::Success => true,
            TransactionStatus::Pending => row.transaction_reference.is_some(),
            TransactionStatus::Failed | TransactionStatus::Cancelled => false,
        };
        is_live && row.kind == kind && row.parent_id == Some(parent)
    };
    let gone: i64 = rows.iter().filter(counts).map(|row| row.amount_minor).sum();
    if amount.minor <= charge.amount_minor.saturating_sub(gone) { Fit::Good } else { Fit::Beyond }
}

fn status_of(step: DisputeStep) -> TransactionStatus {
    match step {
        DisputeStep::Open => TransactionStatus::Pending,
        DisputeStep::Lost => TransactionStatus::Success,
        DisputeStep::Won => TransactionStatus::Cancelled,
    }
}

/// The reversal that a dispute's money was taken by.
fn reversal_of(row: &Transaction) -> Option<&str> {
    row.response_data.as_ref()?.get("reversal")?.as_str()
}

fn code_of(status: TransactionStatus) -> Option<String> {
    (status == TransactionStatus::Failed).then(|| "declined_hard".to_owned())
}
