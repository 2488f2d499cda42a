//! A request with everything that belongs to it.

use super::event::Model as Event;
use super::item::Model as Item;
use super::price::Quotes;
use super::reprice::Proposal;
use super::request::{Model, visible};
use super::state::Status;
use super::{bill, event, figures, item};
use crate::accounts::user;
use crate::billing::{PricedLine, invoice};
use crate::ids::{ItemId, RequestId};
use crate::page::{Listed, Page};
use crate::policy::Actor;
use crate::shipments::shipment;
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

/// Everything about a request.
#[derive(Debug)]
pub struct Detail {
    /// The request.
    pub request: Model,
    /// In their order.
    pub items: Vec<Item>,
    /// What it comes to, or would come to if it were submitted now.
    pub lines: Vec<PricedLine>,
    /// What a draft would come to; none as long as something is missing, or when it has its quote.
    pub estimate_minor: Option<i64>,
    /// What the customer is asked.
    pub proposal: Option<Proposal>,
    /// Locked, by source currency.
    pub quotes: Quotes,
    /// Oldest first.
    pub events: Vec<Event>,
    /// That the actor may see, oldest first.
    pub invoices: Vec<invoice::Model>,
    /// The linked one.
    pub shipment: Option<shipment::Model>,
}

/// A request, if the actor may see it. Inside a transaction pass that as `db`.
pub async fn show(app: &App, db: &impl ConnectionTrait, actor: &Actor, id: RequestId) -> Result<Detail> {
    let request = visible(db, actor, id).await?;
    let items = item::of(db, id).await?;
    let mut lines: Vec<PricedLine> = serde_json::from_value(request.breakdown.clone()).map_err(Error::internal)?;
    let mut estimate_minor = None;
    if request.status == Status::Draft {
        let owner = user::find(db, request.user_id).await?;
        if let Some(priced) = figures::estimate(app, db, &request, &items, &owner.language).await? {
            (lines, estimate_minor) = (priced.lines, Some(priced.total_minor));
        }
    }
    let quotes = request.fx.clone().map(serde_json::from_value).transpose().map_err(Error::internal)?;
    let shipment = match request.shipment_id {
        Some(shipment) => shipment::Entity::find_by_id(shipment).one(db).await?,
        None => None,
    };
    Ok(Detail {
        items,
        lines,
        estimate_minor,
        proposal: Proposal::of(&request)?,
        quotes: quotes.unwrap_or_default(),
        events: event::of(db, id).await?,
        invoices: bill::invoices(db, actor, std::slice::from_ref(&request)).await?,
        shipment,
        request,
    })
}

/// The items of a request, if the actor may see it.
pub async fn items(app: &App, actor: &Actor, id: RequestId, page: Page) -> Result<(Model, Listed<Item>)> {
    let db = &app.db.conn;
    let request = visible(db, actor, id).await?;
    let own = item::Entity::find().filter(item::Column::RequestId.eq(id));
    let count = own.clone().count(db).await?;
    let rows = own.order_by_asc(item::Column::Position).offset(page.offset()).limit(page.size).all(db).await?;
    Ok((request, Listed { rows, count }))
}

/// An item with its request, if the actor may see it.
pub async fn item(db: &impl ConnectionTrait, actor: &Actor, id: ItemId) -> Result<(Model, Item)> {
    let found = item::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    Ok((visible(db, actor, found.request_id).await?, found))
}
