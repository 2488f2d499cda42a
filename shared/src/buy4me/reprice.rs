//! A shop takes another price than was quoted: what is dearer within the customer's allowance is billed, beyond it asked
//! about; what is cheaper is credited. All at the locked rate.

use super::advance::{check_item_step, follow};
use super::bill::{self, Kind};
use super::event::{self, Happened, Said};
use super::item::{self, Model as Item};
use super::price::{Priced, difference};
use super::request::{self, Action, Held, Model};
use super::state::ItemStatus;
use super::{figures, overage};
use crate::accounts::postal::check_text;
use crate::billing::PricedLine;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::{ItemId, RequestId};
use crate::machine::By;
use crate::money::Money;
use crate::notifications::{Event, tell};
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit, version};
use sea_orm::entity::prelude::Json;
use serde::{Deserialize, Serialize};

/// What the customer is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Which item.
    pub item: ItemId,
    /// Its name.
    pub product: String,
    /// What one was quoted at, in the shop's currency.
    pub before: Money,
    /// What one costs now.
    pub after: Money,
    /// How much dearer the request becomes, in its own currency.
    pub difference: Money,
    /// What it came to.
    pub total_before: Money,
    /// What it would come to.
    pub total_after: Money,
}

impl Proposal {
    /// The one that waits for an answer.
    pub fn of(request: &Model) -> Result<Option<Self>> {
        request.proposal.clone().map(serde_json::from_value).transpose().map_err(Error::internal)
    }
}

