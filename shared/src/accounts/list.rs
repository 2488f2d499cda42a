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
    /// Any of these; empty: all that the actor may see.
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
    // who works here, and how well protected, is for those who manage staff
    let seen: &[Role] = if actor.can(Permission::ManageAdmins) { &ALL } else { &CUSTOMERS };
    of(app, among(filter, seen), order, page).await
}

/// Staff accounts, for those who manage them.
pub async fn list_admins(app: &App, actor: &Actor, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ManageAdmins)?;
    of(app, among(filter, &STAFF), order, page).await
}

const CUSTOMERS: [Role; 2] = [Role::WalkIn, Role::Buy4Me];
const STAFF: [Role; 2] = [Role::Admin, Role::SuperAdmin];
const ALL: [Role; 4] = [Role::WalkIn, Role::Buy4Me, Role::Admin, Role::SuperAdmin];

/// The filter, and no more than these roles.
fn among(filter: Filter, seen: &[Role]) -> Filter {
    let asked = if filter.role.is_empty() { &ALL[..] } else { &filter.role[..] };
    let role = seen.iter().copied().filter(|role| asked.contains(role)).collect();
    Filter { role, ..filter }
}

async fn of(app: &App, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    let mut query = Entity::find();
    // all roles need no filter, and no role finds nothing
    if filter.role.len() < ALL.len() {
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
    let user = super::user::find(&app.db.conn, id).await?;
    let is_seen = CUSTOMERS.contains(&user.role) || actor.can(Permission::ManageAdmins);
    if is_seen { Ok(user) } else { Err(Error::Hidden) }
}

/// A staff account, for those who manage them.
pub async fn show_admin(app: &App, actor: &Actor, id: UserId) -> Result<Model> {
    actor.may(Permission::ManageAdmins)?;
    let user = super::user::find(&app.db.conn, id).await?;
    if STAFF.contains(&user.role) { Ok(user) } else { Err(Error::NotFound) }
}
