//! Reading shipments: one with all that belongs to it, or a page of many.

use super::bill;
use super::event;
use super::shipment::{Action, Column, Entity, Model};
use super::state::Status;
use super::task::Task;
use crate::billing::invoice::Model as Invoice;
use crate::clock::Time;
use crate::ids::{RequestId, ShipmentId, UserId};
use crate::page::{Listed, Page, containing};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result, reference};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{Order, QueryOrder, QuerySelect, QueryTrait};
use std::collections::HashMap;

/// A shipment and its invoices, as the actor may see them.
#[derive(Clone, Debug)]
pub struct Row {
    /// The shipment.
    pub shipment: Model,
    /// Oldest first; customers see no drafts, and staff none who may not see invoices.
    pub invoices: Vec<Invoice>,
}

/// A shipment with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The shipment and its invoices.
    pub row: Row,
    /// As they were entered.
    pub events: Vec<event::Model>,
}

/// A shipment that the actor may see.
pub async fn show(app: &App, actor: &Actor, id: ShipmentId) -> Result<Seen> {
    let db = &app.db.conn;
    let shipment = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    actor.owns_or_may(shipment.user_id, Permission::ViewAllOrders)?;
    complete(db, actor, shipment).await
}

/// With what belongs to it, for somebody who may see it; after a change inside that change's transaction.
pub async fn complete(db: &impl ConnectionTrait, actor: &Actor, shipment: Model) -> Result<Seen> {
    let events = event::of(db, shipment.id).await?;
    let invoices = bill::invoices(db, &[shipment.id], actor).await?;
    Ok(Seen { row: Row { shipment, invoices }, events })
}

/// What a list may be narrowed to.
#[derive(Debug, Default, PartialEq)]
pub struct Filter {
    /// Any of these.
    pub status: Vec<Status>,
    /// One customer's.
    pub user: Option<UserId>,
    /// Code.
    pub country: Option<String>,
    /// Code.
    pub region: Option<String>,
    /// Code.
    pub service: Option<String>,
    /// Name, as staff wrote it.
    pub carrier: Option<String>,
    /// Code.
    pub currency: Option<String>,
    /// What staff have to do with them.
    pub task: Option<Task>,
    /// What somebody has to decide.
    pub action_required: Option<Action>,
    /// Those that bring the goods of this request.
    pub buy4me_request: Option<RequestId>,
    /// From, inclusive.
    pub created_from: Option<Time>,
    /// To, exclusive.
    pub created_before: Option<Time>,
    /// From, inclusive.
    pub updated_from: Option<Time>,
    /// To, exclusive.
    pub updated_before: Option<Time>,
    /// Part of a reference, of a tracking number, ours or the carrier's, of the recipient's name or the city, in any case.
    pub search: Option<String>,
}

/// What a list may be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // columns
pub enum By {
    CreatedAt,
    UpdatedAt,
    /// The final cost, or the estimate until there is one.
    Cost,
    Reference,
}

/// The same as clients write it.
pub const ORDERINGS: &[(&str, By)] =
    &[("created_at", By::CreatedAt), ("updated_at", By::UpdatedAt), ("cost", By::Cost), ("reference", By::Reference)];

impl By {
    /// An index is on each of these, followed by the id.
    fn expression(self) -> SimpleExpr {
        match self {
            Self::CreatedAt => Expr::col(Column::CreatedAt),
            Self::UpdatedAt => Expr::col(Column::UpdatedAt),
            Self::Cost => Expr::cust("coalesce(cost_minor, estimated_minor)"),
            Self::Reference => Expr::col(Column::Reference),
        }
    }
}

/// Shipments that the actor may see, newest first unless ordered otherwise. Four statements whatever the page size: the ids
/// of the page are chosen by an index alone, then only these rows are read.
pub async fn list(app: &App, actor: &Actor, filter: Filter, order: Option<(By, Order)>, page: Page) -> Result<Listed<Row>> {
    let db = &app.db.conn;
    let own = match actor.can(Permission::ViewAllOrders) {
        true => None,
        false => Some(actor.user.ok_or(Error::Forbidden(None))?),
    };
    let is_whole = own.is_none() && filter == Filter::default();
    let chosen = narrowed(filter).apply_if(own, |query, own| query.filter(Column::UserId.eq(own)));
    let count = match is_whole {
        // references have no gap and no shipment is ever deleted, so the counter knows what counting all of them would find
        true => reference::given(&app.db, "SHP").await?,
        false => chosen.clone().count(db).await?,
    };
    let (by, direction) = order.unwrap_or((By::CreatedAt, Order::Desc));
    let ids = chosen.select_only().column(Column::Id).order_by(by.expression(), direction.clone()).order_by(Column::Id, direction);
    let ids: Vec<ShipmentId> = ids.offset(page.offset()).limit(page.size).into_tuple().all(db).await?;
    if ids.is_empty() {
        return Ok(Listed { rows: vec![], count });
    }
    let rows = Entity::find().filter(Column::Id.is_in(ids.clone())).all(db).await?;
    let mut invoices: HashMap<Uuid, Vec<Invoice>> = HashMap::new();
    for invoice in bill::invoices(db, &ids, actor).await? {
        invoices.entry(invoice.related_shipment.unwrap_or_default()).or_default().push(invoice);
    }
    let mut rows: HashMap<ShipmentId, Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    let in_order = ids.iter().filter_map(|id| rows.remove(id));
    let row = |shipment: Model| Row { invoices: invoices.remove(&shipment.id.0).unwrap_or_default(), shipment };
    Ok(Listed { rows: in_order.map(row).collect(), count })
}

pub(crate) fn narrowed(filter: Filter) -> Select<Entity> {
    let mut query = Entity::find();
    if !filter.status.is_empty() {
        query = query.filter(Column::Status.is_in(filter.status));
    }
    query
        .apply_if(filter.user, |q, user| q.filter(Column::UserId.eq(user)))
        .apply_if(filter.country, |q, code| q.filter(Column::Country.eq(code)))
        .apply_if(filter.region, |q, code| q.filter(Column::Region.eq(code)))
        .apply_if(filter.service, |q, code| q.filter(Column::Service.eq(code)))
        .apply_if(filter.carrier, |q, name| q.filter(Column::Carrier.eq(name)))
        .apply_if(filter.currency, |q, code| q.filter(Column::Currency.eq(code)))
        .apply_if(filter.task, |q, task| q.filter(task.condition()))
        .apply_if(filter.action_required, |q, action| q.filter(Column::ActionRequired.eq(action)))
        .apply_if(filter.buy4me_request, |q, id| q.filter(Column::Buy4meRequestId.eq(id)))
        .apply_if(filter.created_from, |q, from| q.filter(Column::CreatedAt.gte(from)))
        .apply_if(filter.created_before, |q, before| q.filter(Column::CreatedAt.lt(before)))
        .apply_if(filter.updated_from, |q, from| q.filter(Column::UpdatedAt.gte(from)))
        .apply_if(filter.updated_before, |q, before| q.filter(Column::UpdatedAt.lt(before)))
        .apply_if(filter.search, |q, text| q.filter(Column::Searched.like(containing(&text.to_lowercase()))))
}
