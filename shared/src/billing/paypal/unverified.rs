//! Events that PayPal is asked about (`PAYPAL_VERIFY=api`, or a certificate whose root is not known here): stored as UNVERIFIED,
//! asked about by a job, and only then applied like all others. One that PayPal did not send is REFUSED, and a case for a person,
//! one a day: somebody knows our address. Anybody may knock here, so little is taken from one network at a time.

use super::delivery::Delivery;
use super::{Envelope, concerns_us};
use crate::billing::gateway::Gateway;
use crate::billing::inbox::{self, EventStatus, Verified};
use crate::billing::jobs::{ApplyPaymentEvent, VerifyPaypalEvent};
use crate::billing::review;
use crate::ids::EventId;
use crate::throttle::{self, Rule};
use crate::{App, Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{QuerySelect, TryGetable};
use std::net::IpAddr;
use std::time::Duration;

/// PayPal's own bursts come from several addresses, and what is turned away is sent again.
const DELIVERIES: Rule = Rule { name: "paypal-unverified", most: 120, within: Duration::from_secs(60), message: "error-too-many-requests" };

/// Counts a delivery that only PayPal can vouch for. [`Error::TooMany`] when its network sent too many.
pub async fn count(app: &App, address: Option<IpAddr>) -> Result<()> {
    let subject = address.map_or_else(|| "nowhere".to_owned(), throttle::subject);
    throttle::count(app, &[(DELIVERIES, subject)]).await
}

/// Whether a transmission was used for another event, or for the same one with other bytes. What is signed is a checksum that can
/// be met by other bytes; so each signature counts once.
pub async fn is_reused(app: &App, delivery: &Delivery, envelope: &Envelope, body: &[u8]) -> Result<bool> {
    let of_transmission = inbox::Entity::find()
        .filter(inbox::Column::Provider.eq(Gateway::Paypal))
        .filter(inbox::Column::TransmissionId.eq(&delivery.transmission_id));
    let known = of_transmission.one(&app.db.conn).await?;
    Ok(known.is_some_and(|known| known.event_id != envelope.id || known.body != body))
}

/// Stores an event that is PayPal's beyond doubt: one of which that was not known, or which somebody made up under the same id, is
/// taken at its word now. False when it was stored before.
pub async fn accept_proven(app: &App, event: Verified) -> Result<bool> {
    let event = event.check()?;
    let stored = inbox::Entity::find()
        .filter(inbox::Column::Provider.eq(event.provider))
        .filter(inbox::Column::EventId.eq(&event.event_id))
        .select_only()
        .columns([inbox::Column::Id, inbox::Column::Status]);
    let stored: Option<(EventId, EventStatus)> = stored.into_tuple().one(&app.db.conn).await?;
    let Some((id, _)) = stored.filter(|(_, status)| matches!(status, EventStatus::Unverified | EventStatus::Refused)) else {
        return app.inbox.accept(event).await;
    };
    let status = if event.concerns_us { EventStatus::Received } else { EventStatus::Ignored };
    let tx = app.begin().await?;
    let transmission = event.transmission();
    let proven = inbox::Entity::update_many()
        .col_expr(inbox::Column::Status, Expr::value(status))
        .col_expr(inbox::Column::EventType, Expr::value(event.event_type))
        .col_expr(inbox::Column::Body, Expr::value(event.body))
        .col_expr(inbox::Column::Headers, Expr::value(event.headers))
        .col_expr(inbox::Column::TransmissionId, Expr::value(transmission))
        .col_expr(inbox::Column::ReceivedAt, Expr::value(tx.now()))
        .filter(inbox::Column::Id.eq(id))
        .filter(inbox::Column::Status.is_in([EventStatus::Unverified, EventStatus::Refused]))
        .exec(&tx)
        .await?;
    if proven.rows_affected == 0 {
        return Ok(false);
    }
    if status == EventStatus::Received {
        tx.enqueue(ApplyPaymentEvent { event: id }).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Stores an event with the job that asks; false when it was stored before. A refused one makes way: whoever made it up must
/// not keep the true one out.
pub async fn accept(app: &App, delivery: &Delivery, envelope: Envelope, body: Vec<u8>) -> Result<bool> {
    let event = Verified {
        provider: Gateway::Paypal,
        concerns_us: concerns_us(&envelope.event_type),
        event_id: envelope.id,
        event_type: envelope.event_type,
        body,
        headers: serde_json::to_value(delivery).map_err(Error::internal)?,
    }
    .check()?;
    let tx = app.begin().await?;
    let sql = "INSERT INTO webhook_events (id, provider, event_id, event_type, status, body, headers, transmission_id, received_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
               ON CONFLICT (provider, event_id) DO UPDATE SET event_type = excluded.event_type, status = excluded.status, \
               body = excluded.body, headers = excluded.headers, \
               transmission_id = excluded.transmission_id, received_at = excluded.received_at, processed_at = NULL \
               WHERE webhook_events.status = 'REFUSED' RETURNING id";
    let transmission = event.transmission();
    let values = vec![
        EventId::new().into(),
        event.provider.into(),
        event.event_id.into(),
        event.event_type.into(),
        EventStatus::Unverified.into(),
        event.body.into(),
        event.headers.into(),
        transmission.into(),
        tx.now().into(),
    ];
    let stored = tx.query_one_raw(app.db.sql(sql, values)).await?;
    if let Some(stored) = &stored {
        let event = EventId::try_get_by(stored, "id").map_err(DbErr::from)?;
        tx.enqueue(VerifyPaypalEvent { event }).await?;
    }
    tx.commit().await?;
    Ok(stored.is_some())
}

/// An event that still has to be asked about.
pub async fn load(app: &App, id: EventId) -> Result<Option<inbox::Model>> {
    let event = inbox::Entity::find_by_id(id).one(&app.db.conn).await?;
    Ok(event.filter(|event| event.status == EventStatus::Unverified))
}

/// Asks PayPal whether it sent these bytes. Only its word about them counts: that it does not talk to us, or we are not set up to
/// ask, says nothing of the event, which is asked about again ([`Error::Upstream`]).
pub async fn ask(app: &App, event: &inbox::Model) -> Result<bool> {
    let later = |reason: String| {
        tracing::error!(payments.gateway = "paypal", %reason, "PayPal does not say whether it sent an event; a person has to look");
        Error::Upstream { service: Gateway::Paypal.name(), reason, retry_after: Some(Duration::from_secs(600)) }
    };
    let client = app.paypal.as_ref().ok_or_else(|| later("not configured".to_owned()))?;
    let webhook_id = app.config.paypal.as_ref().and_then(|paypal| paypal.webhook_id.as_deref());
    let webhook_id = webhook_id.ok_or_else(|| later("no webhook is configured".to_owned()))?;
    let delivery: Delivery = serde_json::from_value(event.headers.clone()).map_err(Error::internal)?;
    match client.verify_signature(delivery.question(webhook_id, &event.body)?).await? {
        Ok(answer) => match answer["verification_status"].as_str() {
            Some("SUCCESS") => Ok(true),
            Some("FAILURE") => Ok(false),
            Some(_) | None => Err(later("an answer that is none".to_owned())),
        },
        // it makes no sense even to PayPal
        Err(complaint) if complaint.name == "VALIDATION_ERROR" => Ok(false),
        Err(complaint) => Err(later(complaint.to_string())),
    }
}

/// Books PayPal's answer in the caller's transaction.
pub async fn settle(tx: &Tx, event: &inbox::Model, is_genuine: bool) -> Result<()> {
    let status = match (is_genuine, concerns_us(&event.event_type)) {
        (true, true) => EventStatus::Received,
        (true, false) => EventStatus::Ignored,
        (false, _) => EventStatus::Refused,
    };
    let mut mark = inbox::Entity::update_many().col_expr(inbox::Column::Status, Expr::value(status));
    if status == EventStatus::Refused {
        // whoever copied the headers of a true delivery must not keep it out
        mark = mark.col_expr(inbox::Column::TransmissionId, Expr::value(None::<String>));
    }
    let marked = mark
        .filter(inbox::Column::Id.eq(event.id))
        .filter(inbox::Column::Status.eq(EventStatus::Unverified))
        // another delivery may have taken its place: the answer is about this one
        .filter(inbox::Column::ReceivedAt.eq(event.received_at))
        .exec(tx)
        .await?;
    if marked.rows_affected == 0 {
        return Ok(());
    }
    if status == EventStatus::Received {
        tx.enqueue(ApplyPaymentEvent { event: event.id }).await?;
    }
    if status == EventStatus::Refused {
        metrics::counter!("webhook_events_forged_total", "provider" => Gateway::Paypal.name()).increment(1);
        // one case a day, however many there are
        let day = tx.now().format("%Y-%m-%d").to_string();
        let detail = serde_json::json!({ "event": event.event_id, "event_type": event.event_type });
        let case = review::Model::new(tx, "forged_event", Gateway::Paypal, day, detail);
        let case = review::Model { webhook_event_id: Some(event.id), ..case };
        review::open(tx, case).await?;
    }
    Ok(())
}
