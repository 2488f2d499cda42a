//! Table `buy4me_requests`.

use super::event::{self, Said};
use super::item;
use super::state::{ItemStatus, Status, TABLE};
use crate::billing::invoice;
use crate::clock::Time;
use crate::ids::{ItemId, RequestId, ShipmentId, UserId};
use crate::live::LiveEvent;
use crate::machine::{By, allows, next};
use crate::money::{Currency, Money};
use crate::policy::{Actor, Permission, Role};
use crate::{Error, Result, Tx, accounts, audit};
use sea_orm::entity::prelude::*;
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, IntoActiveModel, Iterable, QuerySelect};
use serde::{Deserialize, Serialize};

/// What the customer has to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// An item became dearer than was authorised.
    PriceApproval,
}

/// What else decides what can be done with a request.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// Whether somebody has begun to buy an active item.
    pub has_begun: bool,
    /// That the actor may see.
    pub invoices: &'a [invoice::Model],
}

/// A request.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "buy4me_requests")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RequestId,
    /// `B4M-2026-000123`
    pub reference: String,
    pub user_id: UserId,
    /// The role that the customer had then.
    pub customer_type: Role,
    pub status: Status,
    pub action_required: Option<Action>,
    /// What the action is about: [`super::reprice::Proposal`].
    pub proposal: Option<Json>,
    pub currency: String,
    /// What it comes to now; none as long as it has no quote.
    pub total_minor: Option<i64>,
    /// The lines of the total.
    pub breakdown: Json,
    /// Locked quotes by source currency.
    pub fx: Option<Json>,
    /// [`super::price::Terms`] of the quote.
    pub terms: Option<Json>,
    pub quote_expires_at: Option<Time>,
    pub fee_version: Option<i32>,
    pub tax_version: Option<i32>,
    /// How much dearer it may become without a question.
    pub authorised_overage_minor: i64,
    /// How much of that was used.
    pub overage_used_minor: i64,
    pub shipping_instructions: Option<Json>,
    /// Parcels as measured.
    pub packed: Option<Json>,
    pub searched: String,
    pub shipment_id: Option<ShipmentId>,
    /// Bills so far.
    pub bills: i32,
    pub created_by: Option<Uuid>,
    /// Raised by every change: the resource's ETag.
    pub version: i32,
    pub submitted_at: Option<Time>,
    pub ordered_at: Option<Time>,
    pub in_transit_at: Option<Time>,
    pub arrived_at: Option<Time>,
    pub shipped_at: Option<Time>,
    pub delivered_at: Option<Time>,
    pub completed_at: Option<Time>,
    pub cancelled_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Model {
    /// The currency it is paid in.
    pub fn currency(&self) -> Result<Currency> {
        Currency::parse("currency", &self.currency)
    }

    /// `minor` units of its currency.
    pub fn money(&self, minor: i64) -> Result<Money> {
        Ok(Money::new(minor, self.currency()?))
    }

    /// As whom the actor moves it.
    pub(super) fn by(&self, actor: &Actor) -> By {
        if actor.user == Some(self.user_id) { By::Customer } else { By::Staff }
    }

    /// Statuses that the actor can give it now, as on the wire.
    pub fn next(&self, actor: &Actor, has_begun: bool) -> Vec<&'static str> {
        let by = self.by(actor);
        let may = |to: &Status| by == By::Customer || permissions(*to).iter().any(|permission| actor.can(*permission));
        let is_open = |to: &Status| !(has_begun && undoes(by, *to));
        next(TABLE, by, self.status).into_iter().filter(may).filter(is_open).map(Status::code).collect()
    }

    /// What the actor can do with it now.
    pub fn available_actions(&self, actor: &Actor, around: Around<'_>) -> Vec<&'static str> {
        let owns = actor.user == Some(self.user_id);
        let cares = owns || actor.can(Permission::ManageBuy4Me);
        let pays = owns || actor.can(Permission::ManageInvoices);
        let states = self.next(actor, around.has_begun);
        let has = |status: &str| states.contains(&status);
        let is_asked = self.action_required.is_some();
        let is_payable = || around.invoices.iter().any(|invoice| invoice.available_actions(actor).contains(&"pay"));
        let table = [
            ("edit", self.status == Status::Draft && cares),
            ("submit", has("SUBMITTED")),
            ("withdraw", has("DRAFT") && !is_asked),
            ("answer", is_asked && cares),
            ("pay", pays && is_payable()),
            ("order", has("ORDER_PLACED") && !is_asked),
            ("mark_in_transit", has("IN_TRANSIT") && !is_asked),
            ("receive", has("WAREHOUSE_ARRIVED") && !is_asked),
            ("pack", self.can_be_packed() && actor.can(Permission::ReceivePackages)),
            ("ship", self.status == Status::WarehouseArrived && self.shipment_id.is_none() && !is_asked && cares),
            ("complete", has("COMPLETED")),
            ("cancel", has("CANCELLED")),
        ];
        table.into_iter().filter(|(_, is_open)| *is_open).map(|(name, _)| name).collect()
    }

    /// The item whose new price the customer is asked about.
    pub(super) fn asks_about(&self) -> Option<ItemId> {
        self.proposal.as_ref().and_then(|proposal| serde_json::from_value(proposal["item"].clone()).ok())
    }

    /// Goods are here, or some are, and no shipment is made of them yet.
    pub(super) fn can_be_packed(&self) -> bool {
        matches!(self.status, Status::OrderPlaced | Status::InTransit | Status::WarehouseArrived) && self.shipment_id.is_none()
    }
}

