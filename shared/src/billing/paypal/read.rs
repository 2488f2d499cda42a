//! PayPal's events and objects as changes of ours. Read leniently: an event is a snapshot in one of several API versions, and a
//! field that we do not use may be anything. What has the shape of the old v1 API is of no payment of ours.
//! (PayPal docs, "Webhook event names".)

use crate::billing::event::{Change, Charge, ChargeStep, Dispute, DisputeStep, Fee, PAYMENT_REVERSED, Refund, RefundStep};
use crate::billing::gateway::from_paypal;
use crate::clock::Time;
use crate::money::Money;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// Whether an event of this type can concern us; all others are stored and left alone.
pub fn concerns_us(event_type: &str) -> bool {
    matches!(
        event_type,
        "CHECKOUT.ORDER.APPROVED"
            | "CHECKOUT.ORDER.COMPLETED"
            | "CHECKOUT.PAYMENT-APPROVAL.REVERSED"
            | "PAYMENT.CAPTURE.COMPLETED"
            | "PAYMENT.CAPTURE.PENDING"
            | "PAYMENT.CAPTURE.DENIED"
            | "PAYMENT.CAPTURE.DECLINED"
            | "PAYMENT.CAPTURE.REFUNDED"
            | "PAYMENT.CAPTURE.REVERSED"
            | "PAYMENT.REFUND.COMPLETED"
            | "PAYMENT.REFUND.PENDING"
            | "PAYMENT.REFUND.FAILED"
            | "PAYMENT.REFUND.DENIED"
            | "PAYMENT.REFUND.CANCELLED"
            | "CUSTOMER.DISPUTE.CREATED"
            | "CUSTOMER.DISPUTE.UPDATED"
            | "CUSTOMER.DISPUTE.RESOLVED"
    )
}

/// What a stored event means: one change for each object it speaks of.
pub fn read(event_type: &str, body: &[u8]) -> Vec<Change> {
    let event: Value = match serde_json::from_slice(body) {
        Ok(event) => event,
        Err(error) => return vec![Change::Unreadable(error.to_string())],
    };
    let resource = &event["resource"];
    match event_type {
        "CHECKOUT.ORDER.APPROVED" | "CHECKOUT.ORDER.COMPLETED" => or_ignored(order(resource)),
        "CHECKOUT.PAYMENT-APPROVAL.REVERSED" => vec![approval_reversed(resource)],
        "PAYMENT.CAPTURE.COMPLETED" => capture(resource, None, ChargeStep::Succeeded),
        "PAYMENT.CAPTURE.PENDING" => capture(resource, None, ChargeStep::Processing),
        "PAYMENT.CAPTURE.DENIED" | "PAYMENT.CAPTURE.DECLINED" => capture(resource, None, declined()),
        "PAYMENT.CAPTURE.REVERSED" => vec![reversal(resource)],
        "CUSTOMER.DISPUTE.CREATED" | "CUSTOMER.DISPUTE.UPDATED" | "CUSTOMER.DISPUTE.RESOLVED" => vec![dispute(resource)],
        "PAYMENT.REFUND.FAILED" | "PAYMENT.REFUND.DENIED" | "PAYMENT.REFUND.CANCELLED" => {
            vec![refund(resource, None, Some(RefundStep::Failed))]
        }
        other if concerns_us(other) => vec![refund(resource, None, None)],
        _ => vec![Change::Ignored],
    }
}

