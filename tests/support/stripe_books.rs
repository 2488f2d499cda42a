//! The money at the stand-in for Stripe: payments that were made, what of them went back, and what Stripe kept. Its books can be
//! compared with ours.

#![allow(clippy::unwrap_used)] // of a stand-in, too, a panic is the report

use super::{Answer, FakeStripe, Params, Payment, State, error, integer, required, section};
use serde_json::{Value, json};
use uuid::Uuid;

/// A payment that succeeded.
pub struct Paid {
    pub intent: String,
    pub(super) charge: String,
    pub amount: i64,
    pub(super) currency: String,
    pub(super) metadata: Params,
    pub(super) refunds: Vec<Value>,
    pub(super) disputes: Vec<Value>,
    pub(super) disputed: bool,
    /// It did not come after all.
    pub(super) failed: bool,
}

impl Paid {
    /// As much as Stripe takes of a European card.
    fn fee(&self) -> i64 {
        self.amount * 15 / 1000 + 25
    }

    pub fn refunded(&self) -> i64 {
        let counts = |refund: &&Value| refund["status"] != "failed" && refund["status"] != "canceled";
        self.refunds.iter().filter(counts).map(|refund| refund["amount"].as_i64().unwrap()).sum()
    }

    fn booked(&self) -> Value {
        json!({
            "id": format!("txn_{}", self.charge), "object": "balance_transaction", "amount": self.amount, "currency": self.currency,
            "fee": self.fee(), "net": self.amount - self.fee(), "source": self.charge_object(json!(format!("txn_{}", self.charge))),
            "type": "charge"
        })
    }

    fn charge_object(&self, balance_transaction: Value) -> Value {
        json!({
            "id": self.charge, "object": "charge", "amount": self.amount, "amount_refunded": self.refunded(),
            "balance_transaction": balance_transaction, "currency": self.currency, "disputed": self.disputed, "livemode": false,
            "metadata": self.metadata, "paid": true, "payment_intent": self.intent, "status": "succeeded"
        })
    }

    fn intent_object(&self) -> Value {
        if self.failed {
            return json!({
                "id": self.intent, "object": "payment_intent", "amount": self.amount, "amount_received": 0, "currency": self.currency,
                "last_payment_error": { "code": "payment_method_provider_decline", "type": "card_error" }, "latest_charge": self.charge,
                "livemode": false, "metadata": self.metadata, "status": "requires_payment_method"
            });
        }
        json!({
            "id": self.intent, "object": "payment_intent", "amount": self.amount, "amount_received": self.amount,
            "currency": self.currency, "latest_charge": self.charge_object(self.booked()), "livemode": false,
            "metadata": self.metadata, "payment_method_types": ["card"], "status": "succeeded"
        })
    }

    fn refund(&mut self, amount: i64, metadata: Params, status: &str) -> Value {
        let refund = json!({
            "id": format!("re_{}", Uuid::new_v4().simple()), "object": "refund", "amount": amount, "charge": self.charge,
            "currency": self.currency, "metadata": metadata, "payment_intent": self.intent, "status": status
        });
        self.refunds.push(refund.clone());
        refund
    }
}

impl FakeStripe {
    /// A payment that was made without this server's help, so that it can be given back.
    pub fn adopt(&self, payment: &Payment) {
        let ids = [("invoice_id", &payment.invoice_id), ("transaction_id", &payment.transaction_id)];
        let metadata = ids.into_iter().filter_map(|(name, id)| Some((name.to_owned(), id.clone()?))).collect();
        let (intent, charge) = (payment.payment_intent.clone(), payment.charge.clone());
        let (amount, currency) = (payment.amount, payment.currency.clone());
        self.state.send_modify(|state| {
            state.paid.push(Paid {
                intent,
                charge,
                amount,
                currency,
                metadata,
                refunds: vec![],
                disputes: vec![],
                disputed: false,
                failed: false,
            });
        });
    }

    /// From now on every refund is refused with this code; `None`: as ever.
    pub fn refuse_refunds(&self, code: Option<&'static str>) {
        self.state.send_modify(|state| state.refuse_refunds = code);
    }

    /// The payer's bank argues.
    pub fn dispute(&self, intent: &str) {
        self.state.send_modify(|state| state.paid.iter_mut().filter(|paid| paid.intent == intent).for_each(|paid| paid.disputed = true));
    }

    /// Somebody gives money back on Stripe's own pages.
    pub fn refund_in_dashboard(&self, intent: &str, amount: i64) -> String {
        let mut id = String::new();
        self.state.send_modify(|state| {
            let paid = state.paid.iter_mut().find(|paid| paid.intent == intent).expect("the payment exists");
            id = paid.refund(amount, Params::new(), "succeeded")["id"].as_str().unwrap().to_owned();
        });
        id
    }

    /// What was captured and what went back, payment by payment.
    pub fn books(&self) -> Vec<(String, i64, i64)> {
        self.state.borrow().paid.iter().map(|paid| (paid.intent.clone(), paid.amount, paid.refunded())).collect()
    }

    /// What went back of a payment, oldest first.
    pub fn refunds_of(&self, intent: &str) -> Vec<Value> {
        self.state.borrow().paid.iter().filter(|paid| paid.intent == intent).flat_map(|paid| paid.refunds.clone()).collect()
    }

