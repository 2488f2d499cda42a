//! The customer's answer to a cost that is higher than was said.

use super::event::{self, Said};
use super::jobs::IssueInvoice;
use super::shipment::{self, Model, Proposal};
use super::state::Status;
use super::{confirm, steps};
use crate::accounts::User;
use crate::i18n;
use crate::ids::ShipmentId;
use crate::policy::Actor;
use crate::{Error, Result, Tx, audit, version};

/// Approves or declines the cost that was proposed; staff may do so for the customer.
pub async fn answer(tx: &Tx, actor: &Actor, id: ShipmentId, expected: Option<i32>, accept: bool) -> Result<Model> {
    let (mut row, user) = shipment::lock_for(tx, actor, id).await?;
    steps::acts_as(actor, &row)?;
    version::check(expected, row.version)?;
    let Some(proposal) = row.proposal.clone() else {
        let allowed = super::available_actions(actor, &row, &[]);
        return Err(Error::Conflict { code: "shipment-nothing-to-approve", allowed });
    };
    let amount = row.money(proposal.details.total_minor)?.to_string();
    let action = if accept { "shipment.cost_approved" } else { "shipment.cost_declined" };
    audit::record(tx, actor, action, "shipment", row.id.0, Some(serde_json::json!({ "amount": amount }))).await?;
    if accept {
        approve(tx, actor, &mut row, proposal).await?
    } else {
        decline(tx, actor, &mut row, &user).await?
    }
    Ok(row)
}

/// Told to staff, whose first language is the company's.
fn because(id: &str) -> Said {
    Said { reason: Some(i18n::text(i18n::LANGUAGES[0], id, &[])), ..Said::default() }
}

async fn approve(tx: &Tx, actor: &Actor, row: &mut Model, proposal: Proposal) -> Result<()> {
    let said = because("shipment-cost-approved");
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
async fn decline(tx: &Tx, actor: &Actor, row: &mut Model, user: &User) -> Result<()> {
    let said = because("shipment-cost-declined");
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
