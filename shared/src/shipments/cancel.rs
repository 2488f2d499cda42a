//! Giving up a shipment: what was billed is void, what was paid is promised back.

use super::event::Said;
use super::shipment::{self, Model};
use super::state::{self, Status};
use super::steps;
use crate::ids::ShipmentId;
use crate::machine::{self, By};
use crate::policy::Actor;
use crate::{Result, Tx, version};

/// Cancels a shipment of the version `expected`. Customers cancel what is PENDING and their own idea: what brings the goods of
/// a request is cancelled by staff.
pub async fn cancel(tx: &Tx, actor: &Actor, id: ShipmentId, expected: Option<i32>) -> Result<Model> {
    let (mut row, user) = shipment::lock_for(tx, actor, id).await?;
    let by = steps::acts_as(actor, &row)?;
    version::check(expected, row.version)?;
    if !can(by, &row) {
        return Err(steps::refused("shipment-not-cancellable", actor, &row));
    }
    steps::end(tx, actor, &mut row, &user, Said::default()).await?;
    Ok(row)
}

/// Whether it can be cancelled by them now.
pub(super) fn can(by: By, row: &Model) -> bool {
    machine::allows(state::TABLE, by, &row.status, &Status::Cancelled) && (by == By::Staff || row.buy4me_request_id.is_none())
}
