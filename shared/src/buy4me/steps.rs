//! Moving a request to another status: who may, and which command it is.

use super::event::Said;
use super::request::{self, Held, Model, need, permissions, reach};
use super::state::Status;
use super::{cancel, complete, order, submit};
use crate::accounts::postal::check_text;
use crate::error::Problems;
use crate::ids::RequestId;
use crate::machine::By;
use crate::policy::{Actor, Permission};
use crate::{Result, Tx, version};

/// A step as it is asked for.
#[derive(Debug)]
pub struct Wanted {
    /// Where to.
    pub status: Status,
    /// For everybody who sees the request.
    pub note: Option<String>,
    /// For staff; wanted with `overriding`.
    pub reason: Option<String>,
    /// Orders although not everything is paid.
    pub overriding: bool,
}

/// Takes a request of the version `expected` to another status, as the table allows the actor.
pub async fn move_to(tx: &Tx, actor: &Actor, id: RequestId, expected: Option<i32>, wanted: Wanted) -> Result<Model> {
    let held = request::lock_for(tx, actor, id).await?;
    let by = held.request.by(actor);
    match wanted.status {
        Status::Draft | Status::Submitted | Status::Cancelled => reach(actor, &held.request, &[Permission::ManageBuy4Me])?,
        Status::OrderPlaced | Status::InTransit | Status::WarehouseArrived => {
            reach(actor, &held.request, permissions(wanted.status))?;
            need(actor, permissions(wanted.status))?;
        }
        // the owner says that it has arrived; nobody says that a shipment left but the shipment
        Status::ShippedToCustomer | Status::Completed => reach(actor, &held.request, &[Permission::ManageBuy4Me])?,
    }
    if wanted.overriding {
        need(actor, &[Permission::OverridePrice])?;
    }
    version::check(expected, held.request.version)?;
    if wanted.status != Status::Cancelled {
        held.check_owner()?;
    }
    let said = checked(&wanted)?;
    held.check_step(actor, by, wanted.status)?;
    take(tx, actor, by, held, &wanted, &said).await
}

async fn take(tx: &Tx, actor: &Actor, by: By, held: Held, wanted: &Wanted, said: &Said) -> Result<Model> {
    match wanted.status {
        Status::Draft => submit::withdraw(tx, actor, by, held, said).await,
        Status::Submitted => submit::submit(tx, actor, by, held, said).await,
        Status::OrderPlaced | Status::InTransit | Status::WarehouseArrived => {
            order::along(tx, actor, held, wanted.status, wanted.overriding, said).await
        }
        Status::ShippedToCustomer => {
            // no table says that anybody may
            Err(held.refuses_step(actor))
        }
        Status::Completed => complete::complete(tx, actor, by, held, said).await,
        Status::Cancelled => {
            let mut items = super::item::of(tx, held.request.id).await?;
            cancel::end(tx, actor, by, held, &mut items, said).await
        }
    }
}

/// What is said, tidied and checked.
fn checked(wanted: &Wanted) -> Result<Said> {
    let tidy = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let said = Said { note: tidy(&wanted.note), reason: tidy(&wanted.reason) };
    let mut problems = Problems::default();
    for (field, text) in [("note", &said.note), ("reason", &said.reason)] {
        check_text(&mut problems, field.to_owned(), text.as_deref().unwrap_or_default(), 500);
    }
    problems.check(!wanted.overriding || said.reason.is_some(), "reason", "error-required");
    problems.check(!wanted.overriding || wanted.status == Status::OrderPlaced, "override", "error-out-of-range");
    problems.finish()?;
    Ok(said)
}
