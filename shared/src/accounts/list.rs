//! Lists of accounts, for staff.

use super::user::{Column, Entity, Model};
use crate::clock::Time;
use crate::ids::UserId;
use crate::page::{Listed, Page, containing};
use crate::policy::{Actor, Permission, Role};
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{Order, QueryOrder, QuerySelect, QueryTrait};

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// Any of these; empty: all.
    pub role: Vec<Role>,
    /// Open or deactivated.
    pub is_active: Option<bool>,
    /// From, inclusive.
    pub joined_from: Option<Time>,
    /// To, exclusive.
    pub joined_before: Option<Time>,
    /// Part of e-mail, username, name or phone number, in any case.
    pub search: Option<String>,
}

/// Columns a list may be ordered by, as clients write them.
pub const ORDERINGS: &[(&str, Column)] = &[
    ("date_joined", Column::DateJoined),
    ("email", Column::Email),
    ("username", Column::Username),
    ("last_name", Column::LastName),
    ("updated_at", Column::UpdatedAt),
];

/// What a search looks through; the index `users_search` is on this very expression.
const SEARCHED: &str = "lower(email || ' ' || username || ' ' || first_name || ' ' || last_name || ' ' || coalesce(phone_number, ''))";

/// Accounts, the newest first unless ordered otherwise. Two statements whatever the page size.
pub async fn list(app: &App, actor: &Actor, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ViewUsers)?;
    of(app, filter, order, page).await
}

/// Staff accounts, for those who manage them.
pub async fn list_admins(app: &App, actor: &Actor, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ManageAdmins)?;
    let role = if filter.role.is_empty() { vec![Role::Admin, Role::SuperAdmin] } else { filter.role };
    of(app, Filter { role, ..filter }, order, page).await
}

async fn of(app: &App, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    let mut query = Entity::find();
    if !filter.role.is_empty() {
        query = query.filter(Column::Role.is_in(filter.role));
    }
    let query = query
        .apply_if(filter.is_active, |q, active| q.filter(Column::IsActive.eq(active)))
        .apply_if(filter.joined_from, |q, from| q.filter(Column::DateJoined.gte(from)))
        .apply_if(filter.joined_before, |q, before| q.filter(Column::DateJoined.lt(before)))
        .apply_if(filter.search, |q, text| q.filter(Expr::cust(SEARCHED).like(containing(&text.to_lowercase()))));
    let count = query.clone().count(&app.db.conn).await?;
    let (column, direction) = order.unwrap_or((Column::DateJoined, Order::Desc));
    let ordered = query.order_by(column, direction).order_by(Column::Id, Order::Desc);
    let rows = ordered.offset(page.offset()).limit(page.size).all(&app.db.conn).await?;
    Ok(Listed { rows, count })
}

/// An account, for staff.
pub async fn show(app: &App, actor: &Actor, id: UserId) -> Result<Model> {
    actor.may(Permission::ViewUsers)?;
    super::user::find(&app.db.conn, id).await
}

/// A staff account, for those who manage them.
pub async fn show_admin(app: &App, actor: &Actor, id: UserId) -> Result<Model> {
    actor.may(Permission::ManageAdmins)?;
    let user = super::user::find(&app.db.conn, id).await?;
    if matches!(user.role, Role::Admin | Role::SuperAdmin) { Ok(user) } else { Err(Error::NotFound) }
}
