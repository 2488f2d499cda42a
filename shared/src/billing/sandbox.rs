//! The sandbox gateway: plays a payment provider on this machine, for development. Its page is ours, its webhooks are
//! genuinely signed and come over HTTP like a stranger's. Refused in production.

use super::event::{Change, Charge, ChargeStep, Refund, RefundStep};
use super::jobs::DeliverSandboxEvent;
use super::provider::{Checkout, CheckoutRequest, PaymentGateway};
use super::transaction::{self, TransactionStatus};
use super::{gateway::Gateway, invoice, signature};
use crate::ids::{InvoiceId, TransactionId};
use crate::money::{Currency, Money};
use crate::queue::NewJob;
use crate::{App, Error, Result, seal, trace};
use async_trait::async_trait;
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// The gateway itself.
pub struct Sandbox;

#[async_trait]
impl PaymentGateway for Sandbox {
    async fn create_checkout(&self, app: &App, request: CheckoutRequest) -> Result<Checkout> {
        let reference = format!("page_sandbox_{}", request.transaction.0.simple());
        Ok(Checkout { reference, url: page_url(app, request.transaction)? })
    }

    async fn fetch(&self, _app: &App, _row: &transaction::Model) -> Result<Vec<Change>> {
        Ok(vec![])
    }

    async fn refund(&self, _app: &App, refund: &transaction::Model, charge: &transaction::Model) -> Result<Vec<Change>> {
        let reference = format!("re_sandbox_{}", refund.id.0.simple());
        let charge = charge.transaction_reference.clone().unwrap_or_default();
        let (transaction, amount) = (Some(refund.id), refund.amount()?);
        Ok(vec![Change::Refund(Refund { reference, charge, transaction, amount, step: RefundStep::Succeeded })])
    }

    async fn cancel(&self, _app: &App, row: &transaction::Model) -> Result<Vec<Change>> {
        Ok(vec![Change::Charge(Charge {
            reference: None,
            checkout: row.checkout_reference.clone(),
            transaction: Some(row.id),
            invoice: Some(row.invoice_id),
            amount: Some(row.amount()?),
            method: None,
            live: false,
            step: ChargeStep::Cancelled,
        })])
    }
}

/// What a person chooses on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The payment succeeds at once.
    Pay,
    /// The payment is declined.
    Decline,
    /// The payment succeeds a few seconds later, as bank debits do.
    Later,
}

/// The event that the sandbox sends.
#[derive(Debug, Serialize, Deserialize)]
pub struct Event {
    /// `evt_sandbox_…`, the same for the same choice.
    pub id: String,
    /// `payment.succeeded` or `payment.declined`.
    #[serde(rename = "type")]
    pub event_type: String,
    payment: String,
    transaction_id: TransactionId,
    invoice_id: InvoiceId,
    amount_minor: i64,
    currency: Currency,
}

/// The key that signs the sandbox's webhooks, derived so that nothing has to be configured.
pub fn webhook_secret(app: &App) -> SecretString {
    seal::mark(app, "sandbox-webhook", "").into()
}

fn page_token(app: &App, id: TransactionId) -> String {
    seal::mark(app, "sandbox-page", &id.to_string())
}

/// The hosted page of a payment.
fn page_url(app: &App, id: TransactionId) -> Result<String> {
    let url = app.config.public_url.join(&format!("sandbox/checkout/{id}/?token={}", page_token(app, id)));
    Ok(url.map_err(Error::internal)?.into())
}

/// The payment behind a page, for whoever holds its link.
pub async fn page(app: &App, id: TransactionId, token: &str) -> Result<(transaction::Model, invoice::Model)> {
    let fits: bool = page_token(app, id).as_bytes().ct_eq(token.as_bytes()).into();
    if !app.config.sandbox || !fits {
        return Err(Error::NotFound);
    }
    let found = transaction::Entity::find_by_id(id).find_also_related(invoice::Entity).one(&app.db.conn).await?;
    match found {
        Some((transaction, Some(invoice))) if transaction.gateway == Gateway::Sandbox => Ok((transaction, invoice)),
        _ => Err(Error::NotFound),
    }
}

/// A person chose on the page: the webhook goes out by a job.
pub async fn choose(app: &App, id: TransactionId, token: &str, outcome: Outcome) -> Result<transaction::Model> {
    let (transaction, _) = page(app, id, token).await?;
    if transaction.status != TransactionStatus::Pending {
        return Err(Error::conflict("payment-closed", &[]));
    }
    let tx = app.begin().await?;
    let mut job = NewJob::new(&DeliverSandboxEvent { transaction: id, outcome }).unique(format!("sandbox:{id}"));
    if outcome == Outcome::Later {
        job = job.at(tx.now() + TimeDelta::seconds(5));
    }
    tx.enqueue_job(job).await?;
    tx.commit().await?;
    Ok(transaction)
}

/// Sends the signed webhook to our own public address, as a provider would.
pub async fn deliver(app: &App, id: TransactionId, outcome: Outcome) -> Result<()> {
    let transaction = transaction::Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    let (verb, event_type) = match outcome {
        Outcome::Pay | Outcome::Later => ("pay", "payment.succeeded"),
        Outcome::Decline => ("decline", "payment.declined"),
    };
    let event = Event {
        id: format!("evt_sandbox_{verb}_{}", id.0.simple()),
        event_type: event_type.to_owned(),
        payment: format!("pay_sandbox_{}", id.0.simple()),
        transaction_id: id,
        invoice_id: transaction.invoice_id,
        amount_minor: transaction.amount_minor,
        currency: transaction.amount()?.currency,
    };
    let body = serde_json::to_vec(&event).map_err(Error::internal)?;
    let signature = signature::sign(&webhook_secret(app), app.clock.now().timestamp(), &body);
    let url = app.config.public_url.join("api/webhooks/sandbox/").map_err(Error::internal)?;
    let away = |reason: String| Error::Upstream { service: "webhook receiver", reason, retry_after: None };
    let request = app.http.post(url).header("Sandbox-Signature", signature).header("Content-Type", "application/json").body(body);
    // the webhook belongs to the story of the payment: one trace up to the receipt
    let request = request.header("traceparent", trace::current().unwrap_or_else(trace::root));
    let response = request.send().await.map_err(|e| away(e.to_string()))?;
    if response.status().is_success() { Ok(()) } else { Err(away(response.status().to_string())) }
}

/// What a stored event means.
pub fn read(body: &[u8]) -> Vec<Change> {
    let event: Event = match serde_json::from_slice(body) {
        Ok(event) => event,
        Err(error) => return vec![Change::Unreadable(error.to_string())],
    };
    let step = match event.event_type.as_str() {
        "payment.succeeded" => ChargeStep::Succeeded,
        "payment.declined" => ChargeStep::Failed("declined_hard".to_owned()),
        _ => return vec![Change::Ignored],
    };
    vec![Change::Charge(Charge {
        reference: Some(event.payment),
        checkout: None,
        transaction: Some(event.transaction_id),
        invoice: Some(event.invoice_id),
        amount: Some(Money::new(event.amount_minor, event.currency)),
        method: Some("sandbox".to_owned()),
        live: false,
        step,
    })]
}
