//! How a ticket changes its state, its turn and its assignee: what is written beside the row, in the same transaction. Whoever
//! calls saves the row, once.

use super::event;
use super::state::{self, Status};
use super::tell;
use super::ticket::{Model, WEEK, Waiting};
use crate::accounts::{User, user};
use crate::ids::UserId;
use crate::machine::{self, By};
use crate::policy::{Actor, Permission, Role};
use crate::{Error, Result, Tx, audit};
use sea_orm::ActiveEnum;
use sea_orm::ConnectionTrait;

/// A refusal that says where it could go instead.
pub(super) fn refused(by: By, row: &Model, can_reopen: bool) -> Error {
    if by == By::Customer && row.status == Status::Closed && !can_reopen {
        return closed();
    }
    let ways = ways(by, row, can_reopen).into_iter().map(|to| to.to_value()).collect();
    Error::Conflict { code: "ticket-step", allowed: ways }
}

/// What is too late for a closed ticket.
pub(super) fn closed() -> Error {
    Error::conflict("ticket-closed", &["open_new_ticket"])
}

/// Where they can move it now.
pub(super) fn ways(by: By, row: &Model, can_reopen: bool) -> Vec<Status> {
    let ways = machine::next(state::TABLE, by, row.status).into_iter();
    let reopened = reopened(row);
    let fits = |to: &Status| by != By::Customer || to.is_finished() || (can_reopen && *to == reopened);
    ways.filter(fits).collect()
}

/// Where a finished ticket goes when its customer opens it again.
pub(super) fn reopened(row: &Model) -> Status {
    if row.assignee_id.is_some() { Status::InProgress } else { Status::Open }
}

/// Moves a locked ticket, and tells its customer when others finish it; whether it may the caller has asked.
pub(super) async fn go(tx: &Tx, actor: &Actor, by: By, row: &mut Model, to: Status) -> Result<()> {
    step(tx, actor, row, to).await?;
    if to.is_finished() && by != By::Customer {
        tell::status(tx, row).await?;
    }
    Ok(())
}

/// The same without a word to anybody.
pub(super) async fn step(tx: &Tx, actor: &Actor, row: &mut Model, to: Status) -> Result<()> {
    let (from, now) = (row.status, tx.now());
    row.status = to;
    row.close_at = None;
    match to {
        Status::Open | Status::InProgress => {
            if from.is_finished() {
                row.waiting_on = Waiting::Staff;
            }
            (row.resolved_at, row.closed_at) = (None, None);
        }
        Status::Resolved => (row.resolved_at, row.close_at) = (Some(now), Some(now + WEEK)),
        Status::Closed => row.closed_at = Some(now),
    }
    event::add(tx, actor, row, Some(from)).await?;
    let detail = serde_json::json!({ "from": from, "to": to });
    audit::record(tx, actor, "ticket.moved", "ticket", row.id.0, Some(detail)).await
}

/// Opens a finished ticket again for its customer. Who cared for it still does, if they can.
pub(super) async fn reopen(tx: &Tx, actor: &Actor, row: &mut Model) -> Result<()> {
    if !row.can_reopen(tx.now()) {
        return Err(closed());
    }
    let_go(tx, row).await?;
    let to = reopened(row);
    go(tx, actor, By::Customer, row, to).await
}

/// Takes a ticket from somebody who left, or may not manage tickets any more.
pub(super) async fn let_go(tx: &Tx, row: &mut Model) -> Result<()> {
    let Some(assignee) = row.assignee_id else { return Ok(()) };
    if can_care(&user::find(tx, assignee).await?) {
        return Ok(());
    }
    assign(tx, &Actor::system(), row, None).await
}

/// Gives a locked ticket to somebody, or to nobody.
pub(super) async fn assign(tx: &Tx, actor: &Actor, row: &mut Model, assignee: Option<UserId>) -> Result<()> {
    if row.assignee_id == assignee {
        return Ok(());
    }
    let detail = serde_json::json!({ "before": { "assignee": row.assignee_id }, "after": { "assignee": assignee } });
    row.assignee_id = assignee;
    audit::record(tx, actor, "ticket.assigned", "ticket", row.id.0, Some(detail)).await?;
    let Some(assignee) = assignee else { return Ok(()) };
    if actor.user != Some(assignee) {
        tell::assigned(tx, row, assignee).await?;
    }
    if row.status == Status::Open {
        go(tx, actor, By::Staff, row, Status::InProgress).await?;
    }
    Ok(())
}

/// Who is to care for a ticket, checked.
pub(super) async fn assignee(db: &impl ConnectionTrait, id: UserId) -> Result<UserId> {
    match user::find(db, id).await {
        Ok(user) if can_care(&user) => Ok(id),
        Ok(_) | Err(Error::NotFound) => Err(Error::invalid("assignee", "error-assignee")),
        Err(other) => Err(other),
    }
}

fn can_care(user: &User) -> bool {
    let may = match user.role {
        Role::SuperAdmin => true,
        Role::Admin => user.permission_sets.0.iter().any(|set| set.allows(Permission::ManageTickets)),
        Role::WalkIn | Role::Buy4Me => false,
    };
    user.is_active && may
}
