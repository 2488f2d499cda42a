//! How requests and items move: steps that are told to the customer, and a request that follows its items.

use super::event::{self, Happened, Said};
use super::item::{self, Model as Item};
use super::request::{self, Held, Model};
use super::state::{ITEMS, ItemStatus, Status, stage};
use crate::feedback::{self, About};
use crate::ids::ItemId;
use crate::machine::{By, allows, next};
use crate::notifications::{Event, tell};
use crate::policy::Actor;
use crate::{Error, Result, Tx};

/// Takes a request a step further and tells its owner.
pub(super) async fn step(tx: &Tx, actor: &Actor, by: By, to: Status, request: Model, said: &Said) -> Result<Model> {
    let request = request::step(tx, actor, by, to, request, said).await?;
    let amount = request.total_minor.map(|minor| request.money(minor)).transpose()?.map(|money| money.to_string());
    let facts = serde_json::json!({
        "reference": request.reference, "status": to.code(), "amount": amount.unwrap_or_default(), "note": said.note.clone().unwrap_or_default(),
    });
    let event = if to == Status::WarehouseArrived { Event::Buy4MeInstructions } else { Event::Buy4MeStatus };
    tell(tx, request.user_id, event, request.id.0, facts).await?;
    if to == Status::Completed {
        feedback::invite_later(tx, About::Request(request.id)).await?;
    }
    Ok(request)
}

/// Where an item goes, checked by the table.
pub(super) fn check_item_step(by: By, item: &Item, to: ItemStatus) -> Result<()> {
    if allows(ITEMS, by, &item.status, &to) {
        return Ok(());
    }
    Err(item_refused(by, item))
}

/// A refusal that says where the item can go instead.
pub(super) fn item_refused(by: By, item: &Item) -> Error {
    let allowed: Vec<&str> = next(ITEMS, by, item.status).into_iter().map(ItemStatus::code).collect();
    Error::conflict("item-step-not-allowed", &allowed)
}

/// Moves all items that can go there and are not yet as far, and saves them.
pub(super) async fn move_items(tx: &Tx, actor: &Actor, by: By, to: ItemStatus, items: &mut [Item]) -> Result<()> {
    move_only(tx, actor, by, to, items, |_| true).await
}

/// The same for those of them that `which` names.
pub(super) async fn move_only(
    tx: &Tx,
    actor: &Actor,
    by: By,
    to: ItemStatus,
    items: &mut [Item],
    which: impl Fn(ItemId) -> bool,
) -> Result<()> {
    let (said, before) = (Said::default(), items.to_vec());
    let mut steps = vec![];
    for item in items.iter_mut().filter(|item| which(item.id) && allows(ITEMS, by, &item.status, &to)) {
        steps.push(Happened { request: item.request_id, item: Some(item.id), from: Some(item.status.code()), to: to.code(), said: &said });
        item.status = to;
        if to == ItemStatus::Received {
            item.received_quantity = item.quantity;
        }
    }
    item::save_changed(tx, &before, items).await?;
    event::write(tx, actor, &steps).await
}

/// The request goes as far as its items are; without any left it is cancelled, which ends its bills too. Saved in any case.
pub(super) async fn follow(tx: &Tx, actor: &Actor, held: Held, items: &mut [Item]) -> Result<Model> {
    let to = stage(items.iter().map(|item| item.status));
    if to == held.request.status {
        return request::save(tx, to, held.request).await;
    }
    if to == Status::Cancelled {
        return super::cancel::end(tx, actor, By::System, held, items, &Said::default()).await;
    }
    step(tx, actor, By::System, to, held.request, &Said::default()).await
}
