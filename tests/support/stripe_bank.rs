//! The side of the stand-in for Stripe that payers, banks and people at its own pages see, and its books in full. It only keeps
//! books: what it tells of them, and when, is the test's to say.

use super::books::Paid;
use super::{FakeStripe, Payment, Session, State};
use serde_json::{Value, json};
use uuid::Uuid;

/// How far a payment at a page came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Open,
    /// By a method that settles later.
    Processing,
    Paid,
    Failed,
    Expired,
}

/// A payment with all that happened to its money.
#[derive(Clone, Debug)]
pub struct Account {
    pub payment: Payment,
    pub refunds: Vec<Value>,
    pub disputes: Vec<Value>,
}

impl FakeStripe {
    /// From now on some refunds that are asked for take their time.
    pub fn be_slow_with_refunds(&self) {
        self.state.send_modify(|state| state.slow_refunds = true);
    }

    /// All pages, oldest first.
    pub fn stages(&self) -> Vec<(Session, Stage)> {
        self.state.borrow().sessions.iter().map(|(session, object)| (session.clone(), stage(object))).collect()
    }

    /// The payer has agreed to a payment that settles in days.
    pub fn pay_later(&self, session: &str) {
        self.change(session, |session, object| {
            session.status = "complete".into();
            object["status"] = json!("complete");
            object["url"] = Value::Null;
            object["payment_intent"] = json!(Payment::from(&*session).payment_intent);
        });
    }

    /// Such a payment settles, or does not.
    pub fn settle_later(&self, session: &str, well: bool) {
        if !well {
            return self.change(session, |_, object| object["failed"] = json!(true));
        }
        let known = self.sessions().into_iter().find(|known| known.id == session).expect("the session exists");
        self.mark_paid(session, &Payment::from(&known).payment_intent);
    }

    /// The time of a page passes.
    pub fn pass(&self, session: &str) {
        self.change(session, |session, object| {
            session.status = "expired".into();
            object["status"] = json!("expired");
            object["url"] = Value::Null;
        });
    }

    /// Every payment that succeeded, oldest first.
    pub fn accounts(&self) -> Vec<Account> {
        self.state.borrow().paid.iter().map(Paid::account).collect()
    }

    /// Those of an invoice.
    pub fn accounts_of(&self, invoice: &str) -> Vec<Account> {
        let is_its = |paid: &&Paid| paid.metadata.get("invoice_id").is_some_and(|id| id == invoice);
        self.state.borrow().paid.iter().filter(is_its).map(Paid::account).collect()
    }

    /// The page of a payment of ours.
    pub fn page_of(&self, transaction: &str) -> Option<(Session, Stage)> {
        let is_it = |(session, _): &&(Session, Value)| session.client_reference_id.as_deref() == Some(transaction);
        self.state.borrow().sessions.iter().find(is_it).map(|(session, object)| (session.clone(), stage(object)))
    }

    /// What became of a refund.
    pub fn end_refund(&self, refund: &str, status: &str) {
        self.state.send_modify(|state| {
            let all = state.paid.iter_mut().flat_map(|paid| paid.refunds.iter_mut());
            all.filter(|known| known["id"] == refund).for_each(|known| known["status"] = json!(status));
        });
    }

    /// The payer's bank claims back what is left of a payment; `None` when nothing is, or when it does so already.
    pub fn claim(&self, intent: &str) -> Option<String> {
        let mut id = None;
        self.state.send_modify(|state| {
            let Some(paid) = state.paid.iter_mut().find(|paid| paid.intent == intent) else { return };
            let left = paid.amount - paid.refunded();
            if left > 0 && paid.disputes.is_empty() {
                paid.disputed = true;
                let name = format!("du_{}", Uuid::new_v4().simple());
                paid.disputes.push(json!({
                    "id": name, "object": "dispute", "amount": left, "currency": paid.currency, "charge": paid.charge, "livemode": false,
                    "payment_intent": paid.intent, "reason": "fraudulent", "status": "needs_response", "metadata": {}
                }));
                id = Some(name);
            }
        });
        id
    }

    /// A claim is decided.
    pub fn decide(&self, dispute: &str, won: bool) {
        self.state.send_modify(|state| {
            for paid in &mut state.paid {
                for known in paid.disputes.iter_mut().filter(|known| known["id"] == dispute) {
                    known["status"] = json!(if won { "won" } else { "lost" });
                    paid.disputed = !won;
                }
            }
        });
    }

    fn change(&self, session: &str, change: impl FnOnce(&mut Session, &mut Value)) {
        self.state.send_modify(|state| {
            let (session, object) = state.sessions.iter_mut().find(|(known, _)| known.id == session).expect("the session exists");
            change(session, object);
        });
    }
}

fn stage(object: &Value) -> Stage {
    match (object["status"].as_str(), object["payment_status"].as_str()) {
        (Some("expired"), _) => Stage::Expired,
        (Some("complete"), Some("paid")) => Stage::Paid,
        (Some("complete"), _) if object["failed"] == true => Stage::Failed,
        (Some("complete"), _) => Stage::Processing,
        (_, _) => Stage::Open,
    }
}

impl Paid {
    fn account(&self) -> Account {
        let payment = Payment {
            event_seed: 0,
            session: String::new(),
            payment_intent: self.intent.clone(),
            charge: self.charge.clone(),
            amount: self.amount,
            currency: self.currency.clone(),
            transaction_id: self.metadata.get("transaction_id").cloned(),
            invoice_id: self.metadata.get("invoice_id").cloned(),
        };
        Account { payment, refunds: self.refunds.clone(), disputes: self.disputes.clone() }
    }
}

impl State {
    /// A payment that has not succeeded (yet).
    pub(super) fn unpaid_intent(&self, id: &str) -> Option<Value> {
        let (session, object) = self.sessions.iter().find(|(_, object)| object["payment_intent"] == id)?;
        let mut intent = json!({
            "id": id, "object": "payment_intent", "amount": session.amount, "amount_received": 0, "currency": session.currency,
            "latest_charge": null, "livemode": false, "metadata": session.payment_intent_metadata, "payment_method_types": ["sepa_debit"],
            "status": "processing"
        });
        if stage(object) == Stage::Failed {
            intent["status"] = json!("requires_payment_method");
            intent["last_payment_error"] = json!({ "code": "payment_method_provider_decline", "type": "invalid_request_error" });
        }
        Some(intent)
    }

    /// Every fourth amount takes its time, if the test wants that.
    pub(super) fn first_status(&self, amount: i64) -> &'static str {
        if self.slow_refunds && amount / 10 % 4 == 1 { "pending" } else { "succeeded" }
    }
}
