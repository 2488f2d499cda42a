//! Table `buy4me_items`: what is to be bought.

use super::request;
use super::state::{ITEMS, ItemStatus, Status};
use crate::clock::Time;
use crate::ids::{ItemId, RequestId, VendorId};
use crate::machine::{By, allows};
use crate::money::{Currency, Money};
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, IntoActiveModel, QueryOrder};
use serde::{Deserialize, Serialize};

/// Who describes an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Source {
    /// The product's page fills what the customer leaves blank.
    Embedded,
    /// The customer.
    #[default]
    Manual,
}

/// How far the look at a product's page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PreviewStatus {
    /// A job will look.
    Pending,
    /// `preview` holds what was found.
    Ready,
    /// It could not be read; the customer fills in what is missing.
    Failed,
}

/// An item of a request.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "buy4me_items")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ItemId,
    pub request_id: RequestId,
    /// From 1, in the order they were added.
    pub position: i32,
    /// None: not known yet.
    pub product_name: Option<String>,
    /// http or https.
    pub product_url: String,
    pub quantity: i32,
    pub received_quantity: i32,
    pub color: Option<String>,
    pub size: Option<String>,
    /// What may be bought instead.
    pub alternatives: Option<String>,
    /// As quoted, in `currency`.
    pub unit_price_minor: Option<i64>,
    /// What the shop really takes, in `currency`.
    pub actual_unit_price_minor: Option<i64>,
    /// Of the shop.
    pub currency: Option<String>,
    /// What the customer was charged for it, with its part of the exchange and its tax, in the request's currency.
    pub charged_minor: Option<i64>,
    /// How much dearer it became without a question since its price was last agreed upon, in the request's currency;
    /// negative: cheaper.
    pub overage_minor: i64,
    pub status: ItemStatus,
    pub vendor_id: Option<VendorId>,
    /// Whose delivery was quoted for it; who delivers it may turn out later.
    pub shop: Option<String>,
    pub source: Source,
    /// The shop's own number of our order.
    pub vendor_order_number: Option<String>,
    pub preview_status: Option<PreviewStatus>,
    pub preview: Option<Json>,
    pub image_url: Option<String>,
    /// Raised by every change: the resource's ETag.
    pub version: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Model {
    /// The quoted price of one piece, in the shop's currency, as far as it is known.
    pub fn unit_price(&self) -> Result<Option<Money>> {
        self.money(self.unit_price_minor)
    }

    /// What one piece really costs, if that was found out.
    pub fn actual_unit_price(&self) -> Result<Option<Money>> {
        self.money(self.actual_unit_price_minor)
    }

    fn money(&self, minor: Option<i64>) -> Result<Option<Money>> {
        let currency = self.currency.as_deref().map(|code| Currency::parse("currency", code)).transpose()?;
        Ok(minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency)))
    }

    /// What the actor can do with it now.
    pub fn available_actions(&self, actor: &Actor, request: &request::Model) -> Vec<&'static str> {
        let cares = actor.user == Some(request.user_id) || actor.can(Permission::ManageBuy4Me);
        let buys = actor.can(Permission::PurchaseItems) || actor.can(Permission::ManageBuy4Me);
        let is_open = matches!(request.status, Status::Submitted | Status::OrderPlaced | Status::InTransit | Status::WarehouseArrived);
        let goes = |to: ItemStatus| is_open && allows(ITEMS, By::Staff, &self.status, &to);
        let is_asked = request.action_required.is_some();
        let is_asked_about = request.asks_about() == Some(self.id);
        let table = [
            ("edit", request.status == Status::Draft && cares),
            ("remove", request.status == Status::Draft && cares),
            ("set_price", is_open && buys && self.has_open_price() && (is_asked_about || !is_asked)),
            ("order", goes(ItemStatus::Ordered) && buys && !is_asked),
            ("mark_vendor_shipped", goes(ItemStatus::VendorShipped) && buys && !is_asked_about),
            ("receive", goes(ItemStatus::Received) && actor.can(Permission::ReceivePackages) && !is_asked_about),
            ("mark_out_of_stock", goes(ItemStatus::OutOfStock) && buys),
            ("cancel", goes(ItemStatus::Cancelled) && buys),
        ];
        table.into_iter().filter(|(_, is_open)| *is_open).map(|(name, _)| name).collect()
    }

    /// What the shop has sent has its price.
    pub(super) fn has_open_price(&self) -> bool {
        matches!(self.status, ItemStatus::Pending | ItemStatus::Ordered) && self.received_quantity == 0
    }

    /// Its name, or where it is as long as it has none.
    pub fn shown_name(&self) -> &str {
        self.product_name.as_deref().unwrap_or(&self.product_url)
    }

    /// The shop it comes from, as it was when it was quoted: a vendor that we know, or the host of its address.
    pub fn shop(&self) -> String {
        if let Some(shop) = &self.shop {
            return shop.clone();
        }
        let host = || url::Url::parse(&self.product_url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        self.vendor_id.map_or_else(|| host().trim_start_matches("www.").to_owned(), |vendor| vendor.to_string())
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The items of a request, in their order.
pub async fn of(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::RequestId.eq(request)).order_by_asc(Column::Position).all(db).await?)
}

/// The request of an item.
pub async fn request_of(db: &impl ConnectionTrait, id: ItemId) -> Result<RequestId> {
    Ok(Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?.request_id)
}

/// Saves the items that differ from what they were, each as a new version. Their request is locked.
pub(super) async fn save_changed(tx: &Tx, before: &[Model], items: &mut [Model]) -> Result<()> {
    for item in items.iter_mut().filter(|item| before.iter().all(|old| old != *item)) {
        *item = save(tx, item.clone()).await?;
    }
    Ok(())
}

/// Saves an item as a new version. Its request is locked.
pub(super) async fn save(tx: &Tx, mut item: Model) -> Result<Model> {
    item.version += 1;
    item.updated_at = tx.now();
    Entity::update(item.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(item)
}
