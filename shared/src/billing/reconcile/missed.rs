//! Events that a provider could not deliver: fetched, and put into the same inbox as if they had come. Those that did come
//! are nothing new there.

use super::super::gateway::Gateway;
use super::super::inbox::{self, EventStatus, Verified};
use super::super::paypal::unverified;
use super::super::provider::{self, Missed};
use super::super::stripe;
use super::{Column, Entity, Kind, Span, done_until, note};
use crate::{App, Result, Tx};
use chrono::TimeDelta;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use std::collections::HashSet;

/// Providers forget events after thirty days, and refuse who asks for more.
const MEMORY: TimeDelta = TimeDelta::days(29);
/// Looked at again each time: an event may show up in a provider's list later than one that happened after it.
const OVERLAP: TimeDelta = TimeDelta::hours(1);

/// Events of one statement.
const PAGE: usize = 500;

/// What is to be fetched now, one span for each gateway that is set up.
pub async fn spans(app: &App) -> Result<Vec<Span>> {
    let until = app.clock.now();
    let mut spans = vec![];
    for (gateway, _) in provider::gateways(app) {
        let done = done_until(&app.db.conn, gateway, Kind::Events).await?;
        let since = done.map_or(until - MEMORY, |done| (done - OVERLAP).max(until - MEMORY));
        spans.push(Span { gateway, since, until });
    }
    Ok(spans)
}

/// Fetches the events of a span and stores them: how many there were, and how many of them are new.
pub async fn fetch(app: &App, span: Span) -> Result<(usize, usize)> {
    let missed = provider::needed(app, span.gateway)?.missed(span.since, span.until).await?;
    let (fetched, mut new) = (missed.len(), 0);
    let mut missed = missed.into_iter();
    loop {
        let page: Vec<Missed> = missed.by_ref().take(PAGE).collect();
        if page.is_empty() {
            break;
        }
        let known = known(app, span.gateway, &page).await?;
        for event in page.into_iter().filter(|event| !known.contains(&event.event_id)) {
            new += usize::from(unverified::accept_proven(app, verified(span.gateway, event)).await?);
        }
    }
    if new > 0 {
        tracing::warn!(payments.gateway = span.gateway.name(), events = new, "events had not come and were fetched");
    }
    Ok((fetched, new))
}

/// Which of these came before, beyond doubt.
async fn known(app: &App, gateway: Gateway, page: &[Missed]) -> Result<HashSet<String>> {
    let stored = inbox::Entity::find()
        .filter(inbox::Column::Provider.eq(gateway))
        .filter(inbox::Column::EventId.is_in(page.iter().map(|event| event.event_id.as_str())))
        .filter(inbox::Column::Status.is_not_in([EventStatus::Unverified, EventStatus::Refused]));
    let ids: Vec<String> = stored.select_only().column(inbox::Column::EventId).into_tuple().all(&app.db.conn).await?;
    Ok(ids.into_iter().collect())
}

/// Notes how far we got, and forgets notes that are older than what a provider remembers.
pub async fn advance(tx: &Tx, span: Span, (fetched, new): (usize, usize)) -> Result<()> {
    note(tx, Kind::Events, span, fetched, new).await?;
    let old = Entity::delete_many().filter(Column::Kind.eq(Kind::Events)).filter(Column::Gateway.eq(span.gateway));
    old.filter(Column::Until.lt(span.until - MEMORY)).exec(tx).await?;
    Ok(())
}

/// It came over our own connection to the provider: that is its proof.
fn verified(gateway: Gateway, event: Missed) -> Verified {
    let concerns_us = match gateway {
        Gateway::Stripe => stripe::concerns_us(&event.event_type),
        // their readers say so when the event is applied
        Gateway::Paypal | Gateway::Sandbox | Gateway::Manual => true,
    };
    Verified {
        provider: gateway,
        event_id: event.event_id,
        event_type: event.event_type,
        concerns_us,
        body: event.body,
        headers: serde_json::json!({ "fetched": true }),
    }
}
