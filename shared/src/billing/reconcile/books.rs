//! The nightly comparison of our rows with a provider's books, by the provider's ids, in both directions.
//!
//! Theirs are read day by day and looked up here in pages; of ours those that settled in the span must be among them. The time
//! of a movement at the provider lies between the birth and the settling of our row, so theirs are read from the oldest birth
//! on. What differs is a case for a person, one per reason and object; a case ends by itself when a later comparison agrees.

use super::super::apply::{self, Source};
use super::super::event::{Change, ChargeStep, DisputeStep, Fee, RefundStep};
use super::super::gateway::Gateway;
use super::super::provider::{self, Movement};
use super::super::review;
use super::super::transaction::{Column, Entity, Kind, Model as Transaction, TransactionStatus};
use super::{Kind as Run, Span, done_until, note};
use crate::clock::Time;
use crate::ids::TransactionId;
use crate::money::Money;
use crate::{App, Result, Tx};
use chrono::{DurationRound, TimeDelta};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// What is compared at most: nobody remembers a longer outage of ours.
const MOST: TimeDelta = TimeDelta::days(30);
/// Clocks differ, and a webhook takes a moment.
const SLACK: TimeDelta = TimeDelta::hours(1);
/// Longer than providers repeat a webhook: a row that one of them made is at most so much younger than its money.
const LATE: TimeDelta = TimeDelta::days(4);
/// How a later row of ours is named that takes an earlier one back.
const UNDONE: [&str; 2] = ["returned", "won"];
/// Objects of one page, of one statement.
const PAGE: usize = 500;
/// Reasons that belong to comparisons.
const REASONS: [&str; 4] = ["missing_here", "missing_there", "amount_differs", "fee_differs"];

/// What is to be compared now: the whole days (UTC) since the last time, for each gateway that is set up.
pub async fn spans(app: &App) -> Result<Vec<Span>> {
    let until = app.clock.now().duration_trunc(TimeDelta::days(1)).map_err(crate::Error::internal)?;
    let mut spans = vec![];
    for (gateway, _) in provider::gateways(app) {
        let since = done_until(&app.db.conn, gateway, Run::Books).await?.unwrap_or(until - TimeDelta::days(1)).max(until - MOST);
        if since < until {
            spans.push(Span { gateway, since, until });
        }
    }
    Ok(spans)
}

/// The parts that the provider is asked for one after the other, so that no more than a day is in memory at once.
pub async fn days(app: &App, span: Span) -> Result<Vec<(Time, Time)>> {
    let born: Option<Option<Time>> =
        ours(span).select_only().column_as(Column::CreatedAt.min(), "born").into_tuple().one(&app.db.conn).await?;
    let oldest = born.flatten().unwrap_or(span.since);
    let mut from = (oldest.min(span.since) - LATE).max(span.since - MOST);
    let end = span.until + SLACK;
    let mut days = vec![];
    while from < end {
        let to = (from + TimeDelta::days(1)).min(end);
        days.push((from, to));
        from = to;
    }
    Ok(days)
}

/// What the provider's books say of such a part; `None` when it keeps none.
pub async fn movements(app: &App, gateway: Gateway, (since, until): (Time, Time)) -> Result<Option<Vec<Movement>>> {
    provider::needed(app, gateway)?.movements(since, until).await
}

/// What came of it so far.
#[derive(Debug, Default)]
pub struct Found {
    /// The provider's ids that were seen.
    seen: HashSet<String>,
    differ: usize,
}

