//! Ending an invoice by hand: VOID when it should never have been, UNCOLLECTIBLE when nobody will pay it.

use super::invoice::{self, Model as Invoice};
use super::status::{INVOICES, InvoiceStatus};
use super::{close_pages, text, transaction};
use crate::error::Problems;
use crate::ids::InvoiceId;
use crate::machine::{self, By};
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::entity::prelude::*;

/// DRAFT or OPEN → VOID. Its open pages are closed. An invoice that something which still goes on is billed with is ended by
/// cancelling that.
pub async fn void(tx: &Tx, actor: &Actor, id: InvoiceId, reason: Option<&str>) -> Result<Invoice> {
    let (before, reason) = begin(tx, actor, id, reason).await?;
    if !machine::allows(INVOICES, By::Staff, &before.status, &InvoiceStatus::Void) {
        return Err(Error::conflict("invoice-not-voidable", &before.available_actions(actor)));
    }
    if before.has_payments() {
        return Err(Error::conflict("invoice-has-payments", &before.available_actions(actor)));
    }
    refuse_live(tx, actor, &before).await?;
    let after = end(tx, actor, &before, InvoiceStatus::Void, "invoice.voided", reason).await?;
    close_pages(tx, &after, &transaction::of(tx, id).await?).await?;
    Ok(after)
}

/// OPEN → UNCOLLECTIBLE. It is still owed, and whoever pays it after all has paid it.
pub async fn write_off(tx: &Tx, actor: &Actor, id: InvoiceId, reason: &str) -> Result<Invoice> {
    let (before, reason) = begin(tx, actor, id, Some(reason)).await?;
    let is_owed = before.balance_minor() > 0;
    if !is_owed || !machine::allows(INVOICES, By::Staff, &before.status, &InvoiceStatus::Uncollectible) {
        return Err(Error::conflict("invoice-not-collectible", &before.available_actions(actor)));
    }
    end(tx, actor, &before, InvoiceStatus::Uncollectible, "invoice.written_off", reason).await
}

async fn begin(tx: &Tx, actor: &Actor, id: InvoiceId, reason: Option<&str>) -> Result<(Invoice, Option<String>)> {
    actor.may(Permission::ManageInvoices)?;
    let invoice = invoice::lock(tx, id).await?;
    let mut problems = Problems::default();
    let reason = reason.map(|reason| text(&mut problems, "reason", reason, 500));
    problems.finish()?;
    Ok((invoice, reason))
}

async fn end(tx: &Tx, actor: &Actor, before: &Invoice, status: InvoiceStatus, action: &str, reason: Option<String>) -> Result<Invoice> {
    let update = invoice::ActiveModel { id: Unchanged(before.id), status: Set(status), ..Default::default() };
    let after = invoice::save(tx, update).await?;
    let detail = serde_json::json!({ "before": before.status, "after": status, "reason": reason });
    audit::record(tx, actor, action, "invoice", before.id.0, Some(detail)).await?;
    Ok(after)
}

/// A void or credited bill is no debt: its shipment would leave, its goods would be bought, unpaid. So the bill of a document ends
/// with the document. What staff wrote by hand about one is theirs to end.
pub(super) async fn refuse_live(tx: &Tx, actor: &Actor, invoice: &Invoice) -> Result<()> {
    if invoice.source_key.is_none() {
        return Ok(());
    }
    for (table, id) in [("shipments", invoice.related_shipment), ("buy4me_requests", invoice.related_buy4me_request)] {
        let Some(id) = id else { continue };
        // no lock, which would have to come before the invoice's: nothing leaves CANCELLED
        let sql = tx.app.db.sql(&format!("SELECT 1 FROM {table} WHERE id = $1 AND status <> 'CANCELLED'"), vec![id.into()]);
        if tx.query_one_raw(sql).await?.is_some() {
            return Err(Error::conflict("invoice-bills-live-document", &invoice.available_actions(actor)));
        }
    }
    Ok(())
}