/// Steps that nobody takes any more once something is ordered: the money is spent. Staff may still cancel.
fn undoes(by: By, to: Status) -> bool {
    to == Status::Draft || (to == Status::Cancelled && by == By::Customer)
}

/// Staff who may take a request here: any of these.
pub(super) fn permissions(to: Status) -> &'static [Permission] {
    match to {
        Status::OrderPlaced | Status::InTransit => &[Permission::PurchaseItems, Permission::ManageBuy4Me],
        Status::WarehouseArrived => &[Permission::ReceivePackages],
        Status::Draft | Status::Submitted | Status::ShippedToCustomer | Status::Completed | Status::Cancelled => {
            &[Permission::ManageBuy4Me]
        }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A locked request, its owner, and whether somebody has begun to buy.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) request: Model,
    pub(super) owner: accounts::user::Model,
    pub(super) has_begun: bool,
}

impl Held {
    /// Refuses whatever is done for somebody who was forgotten.
    pub(super) fn check_owner(&self) -> Result<()> {
        if self.owner.erased_at.is_none() { Ok(()) } else { Err(Error::conflict("account-erased", &[])) }
    }

    /// A refusal that says what can be done instead.
    pub(super) fn refuses(&self, actor: &Actor, code: &'static str) -> Error {
        Error::conflict(code, &self.request.available_actions(actor, Around { has_begun: self.has_begun, invoices: &[] }))
    }

    /// A refusal that says which steps can be taken instead.
    pub(super) fn refuses_step(&self, actor: &Actor) -> Error {
        Error::conflict("request-step-not-allowed", &self.request.next(actor, self.has_begun))
    }

    /// Refuses a step that the table does not know, or that undoes what was bought.
    pub(super) fn check_step(&self, actor: &Actor, by: By, to: Status) -> Result<()> {
        let is_open = allows(TABLE, by, &self.request.status, &to) && !(self.has_begun && undoes(by, to));
        if is_open { Ok(()) } else { Err(self.refuses_step(actor)) }
    }
}

/// A request that the actor may see. Anybody else is not told that it is there.
pub async fn visible(db: &impl ConnectionTrait, actor: &Actor, id: RequestId) -> Result<Model> {
    let request = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    actor.owns_or_may(request.user_id, Permission::ViewAllOrders)?;
    Ok(request)
}

