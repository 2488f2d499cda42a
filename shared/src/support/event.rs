//! Table `ticket_events`: where a ticket has been, only ever added to.

use super::state::Status;
use super::ticket::Model as Ticket;
use crate::clock::Time;
use crate::ids::TicketId;
use crate::policy::Actor;
use crate::{Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_events")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub ticket_id: TicketId,
    /// None: it was opened.
    pub from_status: Option<Status>,
    pub status: Status,
    pub created_by: Option<Uuid>,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds the step that a ticket has taken to where it is now.
pub(super) async fn add(tx: &Tx, actor: &Actor, ticket: &Ticket, from: Option<Status>) -> Result<()> {
    let row = ActiveModel {
        id: Set(Uuid::now_v7()),
        ticket_id: Set(ticket.id),
        from_status: Set(from),
        status: Set(ticket.status),
        created_by: Set(actor.user.map(|user| user.0)),
        created_at: Set(tx.now()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The steps of a ticket, in the order in which they were taken.
pub async fn of(db: &impl ConnectionTrait, ticket: TicketId) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::TicketId.eq(ticket)).order_by_asc(Column::Id).all(db).await?)
}
