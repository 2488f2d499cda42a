//! PayPal as a bank of the histories.

use super::bank::{Bank, Letter};
use super::history::{Deed, Fate};
use super::life::Page;
use super::model::{Dispute, DisputeState, Payment, Refund, RefundState};
use crate::support::paypal::{self, FakePaypal};
use serde_json::{Value, json};
use shared::billing::Gateway;
use shared::money::{Currency, Money};
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

pub struct Paypal {
    fake: FakePaypal,
    /// Our invoice by our transaction: PayPal hears of neither but by the second.
    invoices: Mutex<HashMap<String, String>>,
    /// What was told of each object.
    told: Mutex<HashMap<String, String>>,
    outbox: Mutex<Vec<(String, Letter)>>,
}

impl Paypal {
    pub fn new(fake: FakePaypal) -> Self {
        fake.desk(|desk| {
            desk.slow_refunds = true;
            desk.timeless = true;
            desk.page_size = 500;
        });
        Self { fake, invoices: Mutex::default(), told: Mutex::default(), outbox: Mutex::default() }
    }

    fn write(&self, order: &Value, event_type: &str, state: &str, resource: &Value) {
        let id = first_text(resource, &["id", "dispute_id"]);
        let body = paypal::event(&format!("WH-{id}-{state}"), event_type, resource);
        let letter = Letter { gateway: Gateway::Paypal, name: format!("{event_type} {id} {state}"), body };
        let transaction = first_text(&order["purchase_units"][0], &["custom_id"]);
        let invoice = self.invoices.lock().expect("nobody panics with it").get(&transaction).cloned().unwrap_or_default();
        self.outbox.lock().expect("nobody panics with it").push((invoice, letter));
    }

    /// Whether an object is in another state than was told of it; from now on it is told.
    fn is_news(&self, object: &str, state: &str) -> bool {
        let before = self.told.lock().expect("nobody panics with it").insert(object.to_owned(), state.to_owned());
        before.as_deref() != Some(state)
    }

    fn tell_all(&self) {
        let (orders, disputes) = self.fake.desk(|desk| (desk.orders.clone(), desk.disputes.clone()));
        for order in orders.values() {
            let (id, status) = (first_text(order, &["id"]), first_text(order, &["status"]));
            if status == "APPROVED" && self.is_news(&id, "APPROVED") {
                self.write(order, "CHECKOUT.ORDER.APPROVED", &status, order);
            }
            if status == "PAYER_ACTION_REQUIRED" {
                // a declined payer may approve again
                self.is_news(&id, &status);
            }
            for capture in captures(order) {
                let (id, status) = (first_text(capture, &["id"]), first_text(capture, &["status"]));
                if self.is_news(&id, &status) {
                    let name = if status == "DECLINED" { "DENIED" } else { status.as_str() };
                    self.write(order, &format!("PAYMENT.CAPTURE.{name}"), &status, capture);
                }
            }
            for refund in refunds(order) {
                let (id, status) = (first_text(refund, &["id"]), first_text(refund, &["status"]));
                if self.is_news(&id, &status) {
                    let name =
                        if status == "COMPLETED" { "PAYMENT.CAPTURE.REFUNDED".to_owned() } else { format!("PAYMENT.REFUND.{status}") };
                    self.write(order, &name, &status, refund);
                }
            }
        }
        for (id, dispute) in &disputes {
            let (status, capture) =
                (first_text(dispute, &["status"]), dispute["disputed_transactions"][0]["seller_transaction_id"].clone());
            let order = orders.values().find(|order| captures(order).iter().any(|known| known["id"] == capture)).expect("its order");
            if self.is_news(id, &status) {
                let name = if status == "RESOLVED" { "CUSTOMER.DISPUTE.RESOLVED" } else { "CUSTOMER.DISPUTE.CREATED" };
                self.write(order, name, &status, dispute);
            }
        }
    }

    /// What takes its time at a bank ends once it was told of: most of it well.
    fn time_passes(&self) {
        let told = self.told.lock().expect("nobody panics with it");
        self.fake.desk(|desk| {
            for order in desk.orders.values_mut() {
                for refund in list_mut(order, "refunds") {
                    if refund["status"] == "PENDING" && told.contains_key(&first_text(refund, &["id"])) {
                        let fails = minor(&refund["amount"]) / 40 % 4 == 1;
                        refund["status"] = json!(if fails { "FAILED" } else { "COMPLETED" });
                    }
                }
            }
        });
    }
}

