//! Sending a refund to its provider, so that it ends with one refund there and one row here wherever a process dies.
//!
//! First it is noted that it leaves: from then on nobody withdraws it. Then the provider is called, with the row's id as key. Then
//! its answer is booked, unless a webhook was faster.

use super::apply;
use super::event::Change;
use super::invoice::{self, Model as Invoice};
use super::refusal::Refusal;
use super::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use super::{promise, provider, review};
use crate::clock::Time;
use crate::ids::TransactionId;
use crate::{App, Error, Result, Tx};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;

/// Providers forget keys (Stripe after 24 hours): from this age on they are asked what they know before they are told again.
const KEY_HOURS: i64 = 20;
/// After an answer that nobody understands.
const UNCLEAR: TimeDelta = TimeDelta::hours(1);

/// A refund that has left, and the charge that it goes back from.
#[derive(Debug)]
pub struct Leaving {
    /// The refund.
    pub refund: Transaction,
    /// The charge.
    pub charge: Transaction,
    /// The provider may have forgotten the key of the first call.
    pub is_old: bool,
}

/// Notes that a refund leaves; `None` when there is nothing to send any more. What cannot go back ends here.
pub async fn depart(tx: &Tx, id: TransactionId) -> Result<Option<Leaving>> {
    let Some((invoice, rows, refund)) = locked(tx, id).await? else { return Ok(None) };
    let charge = rows.iter().find(|row| Some(row.id) == refund.parent_id).cloned();
    let charge = charge.ok_or_else(|| Error::internal(format!("refund {id} has no charge")))?;
    let others: Vec<Transaction> = rows.iter().filter(|row| row.id != id).cloned().collect();
    if refund.sent_at.is_none() && promise::room(&others, &charge) < refund.amount_minor {
        // asked for before the payer's bank asked, too
        apply::refund_refused(tx, invoice, rows, &refund, "dispute_blocked", "the payment is disputed").await?;
        return Ok(None);
    }
    let is_old = refund.sent_at.is_some_and(|at| at < tx.now() - TimeDelta::hours(KEY_HOURS));
    if refund.sent_at.is_none() {
        transaction::change(tx, &refund, Transaction { sent_at: Some(tx.now()), ..refund.clone() }).await?;
    }
    Ok(Some(Leaving { refund, charge, is_old }))
}

/// What came of a call.
#[derive(Debug)]
pub enum Answer {
    /// To be booked: the refund, or all refunds of the payment.
    Changes(Vec<Change>),
    /// It said no.
    Refused(Refusal, String),
}

/// Calls the provider: once, or, after it may have forgotten our key, with a look at what it has.
pub async fn call(app: &App, leaving: &Leaving) -> Result<Answer> {
    // a gateway that was switched off says nothing of this refund
    let gateway = leaving.refund.gateway;
    let away = || Error::Upstream { service: gateway.name(), reason: "not configured".to_owned(), retry_after: None };
    let provider = provider::of(app, gateway).ok_or_else(away)?;
    if leaving.is_old {
        let known = provider.fetch(app, &leaving.refund).await?;
        if known.iter().any(|change| matches!(change, Change::Refund(made) if made.transaction == Some(leaving.refund.id))) {
            return Ok(Answer::Changes(known));
        }
    }
    match provider.refund(app, &leaving.refund, &leaving.charge).await {
        Ok(changes) => Ok(Answer::Changes(changes)),
        Err(error) => match refused(error)? {
            // somebody was faster, on the provider's pages or in an earlier life of this job
            Answer::Refused(Refusal::AlreadyRefunded, said) => match provider.fetch(app, &leaving.refund).await? {
                known if known.is_empty() => Ok(Answer::Refused(Refusal::AlreadyRefunded, said)),
                known => Ok(Answer::Changes(known)),
            },
            other => Ok(other),
        },
    }
}

fn refused(error: Error) -> Result<Answer> {
    match error {
        Error::Refused { reason, .. } => Ok(Answer::Refused(Refusal::of(&reason), reason)),
        other => Err(other),
    }
}

/// Books an answer. The time is when to try again, of a refusal that may pass.
pub async fn arrive(tx: &Tx, id: TransactionId, answer: Answer) -> Result<Option<Time>> {
    let (refusal, said) = match answer {
        Answer::Changes(changes) => {
            let row = transaction::Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?;
            if apply::answer(tx, &row, "refund", changes, false).await?.is_reviewed {
                // the money may have left: a person looks, and it is asked for again with the same key
                return Ok(locked(tx, id).await?.map(|_| tx.now() + UNCLEAR));
            }
            // all that the provider has was somebody else's: ours was not made, and there is nothing left to make it of
            (Refusal::AlreadyRefunded, "the payment was refunded otherwise".to_owned())
        }
        Answer::Refused(refusal, said) => (refusal, said),
    };
    let Some((invoice, rows, refund)) = locked(tx, id).await? else { return Ok(None) };
    match refusal.wait() {
        Some(wait) => {
            if refusal == Refusal::InsufficientFunds {
                ask(tx, &invoice, &refund, &said).await?;
            }
            Ok(Some(tx.now() + wait))
        }
        None => apply::refund_refused(tx, invoice, rows, &refund, refusal.code(), &said).await.map(|()| None),
    }
}

/// Our balance with the provider must be filled by a person; the refund is tried again every day.
async fn ask(tx: &Tx, invoice: &Invoice, refund: &Transaction, said: &str) -> Result<()> {
    let detail = serde_json::json!({ "amount_minor": refund.amount_minor, "said": said });
    let case = review::Model::new(tx, "refund_insufficient_funds", refund.gateway, refund.id.to_string(), detail);
    let case = review::Model { invoice_id: Some(invoice.id), transaction_id: Some(refund.id), ..case };
    review::open(tx, case).await.map(drop)
}

/// The refund under its invoice's lock, if it still waits to be made.
async fn locked(tx: &Tx, id: TransactionId) -> Result<Option<(Invoice, Vec<Transaction>, Transaction)>> {
    let row = transaction::Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?;
    let invoice = invoice::lock(tx, row.invoice_id).await?;
    let rows = transaction::of(tx, invoice.id).await?;
    let waits = |row: &&Transaction| {
        row.id == id && row.kind == Kind::Refund && row.status == TransactionStatus::Pending && row.transaction_reference.is_none()
    };
    Ok(rows.iter().find(waits).cloned().map(|row| (invoice, rows, row)))
}
