//! Rows that are pending for long: the provider is asked what became of them.

use super::super::apply::{self, Applied};
use super::super::event::{Change, ChargeStep};
use super::super::gateway::Gateway;
use super::super::inbox::{self, EventStatus};
use super::super::invoice;
use super::super::jobs::{ApplyPaymentEvent, AskProvider};
use super::super::news;
use super::super::promise;
use super::super::provider;
use super::super::review;
use super::super::transaction::{self, Column, Entity, Kind, Model as Transaction, TransactionStatus};
use crate::clock::Time;
use crate::ids::{EventId, TransactionId};
use crate::policy::Actor;
use crate::queue::NewJob;
use crate::{App, Result, Tx, audit};
use chrono::{TimeDelta, Timelike};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};

/// Younger rows have their webhook on the way.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);
/// After the end of its page a payment may still be told late.
const GRACE: TimeDelta = TimeDelta::hours(1);
/// A job that has not come by then may be gone.
const LOST_AFTER: TimeDelta = TimeDelta::hours(1);
/// An event that could not be applied for so long is a dead letter.
const GIVEN_UP_AFTER: TimeDelta = TimeDelta::days(7);
/// Rows of one page.
const PAGE: u64 = 500;

/// Where a page ended.
pub type Mark = (Time, TransactionId);

/// What a sweep at `tick` looks at: payments each time, refunds once an hour and disputes once a day, which take weeks.
pub fn kinds(tick: Time) -> Vec<Kind> {
    let is_first = tick.minute() < 5;
    let kinds = [(Kind::Charge, true), (Kind::Refund, is_first), (Kind::Dispute, is_first && tick.hour() == 4)];
    kinds.into_iter().filter_map(|(kind, is_due)| is_due.then_some(kind)).collect()
}

/// Asks about one page of rows by jobs, the oldest first; `None` after the last page.
pub async fn sweep(tx: &Tx, kind: Kind, after: Option<Mark>) -> Result<Option<Mark>> {
    let gateways: Vec<Gateway> = provider::gateways(&tx.app).map(|(gateway, _)| gateway).collect();
    // what has no name at the provider yet is the business of the job that gives it one, while it can
    let named = Condition::any().add(Column::CheckoutReference.is_not_null()).add(Column::TransactionReference.is_not_null());
    let named = named.add(Condition::all().add(Column::Kind.eq(Kind::Charge)).add(Column::ExpiresAt.lt(tx.now() - GRACE)));
    let mut old = Entity::find()
        .filter(Column::Status.eq(TransactionStatus::Pending))
        .filter(Column::Kind.eq(kind))
        .filter(Column::CreatedAt.lt(tx.now() - PATIENCE))
        .filter(Column::Gateway.is_in(gateways))
        .filter(named);
    if let Some((at, id)) = after {
        let same = Condition::all().add(Column::CreatedAt.eq(at)).add(Column::Id.gt(id));
        old = old.filter(Condition::any().add(Column::CreatedAt.gt(at)).add(same));
    }
    let ids = old.select_only().columns([Column::CreatedAt, Column::Id]).order_by_asc(Column::CreatedAt).order_by_asc(Column::Id);
    let page: Vec<Mark> = ids.limit(PAGE).into_tuple().all(tx).await?;
    let ask = |(_, id): &Mark| NewJob::new(&AskProvider { transaction: *id }).unique(format!("ask:{id}"));
    tx.enqueue_all(page.iter().map(ask).collect()).await?;
    Ok(page.last().copied())
}

/// Sends again what lies about without a job: refunds that have no name at their provider yet, and events that nobody applied.
/// A job that still waits does the same deed, once.
pub async fn forgotten(tx: &Tx) -> Result<()> {
    let gateways = provider::gateways(&tx.app).map(|(gateway, _)| gateway);
    let nameless = Entity::find()
        .filter(Column::Status.eq(TransactionStatus::Pending))
        .filter(Column::Kind.eq(Kind::Refund))
        .filter(Column::CreatedAt.lt(tx.now() - LOST_AFTER))
        .filter(Column::Gateway.is_in(gateways))
        .filter(Column::TransactionReference.is_null());
    let refunds: Vec<TransactionId> =
        nameless.select_only().column(Column::Id).order_by_asc(Column::CreatedAt).limit(PAGE).into_tuple().all(tx).await?;
    tx.enqueue_all(refunds.into_iter().map(promise::sending).collect()).await?;
    let unapplied = inbox::Entity::find()
        .filter(inbox::Column::Status.eq(EventStatus::Received))
        .filter(inbox::Column::ReceivedAt.lt(tx.now() - LOST_AFTER))
        .filter(inbox::Column::ReceivedAt.gt(tx.now() - GIVEN_UP_AFTER));
    let events: Vec<EventId> =
        unapplied.select_only().column(inbox::Column::Id).order_by_asc(inbox::Column::ReceivedAt).limit(PAGE).into_tuple().all(tx).await?;
    let apply = |event: EventId| NewJob::new(&ApplyPaymentEvent { event }).unique(format!("apply:{event}"));
    tx.enqueue_all(events.into_iter().map(apply).collect()).await.map(drop)
}

