//! The customer's answer to a cost that is higher than was said.

use super::event::{self, Said};
use super::jobs::IssueInvoice;
use super::shipment::{self, Details, Model, Proposal};
use super::state::Status;
use super::terms::{Order, Terms};
use super::{confirm, steps};
use crate::accounts::User;
use crate::accounts::postal::check_text;
use crate::error::Problems;
use crate::i18n;
use crate::ids::ShipmentId;
use crate::money::Money;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit, version};

/// An answer as it is given.
#[derive(Debug)]
pub struct CostAnswer {
    /// Whether the cost is right.
    pub accept: bool,
    /// The cost that was seen; demanded by a yes.
    pub amount: Option<String>,
    /// For staff; demanded of whoever says yes for the customer.
    pub reason: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub enum Answered {
    /// It holds.
    Decided(Box<Model>),
    /// The price that was asked about holds no longer: the customer is asked again, which is to be committed before this
    /// refusal is passed on.
    AskedAnew(Error),
}

/// Approves or declines the cost that was proposed to the customer of a shipment of the version `expected`. Staff may decline for
/// them, and approve if they may also override a price.
pub async fn answer(tx: &Tx, actor: &Actor, id: ShipmentId, expected: Option<i32>, given: CostAnswer) -> Result<Answered> {
    let (mut row, user) = shipment::lock_for(tx, actor, id).await?;
    steps::acts_as(actor, &row)?;
    if given.accept && !is_own(actor, &row) {
        actor.may(Permission::OverridePrice)?;
    }
    let (seen, said) = checked(actor, &row, &given)?;
    version::check(expected, row.version)?;
    let Some(proposal) = row.proposal.clone() else { return Err(steps::refused("shipment-nothing-to-approve", actor, &row)) };
    let asked = row.money(proposal.details.total_minor)?;
    if seen.is_some_and(|seen| seen != asked) {
        return Err(steps::refused("shipment-proposal-changed", actor, &row));
    }
    if given.accept
        && let Some(details) = outdated(tx, &row, &user, &proposal).await?
    {
        steps::propose(tx, actor, &mut row, details, Said::default()).await?;
        return Ok(Answered::AskedAnew(steps::refused("shipment-proposal-changed", actor, &row)));
    }
    let action = if given.accept { "shipment.cost_approved" } else { "shipment.cost_declined" };
    let detail = serde_json::json!({ "amount": asked.to_string(), "reason": given.reason });
    audit::record(tx, actor, action, "shipment", row.id.0, Some(detail)).await?;
    if given.accept {
        approve(tx, actor, &mut row, proposal, said).await?
    } else {
        decline(tx, actor, &mut row, &user, said).await?
    }
    Ok(Answered::Decided(Box::new(row)))
}

/// Whether the actor answers about their own.
pub(super) fn is_own(actor: &Actor, row: &Model) -> bool {
    actor.user == Some(row.user_id)
}

/// The cost that was seen, and what is told to staff, whose first language is the company's.
fn checked(actor: &Actor, row: &Model, given: &CostAnswer) -> Result<(Option<Money>, Said)> {
    let mut problems = Problems::default();
    problems.check(given.amount.is_some() || !given.accept, "amount", "error-required");
    let seen = match &given.amount {
        Some(amount) => problems.take(Money::parse("amount", amount, row.currency()?))?,
        None => None,
    };
    let reason = given.reason.as_deref().map(str::trim).filter(|text| !text.is_empty());
    check_text(&mut problems, "reason".to_owned(), reason.unwrap_or_default(), 500);
    problems.check(reason.is_some() || !given.accept || is_own(actor, row), "reason", "error-required");
    problems.finish()?;
    let usual = if given.accept { "shipment-cost-approved" } else { "shipment-cost-declined" };
    let reason = reason.map_or_else(|| i18n::text(i18n::LANGUAGES[0], usual, &[]), str::to_owned);
    Ok((seen, Said { reason: Some(reason), ..Said::default() }))
}

/// What was proposed at today's price, if its rate holds no longer and that makes a difference.
async fn outdated(tx: &Tx, row: &Model, user: &User, proposal: &Proposal) -> Result<Option<Details>> {
    let before = &proposal.details;
    if before.fx.as_ref().is_none_or(|fx| fx.expires_at > tx.now()) {
        return Ok(None);
    }
    let terms = Terms::again(&tx.app, tx, user, (row.currency()?, before.fx.clone())).await?;
    let (address, parcels) = (before.delivery_address.clone(), before.package_details.clone());
    let details = terms.details(Order { address, parcels, service: Some(&before.service) })?;
    Ok((details.total_minor != before.total_minor).then_some(details))
}

async fn approve(tx: &Tx, actor: &Actor, row: &mut Model, proposal: Proposal, said: Said) -> Result<()> {
    if row.status == Status::Pending {
        return confirm::take(tx, actor, row, proposal.details, said).await;
    }
    row.cost_minor = Some(proposal.details.total_minor);
    row.take(proposal.details);
    steps::drop_proposal(row);
    shipment::save(tx, row).await?;
    event::add(tx, actor, row, Some(row.status), said).await?;
    tx.enqueue(IssueInvoice { shipment: row.id }).await?;
    Ok(())
}

/// What is not billed yet is cancelled; what is waits for staff. Goods of a request are never left without a way by this: the
/// shipment stays, and staff see that its cost was declined.
async fn decline(tx: &Tx, actor: &Actor, row: &mut Model, user: &User, said: Said) -> Result<()> {
    steps::drop_proposal(row);
    match row.status {
        Status::Pending if row.buy4me_request_id.is_none() => steps::end(tx, actor, row, user, said).await,
        Status::Processing => steps::go(tx, actor, row, Status::OnHold, said).await,
        Status::Pending | Status::OnHold | Status::InTransit | Status::Returned | Status::Delivered | Status::Cancelled => {
            shipment::save(tx, row).await?;
            event::add(tx, actor, row, Some(row.status), said).await
        }
    }
}
