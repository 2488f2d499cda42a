//! A batch: so many invoices and everything around them, drawn from the batch's number alone. So batches can be made in any order,
//! and one that is there need not be made again.

use super::dice::Dice;
use super::invoice::Ledger;
use super::rates::Rates;
use super::rows::Rows;
use super::store::Marker;
use super::world::{Case, World};
use super::{Plan, manual, request, shipment, ticket};
use crate::Result;
use crate::policy::Role;
use sea_orm::prelude::Uuid;

/// Most cases in a row that may come to no invoice: drafts, and what was just asked for.
const PATIENCE: u32 = 6;

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Manual,
    Shipment,
    Request,
}

/// The id of the first invoice of a batch.
pub(super) fn first_id(world: &World, plan: Plan, number: u64) -> Uuid {
    let at = world.calendar.moment(number * plan.batch, plan.invoices);
    Dice::of(&[world.seed, 6, number]).id(at)
}

/// By what it is known whether a batch is there.
pub(super) fn marker(world: &World, plan: Plan, number: u64) -> Marker {
    Marker { table: "invoices", id: first_id(world, plan, number) }
}

/// The rows of a batch: exactly as many invoices as the plan says.
pub(super) fn rows(world: &World, plan: Plan, number: u64) -> Result<Rows> {
    let before = number * plan.batch;
    let wanted = plan.batch.min(plan.invoices - before) as usize;
    let mut rows = Rows::default();
    let mut rates = Rates::new(&world.history);
    let mut fruitless = 0;
    for place in 0_u64.. {
        let made = rows.invoices.len();
        let room = wanted - made;
        if room == 0 {
            break;
        }
        let mut dice = Dice::of(&[world.seed, 7, number, place]);
        let at = world.calendar.moment(before + made as u64, plan.invoices);
        let customer = world.people.any(&mut dice, at)?;
        let is_buyer = customer.user.role == Role::Buy4Me;
        let kind = match () {
            () if place == 0 || fruitless >= PATIENCE => Kind::Manual,
            () if is_buyer => dice.weighted(&[(Kind::Manual, 38), (Kind::Shipment, 30), (Kind::Request, 32)]),
            () => dice.weighted(&[(Kind::Manual, 38), (Kind::Shipment, 62)]),
        };
        let has_ticket = dice.chance(16);
        let of = customer.clone();
        let mut case = Case { world, rates: &mut rates, rows: &mut rows, dice, customer, at };
        match kind {
            Kind::Manual => manual::write(&mut case, (place == 0).then(|| first_id(world, plan, number)))?,
            // a request may come to three
            Kind::Request if room >= 3 => request::write(&mut case)?,
            Kind::Request | Kind::Shipment => shipment::write(&mut case, at, None).map(drop)?,
        }
        if has_ticket {
            ticket::write(&mut case);
        }
        for invoice in &mut rows.invoices[made..] {
            Ledger::note(invoice, &of, world.base, &mut rates)?;
        }
        fruitless = if rows.invoices.len() > made { 0 } else { fruitless + 1 };
    }
    Ok(rows)
}
