//! Stripe's objects, whether they come in an event or as an answer: the union of the fields that we use, all of them optional.

use crate::billing::event::{Change, Charge, ChargeStep, Dispute, DisputeStep, Fee, Refund, RefundStep};
use crate::billing::gateway::from_stripe;
use crate::money::{Currency, Money};
use chrono::DateTime;
use serde::Deserialize;
use std::collections::HashMap;

/// The union of the objects' fields that we use.
#[derive(Deserialize)]
pub(super) struct Object {
    pub(super) id: String,
    /// `charge`, `refund`, …
    pub(super) object: Option<String>,
    livemode: Option<bool>,
    amount: Option<i64>,
    amount_received: Option<i64>,
    amount_total: Option<i64>,
    currency: Option<String>,
    pub(super) status: Option<String>,
    pub(super) payment_status: Option<String>,
    pub(super) payment_intent: Option<Reference>,
    charge: Option<Reference>,
    latest_charge: Option<Reference>,
    balance_transaction: Option<Reference>,
    /// Of a balance transaction: what it books.
    pub(super) source: Option<Reference>,
    /// Of a balance transaction, in its own currency.
    pub(super) fee: Option<i64>,
    pub(super) url: Option<String>,
    client_reference_id: Option<String>,
    metadata: Option<HashMap<String, String>>,
    payment_method_types: Option<Vec<String>>,
    pub(super) last_payment_error: Option<Failure>,
    refunds: Option<List<Self>>,
    reason: Option<String>,
    evidence_details: Option<EvidenceDetails>,
}

#[derive(Deserialize)]
struct EvidenceDetails {
    due_by: Option<i64>,
}

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct List<T> {
    pub(super) data: Vec<T>,
    #[serde(default)]
    pub(super) has_more: bool,
}

/// An id, or the object itself where it was expanded.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Reference {
    Id(String),
    Object(Box<Object>),
}

impl Reference {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Object(object) => &object.id,
        }
    }

    pub(super) fn expanded(self) -> Option<Object> {
        match self {
            Self::Id(_) => None,
            Self::Object(object) => Some(*object),
        }
    }

    fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Id(_) => None,
            Self::Object(object) => Some(object),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Failure {
    code: Option<String>,
    decline_code: Option<String>,
}

impl Failure {
    /// One of our own failure codes, the same for all gateways.
    pub(super) fn normalised(&self) -> &'static str {
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

    /// `amount` in the object's currency, if it is a whole number of our units.
    pub(super) fn money(&self, amount: Option<i64>) -> Option<Money> {
        let code = self.currency.as_deref()?.to_ascii_uppercase();
        from_stripe(amount?, Currency::parse("currency", &code).ok()?)
    }

    /// A step of a hosted page. `live` is the envelope's word, where there is one.
    pub(super) fn session(self, step: ChargeStep, live: Option<bool>) -> Charge {
        Charge {
            transaction: self.client_reference_id.as_deref().and_then(|id| id.parse().ok()).or_else(|| self.ours("transaction_id")),
            invoice: self.ours("invoice_id"),
            amount: self.money(self.amount_total),
            method: self.payment_method_types.as_ref().and_then(|types| types.first().cloned()),
            reference: self.payment_intent.as_ref().map(|intent| intent.id().to_owned()),
            live: live.or(self.livemode).unwrap_or_default(),
            checkout: Some(self.id),
            step,
        }
    }

    pub(super) fn intent(self, step: ChargeStep, live: Option<bool>) -> Charge {
        let amount = if step == ChargeStep::Succeeded { self.amount_received.or(self.amount) } else { self.amount };
        Charge {
            transaction: self.ours("transaction_id"),
            invoice: self.ours("invoice_id"),
            amount: self.money(amount),
            method: self.payment_method_types.as_ref().and_then(|types| types.first().cloned()),
            live: live.or(self.livemode).unwrap_or_default(),
            reference: Some(self.id),
            checkout: None,
            step,
        }
    }

    /// A charge object, told as the payment that it belongs to.
    pub(super) fn paid_charge(self, step: ChargeStep) -> Charge {
        Charge {
            transaction: self.ours("transaction_id"),
            invoice: self.ours("invoice_id"),
            amount: self.money(self.amount),
            method: None,
            live: self.livemode.unwrap_or_default(),
            reference: Some(self.payment_intent.as_ref().map_or(self.id.as_str(), Reference::id).to_owned()),
            checkout: None,
            step,
        }
    }

    /// Of an intent whose charge was expanded down to its balance transaction.
    pub(super) fn fee_of_latest_charge(&self) -> Option<Money> {
        let booked = self.latest_charge.as_ref()?.as_object()?.balance_transaction.as_ref()?.as_object()?;
        booked.money(booked.fee)
    }

    /// `charge.updated` tells under which name the fee was booked, or, where the account expands it, the fee itself.
    pub(super) fn fee_of_charge(self) -> Change {
        // what we began carries our ids; another system's payment on the same account is nothing to wait for
        if self.ours::<String>("transaction_id").is_none() && self.ours::<String>("invoice_id").is_none() {
            return Change::Ignored;
        }
        let (Some(intent), Some(booked)) = (&self.payment_intent, self.balance_transaction) else { return Change::Ignored };
        let charge = intent.id().to_owned();
        match booked {
            Reference::Id(balance_transaction) => Change::FeeBooked { charge, balance_transaction },
            Reference::Object(booked) => match booked.money(booked.fee) {
                Some(amount) => Change::Fee(Fee { charge, amount }),
                None => Change::Ignored,
            },
        }
    }

    /// API versions before 2022-11-15 list the refunds inside the charge; later ones send `refund.*` events beside it.
    pub(super) fn refunds_of_charge(self) -> Vec<Change> {
        let intent = self.payment_intent.as_ref().map(|intent| intent.id().to_owned());
        let refunds = self.refunds.map(|list| list.data).unwrap_or_default();
        if refunds.is_empty() {
            return vec![Change::Ignored];
        }
        refunds.into_iter().map(|refund| refund.refund(intent.clone()).unwrap_or_else(Change::Unreadable)).collect()
    }

    /// A refund; `intent` is its payment, where the refund itself does not say.
    pub(super) fn refund(self, intent: Option<String>) -> Result<Change, String> {
        let amount = self.money(self.amount).ok_or("a refund without a readable amount")?;
        let step = match self.status.as_deref() {
            Some("succeeded") => RefundStep::Succeeded,
            Some("failed" | "canceled") => RefundStep::Failed,
            _ => RefundStep::Pending,
        };
        let transaction = self.ours("transaction_id");
        let named = |reference: &Option<Reference>| reference.as_ref().map(|reference| reference.id().to_owned());
        let charge = named(&self.payment_intent).or(intent).or(named(&self.charge)).ok_or("a refund without its payment")?;
        Ok(Change::Refund(Refund { transaction, reference: self.id, charge, amount, step }))
    }

    pub(super) fn dispute(self) -> Result<Change, String> {
        let amount = self.money(self.amount).ok_or("a dispute without a readable amount")?;
        let step = match self.status.as_deref() {
            Some("won" | "warning_closed" | "prevented") => DisputeStep::Won,
            Some("lost") => DisputeStep::Lost,
            _ => DisputeStep::Open,
        };
        let due_by = self.evidence_details.and_then(|details| DateTime::from_timestamp(details.due_by?, 0));
        let charge = self.payment_intent.or(self.charge).ok_or("a dispute without its payment")?.id().to_owned();
        Ok(Change::Dispute(Dispute { reference: self.id, charge, amount, step, due_by, reason: self.reason }))
    }
}