impl Bank for Paypal {
    fn at_page(&self, page: &Page, deed: Deed) -> bool {
        self.invoices.lock().expect("nobody panics with it").insert(page.transaction.clone(), page.invoice.clone());
        self.fake.desk(|desk| {
            let is_it = |order: &&mut Value| order["purchase_units"][0]["custom_id"] == page.transaction.as_str();
            let Some(order) = desk.orders.values_mut().find(is_it) else { return false };
            let is_open = order["status"] == "PAYER_ACTION_REQUIRED";
            match deed {
                Deed::Pay | Deed::PayLater | Deed::Decline if is_open => {
                    order["status"] = json!("APPROVED");
                    let id = first_text(order, &["id"]);
                    let end = match deed {
                        Deed::PayLater => Some("PENDING"),
                        Deed::Decline => Some("INSTRUMENT_DECLINED"),
                        Deed::Pay | Deed::Settle { .. } | Deed::Leave => None,
                    };
                    desk.captures.extend(end.map(|end| (id, end)));
                    true
                }
                Deed::Settle { well } => {
                    let pending = list_mut(order, "captures").iter_mut().find(|capture| capture["status"] == "PENDING");
                    let Some(capture) = pending else { return false };
                    capture["status"] = json!(if well { "COMPLETED" } else { "DECLINED" });
                    true
                }
                Deed::Pay | Deed::PayLater | Deed::Decline | Deed::Leave => false,
            }
        })
    }

    fn refund(&self, payment: &str, amount: i64, fate: Fate) -> bool {
        let made = self.fake.desk(|desk| {
            let is_claimed = desk.disputes.values().any(|dispute| {
                dispute["disputed_transactions"][0]["seller_transaction_id"] == payment
                    && dispute["dispute_outcome"]["outcome_code"] != "RESOLVED_SELLER_FAVOUR"
            });
            let order = desk.orders.values_mut().find(|order| captures(order).iter().any(|capture| capture["id"] == payment))?;
            let capture = captures(order)[0].clone();
            let amount = amount.min(left(order));
            if is_claimed || amount <= 0 {
                return None;
            }
            let id = format!("R{}", &uuid::Uuid::new_v4().simple().to_string()[..16]).to_uppercase();
            let up = json!({ "rel": "up", "href": format!("https://api.paypal.com/v2/payments/captures/{payment}"), "method": "GET" });
            let status = if fate == Fate::Fails { "FAILED" } else { "COMPLETED" };
            let refund = json!({ "id": id, "status": status, "amount": money(&capture, amount), "links": [up] });
            match order["purchase_units"][0]["payments"]["refunds"].as_array_mut() {
                Some(refunds) => refunds.push(refund),
                None => order["purchase_units"][0]["payments"]["refunds"] = json!([refund]),
            }
            Some(id)
        });
        if let (Some(id), Fate::Bounces) = (&made, fate) {
            self.bounce(id);
        }
        made.is_some()
    }

    fn bounce(&self, refund: &str) {
        self.tell_all();
        self.fake.desk(|desk| {
            let all = desk.orders.values_mut().flat_map(|order| list_mut(order, "refunds").iter_mut());
            all.filter(|known| known["id"] == refund).for_each(|known| known["status"] = json!("FAILED"));
        });
    }

    fn dispute(&self, payment: &str) -> bool {
        self.fake.desk(|desk| {
            let Some(order) = desk.orders.values().find(|order| captures(order).iter().any(|capture| capture["id"] == payment)) else {
                return false;
            };
            let capture = captures(order)[0].clone();
            let id = format!("PP-D-{payment}");
            if capture["status"] != "COMPLETED" || left(order) <= 0 || desk.disputes.contains_key(&id) {
                return false;
            }
            let mut dispute = paypal::dispute(&id, &capture, "WAITING_FOR_SELLER_RESPONSE", None);
            dispute["dispute_amount"] = money(&capture, left(order));
            desk.disputes.insert(id, dispute);
            true
        })
    }

