//! Moving the money of a payment whose payer has agreed: asked for by the payer's browser, by an event, by a person. Whoever comes
//! first does it; the provider's key makes the others hear the same.

use super::apply;
use super::event::{Change, Charge, ChargeStep};
use super::gateway::Gateway;
use super::invoice;
use super::jobs::CapturePayment;
use super::news;
use super::provider;
use super::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use crate::ids::TransactionId;
use crate::policy::{Actor, Permission};
use crate::queue::NewJob;
use crate::{App, Error, Result, Tx, audit};
use chrono::TimeDelta;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::entity::prelude::*;
use std::time::Duration;

/// Longer than a capture takes. Within it another payment's capture is counted as if it had succeeded.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(5);

/// The job that captures a payment; one that waits already is not doubled.
pub(super) fn job(id: TransactionId) -> NewJob {
    NewJob::new(&CapturePayment { transaction: id }).unique(format!("capture:{id}"))
}

/// What became of a request to capture.
#[derive(Debug)]
pub enum Captured {
    /// In the books, as the row says: paid, on its way, or declined and open for another try.
    Booked(Transaction),
    /// The provider is away; a job goes on.
    Waiting(Transaction),
}

/// Captures at once, for the payer who comes back from the provider's page, or for staff. Repeats are harmless.
pub async fn capture(app: &App, actor: &Actor, id: TransactionId) -> Result<Captured> {
    let (row, invoice) = transaction::show(app, actor, id).await?;
    actor.owns_or_may(invoice.user_id, Permission::ManageInvoices)?;
    // of all others nobody is asked to agree first: there is nothing to capture, and nothing to note
    let is_of_two_steps = row.kind == Kind::Charge && row.gateway == Gateway::Paypal;
    let is_paid = row.kind == Kind::Charge && row.status == TransactionStatus::Success;
    if !is_of_two_steps && !is_paid {
        return Err(Error::conflict("payment-not-approved", &[]));
    }
    let tx = app.begin().await?;
    let ready = match prepare(&tx, actor, id).await {
        Err(Error::Upstream { reason, .. }) => {
            drop(tx);
            return later(app, row, &reason).await;
        }
        other => other?,
    };
    tx.commit().await?;
    let Some(ready) = ready else { return ended(app, id).await };
    let changes = match provider::needed(app, ready.gateway)?.capture(app, &ready).await {
        Err(Error::Upstream { reason, .. }) => return later(app, ready, &reason).await,
        other => other?,
    };
    let is_approved = !changes.is_empty();
    let tx = app.begin().await?;
    book(&tx, &ready, changes).await?;
    tx.commit().await?;
    if is_approved { ended(app, id).await } else { Err(Error::conflict("payment-not-approved", &[])) }
}

async fn later(app: &App, row: Transaction, reason: &str) -> Result<Captured> {
    tracing::warn!(payments.gateway = row.gateway.name(), payments.transaction = %row.id, reason, "not captured yet; a job keeps trying");
    let tx = app.begin().await?;
    tx.enqueue_job(job(row.id)).await?;
    tx.commit().await?;
    Ok(Captured::Waiting(row))
}

async fn ended(app: &App, id: TransactionId) -> Result<Captured> {
    let row = transaction::Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    Ok(Captured::Booked(row))
}

/// The payment, if its money is to be moved now, marked as being under way. One whose invoice is not payable any more is
/// CANCELLED: its money stays where it is. [`Error::Upstream`] while another payment of the same invoice is under way.
pub async fn prepare(tx: &Tx, actor: &Actor, id: TransactionId) -> Result<Option<Transaction>> {
    let found = transaction::Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?;
    let invoice = invoice::lock(tx, found.invoice_id).await?;
    let rows = transaction::of(tx, invoice.id).await?;
    let row = rows.iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    if row.kind != Kind::Charge || row.status != TransactionStatus::Pending {
        return Ok(None);
    }
    let others: i64 = rows.iter().filter(|other| other.id != id && other.is_on_its_way()).map(|other| other.amount_minor).sum();
    let open_minor = invoice.balance_minor() - others;
    let is_payable = invoice.is_payable() && row.amount_minor <= open_minor;
    if !is_payable {
        let after = Transaction { status: TransactionStatus::Cancelled, failure_code: Some("expired".to_owned()), ..row.clone() };
        let after = transaction::change(tx, row, after).await?;
        news::payment(tx, &invoice, &after).await?;
        let detail = serde_json::json!({ "transaction": id, "reason": "the invoice is not payable any more" });
        audit::record(tx, actor, "invoice.payment_closed", "invoice", invoice.id.0, Some(detail)).await?;
        return Ok(None);
    }
    let is_under_way = |other: &&Transaction| {
        let is_open = other.id != id && other.kind == Kind::Charge && other.status == TransactionStatus::Pending;
        is_open && other.processing_at.is_none() && other.sent_at.is_some_and(|at| at > tx.now() - UNDER_WAY)
    };
    let under_way: i64 = rows.iter().filter(is_under_way).map(|other| other.amount_minor).sum();
    if row.amount_minor > open_minor.saturating_sub(under_way) {
        let reason = "another payment of the same invoice is under way".to_owned();
        return Err(Error::Upstream { service: row.gateway.name(), reason, retry_after: Some(Duration::from_secs(30)) });
    }
    transaction::change(tx, row, Transaction { sent_at: Some(tx.now()), ..row.clone() }).await?;
    let detail = serde_json::json!({ "transaction": id });
    audit::record(tx, actor, "invoice.payment_capture_asked", "invoice", invoice.id.0, Some(detail)).await?;
    Ok(Some(row.clone()))
}

/// Books what the provider said to a capture.
pub async fn book(tx: &Tx, row: &Transaction, changes: Vec<Change>) -> Result<()> {
    let moves = |change: &Change| matches!(change, Change::Charge(Charge { step: ChargeStep::Succeeded | ChargeStep::Processing, .. }));
    if !changes.iter().any(moves) {
        invoice::lock(tx, row.invoice_id).await?;
        let update =
            transaction::ActiveModel { id: Unchanged(row.id), sent_at: Set(None), updated_at: Set(tx.now()), ..Default::default() };
        transaction::Entity::update(update).exec_without_returning(tx).await?;
    }
    apply::answer(tx, row, "capture", changes, false).await.map(drop)
}