/// Compares a page of the provider's movements with our rows.
pub async fn theirs(tx: &Tx, gateway: Gateway, page: &[Movement], found: &mut Found) -> Result<()> {
    let references: Vec<&str> = page.iter().filter_map(reference).collect();
    let undone = |reference: &&str| UNDONE.map(|end| format!("{reference}/{end}"));
    let names = references.iter().flat_map(undone).chain(references.iter().map(|reference| (*reference).to_owned()));
    let rows = Entity::find().filter(Column::Gateway.eq(gateway)).filter(Column::TransactionReference.is_in(names));
    let rows: HashMap<String, Transaction> =
        rows.all(tx).await?.into_iter().filter_map(|row| Some((row.transaction_reference.clone()?, row))).collect();
    let mut agreeing = vec![];
    for movement in page {
        let Some(reference) = reference(movement) else { continue };
        found.seen.insert(reference.to_owned());
        let row = rows.get(reference);
        let is_undone = UNDONE.iter().any(|end| rows.contains_key(&format!("{reference}/{end}")));
        match difference(movement, row, is_undone) {
            Some((reason, detail)) => differs(tx, gateway, (reason, reference), row, detail, found).await?,
            None => agreeing.push(reference),
        }
        if let (Movement::Charge(_, Some(fee)), Some(row)) = (movement, row)
            && row.fee_minor.is_none()
        {
            let fee = Change::Fee(Fee { charge: reference.to_owned(), amount: *fee });
            apply::take(tx, Source { gateway, name: "compared", event: None }, vec![fee], false).await?;
        }
    }
    agree(tx, gateway, agreeing).await
}

/// Looks for a page of our rows among what the provider told; `None` after the last page.
pub async fn mine(tx: &Tx, span: Span, after: Option<(Time, TransactionId)>, found: &mut Found) -> Result<Option<(Time, TransactionId)>> {
    let mut rows = ours(span);
    if let Some((at, id)) = after {
        let same = Condition::all().add(Column::SettledAt.eq(at)).add(Column::Id.gt(id));
        rows = rows.filter(Condition::any().add(Column::SettledAt.gt(at)).add(same));
    }
    let page = rows.order_by_asc(Column::SettledAt).order_by_asc(Column::Id).limit(PAGE as u64).all(tx).await?;
    for row in &page {
        let Some(reference) = row.transaction_reference.as_deref() else { continue };
        if !found.seen.contains(reference) {
            let detail = json!({ "ours": row.amount()?.to_string() });
            differs(tx, span.gateway, ("missing_there", reference), Some(row), detail, found).await?;
        }
    }
    Ok(page.last().and_then(|row| Some((row.settled_at?, row.id))))
}

/// Notes what was compared. A run beside this one may have been faster: then there is nothing to note.
pub async fn finish(tx: &Tx, span: Span, found: &Found) -> Result<()> {
    if done_until(tx, span.gateway, Run::Books).await?.is_some_and(|done| done >= span.until) {
        return Ok(());
    }
    note(tx, Run::Books, span, found.seen.len(), found.differ).await
}

/// Pages of what the provider told.
pub fn pages(movements: &[Movement]) -> impl Iterator<Item = &[Movement]> {
    movements.chunks(PAGE)
}

/// Our payments and refunds that settled in a span. A refund that came back is our own row, the provider's knows no other.
fn ours(span: Span) -> Select<Entity> {
    Entity::find()
        .filter(Column::Gateway.eq(span.gateway))
        .filter(Column::SettledAt.gte(span.since))
        .filter(Column::SettledAt.lt(span.until))
        .filter(Column::Status.eq(TransactionStatus::Success))
        .filter(Column::Kind.is_in([Kind::Charge, Kind::Refund]))
        .filter(Column::AmountMinor.gt(0))
        .filter(Column::TransactionReference.is_not_null())
}

/// The provider's id of what is to be compared. A payment that is not settled there must not be among our settled ones.
fn reference(movement: &Movement) -> Option<&str> {
    match movement {
        Movement::Charge(charge, _) => charge.reference.as_deref().filter(|_| charge.step == ChargeStep::Succeeded),
        Movement::Refund(refund) => Some(&refund.reference),
        Movement::Dispute(dispute) => Some(&dispute.reference),
    }
}

