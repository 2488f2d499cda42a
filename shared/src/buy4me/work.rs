//! What staff note on an item: what it really costs, its order, how far it is, what has arrived of it.

use super::advance::{check_item_step, follow, item_refused};
use super::event::{self, Happened, Said};
use super::item::{self, Model as Item};
use super::reprice::{self, Dropped, drop_item, shorten};
use super::request::{self, Held, need};
use super::state::{ItemStatus, Status};
use super::{fields, items, order};
use crate::accounts::postal::check_text;
use crate::error::Problems;
use crate::ids::{ItemId, VendorId};
use crate::machine::By;
use crate::money::Money;
use crate::notifications::{Event, tell};
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit, version};

/// What is noted; `None` stays as it is.
#[derive(Debug, Default)]
pub struct Work {
    /// Decimal string, in the item's currency.
    pub actual_unit_price: Option<String>,
    /// The shop's own number of our order.
    pub vendor_order_number: Option<Option<String>>,
    /// How far it is.
    pub status: Option<ItemStatus>,
    /// How many pieces have arrived; all of them make it RECEIVED.
    pub received_quantity: Option<i32>,
    /// Which shop it is.
    pub vendor: Option<Option<VendorId>>,
    /// For staff.
    pub reason: Option<String>,
}

const BUYERS: &[Permission] = &[Permission::PurchaseItems, Permission::ManageBuy4Me];

impl Work {
    /// Buying and receiving are different people's.
    fn check_rights(&self, actor: &Actor) -> Result<()> {
        let receives = self.received_quantity.is_some() || self.status == Some(ItemStatus::Received);
        let buys = self.actual_unit_price.is_some()
            || self.vendor_order_number.is_some()
            || self.vendor.is_some()
            || self.status.is_some_and(|status| status != ItemStatus::Received);
        if receives {
            need(actor, &[Permission::ReceivePackages])?;
        }
        if buys || !receives { need(actor, BUYERS) } else { Ok(()) }
    }

    /// The new price and the new status, everything checked.
    async fn check(&mut self, tx: &Tx, item: &Item) -> Result<Option<Money>> {
        let mut problems = Problems::default();
        let currency = item.unit_price()?.map(|price| price.currency);
        let price = match (&self.actual_unit_price, currency) {
            (Some(text), Some(currency)) => problems.take(Money::parse_positive("actual_unit_price", text, currency))?,
            (Some(_), None) => Err(fields::lost("the item's currency"))?,
            (None, _) => None,
        };
        for (field, text, max) in [
            ("vendor_order_number", self.vendor_order_number.as_mut().and_then(Option::as_mut), 100),
            ("reason", self.reason.as_mut(), 500),
        ] {
            let Some(text) = text else { continue };
            *text = text.trim().to_owned();
            problems.check(!text.is_empty(), field, "error-blank");
            check_text(&mut problems, field.to_owned(), text, max);
        }
        let received = self.received_quantity.unwrap_or(item.received_quantity);
        problems.check((0..=item.quantity).contains(&received), "received_quantity", "error-out-of-range");
        let is_short = self.status == Some(ItemStatus::Received) && self.received_quantity.is_some_and(|pieces| pieces < item.quantity);
        let gives_up = matches!(self.status, Some(ItemStatus::OutOfStock | ItemStatus::Cancelled));
        let is_odd = gives_up && self.received_quantity == Some(item.quantity);
        problems.check(!is_short && !is_odd, "received_quantity", "error-out-of-range");
        if let Some(Some(vendor)) = self.vendor {
            let mut named = super::ItemFields::of(item)?;
            named.vendor = Some(vendor);
            fields::vendors_of(tx, &[named], |_| "vendor".to_owned(), &mut problems).await?;
        }
        problems.finish()?;
        Ok(price)
    }
}

