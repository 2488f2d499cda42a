//! Looking entries up.

use super::{Column, Entity, Model};
use crate::accounts::user;
use crate::clock::Time;
use crate::ids::UserId;
use crate::page::{Listed, Page};
use crate::policy::{Actor, Permission};
use crate::{App, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LikeExpr;
use sea_orm::{Order, QueryOrder, QuerySelect, QueryTrait};

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// Who did it.
    pub actor: Option<UserId>,
    /// Any of these.
    pub action: Vec<String>,
    /// `invoice`
    pub object_type: Option<String>,
    /// What it was done to.
    pub object_id: Option<Uuid>,
    /// All that one request did.
    pub request_id: Option<String>,
    /// From, inclusive.
    pub created_from: Option<Time>,
    /// To, exclusive.
    pub created_before: Option<Time>,
    /// How the action begins, in lower case.
    pub search: Option<String>,
}

/// Columns a list may be ordered by, as clients write them.
pub const ORDERINGS: &[(&str, Column)] = &[("created_at", Column::CreatedAt)];

/// Entries with the present username of whoever acted, newest first unless ordered otherwise. Three statements whatever
/// the page size.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: Filter,
    order: Option<(Column, Order)>,
    page: Page,
) -> Result<Listed<(Model, Option<String>)>> {
    actor.may(Permission::ViewAudit)?;
    let mut query = Entity::find();
    if !filter.action.is_empty() {
        query = query.filter(Column::Action.is_in(filter.action));
    }
    let query = query
        .apply_if(filter.actor, |q, actor| q.filter(Column::ActorId.eq(actor.0)))
        .apply_if(filter.object_type, |q, name| q.filter(Column::ObjectType.eq(name)))
        .apply_if(filter.object_id, |q, id| q.filter(Column::ObjectId.eq(id)))
        .apply_if(filter.request_id, |q, id| q.filter(Column::RequestId.eq(id)))
        .apply_if(filter.created_from, |q, from| q.filter(Column::CreatedAt.gte(from)))
        .apply_if(filter.created_before, |q, before| q.filter(Column::CreatedAt.lt(before)))
        .apply_if(filter.search, |q, text| q.filter(Column::Action.like(beginning(&text))));
    let count = query.clone().count(&app.db.conn).await?;
    let (column, direction) = order.unwrap_or((Column::CreatedAt, Order::Desc));
    let rows = query
        .order_by(column, direction.clone())
        .order_by(Column::Id, direction)
        .offset(page.offset())
        .limit(page.size)
        .all(&app.db.conn)
        .await?;
    let names = user::usernames(app, rows.iter().filter_map(|row| row.actor_id.map(UserId))).await?;
    let named = |row: Model| {
        let name = row.actor_id.and_then(|id| names.get(&UserId(id)).cloned());
        (row, name)
    };
    Ok(Listed { rows: rows.into_iter().map(named).collect(), count })
}

/// A LIKE pattern in which the reader's own `%` and `_` are only characters.
fn beginning(text: &str) -> LikeExpr {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    LikeExpr::new(format!("{escaped}%")).escape('\\')
}
