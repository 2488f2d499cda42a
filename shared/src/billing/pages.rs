//! Hosted pages that are not wanted any more: whoever pays there pays what nobody asks for. They are closed at the provider, which
//! may say that it was too late.

use super::apply;
use super::invoice::{self, Model as Invoice};
use super::jobs::ClosePage;
use super::news;
use super::pay;
use super::provider;
use super::status::derive;
use super::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use crate::ids::TransactionId;
use crate::queue::NewJob;
use crate::{App, Error, Result, Tx};
use sea_orm::entity::prelude::*;

/// Has every page closed that asks for more than is still owed on an invoice (locked).
pub(super) async fn close_pages(tx: &Tx, invoice: &Invoice, rows: &[Transaction]) -> Result<()> {
    let left = (invoice.due_minor() - derive(invoice.due_minor(), rows).paid_minor).max(0);
    let unwanted =
        rows.iter().filter(|row| row.kind == Kind::Charge && row.status == TransactionStatus::Pending && row.amount_minor > left);
    let jobs: Vec<NewJob> = unwanted.map(|row| close(row.id)).collect();
    if jobs.is_empty() {
        return Ok(());
    }
    // one that is being closed already is not closed twice
    tx.enqueue_all(jobs).await.map(drop)
}

/// The job that closes one page.
pub(super) fn close(id: TransactionId) -> NewJob {
    NewJob::new(&ClosePage { transaction: id }).unique(format!("close:{id}"))
}

/// A payment whose page is to be closed; `None` when it was paid.
pub async fn unwanted(app: &App, id: TransactionId) -> Result<Option<Transaction>> {
    let row = transaction::Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    Ok((row.status != TransactionStatus::Success).then_some(row))
}

/// Asks the provider to close the page; what it says is booked by [`closed`]. A payment without a page may have one all the same,
/// whose address was lost with the process that had it made: the same request under the same key tells it.
pub async fn close_outside(app: &App, row: &Transaction) -> Result<Vec<super::event::Change>> {
    let mut row = row.clone();
    if row.checkout_reference.is_none() {
        row.checkout_reference = match pay::page_of(app, &row).await {
            Ok(page) => Some(page.reference),
            // what cannot be made was not made
            Err(Error::Refused { .. }) => return Ok(vec![]),
            Err(other) => return Err(other),
        };
    }
    provider::needed(app, row.gateway)?.cancel(app, &row).await
}

/// Books what the provider said. A payment that never had a page is called off here; the request that makes one just now sees it.
pub async fn closed(tx: &Tx, row: &Transaction, said: Vec<super::event::Change>) -> Result<()> {
    apply::answer(tx, row, "close page", said, false).await?;
    let invoice = invoice::lock(tx, row.invoice_id).await?;
    let rows = transaction::of(tx, invoice.id).await?;
    let now = rows.iter().find(|now| now.id == row.id && now.status == TransactionStatus::Pending);
    match now.map(|now| (now, &now.checkout_reference)) {
        // its page was stored while we were here, and the job that was to close it is this one
        Some((_, Some(_))) if row.checkout_reference.is_none() => {
            let reason = "its page was made meanwhile".to_owned();
            Err(Error::Upstream { service: row.gateway.name(), reason, retry_after: None })
        }
        Some((now, None)) => {
            let after = Transaction { status: TransactionStatus::Cancelled, failure_code: Some("expired".to_owned()), ..now.clone() };
            let after = transaction::change(tx, now, after).await?;
            news::payment(tx, &invoice, &after).await
        }
        Some((_, Some(_))) | None => Ok(()),
    }
}
