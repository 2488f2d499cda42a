//! The end of a request before it is complete: its items are cancelled, its bills closed, what was paid promised back.

use super::advance::{move_items, step};
use super::event::Said;
use super::item::{self, Model as Item};
use super::request::{self, Held, Model, reach};
use super::state::{ItemStatus, Status};
use super::{bill, ship};
use crate::ids::RequestId;
use crate::machine::By;
use crate::policy::{Actor, Permission};
use crate::{Result, Tx, i18n, version};

/// Cancels a request of the version `expected`: the owner until anything of it is ordered, staff until it is on its way to the owner.
pub async fn cancel(tx: &Tx, actor: &Actor, id: RequestId, expected: Option<i32>) -> Result<Model> {
    let held = request::lock_for(tx, actor, id).await?;
    reach(actor, &held.request, &[Permission::ManageBuy4Me])?;
    version::check(expected, held.request.version)?;
    let by = held.request.by(actor);
    let mut items = item::of(tx, id).await?;
    end(tx, actor, by, held, &mut items, &Said::default()).await
}

/// → CANCELLED. A linked shipment goes first: one that has left cannot be called back, and then neither can the request.
pub(super) async fn end(tx: &Tx, actor: &Actor, by: By, held: Held, items: &mut [Item], said: &Said) -> Result<Model> {
    held.check_step(actor, by, Status::Cancelled)?;
    let Held { mut request, owner, .. } = held;
    if let Some(shipment) = request.shipment_id {
        ship::call_back(tx, shipment).await?;
    }
    move_items(tx, actor, By::System, ItemStatus::Cancelled, items).await?;
    // what people billed by hand for it, people take back
    let which = if by == By::Staff { bill::Which::All } else { bill::Which::Ours };
    bill::close(tx, actor, request.id, which, &i18n::text(&owner.language, "buy4me-credit-request-cancelled", &[])).await?;
    (request.action_required, request.proposal) = (None, None);
    step(tx, actor, by, Status::Cancelled, request, said).await
}
