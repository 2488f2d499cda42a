//! Requests before they are submitted: making them, and changing what they are paid in.

use super::event::{self, Said};
use super::fields::{ItemFields, lost};
use super::items;
use super::request::{self, Held, Model, reach};
use super::state::Status;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::{RequestId, UserId};
use crate::money::{Currency, Money};
use crate::policy::{Actor, Permission, Role};
use crate::settings::{self, Currencies};
use crate::{Error, Result, Tx, accounts, audit, reference, version};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

/// A request as it is asked for.
#[derive(Debug)]
pub struct NewRequest {
    /// For whom; staff must say.
    pub user: Option<UserId>,
    /// What to buy; may follow later.
    pub items: Vec<ItemFields>,
    /// What it is paid in; the customer's own when absent.
    pub currency: Option<String>,
    /// How much dearer it may become without a question; none is 0.
    pub authorised_overage: Option<String>,
}

/// Makes a draft. Buy4Me customers make their own, staff make them for customers.
pub async fn create(tx: &Tx, actor: &Actor, new: NewRequest) -> Result<Model> {
    let owner = owner(actor, new.user)?;
    let mut problems = Problems::default();
    // locked: nothing is made for somebody who is being deactivated or erased
    let user = accounts::user::lock_shared(tx, owner).await?;
    let user = user.filter(|user| user.is_active && user.role == Role::Buy4Me);
    problems.check(user.is_some(), "user", "error-unknown-user");
    let accepted = settings::read::<Currencies>(&tx.app, tx).await?.value.0;
    let currency = match &new.currency {
        Some(code) => problems.take(check_currency(&accepted, code))?,
        None => {
            let own = user.as_ref().and_then(|user| accepted.iter().find(|currency| currency.code() == user.currency));
            own.or(accepted.first()).copied()
        }
    };
    let overage = check_overage(new.authorised_overage.as_deref(), currency, &mut problems)?;
    problems.check(new.items.len() <= items::MAX, "items", Message::new("error-too-many").with("max", items::MAX));
    let checked = items::check_all(tx, new.items, |i| format!("items[{i}]."), &mut problems).await?;
    problems.finish()?;
    let (currency, overage) = currency.zip(overage).ok_or_else(|| lost("the currency"))?;

    let mut request = blank(tx, actor, owner, currency, overage).await?;
    request.searched = items::searched(&request.reference, checked.iter().filter_map(|(fields, _)| fields.product_name.as_deref()));
    request::Entity::insert(request.clone().into_active_model()).exec_without_returning(tx).await?;
    request::publish(tx, &request).await?;
    let rows = items::insert(tx, &request, 0, checked).await?;
    event::of_request(tx, actor, request.id, None, Status::Draft, &Said::default()).await?;
    let detail = serde_json::json!({ "reference": request.reference, "user": owner, "items": rows.len() });
    audit::record(tx, actor, "buy4me.created", "buy4me_request", request.id.0, Some(detail)).await?;
    Ok(request)
}

/// For whom it is, if the actor may.
fn owner(actor: &Actor, user: Option<UserId>) -> Result<UserId> {
    match (actor.role, actor.user) {
        (Role::Buy4Me, Some(own)) if user.is_none_or(|user| user == own) => Ok(own),
        (Role::Buy4Me | Role::WalkIn, _) => Err(Error::Forbidden(None)),
        (Role::Admin | Role::SuperAdmin, _) => {
            actor.may(Permission::ManageBuy4Me)?;
            user.ok_or_else(|| Error::invalid("user", "error-required"))
        }
    }
}

/// One of those that customers may pay in.
fn check_currency(accepted: &[Currency], code: &str) -> Result<Currency> {
    let currency = Currency::parse("currency", code)?;
    if accepted.contains(&currency) {
        return Ok(currency);
    }
    let allowed: Vec<&str> = accepted.iter().map(Currency::code).collect();
    Err(Error::invalid("currency", Message::new("error-not-a-choice").with("allowed", allowed.join(", "))))
}

fn check_overage(text: Option<&str>, currency: Option<Currency>, problems: &mut Problems) -> Result<Option<i64>> {
    match (text, currency) {
        (None, _) => Ok(Some(0)),
        (Some(text), Some(currency)) => Ok(problems.take(Money::parse("authorised_overage", text, currency))?.map(|money| money.minor)),
        (Some(_), None) => Ok(None),
    }
}

/// A draft without items.
async fn blank(tx: &Tx, actor: &Actor, owner: UserId, currency: Currency, overage: i64) -> Result<Model> {
    let now = tx.now();
    Ok(Model {
        id: RequestId::new(),
        reference: reference::next(tx, "B4M").await?,
        user_id: owner,
        customer_type: Role::Buy4Me, // nobody else has any
        status: Status::Draft,
        action_required: None,
        proposal: None,
        currency: currency.code().to_owned(),
        total_minor: None,
        breakdown: serde_json::json!([]),
        fx: None,
        terms: None,
        quote_expires_at: None,
        fee_version: None,
        tax_version: None,
        authorised_overage_minor: overage,
        overage_used_minor: 0,
        shipping_instructions: None,
        packed: None,
        searched: String::new(),
        shipment_id: None,
        bills: 0,
        created_by: actor.user.map(|user| user.0),
        version: 1,
        submitted_at: None,
        ordered_at: None,
        in_transit_at: None,
        arrived_at: None,
        shipped_at: None,
        delivered_at: None,
        completed_at: None,
        cancelled_at: None,
        created_at: now,
        updated_at: now,
    })
}

/// Changes what a draft is paid in, and how much dearer it may become. A new currency needs the overage anew.
pub async fn edit(
    tx: &Tx,
    actor: &Actor,
    id: RequestId,
    expected: Option<i32>,
    (currency, overage): (Option<String>, Option<String>),
) -> Result<Model> {
    let request = lock_draft(tx, actor, id).await?.request;
    version::check(expected, request.version)?;
    let mut problems = Problems::default();
    let accepted = settings::read::<Currencies>(&tx.app, tx).await?.value.0;
    let before = request.currency()?;
    let after = match &currency {
        Some(code) => problems.take(check_currency(&accepted, code))?,
        None => Some(before),
    };
    let kept = after.is_some_and(|after| after == before).then_some(request.authorised_overage_minor);
    let overage = match &overage {
        Some(text) => check_overage(Some(text), after, &mut problems)?,
        None => Some(kept.unwrap_or(0)),
    };
    problems.finish()?;
    let (after, overage) = after.zip(overage).ok_or_else(|| lost("the currency"))?;
    if after == before && overage == request.authorised_overage_minor {
        return Ok(request);
    }
    let old = serde_json::json!({ "currency": before, "authorised_overage": request.money(request.authorised_overage_minor)?.decimal() });
    let new = serde_json::json!({ "currency": after, "authorised_overage": Money::new(overage, after).decimal() });
    let row = Model { currency: after.code().to_owned(), authorised_overage_minor: overage, ..request };
    let row = request::save(tx, Status::Draft, row).await?;
    audit::record(tx, actor, "buy4me.changed", "buy4me_request", id.0, Some(audit::changed(&old, &new))).await?;
    Ok(row)
}

/// A draft that the actor may change, locked.
pub(super) async fn lock_draft(tx: &Tx, actor: &Actor, id: RequestId) -> Result<Held> {
    let held = request::lock_for(tx, actor, id).await?;
    reach(actor, &held.request, &[Permission::ManageBuy4Me])?;
    held.check_owner()?;
    if held.request.status != Status::Draft {
        return Err(held.refuses(actor, "request-not-editable"));
    }
    Ok(held)
}