/// The same, locked: strangers lock nothing.
pub(super) async fn lock_for(tx: &Tx, actor: &Actor, id: RequestId) -> Result<Held> {
    visible(tx, actor, id).await?;
    lock(tx, id).await
}

/// The request, locked until the transaction ends, after its owner's account: so every command waits in the same order.
pub(super) async fn lock(tx: &Tx, id: RequestId) -> Result<Held> {
    let seen = Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?;
    let owner = accounts::user::lock_shared(tx, seen.user_id).await?.ok_or(Error::NotFound)?;
    let request = Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(Error::NotFound)?;
    let begun = ItemStatus::iter().filter(|status| status.has_begun());
    let begun = item::Entity::find().filter(item::Column::RequestId.eq(id)).filter(item::Column::Status.is_in(begun));
    let has_begun = begun.one(tx).await?.is_some();
    Ok(Held { request, owner, has_begun })
}

/// Refuses whoever may not see it, then staff who lack all of `permissions`. The owner may.
pub(super) fn reach(actor: &Actor, request: &Model, permissions: &[Permission]) -> Result<()> {
    if actor.user == Some(request.user_id) {
        return Ok(());
    }
    actor.owns_or_may(request.user_id, Permission::ViewAllOrders)?;
    need(actor, permissions)
}

/// Refuses whoever lacks all of `permissions`, the owner too.
pub(super) fn need(actor: &Actor, permissions: &[Permission]) -> Result<()> {
    if permissions.iter().any(|permission| actor.can(*permission)) { Ok(()) } else { Err(Error::Forbidden(permissions.first().copied())) }
}

/// Saves a request that was `before`, as a new version.
pub(super) async fn save(tx: &Tx, before: Status, mut row: Model) -> Result<Model> {
    row.version += 1;
    row.updated_at = tx.now();
    let update = Entity::update_many().set(row.clone().into_active_model().reset_all());
    let saved = update.filter(Column::Id.eq(row.id)).filter(Column::Status.eq(before)).exec(tx).await?;
    if saved.rows_affected != 1 {
        return Err(Error::conflict("version-conflict", &[]));
    }
    publish(tx, &row).await?;
    Ok(row)
}

/// Tells its owner's screens.
pub(super) async fn publish(tx: &Tx, row: &Model) -> Result<()> {
    let data = serde_json::json!({
        "id": row.id, "reference": row.reference, "status": row.status, "action_required": row.action_required, "version": row.version,
    });
    tx.publish(row.user_id, LiveEvent { kind: "request.changed", data }).await
}

/// Takes a locked request one step further: status, time of the stage, history, audit. Other changed fields are saved along.
pub(super) async fn step(tx: &Tx, actor: &Actor, by: By, to: Status, mut row: Model, said: &Said) -> Result<Model> {
    let from = row.status;
    if !allows(TABLE, by, &from, &to) {
        return Err(Error::conflict("request-step-not-allowed", &row.next(actor, false)));
    }
    let now = Some(tx.now());
    match to {
        Status::Draft => row.submitted_at = None,
        Status::Submitted => row.submitted_at = now,
        Status::OrderPlaced => row.ordered_at = now,
        Status::InTransit => row.in_transit_at = now,
        Status::WarehouseArrived => row.arrived_at = now,
        Status::ShippedToCustomer => row.shipped_at = now,
        Status::Completed => row.completed_at = now,
        Status::Cancelled => row.cancelled_at = now,
    }
    row.status = to;
    let row = save(tx, from, row).await?;
    event::of_request(tx, actor, row.id, Some(from), to, said).await?;
    let detail = serde_json::json!({ "from": from, "to": to, "reason": said.reason });
    audit::record(tx, actor, "buy4me.status_changed", "buy4me_request", row.id.0, Some(detail)).await?;
    Ok(row)
}