/// An order, with the payments and refunds under it. One that waits for its payer is nothing new.
pub fn order(order: &Value) -> Vec<Change> {
    let unit = &order["purchase_units"][0];
    let under = |what: &str| unit["payments"][what].as_array().cloned().unwrap_or_default();
    let captures = under("captures");
    if captures.is_empty() {
        let step = match text(order, "status") {
            Some("APPROVED") => ChargeStep::Approved,
            Some("VOIDED") => ChargeStep::Cancelled,
            Some(_) | None => return vec![],
        };
        return vec![Change::Charge(charge_of_order(order, step))];
    }
    let whole = Owner { order: text(order, "id"), custom_id: text(unit, "custom_id") };
    let paid = captures.iter().flat_map(|object| capture(object, Some(whole), step_of(object)));
    // refunds under an order name their payment by a link; of a single payment it need not be asked
    let only = (captures.len() == 1).then(|| text(&captures[0], "id")).flatten();
    paid.chain(under("refunds").iter().map(|object| refund(object, only, None))).collect()
}

/// A payment as the API shows it.
pub fn shown_capture(object: &Value) -> Vec<Change> {
    capture(object, None, step_of(object))
}

/// A step of the payment that an order is.
pub fn charge_of_order(order: &Value, step: ChargeStep) -> Charge {
    let unit = &order["purchase_units"][0];
    Charge {
        reference: None,
        checkout: text(order, "id").map(str::to_owned),
        transaction: id(unit),
        invoice: None,
        amount: money(&unit["amount"]),
        method: None,
        live: true,
        step,
    }
}

/// What a payment inherits from its order.
#[derive(Clone, Copy)]
struct Owner<'a> {
    order: Option<&'a str>,
    custom_id: Option<&'a str>,
}

fn capture(object: &Value, owner: Option<Owner<'_>>, step: ChargeStep) -> Vec<Change> {
    let (Some(reference), Some(_)) = (text(object, "id"), text(&object["amount"], "currency_code")) else { return vec![Change::Ignored] };
    let related = object.pointer("/supplementary_data/related_ids/order_id").and_then(Value::as_str);
    let checkout = related.or(owner.and_then(|owner| owner.order)).or_else(|| linked(object, "/checkout/orders/"));
    let transaction = id(object).or(owner.and_then(|owner| owner.custom_id?.trim().parse().ok()));
    let is_dead = matches!(step, ChargeStep::Failed(_) | ChargeStep::Attempted(_) | ChargeStep::Cancelled);
    let fee = money(&object["seller_receivable_breakdown"]["paypal_fee"]).filter(|_| step == ChargeStep::Succeeded);
    let charge = Charge {
        // a payment that failed must not keep the name of the one that follows it
        reference: (!is_dead || (checkout.is_none() && transaction.is_none())).then(|| reference.to_owned()),
        checkout: checkout.map(str::to_owned),
        transaction,
        invoice: None,
        amount: money(&object["amount"]),
        method: Some("paypal".to_owned()),
        live: true,
        step,
    };
    let fee = fee.map(|amount| Change::Fee(Fee { charge: reference.to_owned(), amount }));
    [Change::Charge(charge)].into_iter().chain(fee).collect()
}

fn step_of(capture: &Value) -> ChargeStep {
    match text(capture, "status") {
        // what was paid back was paid
        Some("COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED") => ChargeStep::Succeeded,
        Some("DECLINED" | "FAILED") => declined(),
        Some(_) | None => ChargeStep::Processing,
    }
}

fn declined() -> ChargeStep {
    ChargeStep::Failed("declined_hard".to_owned())
}

/// The payer's consent was taken back before the money moved. The resource names the order in its own way.
fn approval_reversed(resource: &Value) -> Change {
    let Some(order) = text(resource, "order_id").or(text(resource, "id")) else { return Change::Ignored };
    let charge = charge_of_order(resource, ChargeStep::Cancelled);
    Change::Charge(Charge { checkout: Some(order.to_owned()), ..charge })
}