/// A row, if it is still pending.
pub async fn load(app: &App, id: TransactionId) -> Result<Option<Transaction>> {
    let row = Entity::find_by_id(id).one(&app.db.conn).await?;
    Ok(row.filter(|row| row.status == TransactionStatus::Pending))
}

/// Books what the provider answered about a row. False when that has to wait: nothing may be committed then.
pub async fn answered(tx: &Tx, row: &Transaction, changes: Vec<Change>) -> Result<bool> {
    let is_over =
        row.kind == Kind::Charge && row.expires_at.is_some_and(|at| at + GRACE < tx.now()) && changes.iter().all(says_nothing_of_money);
    if apply::answer(tx, row, "asked", changes, true).await?.applied == Applied::TooEarly {
        return Ok(false);
    }
    if is_over {
        close(tx, row).await?;
    }
    Ok(true)
}

/// The provider knows no such object: a person has to look, once.
pub async fn unknown_there(tx: &Tx, row: &Transaction, reason: &str) -> Result<()> {
    let object = row.transaction_reference.as_ref().or(row.checkout_reference.as_ref()).cloned().unwrap_or_else(|| row.id.to_string());
    // without the number of the call, so that the same word again is no new case
    let said = reason.split(" (").next().unwrap_or(reason);
    let detail = serde_json::json!({ "provider_says": said });
    let case = review::Model::new(tx, "missing_there", row.gateway, object, detail);
    review::open(tx, review::Model { invoice_id: Some(row.invoice_id), transaction_id: Some(row.id), ..case }).await.map(drop)
}

/// Whether money may still come after this. It does after all others.
fn says_nothing_of_money(change: &Change) -> bool {
    match change {
        Change::Charge(charge) => match charge.step {
            ChargeStep::Succeeded | ChargeStep::Processing | ChargeStep::Approved => false,
            ChargeStep::Attempted(_) | ChargeStep::Failed(_) | ChargeStep::Cancelled => true,
        },
        Change::Fee(_) | Change::FeeBooked { .. } | Change::Ignored => true,
        Change::Refund(_) | Change::Dispute(_) | Change::Unreadable(_) => false,
    }
}

/// Ends a payment whose page closed unpaid, or that never got one. Should its money come after all, that still counts.
async fn close(tx: &Tx, row: &Transaction) -> Result<()> {
    let invoice = invoice::lock(tx, row.invoice_id).await?;
    let now = Entity::find_by_id(row.id).one(tx).await?;
    // a page that was made at this moment is asked about by the next sweep
    if now.is_none_or(|now| now.status != TransactionStatus::Pending || now.checkout_reference != row.checkout_reference) {
        return Ok(());
    }
    let is_nameless = row.checkout_reference.is_none() && row.transaction_reference.is_none();
    let (code, why) =
        if is_nameless { ("gateway_unavailable", "no page could be made in time") } else { ("expired", "its page closed unpaid") };
    let after = Transaction { status: TransactionStatus::Cancelled, failure_code: Some(code.to_owned()), ..row.clone() };
    let after = transaction::change(tx, row, after).await?;
    news::payment(tx, &invoice, &after).await?;
    let detail = serde_json::json!({ "transaction": row.id, "reason": why });
    audit::record(tx, &Actor::system(), "invoice.payment_closed", "invoice", row.invoice_id.0, Some(detail)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn payments_are_asked_about_always_refunds_hourly_and_disputes_daily() {
        let at = |hour, minute| chrono::Utc.with_ymd_and_hms(2026, 11, 24, hour, minute, 0).single().expect("a time");
        assert_eq!(kinds(at(4, 35)), [Kind::Charge]);
        assert_eq!(kinds(at(5, 0)), [Kind::Charge, Kind::Refund]);
        assert_eq!(kinds(at(4, 0)), [Kind::Charge, Kind::Refund, Kind::Dispute]);
    }
}
