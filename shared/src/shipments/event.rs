//! Table `shipment_events`: what happened to a shipment, only ever added to. `note`, `location` and `occurred_at` are for its
//! customer, `reason` is for staff.

use super::shipment::Model as Shipment;
use super::state::Status;
use crate::clock::Time;
use crate::ids::ShipmentId;
use crate::policy::Actor;
use crate::{Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shipment_events")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub shipment_id: ShipmentId,
    /// None: it was made.
    pub from_status: Option<Status>,
    pub status: Status,
    pub note: Option<String>,
    /// For staff only.
    pub reason: Option<String>,
    pub location: Option<String>,
    pub occurred_at: Time,
    pub created_by: Option<Uuid>,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is said about it.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// For the customer.
    pub note: Option<String>,
    /// For staff.
    pub reason: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// When; now when absent.
    pub occurred_at: Option<Time>,
}

/// Adds an event of a shipment that is where it is now.
pub(super) async fn add(tx: &Tx, actor: &Actor, shipment: &Shipment, from: Option<Status>, said: Said) -> Result<()> {
    let row = ActiveModel {
        id: Set(Uuid::now_v7()),
        shipment_id: Set(shipment.id),
        from_status: Set(from),
        status: Set(shipment.status),
        note: Set(said.note),
        reason: Set(said.reason),
        location: Set(said.location),
        occurred_at: Set(said.occurred_at.unwrap_or_else(|| tx.now())),
        created_by: Set(actor.user.map(|user| user.0)),
        created_at: Set(tx.now()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The events of a shipment, in the order in which they were entered.
pub async fn of(db: &impl ConnectionTrait, shipment: ShipmentId) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::ShipmentId.eq(shipment)).order_by_asc(Column::Id).all(db).await?)
}
