//! Showing shops. Each comes with the mark of its logo, which says whether it has one.

use super::logo;
use super::vendor::{self, Column, Entity, Model};
use crate::ids::VendorId;
use crate::page::{Listed, Page, containing};
use crate::policy::{Actor, Permission};
use crate::{App, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{Order, QueryOrder, QuerySelect, QueryTrait};

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// Offered or not.
    pub active: Option<bool>,
    /// Part of the name or the domain, in any case.
    pub search: Option<String>,
}

/// A shop and the mark of its logo.
pub type Shown = (Model, Option<String>);

/// Columns that lists may be ordered by, as clients write them.
pub const ORDERINGS: &[(&str, Column)] = &[("name", Column::Name), ("created_at", Column::CreatedAt)];

/// How a list is ordered; by name unless it says otherwise.
pub type Ordering = Option<(Column, Order)>;

/// The shops that are offered, for everybody. Three statements whatever the page size.
pub async fn offered(app: &App, search: Option<String>, order: Ordering, page: Page) -> Result<Listed<Shown>> {
    of(app, Filter { active: Some(true), search }, order, page).await
}

/// All shops, for those who manage them.
pub async fn all(app: &App, actor: &Actor, filter: Filter, order: Ordering, page: Page) -> Result<Listed<Shown>> {
    actor.may(Permission::ManageVendors)?;
    of(app, filter, order, page).await
}

async fn of(app: &App, filter: Filter, order: Ordering, page: Page) -> Result<Listed<Shown>> {
    let db = &app.db.conn;
    let query = Entity::find()
        .apply_if(filter.active, |q, active| q.filter(Column::Active.eq(active)))
        .apply_if(filter.search, |q, text| q.filter(Expr::cust("lower(name || ' ' || host)").like(containing(&text.to_lowercase()))));
    let count = query.clone().count(db).await?;
    let (column, direction) = order.unwrap_or((Column::Name, Order::Asc));
    let ordered = query.order_by(column, direction).order_by(Column::Id, Order::Asc);
    let rows = ordered.offset(page.offset()).limit(page.size).all(db).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut marks = logo::marks(db, &ids).await?;
    let marked = |row: Model| {
        let mark = marks.remove(&row.id);
        (row, mark)
    };
    Ok(Listed { rows: rows.into_iter().map(marked).collect(), count })
}

/// A shop, for those who manage them.
pub async fn show(db: &impl ConnectionTrait, actor: &Actor, id: VendorId) -> Result<Shown> {
    actor.may(Permission::ManageVendors)?;
    let row = vendor::find(db, id).await?;
    Ok((row, logo::mark(db, id).await?))
}