/// A refund; `charge` is its payment where that is known otherwise.
pub fn refund(object: &Value, charge: Option<&str>, step: Option<RefundStep>) -> Change {
    let (Some(reference), Some(_)) = (text(object, "id"), text(&object["amount"], "currency_code")) else { return Change::Ignored };
    let Some(amount) = money(&object["amount"]) else { return Change::Unreadable("a refund without a readable amount".to_owned()) };
    let Some(charge) = linked(object, "/captures/").or(charge) else {
        return Change::Unreadable("a refund without its payment".to_owned());
    };
    let step = step.unwrap_or(match text(object, "status") {
        Some("COMPLETED") => RefundStep::Succeeded,
        Some("FAILED" | "CANCELLED") => RefundStep::Failed,
        Some(_) | None => RefundStep::Pending,
    });
    Change::Refund(Refund { reference: reference.to_owned(), charge: charge.to_owned(), transaction: id(object), amount, step })
}

/// PayPal or a bank took the money back, with or without a dispute that we heard of.
fn reversal(object: &Value) -> Change {
    let Change::Refund(taken) = refund(object, None, None) else { return refund(object, None, None) };
    Change::Dispute(Dispute {
        reference: taken.reference,
        charge: taken.charge,
        amount: taken.amount,
        due_by: None,
        reason: Some(PAYMENT_REVERSED.to_owned()),
        step: DisputeStep::Lost,
    })
}

/// A dispute, from an event or as the API shows it.
pub fn dispute(object: &Value) -> Change {
    let charge = text(&object["disputed_transactions"][0], "seller_transaction_id");
    let (Some(reference), Some(charge)) = (text(object, "dispute_id"), charge) else {
        return Change::Unreadable("a dispute without its payment".to_owned());
    };
    let Some(amount) = money(&object["dispute_amount"]) else {
        return Change::Unreadable("a dispute without a readable amount".to_owned());
    };
    let outcome = text(&object["dispute_outcome"], "outcome_code");
    let step = match (text(object, "status"), outcome) {
        (Some("RESOLVED"), Some("RESOLVED_BUYER_FAVOUR" | "ACCEPTED")) => DisputeStep::Lost,
        (Some("RESOLVED"), Some("RESOLVED_SELLER_FAVOUR" | "RESOLVED_WITH_PAYOUT" | "CANCELED_BY_BUYER" | "DENIED")) => DisputeStep::Won,
        (Some("RESOLVED"), _) => return Change::Unreadable("a dispute that ended, nobody says how".to_owned()),
        (Some(_) | None, _) => DisputeStep::Open,
    };
    Change::Dispute(Dispute {
        reference: reference.to_owned(),
        charge: charge.to_owned(),
        amount,
        due_by: text(object, "seller_response_due_date").and_then(time),
        reason: text(object, "reason").map(str::to_ascii_lowercase),
        step,
    })
}

fn or_ignored(changes: Vec<Change>) -> Vec<Change> {
    if changes.is_empty() { vec![Change::Ignored] } else { changes }
}

/// A field that is text and says something.
pub fn text<'a>(object: &'a Value, field: &str) -> Option<&'a str> {
    object[field].as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// Our row; other systems on the same account write other things there.
fn id<T: std::str::FromStr>(object: &Value) -> Option<T> {
    text(object, "custom_id")?.parse().ok()
}

/// `{"currency_code": "USD", "value": "12.50"}`, without its sign: the kind of object says which way it went.
pub fn money(amount: &Value) -> Option<Money> {
    let money = from_paypal(text(amount, "value")?, text(amount, "currency_code")?)?;
    Some(Money { minor: money.minor.abs(), ..money })
}

/// `2026-01-02T03:04:05.000Z`, `2026-01-02T03:04:05-07:00`
pub fn time(text: &str) -> Option<Time> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc))
}

/// The id of the object that this one hangs under: the link `up`, if it is of that kind.
fn linked<'a>(object: &'a Value, kind: &str) -> Option<&'a str> {
    let up = object["links"].as_array()?.iter().find(|link| text(link, "rel") == Some("up"))?;
    let (_, rest) = text(up, "href")?.split_once(kind)?;
    rest.split(['/', '?']).next().filter(|id| !id.is_empty())
}
