//! What was billed for a shipment, and what it costs: one job brings them together, whatever changed and however often it
//! runs. The first bill has the lines of the price; later ones the difference, or credit notes give it back.

use super::difference;
use super::shipment::{self, Model};
use super::state::Status;
use crate::accounts::User;
use crate::billing::invoice::{self, Column, Model as Invoice};
use crate::billing::status::InvoiceStatus;
use crate::billing::{self, Bill, PricedLine, line};
use crate::i18n;
use crate::ids::ShipmentId;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

/// Bills what is missing, credits what is too much. Nothing for a shipment that was cancelled or taken back meanwhile.
pub async fn settle(tx: &Tx, id: ShipmentId) -> Result<()> {
    let (row, user) = shipment::lock(tx, id).await?;
    let is_billed = match row.status {
        Status::Pending | Status::Cancelled => false,
        Status::Processing | Status::InTransit | Status::Delivered | Status::Returned | Status::OnHold => true,
    };
    let (Some(cost), true, None) = (row.cost_minor, is_billed, user.erased_at) else { return Ok(()) };
    let invoices = billing::lock_of_document(tx, Column::RelatedShipment, id.0).await?;
    let bills: Vec<&Invoice> = of_price(&row, &invoices).collect();
    if bills.is_empty() {
        return issue(tx, &row, "SHIPMENT", row.cost_lines.0.clone()).await;
    }
    let missing = cost - billed(&bills);
    if missing > 0 {
        let words = i18n::text(&user.language, "shipment-line-difference", &[("reference", row.reference.clone())]);
        let mut before = vec![];
        for bill in &bills {
            for line in line::of(tx, bill.id).await? {
                before.push(PricedLine::try_from(line)?);
            }
        }
        let lines = difference::of(&row.cost_lines.0, &before, row.money(missing)?, &words)?;
        return issue(tx, &row, "DIFFERENCE", lines).await;
    }
    give_back(tx, &row, &user, bills, -missing).await
}

async fn issue(tx: &Tx, row: &Model, kind: &'static str, lines: Vec<PricedLine>) -> Result<()> {
    let number = row.bills + 1;
    let fx = row.fx.as_ref().map(serde_json::to_value).transpose().map_err(Error::internal)?;
    let bill = Bill {
        user: row.user_id,
        kind,
        currency: row.currency()?,
        lines,
        related_shipment: Some(row.id.0),
        related_buy4me_request: None,
        fx,
        source_key: format!("{}{number}", prefix(row)),
    };
    let count = shipment::Entity::update_many().col_expr(shipment::Column::Bills, Expr::value(number));
    count.filter(shipment::Column::Id.eq(row.id)).exec(tx).await?;
    billing::issue(tx, bill).await?;
    Ok(())
}

/// Credits the newest bills first.
async fn give_back(tx: &Tx, row: &Model, user: &User, bills: Vec<&Invoice>, mut excess: i64) -> Result<()> {
    let reason = i18n::text(&user.language, "shipment-credit-cheaper", &[("reference", row.reference.clone())]);
    for bill in bills.into_iter().rev() {
        let part = excess.min(bill.due_minor());
        if part > 0 {
            let key = format!("{}credit:{}:{}", prefix(row), row.version, bill.id);
            billing::credit(tx, &Actor::system(), bill.id, row.money(part)?, &reason, &key).await?;
            excess -= part;
        }
    }
    Ok(())
}

fn prefix(row: &Model) -> String {
    format!("shipment:{}:", row.id)
}

/// The invoices that bill its price; others about it were written by hand.
fn of_price<'a>(row: &Model, invoices: &'a [Invoice]) -> impl Iterator<Item = &'a Invoice> {
    let prefix = prefix(row);
    let is_ours = move |invoice: &&Invoice| invoice.source_key.as_ref().is_some_and(|key| key.starts_with(&prefix));
    invoices.iter().filter(is_ours).filter(|invoice| invoice.status != InvoiceStatus::Void)
}

fn billed(bills: &[&Invoice]) -> i64 {
    bills.iter().map(|bill| bill.due_minor()).sum()
}

/// Whether it may leave: all it costs was billed, and every invoice about it is settled.
pub(super) async fn is_paid(tx: &Tx, row: &Model) -> Result<bool> {
    let invoices = billing::lock_of_document(tx, Column::RelatedShipment, row.id.0).await?;
    let bills: Vec<&Invoice> = of_price(row, &invoices).collect();
    let is_billed = !bills.is_empty() && Some(billed(&bills)) == row.cost_minor;
    let is_settled = |invoice: &Invoice| match invoice.status {
        InvoiceStatus::Draft | InvoiceStatus::Void => true,
        InvoiceStatus::Open | InvoiceStatus::Uncollectible => invoice.is_settled(),
    };
    Ok(is_billed && invoices.iter().all(is_settled))
}

/// Whether nothing was paid for it.
pub(super) async fn is_untouched(tx: &Tx, row: &Model) -> Result<bool> {
    let invoices = billing::lock_of_document(tx, Column::RelatedShipment, row.id.0).await?;
    Ok(invoices.iter().all(|invoice| invoice.paid_minor == 0))
}

/// Ends its invoices: what was paid is promised back. With `all` also those that were written by hand.
pub(super) async fn close(tx: &Tx, actor: &Actor, row: &Model, user: &User, all: bool) -> Result<()> {
    let reason = i18n::text(&user.language, "shipment-credit-cancelled", &[("reference", row.reference.clone())]);
    let invoices = billing::lock_of_document(tx, Column::RelatedShipment, row.id.0).await?;
    let ours: Vec<_> = of_price(row, &invoices).map(|invoice| invoice.id).collect();
    for invoice in invoices.iter().filter(|invoice| all || ours.contains(&invoice.id)) {
        billing::close(tx, actor, invoice.id, &reason).await?;
    }
    Ok(())
}

/// The invoices of these shipments that the actor may see, oldest first: one statement.
pub(super) async fn invoices(db: &impl ConnectionTrait, shipments: &[ShipmentId], actor: &Actor) -> Result<Vec<Invoice>> {
    use sea_orm::QueryOrder;
    if shipments.is_empty() {
        return Ok(vec![]);
    }
    let own = match actor.can(Permission::ViewInvoices) {
        true => None,
        false => Some(actor.user),
    };
    let of = invoice::Entity::find().filter(Column::RelatedShipment.is_in(shipments.iter().map(|id| id.0)));
    let mut rows = of.order_by_asc(Column::Id).all(db).await?;
    // here and not in the statement: there the owner's index would mislead the planner away from the shipments'
    rows.retain(|row| own.is_none_or(|own| own == Some(row.user_id) && row.status != InvoiceStatus::Draft));
    Ok(rows)
}
