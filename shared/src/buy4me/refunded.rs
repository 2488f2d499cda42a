//! Items whose money has gone back. A refund belongs to a payment and not to an item, so an item counts as refunded when it was
//! credited after it had been paid for, and nothing more is to go back for the request. Told in any order and any number of
//! times, it looks at how things are.

use super::advance::move_only;
use super::bill;
use super::item;
use super::request;
use super::state::ItemStatus;
use crate::billing::transaction::{self, Kind, TransactionStatus};
use crate::billing::{credit, invoice};
use crate::ids::{InvoiceId, ItemId, RequestId};
use crate::machine::By;
use crate::policy::Actor;
use crate::{Error, Result, Tx};
use sea_orm::entity::prelude::*;

/// Money of an invoice has gone back: those of its request's items that it was paid for are refunded.
pub async fn follow_refund(tx: &Tx, id: InvoiceId) -> Result<()> {
    let invoice = invoice::Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?;
    let Some(request) = invoice.related_buy4me_request.map(RequestId) else { return Ok(()) };
    request::lock(tx, request).await?;
    let Some(credited) = credited(tx, request).await? else { return Ok(()) };
    let mut items = item::of(tx, request).await?;
    move_only(tx, &Actor::system(), By::System, ItemStatus::Refunded, &mut items, |item| credited.has(item)).await
}

/// What was taken off after it was paid for.
struct Credited {
    /// Names of the causes.
    causes: Vec<String>,
    request: RequestId,
}

impl Credited {
    fn has(&self, item: ItemId) -> bool {
        let own = format!("buy4me:{}:gone:{item}:", self.request);
        self.causes.iter().any(|cause| cause.starts_with("close:") || cause.starts_with(&own))
    }
}

/// `None` while money has still to go back, or is a person's affair.
async fn credited(tx: &Tx, request: RequestId) -> Result<Option<Credited>> {
    let invoices = bill::lock_own(tx, request).await?;
    let ids: Vec<InvoiceId> = invoices.iter().map(|invoice| invoice.id).collect();
    let waits = transaction::Entity::find()
        .filter(transaction::Column::InvoiceId.is_in(ids.clone()))
        .filter(transaction::Column::Kind.eq(Kind::Refund))
        .filter(transaction::Column::Status.eq(TransactionStatus::Pending));
    let is_square = invoices.iter().all(|invoice| invoice.paid_minor - invoice.refunded_minor <= invoice.due_minor());
    if !is_square || waits.one(tx).await?.is_some() {
        return Ok(None);
    }
    let notes = credit::Entity::find().filter(credit::Column::InvoiceId.is_in(ids)).all(tx).await?;
    let was_paid = |note: &credit::Model| {
        let paid_at = invoices.iter().find(|invoice| invoice.id == note.invoice_id && invoice.refunded_minor > 0);
        paid_at.and_then(|invoice| invoice.paid_at).is_some_and(|at| at <= note.created_at)
    };
    Ok(Some(Credited { causes: notes.into_iter().filter(was_paid).map(|note| note.source_key).collect(), request }))
}