/// What follows from changed items: the request's total and each item's part of it, and what has to be billed or credited for
/// that. `why` and `cause` are those of a credit note. The caller saves the request and the items.
pub(super) async fn settle(
    tx: &Tx,
    actor: &Actor,
    held: &mut Held,
    items: &mut [Item],
    (why, product, cause): (&'static str, &str, String),
) -> Result<()> {
    let Held { request, owner, .. } = held;
    let after = figures::locked(request, items, &owner.language)?;
    let delta = after.total_minor - total(request)?;
    if delta > 0 {
        let lines = difference(&lines(request)?, &after.lines, &owner.language);
        bill::add(tx, request, Kind::Difference, &lines).await?;
    }
    // with nothing left the request ends, and with it all that was billed
    if delta < 0 && items.iter().any(|item| item.status.is_active()) {
        let words = Message::new(why).with("product", product).text(&owner.language);
        bill::credit(tx, actor, request, request.money(-delta)?, &words, &cause).await?;
    }
    figures::note(request, items, &after)?;
    request.overage_used_minor = overage::used(taken(items));
    Ok(())
}

/// What each item has taken of the overage: nothing, if it is not bought.
fn taken(items: &[Item]) -> Vec<i64> {
    items.iter().map(|item| if item.status.is_active() { item.overage_minor } else { 0 }).collect()
}

fn total(request: &Model) -> Result<i64> {
    request.total_minor.ok_or_else(|| Error::internal(format!("request {} has no total", request.id)))
}

fn lines(request: &Model) -> Result<Vec<PricedLine>> {
    serde_json::from_value(request.breakdown.clone()).map_err(Error::internal)
}

/// The item at `index` really costs `price` a piece. Taken at once if the customer need not be asked; then the item says so.
pub(super) async fn set_price(tx: &Tx, actor: &Actor, held: &mut Held, items: &mut [Item], (index, price): (usize, Money)) -> Result<()> {
    let paid = |item: &Item| item.actual_unit_price_minor.or(item.unit_price_minor);
    let id = items[index].id;
    match Proposal::of(&held.request)? {
        Some(open) if open.item != id => {
            return Err(held.refuses(actor, "request-decision-pending"));
        }
        // another look at the same price: the question is asked anew, or not at all
        Some(_) => (held.request.action_required, held.request.proposal) = (None, None),
        None => {}
    }
    if paid(&items[index]) == Some(price.minor) {
        items[index].actual_unit_price_minor = Some(price.minor);
        return Ok(());
    }
    let mut changed = items.to_vec();
    changed[index].actual_unit_price_minor = Some(price.minor);
    let after = figures::locked(&held.request, &changed, &held.owner.language).map_err(|error| match error {
        Error::Invalid(_) => Error::invalid("actual_unit_price", "error-amount-too-large"),
        other => other,
    })?;
    let delta = after.total_minor - total(&held.request)?;
    let Some(own) = overage::take(&taken(items), index, delta, held.request.authorised_overage_minor) else {
        return ask(tx, actor, held, &items[index], (price, &after)).await;
    };
    items[index].actual_unit_price_minor = Some(price.minor);
    items[index].overage_minor = own;
    let cause = format!("buy4me:{}:price:{id}:{}", held.request.id, items[index].version);
    let product = items[index].shown_name().to_owned();
    settle(tx, actor, held, items, ("buy4me-credit-cheaper", &product, cause)).await
}

/// Asks the customer.
async fn ask(tx: &Tx, actor: &Actor, held: &mut Held, item: &Item, (price, after): (Money, &Priced)) -> Result<()> {
    let Held { request, owner, .. } = held;
    let before = item.actual_unit_price()?.or(item.unit_price()?);
    let total = total(request)?;
    let proposal = Proposal {
        item: item.id,
        product: item.shown_name().to_owned(),
        before: before.ok_or_else(|| Error::internal("an item was quoted without a price"))?,
        after: price,
        difference: request.money(after.total_minor - total)?,
        total_before: request.money(total)?,
        total_after: request.money(after.total_minor)?,
    };
    request.action_required = Some(Action::PriceApproval);
    request.proposal = Some(serde_json::to_value(&proposal).map_err(Error::internal)?);
    let note = Message::new("buy4me-note-price-asked").with("before", proposal.before).with("after", price).text(&owner.language);
    remember(tx, actor, item, Said { note: Some(note), reason: None }).await?;
    let facts = serde_json::json!({
        "reference": request.reference, "product": proposal.product,
        "before": proposal.total_before.to_string(), "after": proposal.total_after.to_string(),
    });
    tell(tx, request.user_id, Event::Buy4MePrice, request.id.0, facts).await
}

/// A word about an item that stays where it is.
async fn remember(tx: &Tx, actor: &Actor, item: &Item, said: Said) -> Result<()> {
    let at = item.status.code();
    event::write(tx, actor, &[Happened { request: item.request_id, item: Some(item.id), from: Some(at), to: at, said: &said }]).await
}

/// An answer as it is given.
#[derive(Debug)]
pub struct Answer {
    /// Takes the new price; otherwise the item is not bought.
    pub accept: bool,
    /// The total that is accepted, [`Proposal::total_after`], as a decimal string: nobody accepts what they have not seen.
    pub amount: Option<String>,
    /// Why staff accept for the customer.
    pub reason: Option<String>,
}

impl Answer {
    /// The amount that was seen and why staff speak, checked.
    fn check(&self, by: By, request: &Model) -> Result<(Option<Money>, Option<String>)> {
        let mut problems = Problems::default();
        let reason = self.reason.as_deref().map(str::trim).filter(|text| !text.is_empty());
        check_text(&mut problems, "reason".to_owned(), reason.unwrap_or_default(), 500);
        problems.check(!self.accept || by == By::Customer || reason.is_some(), "reason", "error-required");
        problems.check(!self.accept || self.amount.is_some(), "amount", "error-required");
        let currency = request.currency()?;
        let amount = self.amount.as_deref().map(|text| problems.take(Money::parse("amount", text, currency))).transpose()?;
        problems.finish()?;
        Ok((amount.flatten(), reason.map(str::to_owned)))
    }
}

/// The owner takes the new price, or does without the item; staff may say so for the owner, and answer for it if that costs.
pub async fn answer(tx: &Tx, actor: &Actor, id: RequestId, expected: Option<i32>, given: Answer) -> Result<Model> {
    let mut held = request::lock_for(tx, actor, id).await?;
    request::reach(actor, &held.request, &[Permission::ManageBuy4Me])?;
    let by = held.request.by(actor);
    if given.accept && by != By::Customer {
        request::need(actor, &[Permission::OverridePrice])?;
    }
    held.check_owner()?;
    let (amount, reason) = given.check(by, &held.request)?;
    version::check(expected, held.request.version)?;
    let Some(proposal) = Proposal::of(&held.request)? else {
        return Err(held.refuses(actor, "request-nothing-to-decide"));
    };
    if given.accept && amount != Some(proposal.total_after) {
        return Err(held.refuses(actor, "request-proposal-changed"));
    }
    let seen = item::of(tx, id).await?;
    let mut items = seen.clone();
    let index = items.iter().position(|item| item.id == proposal.item).ok_or_else(|| Error::internal("an item was lost"))?;
    (held.request.action_required, held.request.proposal) = (None, None);
    let words = if given.accept { "buy4me-note-price-accepted" } else { "buy4me-note-price-declined" };
    let note = Message::new(words).with("after", proposal.after).text(&held.owner.language);
    let said = Said { note: Some(note), reason: reason.clone() };
    if given.accept {
        remember(tx, actor, &items[index], said).await?;
        items[index].actual_unit_price_minor = Some(proposal.after.minor);
        items[index].overage_minor = 0;
        let (product, cause) = (proposal.product.clone(), format!("buy4me:{id}:price:{}:{}", proposal.item, items[index].version));
        settle(tx, actor, &mut held, &mut items, ("buy4me-credit-cheaper", &product, cause)).await?;
    } else {
        drop_item(tx, actor, &mut held, &mut items, Dropped { index, to: ItemStatus::Cancelled, by, why: "buy4me-credit-declined", said })
            .await?;
    }
    let difference = proposal.difference.to_string();
    let detail: Json = serde_json::json!({ "item": proposal.item, "accept": given.accept, "difference": difference, "reason": reason });
    item::save_changed(tx, &seen, &mut items).await?;
    audit::record(tx, actor, "buy4me.price_answered", "buy4me_request", id.0, Some(detail)).await?;
    follow(tx, actor, held, &mut items).await
}

/// An item that the customer does not get.
pub(super) struct Dropped {
    pub(super) index: usize,
    pub(super) to: ItemStatus,
    pub(super) by: By,
    pub(super) why: &'static str,
    pub(super) said: Said,
}

/// Takes an item off a request, and what was charged for it off what is owed: its line, its part of the exchange and of the
/// fee, their tax, and the delivery if nothing else comes from the shop. The caller lets the request follow.
pub(super) async fn drop_item(tx: &Tx, actor: &Actor, held: &mut Held, items: &mut [Item], dropped: Dropped) -> Result<()> {
    let Dropped { index, to, by, why, said } = dropped;
    let item = &mut items[index];
    check_item_step(by, item, to)?;
    let step = Happened { request: item.request_id, item: Some(item.id), from: Some(item.status.code()), to: to.code(), said: &said };
    event::write(tx, actor, &[step]).await?;
    item.status = to;
    let (id, product) = (item.id, item.shown_name().to_owned());
    let cause = format!("buy4me:{}:gone:{id}:{}", held.request.id, items[index].version);
    settle(tx, actor, held, items, (why, &product, cause)).await
}

/// The rest of an item never comes: the customer gets what has arrived, and back what was charged for the rest. The caller lets
/// the request follow.
pub(super) async fn shorten(tx: &Tx, actor: &Actor, held: &mut Held, items: &mut [Item], (index, said): (usize, Said)) -> Result<()> {
    let item = &mut items[index];
    let missing = item.quantity - item.received_quantity;
    let words = Message::new("buy4me-note-short").with("missing", missing).with("quantity", item.quantity);
    let said = Said { note: Some(words.text(&held.owner.language)), ..said };
    let to = ItemStatus::Received;
    check_item_step(By::Staff, item, to)?;
    let step = Happened { request: item.request_id, item: Some(item.id), from: Some(item.status.code()), to: to.code(), said: &said };
    event::write(tx, actor, &[step]).await?;
    // what it took of the overage, it took for all pieces alike
    let part = i128::from(item.overage_minor) * i128::from(item.received_quantity) / i128::from(item.quantity);
    item.overage_minor = i64::try_from(part).map_err(Error::internal)?;
    (item.status, item.quantity) = (to, item.received_quantity);
    let (product, cause) = (item.shown_name().to_owned(), format!("buy4me:{}:short:{}:{}", held.request.id, item.id, item.version));
    settle(tx, actor, held, items, ("buy4me-credit-short", &product, cause)).await
}
