//! A shop takes another price than was quoted: what is dearer within the customer's allowance is billed, beyond it asked
//! about; what is cheaper is credited. All at the locked rate.

use super::advance::{check_item_step, follow};
use super::bill::{self, Kind};
use super::event::{self, Happened, Said};
use super::figures;
use super::item::{self, Model as Item};
use super::price::{Priced, difference};
use super::request::{self, Action, Held, Model};
use super::state::ItemStatus;
use crate::billing::PricedLine;
use crate::i18n::Message;
use crate::ids::{ItemId, RequestId};
use crate::machine::By;
use crate::money::Money;
use crate::notifications::{Event, tell};
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit};
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
    let Held { request, owner } = held;
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
    figures::note(request, items, &after)
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
            return Err(Error::conflict("request-decision-pending", &held.request.available_actions(actor)));
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
    let used = held.request.overage_used_minor + delta;
    if delta > 0 && used > held.request.authorised_overage_minor {
        return ask(tx, held, &items[index], price, &after).await;
    }
    items[index].actual_unit_price_minor = Some(price.minor);
    held.request.overage_used_minor = used.max(0);
    let cause = format!("buy4me:{}:price:{id}:{}", held.request.id, items[index].version);
    let product = items[index].shown_name().to_owned();
    settle(tx, actor, held, items, ("buy4me-credit-cheaper", &product, cause)).await
}

/// Asks the customer.
async fn ask(tx: &Tx, held: &mut Held, item: &Item, price: Money, after: &Priced) -> Result<()> {
    let request = &mut held.request;
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
    let facts = serde_json::json!({
        "reference": request.reference, "product": proposal.product,
        "before": proposal.total_before.to_string(), "after": proposal.total_after.to_string(),
    });
    tell(tx, request.user_id, Event::Buy4MePrice, request.id.0, facts).await
}

/// The owner takes the new price, or does without the item; staff may say so for the owner.
pub async fn answer(tx: &Tx, actor: &Actor, id: RequestId, accept: bool) -> Result<Model> {
    let mut held = request::lock(tx, id).await?;
    request::reach(actor, &held.request, &[Permission::ManageBuy4Me])?;
    let Some(proposal) = Proposal::of(&held.request)? else {
        return Err(Error::conflict("request-nothing-to-decide", &held.request.available_actions(actor)));
    };
    let seen = item::of(tx, id).await?;
    let mut items = seen.clone();
    let index = items.iter().position(|item| item.id == proposal.item).ok_or_else(|| Error::internal("an item was lost"))?;
    (held.request.action_required, held.request.proposal) = (None, None);
    if accept {
        items[index].actual_unit_price_minor = Some(proposal.after.minor);
        let (product, cause) = (proposal.product.clone(), format!("buy4me:{id}:price:{}:{}", proposal.item, items[index].version));
        settle(tx, actor, &mut held, &mut items, ("buy4me-credit-cheaper", &product, cause)).await?;
    } else {
        let (said, by) = (Said::default(), held.request.by(actor));
        drop_item(tx, actor, &mut held, &mut items, Dropped { index, to: ItemStatus::Cancelled, by, why: "buy4me-credit-declined", said })
            .await?;
    }
    let detail: Json = serde_json::json!({ "item": proposal.item, "accept": accept, "difference": proposal.difference.to_string() });
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
    let cause = format!("buy4me:{}:gone:{id}", held.request.id);
    settle(tx, actor, held, items, (why, &product, cause)).await
}
