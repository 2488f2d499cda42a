//! What everybody may know who holds a tracking number: where it is, and nothing about who it is for.

use super::shipment::{Column, Entity, Model};
use super::{event, tracking};
use crate::settings::{self, Shipping};
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;

/// A shipment on its way.
#[derive(Debug)]
pub struct Tracked {
    /// The shipment.
    pub shipment: Model,
    /// Its moves, as they were entered.
    pub events: Vec<event::Model>,
    /// Days that the service takes, fastest and slowest; none if it is no longer offered.
    pub days: Option<(u16, u16)>,
}

/// Finds a shipment by what somebody typed: what cannot be a tracking number is told apart from one that nobody was given.
pub async fn track(app: &App, typed: &str) -> Result<Tracked> {
    let number = tracking::read(typed)?;
    let db = &app.db.conn;
    let shipment = Entity::find().filter(Column::TrackingNumber.eq(number)).one(db).await?.ok_or(Error::NotFound)?;
    let moved = |event: &event::Model| event.from_status != Some(event.status);
    let events = event::of(db, shipment.id).await?.into_iter().filter(moved).collect();
    let shipping = settings::read::<Shipping>(app, db).await?.value;
    let service = shipping.services.iter().find(|service| service.code == shipment.service);
    let days = service.map(|service| (service.days_min, service.days_max));
    Ok(Tracked { shipment, events, days })
}
