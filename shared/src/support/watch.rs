//! What time does to tickets: resolved ones are closed, late ones are told of. Each exactly once, whoever looks and however often.

use super::sla::Target;
use super::state::Status;
use super::ticket::{self, Column, Entity};
use super::{steps, tell};
use crate::ids::TicketId;
use crate::machine::By;
use crate::policy::Actor;
use crate::{App, Result, Tx, audit};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

/// Resolved tickets after `last` of which nobody spoke for a week, at most `limit`, in the order of their ids.
pub async fn silent(app: &App, last: TicketId, limit: u64) -> Result<Vec<TicketId>> {
    after(app, Entity::find().filter(Column::CloseAt.lte(app.clock.now())), last, limit).await
}

/// Tickets that are late, and nobody was told; as above.
pub async fn late(app: &App, last: TicketId, limit: u64) -> Result<Vec<TicketId>> {
    after(app, Entity::find().filter(Column::AlarmAt.lte(app.clock.now())), last, limit).await
}

async fn after(app: &App, due: Select<Entity>, last: TicketId, limit: u64) -> Result<Vec<TicketId>> {
    let ids = due.filter(Column::Id.gt(last)).select_only().column(Column::Id).order_by_asc(Column::Id);
    Ok(ids.limit(limit).into_tuple().all(&app.db.conn).await?)
}

/// RESOLVED → CLOSED; harmless when somebody spoke after all, or was faster.
pub async fn close_silent(tx: &Tx, id: TicketId) -> Result<()> {
    let (mut row, _) = ticket::lock(tx, id).await?;
    let is_due = row.status == Status::Resolved && row.close_at.is_some_and(|at| at <= tx.now());
    if !is_due {
        return Ok(());
    }
    steps::go(tx, &Actor::system(), By::System, &mut row, Status::Closed).await?;
    ticket::save(tx, &mut row).await
}

/// Tells who cares for a ticket that it is late, once for each target; of one that nobody cares for the audit and the metric tell.
pub async fn tell_late(tx: &Tx, id: TicketId) -> Result<()> {
    let (mut row, _) = ticket::lock(tx, id).await?;
    let (now, assignee) = (tx.now(), row.assignee_id);
    // who left is told nothing any more
    steps::let_go(tx, &mut row).await?;
    for (target, due_at) in row.untold().into_iter().filter(|(_, at)| *at <= now) {
        let name = match target {
            Target::FirstResponse => "FIRST_RESPONSE",
            Target::Resolution => "RESOLUTION",
        };
        match target {
            Target::FirstResponse => row.first_response_breached_at = Some(now),
            Target::Resolution => row.resolution_breached_at = Some(now),
        }
        let detail = serde_json::json!({ "target": name, "due_at": due_at, "priority": row.priority, "assignee": row.assignee_id });
        audit::record(tx, &Actor::system(), "ticket.overdue", "ticket", row.id.0, Some(detail)).await?;
        metrics::counter!("tickets_overdue_total", "target" => name).increment(1);
        tell::overdue(tx, &row, target).await?;
    }
    match row.assignee_id == assignee {
        true => ticket::keep(tx, &mut row).await,
        false => ticket::save(tx, &mut row).await,
    }
}
