//! The linked shipment moved: the request goes along. Looks at how the shipment is, not at what it was said to have done, so it
//! does not matter how often or in which order it is told.

use super::advance::{move_items, step};
use super::event::{self, Said};
use super::item;
use super::request::{self, Held, Model};
use super::state::{ItemStatus, Status};
use crate::ids::ShipmentId;
use crate::machine::By;
use crate::policy::Actor;
use crate::shipments::{self, shipment};
use crate::{Error, Result, Tx, audit};
use sea_orm::entity::prelude::*;

/// Brings the request of a shipment up to date with it.
pub async fn follow_shipment(tx: &Tx, id: ShipmentId) -> Result<()> {
    let seen = shipment::Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?;
    let Some(request) = seen.buy4me_request_id else { return Ok(()) };
    let Held { request, .. } = request::lock(tx, request).await?;
    // read again behind the lock: another move may have been followed meanwhile
    let shipment = shipment::Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?;
    if request.shipment_id != Some(id) {
        return Ok(()); // a shipment before the one that counts
    }
    match shipment.status {
        shipments::Status::Cancelled => wait_again(tx, request).await,
        shipments::Status::InTransit | shipments::Status::Delivered => go(tx, request, &shipment).await,
        shipments::Status::Pending | shipments::Status::Processing | shipments::Status::OnHold | shipments::Status::Returned => {
            not_delivered(tx, request).await
        }
    }
}

/// It left: so did the items. And perhaps it has arrived.
async fn go(tx: &Tx, mut request: Model, shipment: &shipment::Model) -> Result<()> {
    let system = Actor::system();
    if request.status == Status::WarehouseArrived {
        let mut items = item::of(tx, request.id).await?;
        move_items(tx, &system, By::System, ItemStatus::Shipped, &mut items).await?;
        request = step(tx, &system, By::System, Status::ShippedToCustomer, request, &Said::default()).await?;
    }
    let delivered_at = if shipment.status == shipments::Status::Delivered { shipment.delivered_at } else { None };
    if request.status == Status::ShippedToCustomer && request.delivered_at != delivered_at {
        request.delivered_at = delivered_at;
        request::save(tx, Status::ShippedToCustomer, request).await?;
    }
    Ok(())
}

/// What was called delivered by mistake does not complete by itself.
async fn not_delivered(tx: &Tx, mut request: Model) -> Result<()> {
    if request.status == Status::ShippedToCustomer && request.delivered_at.is_some() {
        request.delivered_at = None;
        request::save(tx, Status::ShippedToCustomer, request).await?;
    }
    Ok(())
}

/// The shipment is off: the goods are still here, or here again, and the owner may give new instructions.
async fn wait_again(tx: &Tx, mut request: Model) -> Result<()> {
    let (system, id) = (Actor::system(), request.id);
    (request.shipment_id, request.shipping_instructions) = (None, None);
    match request.status {
        Status::WarehouseArrived => {
            request::save(tx, Status::WarehouseArrived, request).await?;
            event::of_request(tx, &system, id, Some(Status::WarehouseArrived), Status::WarehouseArrived, &Said::default()).await?;
        }
        Status::ShippedToCustomer => {
            let mut items = item::of(tx, id).await?;
            move_items(tx, &system, By::System, ItemStatus::Received, &mut items).await?;
            (request.shipped_at, request.delivered_at) = (None, None);
            step(tx, &system, By::System, Status::WarehouseArrived, request, &Said::default()).await?;
        }
        // the request is off with it, or its owner has said that all is well
        Status::Draft | Status::Submitted | Status::OrderPlaced | Status::InTransit | Status::Completed | Status::Cancelled => {
            return Ok(());
        }
    }
    audit::record(tx, &system, "buy4me.shipment_cancelled", "buy4me_request", id.0, None).await
}