    fn decide(&self, dispute: &str, won: bool) {
        self.tell_all();
        self.fake.desk(|desk| {
            let dispute = desk.disputes.get_mut(dispute).expect("the dispute exists");
            dispute["status"] = json!("RESOLVED");
            let outcome = if won { "RESOLVED_SELLER_FAVOUR" } else { "RESOLVED_BUYER_FAVOUR" };
            dispute["dispute_outcome"] = json!({ "outcome_code": outcome });
        });
    }

    fn payments(&self, invoice: &str, _currency: Currency) -> Vec<Payment> {
        let invoices = self.invoices.lock().expect("nobody panics with it");
        let is_its =
            |order: &&Value| invoices.get(&first_text(&order["purchase_units"][0], &["custom_id"])).is_some_and(|id| id == invoice);
        let of = |order: &Value, disputes: &BTreeMap<String, Value>| {
            let capture = captures(order).first().filter(|capture| capture["status"] == "COMPLETED")?.clone();
            let state = |refund: &Value| match refund["status"].as_str() {
                Some("COMPLETED") => RefundState::Arrived,
                Some("PENDING") => RefundState::OnItsWay,
                _ => RefundState::Failed,
            };
            let refund =
                |refund: &Value| Refund { reference: first_text(refund, &["id"]), amount: minor(&refund["amount"]), state: state(refund) };
            let of_it = |dispute: &&Value| dispute["disputed_transactions"][0]["seller_transaction_id"] == capture["id"];
            let outcome = |dispute: &Value| match dispute["dispute_outcome"]["outcome_code"].as_str() {
                Some("RESOLVED_SELLER_FAVOUR") => DisputeState::Won,
                Some(_) => DisputeState::Lost,
                None => DisputeState::Open,
            };
            let dispute = |dispute: &Value| Dispute {
                reference: first_text(dispute, &["dispute_id"]),
                amount: minor(&dispute["dispute_amount"]),
                state: outcome(dispute),
            };
            Some(Payment {
                refunds: refunds(order).iter().map(refund).collect(),
                disputes: disputes.values().filter(of_it).map(dispute).collect(),
                ..Payment::new(first_text(&capture, &["id"]), minor(&capture["amount"]))
            })
        };
        self.fake.desk(|desk| desk.orders.values().filter(is_its).filter_map(|order| of(order, &desk.disputes)).collect())
    }

    fn letters(&self) -> Vec<(String, Letter)> {
        self.tell_all();
        self.time_passes();
        std::mem::take(&mut *self.outbox.lock().expect("nobody panics with it"))
    }

    fn lose(&self, letter: &Letter) {
        let event = serde_json::from_str(&letter.body).expect("JSON");
        self.fake.desk(|desk| desk.events.push(event));
    }
}

fn captures(order: &Value) -> &[Value] {
    order["purchase_units"][0]["payments"]["captures"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn refunds(order: &Value) -> &[Value] {
    order["purchase_units"][0]["payments"]["refunds"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn list_mut<'a>(order: &'a mut Value, kind: &str) -> &'a mut [Value] {
    let list = order.pointer_mut(&format!("/purchase_units/0/payments/{kind}")).and_then(Value::as_array_mut);
    list.map(Vec::as_mut_slice).unwrap_or_default()
}

/// What neither went back nor is on its way back.
fn left(order: &Value) -> i64 {
    let gone = refunds(order).iter().filter(|refund| refund["status"] != "FAILED").map(|refund| minor(&refund["amount"])).sum::<i64>();
    captures(order).first().map_or(0, |capture| minor(&capture["amount"])) - gone
}

/// The currencies of the histories have as many decimals at PayPal as with us.
fn minor(amount: &Value) -> i64 {
    first_text(amount, &["value"]).replace('.', "").parse().expect("digits")
}

fn money(capture: &Value, minor: i64) -> Value {
    let code = first_text(&capture["amount"], &["currency_code"]);
    let money = Money::new(minor, Currency::parse("currency", &code).expect("known"));
    json!({ "currency_code": code, "value": money.decimal() })
}

fn first_text(object: &Value, fields: &[&str]) -> String {
    fields.iter().find_map(|field| object[*field].as_str()).unwrap_or_default().to_owned()
}
