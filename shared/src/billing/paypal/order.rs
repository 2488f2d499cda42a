//! Orders: made, captured, left to expire.

use super::notes::{self, Notes};
use super::read;
use crate::billing::event::{Change, Charge, ChargeStep};
use crate::billing::gateway::{Gateway, to_paypal};
use crate::billing::provider::{Checkout, CheckoutRequest};
use crate::billing::transaction::{self, Kind, Model as Transaction};
use crate::clients::paypal::PaypalClient;
use crate::clients::paypal::complaint::{Complaint, Meaning};
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

/// Numbers that are tried in one go when PayPal has seen ours before.
const NUMBERS: u32 = 5;
/// Captures that are refused by our account before the payment counts as failed; the sweep tries every five minutes.
const REFUSALS: u32 = 12;

/// Makes the order of a pending payment. The same row makes the same order for six hours; one that is made twice after that
/// has a page that nobody knows, and nobody can pay there.
pub(super) async fn create(client: &PaypalClient, app: &App, request: CheckoutRequest) -> Result<Checkout> {
    let row = transaction::Entity::find_by_id(request.transaction).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    let mut attempt = attempt_of(app, &row).await?;
    for _ in 0..NUMBERS {
        let key = format!("{}-{attempt}", row.id);
        let complaint = match client.create_order(&body(&request, attempt)?, &key).await? {
            Ok(order) => return page(&order),
            Err(complaint) => complaint,
        };
        let is_taken = complaint.meaning() == Meaning::NumberTaken;
        attempt += u64::from(is_taken);
        let note = |notes: &mut Notes| {
            notes.complained(&complaint);
            notes.attempt = Some(attempt);
        };
        notes::keep(app, row.id, note).await?;
        if !is_taken {
            return Err(complaint.into());
        }
    }
    Err(refused("all numbers of this invoice are taken"))
}

fn body(request: &CheckoutRequest, attempt: u64) -> Result<Value> {
    Ok(json!({
        "intent": "CAPTURE",
        "purchase_units": [{
            "reference_id": "default",
            "custom_id": request.transaction,
            "invoice_id": invoice_id(&request.title, attempt),
            "description": request.title,
            "amount": { "currency_code": request.amount.currency.code(), "value": to_paypal(request.amount)? },
        }],
        "payment_source": { "paypal": { "experience_context": {
            "user_action": "PAY_NOW",
            "shipping_preference": "NO_SHIPPING",
            "return_url": request.return_url,
            "cancel_url": request.cancel_url,
        } } },
    }))
}

/// What the account's statements show; PayPal takes each only once.
fn invoice_id(number: &str, attempt: u64) -> String {
    format!("{number}-{attempt}")
}

/// Which try of its invoice a row is: noted, or counted.
async fn attempt_of(app: &App, row: &Transaction) -> Result<u64> {
    if let Some(noted) = Notes::of(row).attempt {
        return Ok(noted);
    }
    let earlier = transaction::Entity::find()
        .filter(transaction::Column::InvoiceId.eq(row.invoice_id))
        .filter(transaction::Column::Kind.eq(Kind::Charge))
        .filter(transaction::Column::Gateway.eq(Gateway::Paypal))
        .filter(transaction::Column::Id.lt(row.id));
    Ok(earlier.count(&app.db.conn).await? + 1)
}

fn page(order: &Value) -> Result<Checkout> {
    let link =
        |rel: &str| order["links"].as_array()?.iter().find(|link| read::text(link, "rel") == Some(rel)).and_then(|l| read::text(l, "href"));
    let url = link("payer-action").or_else(|| link("approve")).ok_or_else(|| refused("an order without a page"))?;
    let reference = read::text(order, "id").ok_or_else(|| refused("an order without an id"))?;
    Ok(Checkout { reference: reference.to_owned(), url: url.to_owned() })
}

/// How the order of a payment stands. One that PayPal has forgotten was never paid.
pub(super) async fn fetch(client: &PaypalClient, row: &Transaction) -> Result<Vec<Change>> {
    let Some(id) = &row.checkout_reference else { return Ok(vec![]) };
    match client.order(id).await? {
        Ok(order) => Ok(read::order(&order)),
        Err(complaint) if complaint.meaning() == Meaning::Gone => Ok(vec![step(row, ChargeStep::Cancelled)]),
        Err(complaint) => Err(complaint.into()),
    }
}

