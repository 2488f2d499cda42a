//! Events that PayPal is asked about (`PAYPAL_VERIFY=api`): stored as UNVERIFIED, asked about by a job, and only then applied like
//! all others. One that PayPal does not know is REFUSED, and a case for a person: somebody knows our address.

use super::delivery::Delivery;
use super::{Envelope, concerns_us};
use crate::billing::gateway::Gateway;
use crate::billing::inbox::{self, EventStatus, Verified};
use crate::billing::jobs::{ApplyPaymentEvent, VerifyPaypalEvent};
use crate::billing::review;
use crate::ids::EventId;
use crate::{App, Error, Result, Tx};
use sea_orm::TryGetable;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

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
    let sql = "INSERT INTO webhook_events (id, provider, event_id, event_type, status, body, headers, received_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
               ON CONFLICT (provider, event_id) DO UPDATE SET event_type = excluded.event_type, status = excluded.status, \
               body = excluded.body, headers = excluded.headers, received_at = excluded.received_at, processed_at = NULL \
               WHERE webhook_events.status = 'REFUSED' RETURNING id";
    let values = vec![
        EventId::new().into(),
        event.provider.into(),
        event.event_id.into(),
        event.event_type.into(),
        EventStatus::Unverified.into(),
        event.body.into(),
        event.headers.into(),
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

/// Asks PayPal whether it sent these bytes.
pub async fn ask(app: &App, event: &inbox::Model) -> Result<bool> {
    let refused = |reason: &str| Error::Refused { service: Gateway::Paypal.name(), reason: reason.to_owned() };
    let client = app.paypal.as_ref().ok_or_else(|| refused("not configured"))?;
    let webhook_id = app.config.paypal.as_ref().and_then(|paypal| paypal.webhook_id.as_deref()).ok_or_else(|| refused("no webhook"))?;
    let delivery: Delivery = serde_json::from_value(event.headers.clone()).map_err(Error::internal)?;
    match client.verify_signature(delivery.question(webhook_id, &event.body)?).await? {
        Ok(answer) => Ok(answer["verification_status"] == "SUCCESS"),
        // it makes no sense even to PayPal
        Err(complaint) if complaint.name == "VALIDATION_ERROR" => Ok(false),
        Err(complaint) => Err(complaint.into()),
    }
}

/// Books PayPal's answer in the caller's transaction.
pub async fn settle(tx: &Tx, event: &inbox::Model, is_genuine: bool) -> Result<()> {
    let status = match (is_genuine, concerns_us(&event.event_type)) {
        (true, true) => EventStatus::Received,
        (true, false) => EventStatus::Ignored,
        (false, _) => EventStatus::Refused,
    };
    let marked = inbox::Entity::update_many()
        .col_expr(inbox::Column::Status, Expr::value(status))
        .filter(inbox::Column::Id.eq(event.id))
        .filter(inbox::Column::Status.eq(EventStatus::Unverified))
        .exec(tx)
        .await?;
    if marked.rows_affected == 0 {
        return Ok(());
    }
    if status == EventStatus::Received {
        tx.enqueue(ApplyPaymentEvent { event: event.id }).await?;
    }
    if status == EventStatus::Refused {
        let case = review::Model {
            id: Uuid::now_v7(),
            reason: "forged_event".to_owned(),
            gateway: Gateway::Paypal,
            object_reference: event.event_id.clone(),
            invoice_id: None,
            transaction_id: None,
            webhook_event_id: Some(event.id),
            detail: serde_json::json!({ "event_type": event.event_type }),
            created_at: tx.now(),
            resolved_at: None,
            resolved_by: None,
            resolution: None,
        };
        review::open(tx, case).await?;
    }
    Ok(())
}
