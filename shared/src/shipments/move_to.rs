//! Staff move a shipment.

use super::confirm::{self, Found};
use super::event::Said;
use super::shipment::{self, Model};
use super::state::{self, Status};
use super::{bill, steps};
use crate::accounts::User;
use crate::accounts::postal::check_text;
use crate::clock::Time;
use crate::error::Problems;
use crate::ids::ShipmentId;
use crate::machine::By;
use crate::money::Money;
use crate::policy::{Actor, Permission};
use crate::{Result, Tx, machine, version};
use sea_orm::entity::prelude::Json;

/// A move as staff describe it.
#[derive(Debug)]
pub struct Move {
    /// Where to.
    pub status: Status,
    /// For the customer.
    pub note: Option<String>,
    /// Where it happened, for everybody.
    pub location: Option<String>,
    /// When it happened; now when absent.
    pub occurred_at: Option<Time>,
    /// For staff; demanded by holds, steps backwards and overrides.
    pub reason: Option<String>,
    /// On confirmation: the parcels as they were weighed.
    pub measured: Option<Json>,
    /// On confirmation: the cost, by hand.
    pub cost: Option<String>,
    /// Confirms a high cost without asking, or lets go what is not paid.
    pub is_overridden: bool,
}

/// Moves a shipment of the version `expected`. A confirmation that costs too much stays where it is and asks the customer.
pub async fn move_to(tx: &Tx, actor: &Actor, id: ShipmentId, expected: Option<i32>, wanted: Move) -> Result<Model> {
    actor.may(Permission::ManageShipments)?;
    let (mut row, user) = shipment::lock_for(tx, actor, id).await?;
    let (to, is_overridden) = (wanted.status, wanted.is_overridden);
    if is_overridden || wanted.cost.is_some() {
        actor.may(Permission::OverridePrice)?;
    }
    let (found, said) = checked(tx, &row, wanted)?;
    version::check(expected, row.version)?;
    let is_known = machine::allows(state::TABLE, By::Staff, &row.status, &to);
    if !is_known || (row.status == Status::OnHold && row.held_from != Some(to)) {
        return Err(steps::refused("shipment-step", actor, &row));
    }
    if state::is_backwards(row.status, to) {
        actor.may(Permission::TransitionBackwards)?;
    }
    let step = (row.status, to);
    if step == (Status::Pending, Status::Processing) {
        confirm::confirm(tx, actor, &mut row, &user, (found, said)).await?;
    } else if step == (Status::Processing, Status::Pending) {
        take_back(tx, actor, &mut row, &user, said).await?;
    } else if to == Status::Cancelled {
        steps::end(tx, actor, &mut row, &user, said).await?;
    } else {
        if step == (Status::Processing, Status::InTransit) {
            may_leave(tx, actor, &row, is_overridden).await?;
        }
        steps::go(tx, actor, &mut row, to, said).await?;
    }
    Ok(row)
}

/// Nothing leaves that is not paid, unless somebody answers for it, or whose cost is not agreed upon.
async fn may_leave(tx: &Tx, actor: &Actor, row: &Model, is_overridden: bool) -> Result<()> {
    if row.action_required.is_some() {
        return Err(steps::refused("shipment-waits-for-approval", actor, row));
    }
    if !is_overridden && !bill::is_paid(tx, row).await? {
        return Err(steps::refused("shipment-not-paid", actor, row));
    }
    Ok(())
}

/// Confirmed by mistake: while nothing is paid, the bill is taken back. The estimate stays what the customer was told.
async fn take_back(tx: &Tx, actor: &Actor, row: &mut Model, user: &User, said: Said) -> Result<()> {
    if !bill::is_untouched(tx, row).await? {
        return Err(steps::refused("shipment-paid", actor, row));
    }
    bill::close(tx, actor, row, user, false).await?;
    steps::drop_proposal(row);
    steps::go(tx, actor, row, Status::Pending, said).await
}

/// What was said, tidied and checked, apart from what only the prices can say.
fn checked(tx: &Tx, row: &Model, wanted: Move) -> Result<(Found, Said)> {
    let mut problems = Problems::default();
    let mut line = |field: &str, text: Option<String>, max: usize| {
        let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let said = text.as_deref().unwrap_or_default();
        check_text(&mut problems, field.to_owned(), said, max);
        text
    };
    let note = line("note", wanted.note, 500);
    let location = line("location", wanted.location, 200);
    let reason = line("reason", wanted.reason, 500);
    let needs_reason =
        wanted.is_overridden || wanted.cost.is_some() || wanted.status == Status::OnHold || state::is_backwards(row.status, wanted.status);
    problems.check(reason.is_some() || !needs_reason, "reason", "error-required");
    let is_past = wanted.occurred_at.is_none_or(|at| at <= tx.now());
    problems.check(is_past, "occurred_at", "error-in-future");
    problems.check(wanted.occurred_at.is_none_or(|at| at >= row.created_at), "occurred_at", "error-before-creation");
    let confirms = wanted.status == Status::Processing && row.status == Status::Pending;
    problems.check(confirms || wanted.measured.is_none(), "measured", "error-only-on-confirmation");
    problems.check(confirms || wanted.cost.is_none(), "cost", "error-only-on-confirmation");
    let leaves = wanted.status == Status::InTransit && row.status == Status::Processing;
    problems.check(confirms || leaves || !wanted.is_overridden, "override", "error-nothing-to-override");
    if let Some(cost) = &wanted.cost {
        problems.take(Money::parse("cost", cost, row.currency()?))?;
    }
    problems.finish()?;
    let found = Found { measured: wanted.measured, cost: wanted.cost, is_overridden: wanted.is_overridden };
    Ok((found, Said { note, reason, location, occurred_at: wanted.occurred_at }))
}
