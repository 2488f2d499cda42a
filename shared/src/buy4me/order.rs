//! Staff take a request along, and all its items with it.

use super::advance::{move_items, step};
use super::event::Said;
use super::request::{Held, Model};
use super::state::{ItemStatus, Status, stage};
use super::{bill, item};
use crate::machine::By;
use crate::policy::Actor;
use crate::{Error, Result, Tx};

/// To ORDER_PLACED, IN_TRANSIT or WAREHOUSE_ARRIVED: every active item that is less far goes along.
pub(super) async fn along(tx: &Tx, actor: &Actor, held: Held, to: Status, overriding: bool, said: &Said) -> Result<Model> {
    held.check_step(actor, By::Staff, to)?;
    let to_item = match to {
        Status::OrderPlaced => ItemStatus::Ordered,
        Status::InTransit => ItemStatus::VendorShipped,
        Status::WarehouseArrived => ItemStatus::Received,
        Status::Draft | Status::Submitted | Status::ShippedToCustomer | Status::Completed | Status::Cancelled => {
            return Err(Error::internal(format!("{to:?} is no stage of items")));
        }
    };
    if to == Status::OrderPlaced {
        may_go_on(tx, actor, &held, overriding).await?;
    }
    check_decided(actor, &held)?;
    let request = held.request;
    let mut items = item::of(tx, request.id).await?;
    move_items(tx, actor, By::Staff, to_item, &mut items).await?;
    let reached = stage(items.iter().map(|item| item.status));
    if reached != to {
        return Err(Error::internal(format!("request {} came to {reached:?} instead of {to:?}", request.id)));
    }
    step(tx, actor, By::Staff, to, request, said).await
}

/// Goods are bought and sent with the customer's money, unless somebody answers for it; and not while the customer still thinks.
pub(super) async fn may_go_on(tx: &Tx, actor: &Actor, held: &Held, overriding: bool) -> Result<()> {
    check_decided(actor, held)?;
    if !overriding && !bill::is_settled(tx, &held.request).await? {
        return Err(held.refuses(actor, "request-unpaid"));
    }
    Ok(())
}

/// Refuses while the customer has to decide about a price.
fn check_decided(actor: &Actor, held: &Held) -> Result<()> {
    if held.request.action_required.is_none() { Ok(()) } else { Err(held.refuses(actor, "request-decision-pending")) }
}