/// Notes what happened to an item of a submitted request; the request follows. Answers the item.
pub async fn work(tx: &Tx, actor: &Actor, id: ItemId, expected: Option<i32>, mut work: Work) -> Result<Item> {
    let mut held = request::lock_for(tx, actor, item::request_of(tx, id).await?).await?;
    work.check_rights(actor)?;
    held.check_owner()?;
    let seen = item::of(tx, held.request.id).await?;
    let mut items = seen.clone();
    let index = items.iter().position(|item| item.id == id).ok_or(Error::NotFound)?;
    version::check(expected, items[index].version)?;
    match held.request.status {
        Status::Submitted | Status::OrderPlaced | Status::InTransit | Status::WarehouseArrived => {}
        Status::Draft | Status::ShippedToCustomer | Status::Completed | Status::Cancelled => {
            return Err(Error::conflict("item-step-not-allowed", &[]));
        }
    }
    let price = work.check(tx, &items[index]).await?;
    let before = seen[index].clone();
    note(&mut items[index], &work);
    if let Some(price) = price {
        if !before.has_open_price() {
            return Err(item_refused(By::Staff, &before));
        }
        reprice::set_price(tx, actor, &mut held, &mut items, (index, price)).await?;
    }
    let said = Said { note: None, reason: work.reason.clone() };
    move_item(tx, actor, &mut held, &mut items, (index, &work, said)).await?;
    item::save_changed(tx, &seen, &mut items).await?;
    let mut detail = audit::changed(&items::told(&before), &items::told(&items[index]));
    detail["reason"] = work.reason.into();
    audit::record(tx, actor, "buy4me.item_changed", "buy4me_item", id.0, Some(detail)).await?;
    follow(tx, actor, held, &mut items).await?;
    Ok(items.swap_remove(index))
}

/// Whether an item's request, which the actor may see, is a draft: then a word about its vendor is its description, later it is
/// work.
pub async fn is_draft(tx: &Tx, actor: &Actor, id: ItemId) -> Result<bool> {
    Ok(request::visible(tx, actor, item::request_of(tx, id).await?).await?.status == Status::Draft)
}

/// What needs no step.
fn note(item: &mut Item, work: &Work) {
    if let Some(number) = &work.vendor_order_number {
        item.vendor_order_number.clone_from(number);
    }
    if let Some(vendor) = work.vendor {
        item.vendor_id = vendor;
    }
}

/// The step that was asked for, or that follows from what has arrived.
async fn move_item(tx: &Tx, actor: &Actor, held: &mut Held, items: &mut [Item], (index, work, said): (usize, &Work, Said)) -> Result<()> {
    let item = &mut items[index];
    let arrived = work.received_quantity;
    if arrived.is_some() && !matches!(item.status, ItemStatus::Ordered | ItemStatus::VendorShipped) {
        return Err(item_refused(By::Staff, item));
    }
    let is_asked_about = held.request.asks_about() == Some(item.id);
    let gives_up = |to: ItemStatus| matches!(to, ItemStatus::OutOfStock | ItemStatus::Cancelled);
    if is_asked_about && (arrived.is_some() || work.status.is_some_and(|to| to != item.status && !gives_up(to))) {
        return Err(held.refuses(actor, "request-decision-pending"));
    }
    item.received_quantity = arrived.unwrap_or(item.received_quantity);
    let is_complete = arrived.is_some() && item.received_quantity == item.quantity;
    // told again after its money has gone back
    let is_off = item.status == ItemStatus::Refunded && work.status.is_some_and(gives_up);
    let to = work.status.or(is_complete.then_some(ItemStatus::Received)).filter(|to| *to != item.status && !is_off);
    let Some(to) = to else { return Ok(()) };
    check_item_step(By::Staff, item, to)?;
    match to {
        ItemStatus::OutOfStock | ItemStatus::Cancelled => {
            return give_up(tx, actor, held, items, (index, to, said)).await;
        }
        ItemStatus::Ordered => order::may_go_on(tx, actor, held, false).await?,
        ItemStatus::Received => item.received_quantity = item.quantity,
        ItemStatus::Pending | ItemStatus::VendorShipped | ItemStatus::Shipped | ItemStatus::Refunded => {}
    }
    let step = Happened { request: item.request_id, item: Some(item.id), from: Some(item.status.code()), to: to.code(), said: &said };
    item.status = to;
    event::write(tx, actor, &[step]).await
}

/// It cannot be had, or is not bought: what was charged for it is credited, and a question about it is void. Pieces that have
/// arrived stay.
async fn give_up(tx: &Tx, actor: &Actor, held: &mut Held, items: &mut [Item], (index, to, said): (usize, ItemStatus, Said)) -> Result<()> {
    if held.request.asks_about() == Some(items[index].id) {
        (held.request.action_required, held.request.proposal) = (None, None);
    }
    if items[index].received_quantity > 0 {
        return shorten(tx, actor, held, items, (index, said)).await;
    }
    let is_gone = to == ItemStatus::OutOfStock;
    let why = if is_gone { "buy4me-credit-out-of-stock" } else { "buy4me-credit-item-cancelled" };
    let product = items[index].shown_name().to_owned();
    drop_item(tx, actor, held, items, Dropped { index, to, by: By::Staff, why, said }).await?;
    if is_gone {
        let facts = serde_json::json!({ "reference": held.request.reference, "product": product });
        tell(tx, held.request.user_id, Event::Buy4MeOutOfStock, held.request.id.0, facts).await?;
    }
    Ok(())
}
