//! Applying a provider's event to the invoice it concerns: under the invoice's lock, forward only, once.
//!
//! Whatever the order and however often events come, the rows end the same: each row is one object of the provider, and
//! each only takes steps forward. What must not be guessed (another amount, an unknown payment) becomes a review.

mod by_us;
mod charge;
mod early;
mod reversal;
mod settle;

pub(super) use by_us::{book, refund_refused};

use super::event::{Change, Charge};
use super::inbox::{self, EventStatus};
use super::transaction::{Kind, Model as Transaction, TransactionStatus};
use super::{gateway::Gateway, paypal, review, sandbox, stripe};
use crate::ids::{EventId, InvoiceId, TransactionId};
use crate::money::Money;
use crate::{App, Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use std::collections::HashSet;

/// How an event ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Applied {
    /// It is in the books (or already was).
    Done,
    /// It speaks of a payment that we have not heard of yet; try again later.
    TooEarly,
}

/// A stored event, if it still has to be applied.
pub async fn load(app: &App, id: EventId) -> Result<Option<inbox::Model>> {
    let event = inbox::Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    Ok((event.status == EventStatus::Received).then_some(event))
}

/// Applies a stored event in the caller's transaction. `patient`: an unknown payment may still become known; otherwise it
/// is a case for a person.
pub async fn apply(tx: &Tx, event: &inbox::Model, patient: bool) -> Result<Applied> {
    let changes = match event.provider {
        Gateway::Stripe => stripe::read(&event.event_type, &event.body),
        Gateway::Sandbox => sandbox::read(&event.body),
        Gateway::Paypal => paypal::read(&event.event_type, &event.body),
        Gateway::Manual => vec![Change::Ignored],
    };
    let is_ignored = changes.iter().all(|change| *change == Change::Ignored);
    let source = Source { gateway: event.provider, name: &event.event_id, event: Some(event.id) };
    let taken = take(tx, source, changes, patient).await?;
    if taken.applied == Applied::TooEarly {
        return Ok(Applied::TooEarly);
    }
    let status = match (taken.is_reviewed, is_ignored) {
        (true, _) => EventStatus::Review,
        (false, true) => EventStatus::Ignored,
        (false, false) => EventStatus::Processed,
    };
    let marked = inbox::Entity::update_many()
        .col_expr(inbox::Column::Status, Expr::value(status))
        .col_expr(inbox::Column::ProcessedAt, Expr::value(tx.now()))
        .filter(inbox::Column::Id.eq(event.id))
        .filter(inbox::Column::Status.eq(EventStatus::Received))
        .exec(tx)
        .await?;
    match marked.rows_affected {
        1 => Ok(Applied::Done),
        // a replay ran beside us and was faster; everything here rolls back
        _ => Err(Error::conflict("event-already-applied", &[])),
    }
}

/// Where changes come from: an event, or an answer of the provider to a question of ours.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Whose word it is.
    pub gateway: Gateway,
    /// For the audit: the event's id, or what was asked.
    pub name: &'a str,
    /// The stored event, if it was one.
    pub event: Option<EventId>,
}

/// What became of changes.
#[derive(Debug, PartialEq)]
pub struct Taken {
    /// [`Applied::TooEarly`] for at least one: nothing may be committed.
    pub applied: Applied,
    /// A person was asked.
    pub is_reviewed: bool,
}

/// Books what a provider says, whoever asked it, in the caller's transaction.
pub async fn take(tx: &Tx, source: Source<'_>, changes: Vec<Change>, patient: bool) -> Result<Taken> {
    book_all(Context { tx, source, about: None, reviewed: false }, changes, patient).await
}

/// Books what a provider answered to a question about one row of ours. What cannot be read is a case of that row.
pub async fn answer(tx: &Tx, row: &Transaction, asked: &str, changes: Vec<Change>, patient: bool) -> Result<Taken> {
    let source = Source { gateway: row.gateway, name: asked, event: None };
    book_all(Context { tx, source, about: Some(row), reviewed: false }, changes, patient).await
}

async fn book_all(mut context: Context<'_>, changes: Vec<Change>, patient: bool) -> Result<Taken> {
    // a fee beside its payment has nothing to wait for: whatever became of the payment, it will not be told again
    let charge_of = |change: &Change| if let Change::Charge(charge) = change { charge.reference.clone() } else { None };
    let told: HashSet<String> = changes.iter().filter_map(charge_of).collect();
    for change in changes {
        let applied = match change {
            Change::Charge(charge) => context.charge(charge).await?,
            Change::Refund(refund) => context.refund(refund, patient).await?,
            Change::Dispute(dispute) => context.dispute(dispute, patient).await?,
            Change::Fee(fee) => {
                let patient = patient && !told.contains(&fee.charge);
                context.fee(fee, patient).await?
            }
            Change::FeeBooked { charge, balance_transaction } => {
                let patient = patient && !told.contains(&charge);
                context.fee_booked(&charge, balance_transaction, patient).await?
            }
            Change::Ignored => Applied::Done,
            Change::Unreadable(reason) => {
                let (object, about) = (context.object(), context.about);
                let detail = serde_json::json!({ "reason": reason });
                context.review("unreadable_event", &object, about.map(|row| row.invoice_id), about.map(|row| row.id), detail).await?;
                Applied::Done
            }
        };
        if applied == Applied::TooEarly {
            return Ok(Taken { applied, is_reviewed: false });
        }
    }
    Ok(Taken { applied: Applied::Done, is_reviewed: context.reviewed })
}

struct Context<'a> {
    tx: &'a Tx,
    source: Source<'a>,
    /// The row that was asked about.
    about: Option<&'a Transaction>,
    reviewed: bool,
}

impl Context<'_> {
    fn new_row(&self, invoice: InvoiceId, kind: Kind, status: TransactionStatus, amount: Money) -> Transaction {
        Transaction::new(invoice, kind, status, self.source.gateway, amount, self.tx.now())
    }

    async fn review(
        &mut self,
        reason: &str,
        object: &str,
        invoice: Option<InvoiceId>,
        row: Option<TransactionId>,
        detail: Json,
    ) -> Result<()> {
        self.reviewed = true;
        let case = review::Model::new(self.tx, reason, self.source.gateway, object.to_owned(), detail);
        let case = review::Model { invoice_id: invoice, transaction_id: row, webhook_event_id: self.source.event, ..case };
        review::open(self.tx, case).await.map(drop)
    }

    fn object_of(&self, charge: &Charge) -> String {
        charge.reference.as_ref().or(charge.checkout.as_ref()).cloned().unwrap_or_else(|| self.object())
    }

    /// What a case is about that names no object of the provider: the row that was asked about, or the event.
    fn object(&self) -> String {
        self.about.map_or_else(|| self.source.name.to_owned(), |row| row.id.to_string())
    }

    /// Whether this installation's account moves real money, where that is known.
    fn expects_live(&self) -> Option<bool> {
        match self.source.gateway {
            Gateway::Stripe => self.tx.app.config.stripe.as_ref().and_then(|stripe| stripe.mode()),
            // the events of PayPal do not say
            Gateway::Paypal | Gateway::Manual => None,
            Gateway::Sandbox => Some(false),
        }
    }
}
