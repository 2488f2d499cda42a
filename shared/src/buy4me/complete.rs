//! The good end: the owner says that all has arrived, or has had days to say otherwise.

use super::advance::step;
use super::event::Said;
use super::request::{self, Column, Entity, Held, Model};
use super::state::Status;
use crate::ids::RequestId;
use crate::machine::By;
use crate::policy::Actor;
use crate::settings::{self, Buy4Me};
use crate::shipments::{self, shipment};
use crate::{App, Error, Result, Tx};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

/// SHIPPED_TO_CUSTOMER → COMPLETED.
pub(super) async fn complete(tx: &Tx, actor: &Actor, by: By, held: Held, said: &Said) -> Result<Model> {
    step(tx, actor, by, Status::Completed, held.request, said).await
}

/// Requests after `last` that were delivered long enough ago, at most `limit`, in the order of their ids.
pub async fn due(app: &App, last: RequestId, limit: u64) -> Result<Vec<RequestId>> {
    let days = settings::read::<Buy4Me>(app, &app.db.conn).await?.value.complete_after_days;
    let before = app.clock.now() - TimeDelta::days(i64::from(days));
    let delivered = Entity::find().filter(Column::Status.eq(Status::ShippedToCustomer)).filter(Column::DeliveredAt.lte(before));
    let ids = delivered.select_only().column(Column::Id).filter(Column::Id.gt(last)).order_by_asc(Column::Id).limit(limit);
    Ok(ids.into_tuple().all(&app.db.conn).await?)
}

/// Completes a delivered request; harmless when it is complete already, or was not delivered after all. Asks the shipment
/// itself: the request may not have heard yet that it was a mistake.
pub async fn complete_delivered(tx: &Tx, id: RequestId) -> Result<()> {
    let held = request::lock(tx, id).await?;
    let days = settings::read::<Buy4Me>(&tx.app, tx).await?.value.complete_after_days;
    let before = tx.now() - TimeDelta::days(i64::from(days));
    let is_due = held.request.status == Status::ShippedToCustomer && held.request.delivered_at.is_some_and(|at| at <= before);
    let Some(shipment) = held.request.shipment_id.filter(|_| is_due) else { return Ok(()) };
    let shipment = shipment::Entity::find_by_id(shipment).lock_shared().one(tx).await?.ok_or(Error::NotFound)?;
    if shipment.status == shipments::Status::Delivered && shipment.delivered_at.is_some_and(|at| at <= before) {
        complete(tx, &Actor::system(), By::System, held, &Said::default()).await?;
    }
    Ok(())
}
