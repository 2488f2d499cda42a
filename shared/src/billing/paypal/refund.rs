//! Money back. The row's id is the key, and goes along as `custom_id`, by which the refund is found when PayPal has forgotten the
//! key.

use super::notes::{self, Notes};
use super::read;
use crate::billing::event::{Change, Refund};
use crate::billing::gateway::{Gateway, to_paypal};
use crate::billing::transaction::Model as Transaction;
use crate::clients::paypal::PaypalClient;
use crate::clients::paypal::complaint::Meaning;
use crate::{App, Error, Result};
use chrono::TimeDelta;
use serde_json::json;

/// PayPal remembers a refund's key for 45 days.
const REMEMBERED: TimeDelta = TimeDelta::days(44);

/// Sends a refund, or finds out what became of it.
pub(super) async fn send(client: &PaypalClient, app: &App, refund: &Transaction, charge: &Transaction) -> Result<Vec<Change>> {
    let refused = |reason: &str| Error::refused(Gateway::Paypal.name(), reason);
    let capture = charge.transaction_reference.as_deref().ok_or_else(|| refused("the payment has no reference"))?;
    if let Some(known) = &refund.transaction_reference {
        let shown = client.show_refund(known).await?.map_err(Error::from)?;
        return Ok(vec![read::refund(&shown, Some(capture), None)]);
    }
    if refund.sent_at.is_some_and(|at| at < app.clock.now() - REMEMBERED) {
        let found = of_order(client, charge).await?;
        let ours: Vec<_> = found.into_iter().filter(|change| is_of(change, refund)).collect();
        if !ours.is_empty() {
            return Ok(ours);
        }
    }
    let amount = refund.amount()?;
    let body = json!({
        "amount": { "currency_code": amount.currency.code(), "value": to_paypal(amount)? },
        "custom_id": refund.id,
    });
    let complaint = match client.refund_capture(capture, &body, &refund.id.to_string()).await? {
        Ok(object) => return Ok(vec![read::refund(&object, Some(capture), None)]),
        Err(complaint) => complaint,
    };
    notes::keep(app, refund.id, |notes: &mut Notes| notes.complained(&complaint)).await?;
    // somebody was faster, perhaps on PayPal's own pages: their refund is the one that was promised
    if complaint.meaning() == Meaning::Done {
        let found = of_order(client, charge).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(complaint.into())
}

/// All refunds of the order that a charge belongs to.
async fn of_order(client: &PaypalClient, charge: &Transaction) -> Result<Vec<Change>> {
    let Some(order) = &charge.checkout_reference else { return Ok(vec![]) };
    let order = client.order(order).await?.map_err(Error::from)?;
    Ok(read::order(&order).into_iter().filter(|change| matches!(change, Change::Refund(_))).collect())
}

fn is_of(change: &Change, refund: &Transaction) -> bool {
    matches!(change, Change::Refund(Refund { transaction: Some(id), .. }) if *id == refund.id)
}