/// Why the two sides differ, and what a person has to know of it. `is_undone`: a later row of ours takes this one back.
fn difference(movement: &Movement, row: Option<&Transaction>, is_undone: bool) -> Option<(&'static str, Json)> {
    let has_gone = row.is_some_and(|row| row.status == TransactionStatus::Success && !is_undone);
    // money that went by our books and not by theirs, or the other way round
    match movement {
        Movement::Refund(refund) if refund.step == RefundStep::Failed => {
            return has_gone.then(|| ("missing_there", json!({ "theirs": "failed", "payment": refund.charge })));
        }
        Movement::Dispute(dispute) if dispute.step == DisputeStep::Won && has_gone => {
            return Some(("missing_there", json!({ "theirs": "won", "payment": dispute.charge })));
        }
        Movement::Dispute(dispute) if dispute.step == DisputeStep::Lost && row.is_some() && !has_gone => {
            return Some(("missing_here", json!({ "theirs": "lost", "payment": dispute.charge })));
        }
        Movement::Charge(..) | Movement::Refund(_) | Movement::Dispute(_) => {}
    }
    let (amount, fee) = match movement {
        Movement::Charge(charge, fee) => (charge.amount, *fee),
        Movement::Refund(refund) => (Some(refund.amount), None),
        Movement::Dispute(dispute) => (Some(dispute.amount), None),
    };
    let theirs = amount.map(|amount| amount.to_string());
    let is_settled = |row: &&Transaction| match movement {
        Movement::Charge(..) => row.status == TransactionStatus::Success,
        Movement::Refund(refund) => refund.step != RefundStep::Succeeded || row.status == TransactionStatus::Success,
        Movement::Dispute(_) => true,
    };
    let Some(row) = row.filter(is_settled) else {
        let names = match movement {
            Movement::Charge(charge, _) => json!({ "theirs": theirs, "invoice": charge.invoice, "transaction": charge.transaction }),
            Movement::Refund(refund) => json!({ "theirs": theirs, "payment": refund.charge }),
            Movement::Dispute(dispute) => json!({ "theirs": theirs, "payment": dispute.charge }),
        };
        return Some(("missing_here", names));
    };
    let is = |amount: Money, minor: i64| amount.minor == minor && amount.currency.code() == row.currency;
    if let Some(amount) = amount
        && !is(amount, row.amount_minor)
    {
        return Some(("amount_differs", json!({ "theirs": theirs, "ours_minor": row.amount_minor, "currency": row.currency })));
    }
    match (fee, row.fee_minor) {
        (Some(fee), Some(ours)) if fee.currency.code() == row.currency && fee.minor != ours => {
            Some(("fee_differs", json!({ "theirs": fee.to_string(), "ours_minor": ours })))
        }
        _ => None,
    }
}

async fn differs(
    tx: &Tx,
    gateway: Gateway,
    (reason, object): (&'static str, &str),
    row: Option<&Transaction>,
    detail: Json,
    found: &mut Found,
) -> Result<()> {
    found.differ += 1;
    let case = review::Model::new(tx, reason, gateway, object.to_owned(), detail);
    let case = review::Model { invoice_id: row.map(|row| row.invoice_id), transaction_id: row.map(|row| row.id), ..case };
    if review::open(tx, case).await? {
        metrics::counter!("books_differences_total", "gateway" => gateway.name(), "reason" => reason).increment(1);
    }
    Ok(())
}

/// Ends the cases about objects on which both sides agree now.
async fn agree(tx: &Tx, gateway: Gateway, references: Vec<&str>) -> Result<()> {
    if references.is_empty() {
        return Ok(());
    }
    let about = Condition::all()
        .add(review::Column::Gateway.eq(gateway))
        .add(review::Column::Reason.is_in(REASONS))
        .add(review::Column::ObjectReference.is_in(references));
    review::passed(tx, about, "agrees by a later comparison").await
}
