//! Issuing an invoice: it gets its number and cannot be changed from here on.

use super::status::{INVOICES, InvoiceStatus, derive};
use super::{create, invoice};
use crate::ids::InvoiceId;
use crate::machine::{self, By};
use crate::notifications::Event;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, accounts, audit, notifications, papers, reference, settings};
use sea_orm::ActiveValue::Set;

/// DRAFT → OPEN. A total of zero is paid at once; a due date that has passed moves on, and the audit says so.
pub async fn finalize(tx: &Tx, actor: &Actor, id: InvoiceId) -> Result<invoice::Model> {
    actor.may(Permission::ManageInvoices)?;
    let invoice = invoice::lock(tx, id).await?;
    let by = if actor.user.is_some() { By::Staff } else { By::System };
    if !machine::allows(INVOICES, by, &invoice.status, &InvoiceStatus::Open) {
        return Err(Error::conflict("invoice-not-draft", &invoice.available_actions(actor)));
    }
    let now = tx.now();
    // locked: nobody may be erased between the look at who is billed and the invoice
    let user = accounts::user::lock_shared(tx, invoice.user_id).await?.ok_or(Error::NotFound)?;
    if user.erased_at.is_some() {
        return Err(Error::conflict("account-erased", &[]));
    }
    let figures = derive(invoice.amount_minor, &[]);
    let free = invoice.amount_minor == 0;
    let number = reference::next(tx, "INV").await?;
    // a draft may have lain longer than its day: nobody is late on the day of the invoice
    let due_at = if invoice.due_at > now { invoice.due_at } else { create::default_due(tx).await? };
    let mut detail = serde_json::json!({ "invoice_number": number });
    if due_at != invoice.due_at {
        detail["due_at"] = serde_json::json!({ "before": invoice.due_at, "after": due_at });
    }
    let mut row: invoice::ActiveModel = invoice.into();
    row.due_at = Set(due_at);
    row.invoice_number = Set(Some(number.clone()));
    row.status = Set(InvoiceStatus::Open);
    row.payment_status = Set(figures.payment_status);
    row.issued_at = Set(Some(now));
    row.company_version = Set(settings::read::<settings::Company>(&tx.app, tx).await?.version);
    row.billing_snapshot =
        Set(Some(serde_json::json!({ "name": user.full_name(), "email": user.email, "phone_number": user.phone_number })));
    if free {
        row.paid_at = Set(Some(now));
    }
    let issued = invoice::save(tx, row).await?;
    papers::want(tx, papers::Kind::Invoice, id.0, user.id, &user.language).await?;
    audit::record(tx, actor, "invoice.finalized", "invoice", id.0, Some(detail)).await?;
    if free {
        notifications::invoice_paid(tx, &issued).await?;
    } else {
        let facts = serde_json::json!({
            "number": number, "amount": issued.money(issued.amount_minor)?.to_string(), "due": issued.due_at.format("%Y-%m-%d").to_string(),
        });
        notifications::tell(tx, issued.user_id, Event::InvoiceIssued, id.0, facts).await?;
    }
    Ok(issued)
}