    /// A debit that was begun on a page bounced days later.
    pub fn mark_bounced(&self, session: &str, payment_intent: &str) {
        self.mark_paid(session, payment_intent);
        self.state.send_modify(|state| {
            let (_, object) = state.sessions.iter_mut().find(|(known, _)| known.id == session).expect("the session exists");
            object["payment_status"] = json!("unpaid");
            state.paid.iter_mut().filter(|paid| paid.intent == payment_intent).for_each(|paid| paid.failed = true);
        });
    }

    /// An event that reached nobody.
    pub fn keep_undelivered(&self, body: &str) {
        let event: Value = serde_json::from_str(body).unwrap();
        self.state.send_modify(|state| state.undelivered.push(event));
    }
}

impl State {
    /// The calls about money; `None` for any other.
    pub(super) fn money(&mut self, method: &str, steps: &[&str], params: &Params) -> Option<Result<Value, Answer>> {
        let list = |data: Vec<Value>| json!({ "object": "list", "data": data, "has_more": false });
        let named = |params: &Params, name: &str| params.get(name).cloned().unwrap_or_default();
        Some(match (method, steps) {
            ("POST", ["v1", "refunds"]) => self.make_refund(params),
            ("GET", ["v1", "refunds"]) => {
                let intent = named(params, "payment_intent");
                Ok(list(self.paid.iter().filter(|paid| paid.intent == intent).flat_map(|paid| paid.refunds.clone()).collect()))
            }
            ("GET", ["v1", "refunds", id]) => {
                let known = self.paid.iter().flat_map(|paid| &paid.refunds).find(|refund| refund["id"] == *id).cloned();
                known.ok_or_else(|| missing("refund", id))
            }
            ("GET", ["v1", "disputes", id]) => {
                let known = self.paid.iter().flat_map(|paid| &paid.disputes).find(|dispute| dispute["id"] == *id).cloned();
                known.ok_or_else(|| missing("dispute", id))
            }
            ("GET", ["v1", "payment_intents", id]) => {
                let paid = self.paid.iter().find(|paid| paid.intent == *id).map(Paid::intent_object);
                paid.or_else(|| self.unpaid_intent(id)).ok_or_else(|| missing("payment_intent", id))
            }
            ("GET", ["v1", "balance_transactions", id]) => {
                self.paid.iter().map(Paid::booked).find(|booked| booked["id"] == *id).ok_or_else(|| missing("balance_transaction", id))
            }
            ("GET", ["v1", "balance_transactions"]) => {
                let refunds = self.paid.iter().flat_map(|paid| &paid.refunds);
                let refunds = refunds.map(|refund| {
                    let (amount, currency) = (-refund["amount"].as_i64().unwrap(), &refund["currency"]);
                    json!({ "id": format!("txn_{}", refund["id"].as_str().unwrap()), "amount": amount, "currency": currency, "fee": 0, "source": refund, "type": "refund" })
                });
                let claims = self.paid.iter().flat_map(|paid| &paid.disputes).map(|dispute| {
                    let (amount, currency) = (-dispute["amount"].as_i64().unwrap(), &dispute["currency"]);
                    json!({ "id": format!("txn_{}", dispute["id"].as_str().unwrap()), "amount": amount, "currency": currency, "fee": 1_500, "source": dispute, "type": "adjustment" })
                });
                Ok(list(self.paid.iter().filter(|paid| !paid.failed).map(Paid::booked).chain(refunds).chain(claims).collect()))
            }
            ("GET", ["v1", "events"]) => Ok(paged(&self.undelivered, params)),
            _ => return None,
        })
    }

    fn make_refund(&mut self, params: &Params) -> Result<Value, Answer> {
        let intent = required(params, "payment_intent")?.to_owned();
        let amount = integer(params, "amount")?;
        if let Some(code) = self.refuse_refunds {
            return Err(error(400, "invalid_request_error", Some(code), "This refund cannot be made.", None));
        }
        let status = self.first_status(amount);
        let paid = self.paid.iter_mut().find(|paid| paid.intent == intent).ok_or_else(|| missing("payment_intent", &intent))?;
        if paid.disputed {
            return Err(error(400, "invalid_request_error", Some("charge_disputed"), "This charge has been charged back.", None));
        }
        if paid.refunded() >= paid.amount {
            return Err(error(
                400,
                "invalid_request_error",
                Some("charge_already_refunded"),
                "The charge has already been refunded.",
                None,
            ));
        }
        if amount > paid.amount - paid.refunded() {
            let message = "Refund amount is greater than unrefunded amount on charge.";
            return Err(error(400, "invalid_request_error", None, message, Some("amount")));
        }
        Ok(paid.refund(amount, section(params, "metadata"), status))
    }
}

/// Two a page, so that a reader that stops at the first is found out.
fn paged(all: &[Value], params: &Params) -> Value {
    let after = params.get("starting_after").and_then(|last| all.iter().position(|event| event["id"] == last.as_str()));
    let rest = &all[after.map_or(0, |last| last + 1)..];
    json!({ "object": "list", "data": rest[..rest.len().min(2)], "has_more": rest.len() > 2 })
}

fn missing(what: &str, id: &str) -> Answer {
    error(404, "invalid_request_error", Some("resource_missing"), &format!("No such {what}: '{id}'"), Some("id"))
}
