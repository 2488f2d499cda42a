//! Stripe's webhook events, read leniently: only the fields we use, because stored events come from many API versions.
//! (Stripe API reference, "Types of events".)

use super::event::{Change, Charge, ChargeStep, Dispute, DisputeStep, Refund, RefundStep};
use super::gateway::from_stripe;
use super::provider::{Checkout, CheckoutRequest, PaymentGateway};
use super::transaction::Model as Transaction;
use crate::clients::stripe::StripeClient;
use crate::money::{Currency, Money};
use crate::{App, Error};
use async_trait::async_trait;
use chrono::DateTime;
use serde::Deserialize;
use std::collections::HashMap;

/// The envelope of every event.
#[derive(Debug, Deserialize)]
pub struct Envelope {
    /// `evt_…`
    pub id: String,
    /// `checkout.session.completed`
    #[serde(rename = "type")]
    pub event_type: String,
}

#[async_trait]
impl PaymentGateway for StripeClient {
    async fn create_checkout(&self, _app: &App, request: CheckoutRequest) -> crate::Result<Checkout> {
        Self::create_checkout(self, request).await
    }

    async fn fetch(&self, _app: &App, _row: &Transaction) -> crate::Result<Vec<Change>> {
        Err(Error::internal("not there yet"))
    }

    async fn refund(&self, _app: &App, _refund: &Transaction, _charge: &Transaction) -> crate::Result<Vec<Change>> {
        Err(Error::internal("not there yet"))
    }

    async fn cancel(&self, _app: &App, _row: &Transaction) -> crate::Result<Vec<Change>> {
        Err(Error::internal("not there yet"))
    }
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
        "checkout.session.completed" if object.payment_status.as_deref() == Some("unpaid") => object.session(ChargeStep::Processing, live),
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => object.session(ChargeStep::Succeeded, live),
        "checkout.session.async_payment_failed" => object.session(ChargeStep::Failed("declined_hard".into()), live),
        "checkout.session.expired" => object.session(ChargeStep::Cancelled, live),
        "payment_intent.succeeded" => object.intent(ChargeStep::Succeeded, live),
        "payment_intent.processing" => object.intent(ChargeStep::Processing, live),
        "payment_intent.canceled" => object.intent(ChargeStep::Cancelled, live),
        "payment_intent.payment_failed" => {
            let code = object.last_payment_error.as_ref().map_or("declined_soft", Failure::normalised).to_owned();
            object.intent(ChargeStep::Attempted(code), live)
        }
        "charge.refunded" => return object.refunds_of_charge(),
        other if other.starts_with("charge.dispute.") => object.dispute(),
        _ => object.refund(None),
    };
    vec![read.unwrap_or_else(Change::Unreadable)]
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

/// The union of the objects' fields that we use.
#[derive(Deserialize)]
struct Object {
    id: String,
    amount: Option<i64>,
    amount_received: Option<i64>,
    amount_total: Option<i64>,
    currency: Option<String>,
    status: Option<String>,
    payment_status: Option<String>,
    payment_intent: Option<Reference>,
    charge: Option<Reference>,
    client_reference_id: Option<String>,
    metadata: Option<HashMap<String, String>>,
    payment_method_types: Option<Vec<String>>,
    last_payment_error: Option<Failure>,
    refunds: Option<List>,
    reason: Option<String>,
    evidence_details: Option<EvidenceDetails>,
}

#[derive(Deserialize)]
struct EvidenceDetails {
    due_by: Option<i64>,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Object>,
}

/// An id, or the object itself where the account expands it.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Reference {
    Id(String),
    Object { id: String },
}

impl Reference {
    fn id(self) -> String {
        match self {
            Self::Id(id) | Self::Object { id } => id,
        }
    }
}

#[derive(Deserialize)]
struct Failure {
    code: Option<String>,
    decline_code: Option<String>,
}

impl Failure {
    /// One of our own failure codes, the same for all gateways.
    fn normalised(&self) -> &'static str {
        match (self.code.as_deref(), self.decline_code.as_deref()) {
            (Some("authentication_required" | "payment_intent_authentication_failure"), _) => "requires_action",
            (Some("expired_card"), _) => "expired",
            (_, Some("lost_card" | "stolen_card" | "fraudulent" | "pickup_card" | "restricted_card")) => "declined_hard",
            _ => "declined_soft",
        }
    }
}

impl Object {
    fn ours<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.metadata.as_ref()?.get(name)?.parse().ok()
    }

    fn money(&self, amount: Option<i64>) -> Option<Money> {
        let code = self.currency.as_deref()?.to_ascii_uppercase();
        from_stripe(amount?, Currency::parse("currency", &code).ok()?)
    }

    fn session(self, step: ChargeStep, live: bool) -> Result<Change, String> {
        Ok(Change::Charge(Charge {
            transaction: self.client_reference_id.as_deref().and_then(|id| id.parse().ok()).or_else(|| self.ours("transaction_id")),
            invoice: self.ours("invoice_id"),
            amount: self.money(self.amount_total),
            method: self.payment_method_types.as_ref().and_then(|types| types.first().cloned()),
            reference: self.payment_intent.map(Reference::id),
            checkout: Some(self.id),
            live,
            step,
        }))
    }

    fn intent(self, step: ChargeStep, live: bool) -> Result<Change, String> {
        let amount = if step == ChargeStep::Succeeded { self.amount_received.or(self.amount) } else { self.amount };
        Ok(Change::Charge(Charge {
            transaction: self.ours("transaction_id"),
            invoice: self.ours("invoice_id"),
            amount: self.money(amount),
            method: self.payment_method_types.as_ref().and_then(|types| types.first().cloned()),
            reference: Some(self.id),
            checkout: None,
            live,
            step,
        }))
    }

    /// API versions before 2022-11-15 list the refunds inside the charge; later ones send `refund.*` events beside it.
    fn refunds_of_charge(self) -> Vec<Change> {
        let intent = self.payment_intent.map(Reference::id);
        let refunds = self.refunds.map(|list| list.data).unwrap_or_default();
        if refunds.is_empty() {
            return vec![Change::Ignored];
        }
        refunds.into_iter().map(|refund| refund.refund(intent.clone()).unwrap_or_else(Change::Unreadable)).collect()
    }

    fn refund(self, intent: Option<String>) -> Result<Change, String> {
        let amount = self.money(self.amount).ok_or("a refund without a readable amount")?;
        let step = match self.status.as_deref() {
            Some("succeeded") => RefundStep::Succeeded,
            Some("failed" | "canceled") => RefundStep::Failed,
            _ => RefundStep::Pending,
        };
        let transaction = self.ours("transaction_id");
        let charge = self.payment_intent.map(Reference::id).or(intent).or(self.charge.map(Reference::id));
        let charge = charge.ok_or("a refund without its payment")?;
        Ok(Change::Refund(Refund { transaction, reference: self.id, charge, amount, step }))
    }

    fn dispute(self) -> Result<Change, String> {
        let amount = self.money(self.amount).ok_or("a dispute without a readable amount")?;
        let step = match self.status.as_deref() {
            Some("won" | "warning_closed" | "prevented") => DisputeStep::Won,
            Some("lost") => DisputeStep::Lost,
            _ => DisputeStep::Open,
        };
        let due_by = self.evidence_details.and_then(|details| DateTime::from_timestamp(details.due_by?, 0));
        let charge = self.payment_intent.map(Reference::id).or(self.charge.map(Reference::id)).ok_or("a dispute without its payment")?;
        Ok(Change::Dispute(Dispute { reference: self.id, charge, amount, step, due_by, reason: self.reason }))
    }
}
