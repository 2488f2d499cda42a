//! Reading what was said.

use super::answer::{Column, Entity, Model};
use crate::clock::Time;
use crate::ids::{RequestId, ShipmentId, UserId};
use crate::page::{Listed, Page, containing};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{Order, QueryOrder, QuerySelect, QueryTrait};

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// One customer's.
    pub user: Option<UserId>,
    /// Stars, …
    pub rating: Option<i32>,
    /// … at least, …
    pub rating_from: Option<i32>,
    /// … at most.
    pub rating_to: Option<i32>,
    /// About this.
    pub shipment: Option<ShipmentId>,
    /// About this.
    pub buy4me_request: Option<RequestId>,
    /// From, inclusive.
    pub created_from: Option<Time>,
    /// To, exclusive.
    pub created_before: Option<Time>,
    /// Part of the message or of the reference, in any case.
    pub search: Option<String>,
}

/// Columns that lists may be ordered by, as clients write them. An index is on each, followed by the id.
pub const ORDERINGS: &[(&str, Column)] = &[("created_at", Column::CreatedAt), ("rating", Column::Rating)];

/// What the actor said. Two statements.
pub async fn own(app: &App, actor: &Actor, page: Page) -> Result<Listed<Model>> {
    let user = Some(actor.user.ok_or(Error::Forbidden(None))?);
    of(app, Filter { user, ..Filter::default() }, None, page).await
}

/// What everybody said, for those who answer customers; newest first unless ordered otherwise. Two statements.
pub async fn all(app: &App, actor: &Actor, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ManageTickets)?;
    of(app, filter, order, page).await
}

async fn of(app: &App, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    let db = &app.db.conn;
    let query = Entity::find()
        .apply_if(filter.user, |q, user| q.filter(Column::UserId.eq(user)))
        .apply_if(filter.rating, |q, rating| q.filter(Column::Rating.eq(rating)))
        .apply_if(filter.rating_from, |q, rating| q.filter(Column::Rating.gte(rating)))
        .apply_if(filter.rating_to, |q, rating| q.filter(Column::Rating.lte(rating)))
        .apply_if(filter.shipment, |q, id| q.filter(Column::ShipmentId.eq(id)))
        .apply_if(filter.buy4me_request, |q, id| q.filter(Column::Buy4meRequestId.eq(id)))
        .apply_if(filter.created_from, |q, from| q.filter(Column::CreatedAt.gte(from)))
        .apply_if(filter.created_before, |q, before| q.filter(Column::CreatedAt.lt(before)))
        .apply_if(filter.search, |q, text| q.filter(said().like(containing(&text.to_lowercase()))));
    let count = query.clone().count(db).await?;
    let (column, direction) = order.unwrap_or((Column::CreatedAt, Order::Desc));
    let rows = query.order_by(column, direction.clone()).order_by(Column::Id, direction);
    let rows = rows.offset(page.offset()).limit(page.size).all(db).await?;
    Ok(Listed { rows, count })
}

fn said() -> sea_orm::sea_query::SimpleExpr {
    Expr::cust("lower(coalesce(reference, '') || ' ' || message)")
}
