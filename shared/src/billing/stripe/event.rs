//! Stripe's webhook events, read leniently: only the fields we use, because stored events come from many API versions.
//! (Stripe API reference, "Types of events".)

use super::object::Object;
use crate::billing::event::{Change, ChargeStep};
use serde::Deserialize;

/// The envelope of every event.
#[derive(Debug, Deserialize)]
pub struct Envelope {
    /// `evt_…`
    pub id: String,
    /// `checkout.session.completed`
    #[serde(rename = "type")]
    pub event_type: String,
}

/// Whether an event of this type can concern us; all others are stored and left alone.
pub fn concerns_us(event_type: &str) -> bool {
    matches!(
        event_type,
        "checkout.session.completed"
            | "checkout.session.async_payment_succeeded"
            | "checkout.session.async_payment_failed"
            | "checkout.session.expired"
            | "payment_intent.succeeded"
            | "payment_intent.payment_failed"
            | "payment_intent.canceled"
            | "payment_intent.processing"
            | "charge.refunded"
            | "charge.updated"
            | "refund.created"
            | "refund.updated"
            | "refund.failed"
            | "charge.refund.updated"
            | "charge.dispute.created"
            | "charge.dispute.updated"
            | "charge.dispute.closed"
            | "charge.dispute.funds_withdrawn"
            | "charge.dispute.funds_reinstated"
    )
}

/// What a stored event means: one change for each object it speaks of.
pub fn read(event_type: &str, body: &[u8]) -> Vec<Change> {
    let event: Event = match serde_json::from_slice(body) {
        Ok(event) => event,
        Err(error) => return vec![Change::Unreadable(error.to_string())],
    };
    let (object, live) = (event.data.object, event.livemode);
    if !concerns_us(event_type) {
        return vec![Change::Ignored];
    }
    let read = match event_type {
        "checkout.session.completed" if object.payment_status.as_deref() == Some("unpaid") => {
            object.session(ChargeStep::Processing, Some(live))
        }
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => object.session(ChargeStep::Succeeded, Some(live)),
        "checkout.session.async_payment_failed" => object.session(ChargeStep::Failed("declined_hard".into()), Some(live)),
        "checkout.session.expired" => object.session(ChargeStep::Cancelled, Some(live)),
        "payment_intent.succeeded" => object.intent(ChargeStep::Succeeded, Some(live)),
        "payment_intent.processing" => object.intent(ChargeStep::Processing, Some(live)),
        "payment_intent.canceled" => object.intent(ChargeStep::Cancelled, Some(live)),
        "payment_intent.payment_failed" => {
            let code = object.last_payment_error.as_ref().map_or("declined_soft", |error| error.normalised()).to_owned();
            object.intent(ChargeStep::Attempted(code), Some(live))
        }
        "charge.refunded" => return object.refunds_of_charge(),
        "charge.updated" => return vec![object.fee_of_charge()],
        // withdrawn funds are not lost: the dispute's own status decides, whatever the event is called
        other if other.starts_with("charge.dispute.") => return vec![object.dispute().unwrap_or_else(Change::Unreadable)],
        _ => return vec![object.refund(None).unwrap_or_else(Change::Unreadable)],
    };
    vec![Change::Charge(read)]
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    livemode: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}
