//! Table `shipments`.

use super::parcel::Parcels;
use super::state::Status;
use crate::accounts::postal::AddressFields;
use crate::billing::{self, PricedLine};
use crate::clock::Time;
use crate::fx::Quote;
use crate::ids::{RequestId, ShipmentId, UserId};
use crate::live::LiveEvent;
use crate::money::{Currency, Money};
use crate::policy::{Actor, Permission, Role};
use crate::{Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::{FromJsonQueryResult, QuerySelect};
use serde::{Deserialize, Serialize};

/// A shipment.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shipments")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShipmentId,
    /// `SHP-2026-000123`
    pub reference: String,
    /// For everybody who was given it.
    pub tracking_number: String,
    pub user_id: UserId,
    /// The role that the customer had then.
    pub customer_type: Role,
    /// Of the request whose goods it brings.
    pub buy4me_request_id: Option<RequestId>,
    pub status: Status,
    /// Where an ON_HOLD shipment returns to.
    pub held_from: Option<Status>,
    pub action_required: Option<Action>,
    pub service: String,
    pub carrier: Option<String>,
    pub carrier_tracking_number: Option<String>,
    pub package_details: Parcels,
    pub delivery_address: Destination,
    /// Of the address.
    pub country: String,
    /// Of the address.
    pub region: Option<String>,
    /// What a search looks through.
    pub searched: String,
    pub chargeable_grams: i64,
    pub currency: String,
    /// What its customer was told before it was confirmed.
    pub estimated_minor: i64,
    /// Final; none until it is confirmed.
    pub cost_minor: Option<i64>,
    /// Of the cost; before there is one, of what it would be by what is known now.
    pub cost_lines: Lines,
    /// What the customer is asked to approve.
    pub proposal: Option<Proposal>,
    /// The rate it is priced at, if the tariff has another currency.
    pub fx: Option<Locked>,
    /// Of the setting `shipping`.
    pub tariff_version: i32,
    /// Of the setting `taxes`.
    pub tax_version: i32,
    /// Counts the bills.
    pub bills: i32,
    pub created_by: Option<Uuid>,
    /// Raised by every change: the resource's ETag.
    pub version: i32,
    pub confirmed_at: Option<Time>,
    pub shipped_at: Option<Time>,
    pub delivered_at: Option<Time>,
    pub cancelled_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// Where it goes: a copy, so that no later change of an address book moves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Destination(pub AddressFields);

/// Lines of a price, as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Lines(pub Vec<PricedLine>);

/// A rate, as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Locked(pub Quote);

/// What somebody has to decide before it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// The customer: whether a higher cost is right.
    CostApproval,
}

/// Everything that follows from where it goes, what is in it, how, and in which currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// Where it goes.
    pub delivery_address: AddressFields,
    /// What is in it.
    pub package_details: Parcels,
    /// How.
    pub service: String,
    /// What is charged.
    pub chargeable_grams: i64,
    /// What it costs.
    pub total_minor: i64,
    /// Line by line.
    pub lines: Vec<PricedLine>,
    /// At this rate.
    pub fx: Option<Quote>,
    /// By this version.
    pub tariff_version: i32,
    /// By this version.
    pub tax_version: i32,
}

/// Details that cost more than was agreed upon: they hold once the customer says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Proposal {
    /// What it would be.
    pub details: Details,
    /// What it cost before.
    pub before_minor: i64,
    /// When the customer was asked.
    pub proposed_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Its currency.
    pub fn currency(&self) -> Result<Currency> {
        Currency::parse("currency", &self.currency)
    }

    /// `minor` units in its currency.
    pub fn money(&self, minor: i64) -> Result<Money> {
        Ok(Money::new(minor, self.currency()?))
    }

    /// What it costs as far as is known: the final cost, or the estimate until there is one.
    pub fn price_minor(&self) -> i64 {
        self.cost_minor.unwrap_or(self.estimated_minor)
    }

    /// What it was priced from and at.
    pub(super) fn details(&self) -> Result<Details> {
        Ok(Details {
            delivery_address: self.delivery_address.0.clone(),
            package_details: self.package_details.clone(),
            service: self.service.clone(),
            chargeable_grams: self.chargeable_grams,
            total_minor: billing::total("package_details", &self.cost_lines.0)?,
            lines: self.cost_lines.0.clone(),
            fx: self.fx.as_ref().map(|locked| locked.0.clone()),
            tariff_version: self.tariff_version,
            tax_version: self.tax_version,
        })
    }

    /// Takes other details, all but what they cost: whether that is an estimate or final the caller knows.
    pub(super) fn take(&mut self, details: Details) {
        self.country = details.delivery_address.country.clone();
        self.region = details.delivery_address.region.clone();
        self.delivery_address = Destination(details.delivery_address);
        self.package_details = details.package_details;
        self.service = details.service;
        self.chargeable_grams = details.chargeable_grams;
        self.cost_lines = Lines(details.lines);
        self.fx = details.fx.map(Locked);
        self.tariff_version = details.tariff_version;
        self.tax_version = details.tax_version;
        self.searched = self.words();
    }

    /// What a search looks through, in lower case.
    pub(crate) fn words(&self) -> String {
        let carrier = self.carrier_tracking_number.as_deref().unwrap_or_default();
        let address = &self.delivery_address.0;
        let words = [&self.reference, &self.tracking_number, carrier, &address.recipient, &address.city];
        words.join(" ").to_lowercase()
    }
}

/// The shipment, locked until the transaction ends. Its customer's account is locked (shared) before it, and nothing may be
/// done any more for one that was erased.
pub(super) async fn lock(tx: &Tx, id: ShipmentId) -> Result<(Model, crate::accounts::User)> {
    use crate::accounts::user;
    let owner = Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?.user_id;
    let user = user::lock_shared(tx, owner).await?.ok_or(Error::NotFound)?;
    let row = Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(Error::NotFound)?;
    Ok((row, user))
}

/// The same, for somebody who may see it.
pub(super) async fn lock_for(tx: &Tx, actor: &Actor, id: ShipmentId) -> Result<(Model, crate::accounts::User)> {
    let (row, user) = lock(tx, id).await?;
    actor.owns_or_may(row.user_id, Permission::ViewAllOrders)?;
    if user.erased_at.is_some() {
        return Err(Error::conflict("account-erased", &[]));
    }
    Ok((row, user))
}

/// Writes a changed shipment that is locked, as its next version.
pub(super) async fn save(tx: &Tx, row: &mut Model) -> Result<()> {
    use sea_orm::IntoActiveModel;
    row.version += 1;
    row.updated_at = tx.now();
    Entity::update(row.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    publish(tx, row).await
}

/// Tells its customer's screens.
pub(super) async fn publish(tx: &Tx, row: &Model) -> Result<()> {
    let data = serde_json::json!({
        "id": row.id, "reference": row.reference, "status": row.status, "action_required": row.action_required, "version": row.version,
    });
    tx.publish(row.user_id, LiveEvent { kind: "shipment.changed", data }).await
}
