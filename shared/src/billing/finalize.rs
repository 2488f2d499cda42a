//! Issuing an invoice: it gets its number and cannot be changed from here on.

use super::status::{INVOICES, InvoiceStatus, derive};
use super::{create, invoice};
use crate::ids::InvoiceId;
use crate::machine::{self, By};
use crate::notifications::Event;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, accounts, audit, fx, notifications, papers, reference, settings};
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;

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
    let (base_currency, base_rate) = fx::to_base(&tx.app, tx, invoice.currency()?, invoice.fx.as_ref()).await?;
    let (country, region) = destination(tx, &invoice).await?;
    let mut row: invoice::ActiveModel = invoice.into();
    row.customer_type = Set(Some(user.role));
    row.country = Set(country);
    row.region = Set(region);
    row.base_currency = Set(Some(base_currency.code().to_owned()));
    row.base_rate = Set(base_rate.map(|rate| rate.to_string()));
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

/// Country and region that the goods go to: of the parcel, or of the parcel of the request. Of their tables billing knows no more.
async fn destination(tx: &Tx, invoice: &invoice::Model) -> Result<(Option<String>, Option<String>)> {
    let (condition, id) = match (invoice.related_shipment, invoice.related_buy4me_request) {
        (Some(shipment), _) => ("id = $1", shipment),
        (None, Some(request)) => ("buy4me_request_id = $1 AND status <> 'CANCELLED'", request),
        (None, None) => return Ok((None, None)),
    };
    let sql = format!("SELECT country, region FROM shipments WHERE {condition}");
    let Some(row) = tx.query_one_raw(tx.app.db.sql(&sql, vec![id.into()])).await? else { return Ok((None, None)) };
    Ok((Some(row.try_get("", "country")?), row.try_get("", "region")?))
}
