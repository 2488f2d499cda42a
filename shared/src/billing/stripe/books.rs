//! Stripe's own books: events that it could not deliver, and what moved on our balance. Both come in pages.

use super::object::{List, Object};
use super::{Envelope, get};
use crate::billing::event::{Change, ChargeStep};
use crate::billing::provider::{Missed, Movement};
use crate::clients::stripe::{StripeClient, refused};
use crate::clock::Time;
use crate::{Error, Result};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// Far more than a night's worth; an answer that never ends is a mistake.
const MAX_PAGES: usize = 1_000;

/// Events that no endpoint of ours acknowledged (docs: "Process undelivered webhook events"; kept for 30 days).
pub(super) async fn missed(stripe: &StripeClient, since: Time, until: Time) -> Result<Vec<Missed>> {
    let events: Vec<Box<RawValue>> = pages(stripe, "events", &[("delivery_success", "false")], since, until).await?;
    let read = |event: Box<RawValue>| {
        let envelope: Envelope = serde_json::from_str(event.get()).map_err(|error| refused(format!("an event: {error}")))?;
        Ok(Missed { event_id: envelope.id, event_type: envelope.event_type, body: event.get().as_bytes().to_vec() })
    };
    events.into_iter().map(read).collect()
}

/// Charges, refunds and disputes on our balance; payouts and fees of the account are not ours to compare.
pub(super) async fn movements(stripe: &StripeClient, since: Time, until: Time) -> Result<Vec<Movement>> {
    let booked: Vec<Object> = pages(stripe, "balance_transactions", &[("expand[]", "data.source")], since, until).await?;
    booked.into_iter().filter_map(movement).map(|change| change.map_err(refused)).collect()
}

fn movement(booked: Object) -> Option<Result<Movement, String>> {
    let fee = booked.money(booked.fee);
    let source = booked.source?.expanded()?;
    let read = match source.object.as_deref() {
        Some("charge") => {
            let step = match source.status.as_deref() {
                // booked when it began; it may settle days later, or never
                Some("pending") => ChargeStep::Processing,
                Some("failed") => ChargeStep::Failed("declined_hard".to_owned()),
                Some(_) | None => ChargeStep::Succeeded,
            };
            Ok(Movement::Charge(source.paid_charge(step), fee))
        }
        Some("refund") => source.refund(None).and_then(only_refund),
        Some("dispute") => source.dispute().and_then(only_dispute),
        _ => return None,
    };
    Some(read)
}

fn only_refund(change: Change) -> Result<Movement, String> {
    if let Change::Refund(refund) = change { Ok(Movement::Refund(refund)) } else { Err("a refund that is none".to_owned()) }
}

fn only_dispute(change: Change) -> Result<Movement, String> {
    if let Change::Dispute(dispute) = change { Ok(Movement::Dispute(dispute)) } else { Err("a dispute that is none".to_owned()) }
}

/// Every page of a list, newest first as Stripe gives it. `until` is exclusive.
async fn pages<T: DeserializeOwned + Named>(
    stripe: &StripeClient,
    path: &str,
    narrowed: &[(&str, &str)],
    since: Time,
    until: Time,
) -> Result<Vec<T>> {
    let mut found: Vec<T> = vec![];
    for _ in 0..MAX_PAGES {
        let mut query: Vec<(&str, String)> = narrowed.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        query.push(("limit", "100".to_owned()));
        query.push(("created[gte]", since.timestamp().to_string()));
        query.push(("created[lt]", until.timestamp().to_string()));
        if let Some(last) = found.last() {
            query.push(("starting_after", last.id()?));
        }
        let mut request = get(path);
        request.query = Some(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish());
        let page: List<T> = stripe.call(request, None).await?;
        let is_last = !page.has_more || page.data.is_empty();
        found.extend(page.data);
        if is_last {
            return Ok(found);
        }
    }
    Err(refused(format!("{path}: more than {MAX_PAGES} pages")))
}

/// What a list can be continued after.
trait Named {
    fn id(&self) -> Result<String>;
}

impl Named for Object {
    fn id(&self) -> Result<String> {
        Ok(self.id.clone())
    }
}

impl Named for Box<RawValue> {
    fn id(&self) -> Result<String> {
        let envelope: Envelope = serde_json::from_str(self.get()).map_err(|error| Error::refused("stripe", error.to_string()))?;
        Ok(envelope.id)
    }
}
