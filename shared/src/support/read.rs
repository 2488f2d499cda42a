//! Table `ticket_reads`: how far somebody has read a ticket. A mark never goes back.

use super::message;
use super::ticket;
use crate::clock::Time;
use crate::ids::{MessageId, TicketId, UserId};
use crate::live::Word;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{IntoActiveModel, QueryOrder, TryGetable};
use std::collections::HashMap;

/// How far one person has read one ticket.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_reads")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: TicketId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Of the newest message that was read.
    pub position: i32,
    pub read_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Notes that the actor has read up to a message, or up to the newest that they may see; answers how many are left unread.
pub async fn mark_read(tx: &Tx, actor: &Actor, id: TicketId, upto: Option<MessageId>) -> Result<u64> {
    let reader = actor.user.ok_or(Error::Forbidden(None))?;
    let row = ticket::visible(tx, actor, id).await?;
    let message = match upto {
        Some(upto) => Some(message::find(tx, actor, id, upto, "message").await?),
        None => message::seen_by(actor, id).order_by_desc(message::Column::Position).one(tx).await?,
    };
    if let Some(message) = message {
        let before = Entity::find_by_id((id, reader)).one(tx).await?.map_or(0, |mark| mark.position);
        if message.position > before {
            let public = newest_public(tx, &message, before).await?;
            let kind = ticket::acts_as(actor, &row)?.into();
            tx.say(id, Word::Read { by: reader, kind, message: message.id, public });
        }
        let mark = Model { ticket_id: id, user_id: reader, position: message.position, read_at: tx.now() };
        let forward = OnConflict::columns([Column::TicketId, Column::UserId])
            .update_columns([Column::Position, Column::ReadAt])
            .action_and_where(Expr::col((Entity, Column::Position)).lt(message.position))
            .to_owned();
        Entity::insert(mark.into_active_model()).on_conflict(forward).exec_without_returning(tx).await?;
    }
    Ok(unread(tx, actor, &[id]).await?.remove(&id).unwrap_or_default())
}

/// What is told to those who see no notes: the newest message of theirs that was read just now, none if it was only notes.
async fn newest_public(tx: &Tx, upto: &message::Model, before: i32) -> Result<Option<MessageId>> {
    if !upto.is_internal {
        return Ok(Some(upto.id));
    }
    let public = message::Entity::find().filter(message::Column::TicketId.eq(upto.ticket_id));
    let public = public.filter(message::Column::IsInternal.eq(false)).filter(message::Column::Position.gt(before));
    let public = public.filter(message::Column::Position.lt(upto.position)).order_by_desc(message::Column::Position);
    Ok(public.one(tx).await?.map(|message| message.id))
}

/// How many messages of others in each of these tickets the actor may see and has not read; one statement for all.
pub async fn unread(db: &impl ConnectionTrait, actor: &Actor, tickets: &[TicketId]) -> Result<HashMap<TicketId, u64>> {
    let Some(reader) = actor.user.filter(|_| !tickets.is_empty()) else { return Ok(HashMap::new()) };
    let of = |column| Expr::col((message::Entity, column));
    let mark = Expr::col((Entity, Column::TicketId)).equals((message::Entity, message::Column::TicketId));
    let mut query = Query::select()
        .column((message::Entity, message::Column::TicketId))
        .expr_as(Expr::cust("CAST(COUNT(*) AS BIGINT)"), "unread")
        .from(message::Entity)
        .left_join(Entity, mark.and(Expr::col((Entity, Column::UserId)).eq(reader)))
        .and_where(of(message::Column::TicketId).is_in(tickets.iter().copied()))
        .and_where(of(message::Column::Position).gt(Expr::cust("COALESCE(ticket_reads.position, 0)")))
        .and_where(of(message::Column::AuthorId).is_null().or(of(message::Column::AuthorId).ne(reader)))
        .group_by_col((message::Entity, message::Column::TicketId))
        .to_owned();
    if !actor.can(Permission::ManageTickets) {
        query.and_where(of(message::Column::IsInternal).eq(false));
    }
    let mut found = HashMap::new();
    for row in db.query_all(&query).await? {
        let unread: i64 = row.try_get("", "unread")?;
        found.insert(TicketId::try_get_by(&row, "ticket_id").map_err(DbErr::from)?, unread.unsigned_abs());
    }
    Ok(found)
}