/// Nobody can be kept from approving an order, but money moves only if we capture: who cancels does not, and the order expires.
pub(super) async fn cancel(client: &PaypalClient, row: &Transaction) -> Result<Vec<Change>> {
    let known = fetch(client, row).await?;
    let is_open = known.iter().all(|change| matches!(change, Change::Charge(Charge { step: ChargeStep::Approved, .. })));
    Ok(if is_open { vec![step(row, ChargeStep::Cancelled)] } else { known })
}

/// Captures an approved order; nothing when its payer has not approved. The order is looked at first, because PayPal remembers
/// a key for six hours only and a capture may have happened whose answer was lost.
pub(super) async fn capture(client: &PaypalClient, app: &App, row: &Transaction) -> Result<Vec<Change>> {
    let known = fetch(client, row).await?;
    let is_approved = known.iter().any(|change| matches!(change, Change::Charge(Charge { step: ChargeStep::Approved, .. })));
    let (true, Some(id)) = (is_approved, &row.checkout_reference) else { return Ok(known) };
    let mut notes = Notes::of(row);
    for _ in 0..NUMBERS {
        let key = format!("{}-capture-{}-{}", row.id, notes.declines, notes.attempt.unwrap_or_default());
        let complaint = match client.capture_order(id, &key).await? {
            Ok(order) => return captured(&order),
            Err(complaint) => complaint,
        };
        let next = match complaint.meaning() {
            Meaning::NumberTaken => Some(notes.attempt.map_or(attempt_of(app, row).await?, |noted| noted) + 1),
            _ => notes.attempt,
        };
        let is_declined = matches!(complaint.meaning(), Meaning::PayerAgain(_));
        let note = |notes: &mut Notes| {
            notes.complained(&complaint);
            notes.attempt = next;
            notes.declines += u32::from(is_declined);
            notes.refusals += u32::from(complaint.meaning() == Meaning::Refused("gateway_refused"));
        };
        notes = notes::keep(app, row.id, note).await?;
        match complaint.meaning() {
            Meaning::NumberTaken => renumber(client, app, row, id, next.unwrap_or(1)).await?,
            Meaning::Done => return captured(&client.order(id).await?.map_err(Error::from)?),
            _ => return outcome(row, &notes, complaint),
        }
    }
    Err(refused("all numbers of this invoice are taken"))
}

/// An answer that tells of no payment yet is none; what it says is asked for again.
fn captured(order: &Value) -> Result<Vec<Change>> {
    let changes = read::order(order);
    let is_told = changes.iter().any(|change| matches!(change, Change::Charge(charge) if charge.step != ChargeStep::Approved));
    let reason = "the capture is not done yet".to_owned();
    let wait = Some(Duration::from_secs(10));
    if is_told { Ok(changes) } else { Err(Error::Upstream { service: Gateway::Paypal.name(), reason, retry_after: wait }) }
}

/// What a refused capture means for the payment.
fn outcome(row: &Transaction, notes: &Notes, complaint: Complaint) -> Result<Vec<Change>> {
    match complaint.meaning() {
        Meaning::PayerAgain(code) => Ok(vec![step(row, ChargeStep::Attempted(code.to_owned()))]),
        Meaning::NotApproved => Ok(vec![]),
        Meaning::Gone => Ok(vec![step(row, ChargeStep::Cancelled)]),
        // of our account or our request, not of the payer: a person has to look, the payment is as good as before
        Meaning::Refused("gateway_refused") if notes.refusals < REFUSALS => Err(complaint.into()),
        Meaning::Refused(code) => Ok(vec![step(row, ChargeStep::Failed(code.to_owned()))]),
        Meaning::Done | Meaning::NumberTaken | Meaning::Later(_) | Meaning::NoFunds => Err(complaint.into()),
    }
}

async fn renumber(client: &PaypalClient, app: &App, row: &Transaction, id: &str, attempt: u64) -> Result<()> {
    let invoice = crate::billing::invoice::Entity::find_by_id(row.invoice_id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    let number = invoice_id(&invoice.invoice_number.unwrap_or_default(), attempt);
    client.renumber(id, &number).await?.map(drop).map_err(Error::from)
}

fn step(row: &Transaction, step: ChargeStep) -> Change {
    Change::Charge(Charge {
        reference: None,
        checkout: row.checkout_reference.clone(),
        transaction: Some(row.id),
        invoice: Some(row.invoice_id),
        amount: None,
        method: None,
        live: true,
        step,
    })
}

fn refused(reason: &str) -> Error {
    Error::refused(Gateway::Paypal.name(), reason)
}
