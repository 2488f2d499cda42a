//! Lists of requests: those that the actor may see, narrowed, ordered, paged; how far the items of each are.

use super::request::{Action, Column, Entity, Model};
use super::state::{ItemStatus, Status};
use super::task::Task;
use super::{bill, item};
use crate::billing::invoice;
use crate::clock::Time;
use crate::ids::{RequestId, UserId, VendorId};
use crate::page::{Listed, Page, containing};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{Iterable, Order, QueryOrder, QuerySelect, QueryTrait};
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
    /// What staff have to do with them.
    pub task: Option<Task>,
    /// What the customer has to decide.
    pub action_required: Option<Action>,
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

/// What a list may be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // columns
pub enum By {
    CreatedAt,
    UpdatedAt,
    /// Drafts come to nothing yet.
    TotalCost,
}

/// The same as clients write it.
pub const ORDERINGS: &[(&str, By)] = &[("created_at", By::CreatedAt), ("updated_at", By::UpdatedAt), ("total_cost", By::TotalCost)];

impl By {
    /// An index is on each of these, followed by the id.
    fn expression(self) -> SimpleExpr {
        match self {
            Self::CreatedAt => Expr::col(Column::CreatedAt),
            Self::UpdatedAt => Expr::col(Column::UpdatedAt),
            Self::TotalCost => Expr::cust("coalesce(total_minor, 0)"),
        }
    }
}

/// How many items of a request have which status.
pub type Progress = BTreeMap<&'static str, i64>;

/// A request with its progress and its invoices.
#[derive(Debug)]
pub struct Listing {
    /// The request.
    pub request: Model,
    /// By status of items; without those that no item has.
    pub progress: Progress,
    /// That the actor may see, oldest first.
    pub invoices: Vec<invoice::Model>,
}

/// Requests that the actor may see, newest first unless ordered otherwise. Five statements whatever the page size: the ids
/// of the page are chosen by an index alone, then only these rows are read.
pub async fn list(app: &App, actor: &Actor, filter: Filter, order: Option<(By, Order)>, page: Page) -> Result<Listed<Listing>> {
    let db = &app.db.conn;
    let own = match actor.can(Permission::ViewAllOrders) {
        true => None,
        false => Some(actor.user.ok_or(Error::Forbidden(None))?),
    };
    let chosen = narrowed(filter).apply_if(own, |query, own| query.filter(Column::UserId.eq(own)));
    let count = chosen.clone().count(db).await?;
    let (by, direction) = order.unwrap_or((By::CreatedAt, Order::Desc));
    let ids = chosen.select_only().column(Column::Id).order_by(by.expression(), direction.clone()).order_by(Column::Id, direction);
    let ids: Vec<RequestId> = ids.offset(page.offset()).limit(page.size).into_tuple().all(db).await?;
    if ids.is_empty() {
        return Ok(Listed { rows: vec![], count });
    }
    let rows = Entity::find().filter(Column::Id.is_in(ids.clone())).all(db).await?;
    let mut invoices: HashMap<Uuid, Vec<invoice::Model>> = HashMap::new();
    for invoice in bill::invoices(db, actor, &rows).await? {
        invoices.entry(invoice.related_buy4me_request.unwrap_or_default()).or_default().push(invoice);
    }
    let mut progress = progress(db, ids.clone()).await?;
    let mut rows: HashMap<RequestId, Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    let in_order = ids.iter().filter_map(|id| rows.remove(id));
    let listing = |request: Model| Listing {
        progress: progress.remove(&request.id).unwrap_or_default(),
        invoices: invoices.remove(&request.id.0).unwrap_or_default(),
        request,
    };
    Ok(Listed { rows: in_order.map(listing).collect(), count })
}

pub(crate) fn narrowed(filter: Filter) -> Select<Entity> {
    let mut query = Entity::find();
    if !filter.status.is_empty() {
        query = query.filter(Column::Status.is_in(filter.status));
    }
    let with_vendor = |vendor: VendorId| {
        let items = item::Entity::find().select_only().column(item::Column::RequestId).filter(item::Column::VendorId.eq(vendor));
        Column::Id.in_subquery(items.into_query())
    };
    query
        .apply_if(filter.user, |q, user| q.filter(Column::UserId.eq(user)))
        .apply_if(filter.currency, |q, code| q.filter(Column::Currency.eq(code)))
        .apply_if(filter.task, |q, task| q.filter(task.condition()))
        .apply_if(filter.action_required, |q, action| q.filter(Column::ActionRequired.eq(action)))
        .apply_if(filter.vendor, |q, vendor| q.filter(with_vendor(vendor)))
        .apply_if(filter.created_from, |q, from| q.filter(Column::CreatedAt.gte(from)))
        .apply_if(filter.created_before, |q, before| q.filter(Column::CreatedAt.lt(before)))
        .apply_if(filter.updated_from, |q, from| q.filter(Column::UpdatedAt.gte(from)))
        .apply_if(filter.updated_before, |q, before| q.filter(Column::UpdatedAt.lt(before)))
        .apply_if(filter.search, |q, text| q.filter(Column::Searched.like(containing(&text.to_lowercase()))))
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

/// Whether somebody has begun to buy one of these.
pub fn has_begun(progress: &Progress) -> bool {
    ItemStatus::iter().any(|status| status.has_begun() && progress.contains_key(status.code()))
}
