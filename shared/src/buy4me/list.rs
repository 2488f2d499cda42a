//! Lists of requests: those that the actor may see, narrowed, ordered, paged; how far the items of each are.

use super::item;
use super::request::{Column, Entity, Model};
use super::state::{ItemStatus, Status};
use crate::clock::Time;
use crate::ids::{RequestId, UserId, VendorId};
use crate::page::{Listed, Page, containing};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::NullOrdering;
use sea_orm::{Order, QueryOrder, QuerySelect, QueryTrait};
use std::collections::{BTreeMap, HashMap};

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// Any of these.
    pub status: Vec<Status>,
    /// One customer's; means nothing to a customer, who sees the own ones anyway.
    pub user: Option<UserId>,
    /// Code.
    pub currency: Option<String>,
    /// Whether the customer has to decide something.
    pub action_required: Option<bool>,
    /// With an item of this shop.
    pub vendor: Option<VendorId>,
    /// From, inclusive.
    pub created_from: Option<Time>,
    /// To, exclusive.
    pub created_before: Option<Time>,
    /// From, inclusive.
    pub updated_from: Option<Time>,
    /// To, exclusive.
    pub updated_before: Option<Time>,
    /// Part of the reference or of a product's name, in any case.
    pub search: Option<String>,
}

/// Columns a list may be ordered by, as clients write them.
pub const ORDERINGS: &[(&str, Column)] =
    &[("created_at", Column::CreatedAt), ("updated_at", Column::UpdatedAt), ("total", Column::TotalMinor)];

/// How many items of a request have which status.
pub type Progress = BTreeMap<&'static str, i64>;

/// A request with its progress.
#[derive(Debug)]
pub struct Listing {
    /// The request.
    pub request: Model,
    /// By status of items; without those that no item has.
    pub progress: Progress,
}

/// Requests that the actor may see, newest first unless ordered otherwise. Three statements whatever the page size.
pub async fn list(app: &App, actor: &Actor, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Listing>> {
    let db = &app.db.conn;
    let mut query = Entity::find();
    if !actor.can(Permission::ViewAllOrders) {
        query = query.filter(Column::UserId.eq(actor.user.ok_or(Error::Forbidden(None))?));
    }
    if !filter.status.is_empty() {
        query = query.filter(Column::Status.is_in(filter.status));
    }
    let with_vendor = |vendor: VendorId| {
        let items = item::Entity::find().select_only().column(item::Column::RequestId).filter(item::Column::VendorId.eq(vendor));
        Column::Id.in_subquery(items.into_query())
    };
    let has_action = |wanted: bool| if wanted { Column::ActionRequired.is_not_null() } else { Column::ActionRequired.is_null() };
    let query = query
        .apply_if(filter.user, |q, user| q.filter(Column::UserId.eq(user)))
        .apply_if(filter.currency, |q, code| q.filter(Column::Currency.eq(code)))
        .apply_if(filter.action_required, |q, wanted| q.filter(has_action(wanted)))
        .apply_if(filter.vendor, |q, vendor| q.filter(with_vendor(vendor)))
        .apply_if(filter.created_from, |q, from| q.filter(Column::CreatedAt.gte(from)))
        .apply_if(filter.created_before, |q, before| q.filter(Column::CreatedAt.lt(before)))
        .apply_if(filter.updated_from, |q, from| q.filter(Column::UpdatedAt.gte(from)))
        .apply_if(filter.updated_before, |q, before| q.filter(Column::UpdatedAt.lt(before)))
        .apply_if(filter.search, |q, text| q.filter(Column::Searched.like(containing(&text.to_lowercase()))));
    let count = query.clone().count(db).await?;
    let (column, direction) = order.unwrap_or((Column::CreatedAt, Order::Desc));
    // drafts have no total; where they stand must not depend on the database
    let ordered = match matches!(column, Column::TotalMinor) {
        true => query.order_by_with_nulls(column, direction, NullOrdering::Last),
        false => query.order_by(column, direction),
    };
    let ordered = ordered.order_by(Column::Id, Order::Desc);
    let rows = ordered.offset(page.offset()).limit(page.size).all(db).await?;
    let mut progress = progress(db, rows.iter().map(|row| row.id).collect()).await?;
    let rows = rows.into_iter().map(|request| Listing { progress: progress.remove(&request.id).unwrap_or_default(), request });
    Ok(Listed { rows: rows.collect(), count })
}

/// How far the items of these requests are; one statement.
async fn progress(db: &impl ConnectionTrait, ids: Vec<RequestId>) -> Result<HashMap<RequestId, Progress>> {
    let counted = item::Entity::find().filter(item::Column::RequestId.is_in(ids)).select_only();
    let counted = counted.column(item::Column::RequestId).column(item::Column::Status).column_as(item::Column::Id.count(), "items");
    let counted = counted.group_by(item::Column::RequestId).group_by(item::Column::Status);
    let rows: Vec<(RequestId, ItemStatus, i64)> = counted.into_tuple().all(db).await?;
    let mut progress: HashMap<RequestId, Progress> = HashMap::new();
    for (request, status, items) in rows {
        progress.entry(request).or_default().insert(status.code(), items);
    }
    Ok(progress)
}

/// The same for items that are at hand.
pub fn progress_of(items: &[item::Model]) -> Progress {
    let mut progress = Progress::new();
    items.iter().for_each(|item| *progress.entry(item.status.code()).or_default() += 1);
    progress
}
