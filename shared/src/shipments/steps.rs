//! The one way in which a shipment changes its state: row, event, audit, mail and letters in one transaction.

use super::event::{self, Said};
use super::shipment::{self, Action, Details, Model, Proposal};
use super::state::{self, Status};
use super::tell;
use crate::accounts::User;
use crate::buy4me::jobs::FollowShipment;
use crate::feedback::{self, About};
use crate::machine::By;
use crate::money::Money;
use crate::policy::{Actor, Permission};
use crate::settings::Shipping;
use crate::{Error, Result, Tx, audit};
use sea_orm::ActiveEnum;

/// As whom somebody who may see a shipment acts on it.
pub(super) fn acts_as(actor: &Actor, row: &Model) -> Result<By> {
    match actor.can(Permission::ManageShipments) {
        true => Ok(By::Staff),
        false if actor.user == Some(row.user_id) => Ok(By::Customer),
        false => Err(Error::Forbidden(Some(Permission::ManageShipments))),
    }
}

/// A refusal that says where staff could move it instead.
pub(super) fn refused(code: &'static str, actor: &Actor, row: &Model) -> Error {
    let ways = state::moves(row.status, row.held_from, actor.can(Permission::TransitionBackwards));
    let ways = if actor.can(Permission::ManageShipments) { ways } else { vec![] };
    Error::Conflict { code, allowed: ways.into_iter().map(|to| to.to_value()).collect() }
}

/// Moves a locked shipment; whether it may the caller has asked.
pub(super) async fn go(tx: &Tx, actor: &Actor, row: &mut Model, to: Status, said: Said) -> Result<()> {
    let (from, at) = (row.status, said.occurred_at.unwrap_or_else(|| tx.now()));
    row.status = to;
    row.held_from = (to == Status::OnHold).then_some(from);
    match to {
        Status::Pending => (row.confirmed_at, row.cost_minor) = (None, None),
        Status::Processing => {
            row.confirmed_at = row.confirmed_at.or(Some(at));
            row.shipped_at = None;
        }
        Status::InTransit => {
            row.shipped_at = row.shipped_at.or(Some(at));
            row.delivered_at = None;
        }
        Status::Delivered => row.delivered_at = Some(at),
        Status::Cancelled => row.cancelled_at = Some(at),
        Status::Returned | Status::OnHold => {}
    }
    if to.is_finished() {
        drop_proposal(row);
    }
    shipment::save(tx, row).await?;
    let detail = serde_json::json!({ "from": from, "to": to, "reason": said.reason, "cost": row.money(row.price_minor())?.to_string() });
    let note = said.note.clone();
    event::add(tx, actor, row, Some(from), said).await?;
    audit::record(tx, actor, "shipment.moved", "shipment", row.id.0, Some(detail)).await?;
    tell::status(tx, row, note.as_deref()).await?;
    if row.buy4me_request_id.is_some() {
        tx.enqueue(FollowShipment { shipment: row.id }).await?;
    } else if to == Status::Delivered {
        feedback::invite_later(tx, About::Shipment(row.id)).await?;
    }
    Ok(())
}

/// Ends a locked shipment and its invoices: a customer takes back what was asked for and not what staff billed by hand.
pub(super) async fn end(tx: &Tx, actor: &Actor, row: &mut Model, user: &User, said: Said) -> Result<()> {
    let all = acts_as(actor, row)? == By::Staff;
    super::bill::close(tx, actor, row, user, all).await?;
    go(tx, actor, row, Status::Cancelled, said).await
}

/// Asks the customer about details that cost too much more to be taken as they are.
pub(super) async fn propose(tx: &Tx, actor: &Actor, row: &mut Model, details: Details, said: Said) -> Result<()> {
    let proposal = Proposal { before_minor: row.price_minor(), details, proposed_at: tx.now() };
    row.action_required = Some(Action::CostApproval);
    row.proposal = Some(proposal.clone());
    shipment::save(tx, row).await?;
    let (before, after) = (row.money(proposal.before_minor)?.to_string(), row.money(proposal.details.total_minor)?.to_string());
    let detail = serde_json::json!({ "before": before, "after": after, "reason": said.reason });
    event::add(tx, actor, row, Some(row.status), said).await?;
    audit::record(tx, actor, "shipment.cost_proposed", "shipment", row.id.0, Some(detail)).await?;
    tell::cost(tx, row, &proposal).await
}

/// Nobody is asked any more.
pub(super) fn drop_proposal(row: &mut Model) {
    row.action_required = None;
    row.proposal = None;
}

/// What it may cost without asking: the estimate and the tolerance, or what the customer has approved already.
pub(super) fn limit(row: &Model, shipping: &Shipping) -> Result<i64> {
    let estimate: Money = row.money(row.estimated_minor)?;
    let tolerated = estimate.plus(estimate.percent(shipping.cost_tolerance.0)?)?;
    Ok(tolerated.minor.max(row.cost_minor.unwrap_or_default()))
}
