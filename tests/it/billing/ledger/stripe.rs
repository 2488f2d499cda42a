//! Stripe as a bank of the histories.

use super::bank::{Bank, Letter};
use super::history::{Deed, Fate};
use super::life::Page;
use super::model::{Dispute, DisputeState, Payment, Refund, RefundState};
use crate::support::stripe::{Account, FakeStripe, Session, Stage};
use crate::support::stripe_events::{self, pretty};
use serde_json::Value;
use shared::billing::Gateway;
use shared::money::Currency;
use std::collections::HashMap;
use std::sync::Mutex;

pub struct Stripe {
    fake: FakeStripe,
    /// What was told of each object.
    told: Mutex<HashMap<String, String>>,
    outbox: Mutex<Vec<(String, Letter)>>,
}

impl Stripe {
    pub fn new(fake: FakeStripe) -> Self {
        fake.be_slow_with_refunds();
        Self { fake, told: Mutex::default(), outbox: Mutex::default() }
    }

    fn write(&self, invoice: Option<&String>, name: String, body: String) {
        let letter = Letter { gateway: Gateway::Stripe, name, body };
        self.outbox.lock().expect("nobody panics with it").push((invoice.cloned().unwrap_or_default(), letter));
    }

    /// Whether an object is in another state than was told of it, and in which; from now on it is told.
    fn news(&self, object: &str, state: &str) -> Option<String> {
        let before = self.told.lock().expect("nobody panics with it").insert(object.to_owned(), state.to_owned()).unwrap_or_default();
        (before != state).then_some(before)
    }

    fn tell_page(&self, session: &Session, stage: Stage) {
        let Some(before) = self.news(&session.id, &format!("{stage:?}")) else { return };
        let payment = stripe_events::Payment::from(session);
        let is_new = before.is_empty() || before == "Open";
        let later = || if is_new { vec![("completed, unpaid", payment.checkout_session_completed(false))] } else { vec![] };
        let letters = match (stage, is_new) {
            (Stage::Open, _) => vec![],
            (Stage::Processing, _) => later(),
            (Stage::Paid, true) => {
                vec![("completed", payment.checkout_session_completed(true)), ("succeeded", payment.payment_intent_succeeded())]
            }
            (Stage::Paid, false) => {
                vec![("settled", payment.async_payment_succeeded()), ("succeeded", payment.payment_intent_succeeded())]
            }
            (Stage::Failed, _) => {
                let mut letters = later();
                letters.push(("bounced", payment.async_payment_failed()));
                letters
            }
            (Stage::Expired, _) => vec![("expired", payment.session_expired())],
        };
        for (name, (_, body)) in letters {
            self.write(payment.invoice_id.as_ref(), format!("{name} {}", payment.payment_intent), body);
        }
        if stage == Stage::Paid {
            let (_, body) = payment.charge_updated(&format!("txn_{}", payment.charge));
            self.write(payment.invoice_id.as_ref(), format!("fee {}", payment.payment_intent), body);
        }
    }

    fn tell_account(&self, Account { payment, refunds, disputes }: &Account) {
        let invoice = payment.invoice_id.as_ref();
        for refund in refunds {
            let (id, status, amount) = (text(refund, "id"), text(refund, "status"), refund["amount"].as_i64().expect("an amount"));
            let Some(before) = self.news(&id, &status) else { continue };
            let (_, body) = payment.refund_updated(&id, amount, &status);
            let mut event: Value = serde_json::from_str(&body).expect("JSON");
            event["data"]["object"]["metadata"] = refund["metadata"].clone();
            self.write(invoice, format!("refund {id} {status}"), pretty(&event));
            if before.is_empty() && refunds.len() == 1 {
                let (_, body) = payment.charge_refunded(&id, amount, false);
                self.write(invoice, format!("refunded {}", payment.payment_intent), body);
            }
        }
        for dispute in disputes {
            let (id, status, amount) = (text(dispute, "id"), text(dispute, "status"), dispute["amount"].as_i64().expect("an amount"));
            let Some(before) = self.news(&id, &status) else { continue };
            if before.is_empty() {
                self.write(invoice, format!("dispute {id}"), payment.dispute_created(&id, amount).1);
                self.write(invoice, format!("withdrawn {id}"), payment.dispute_funds_withdrawn(&id, amount).1);
            }
            if status != "needs_response" {
                self.write(invoice, format!("dispute {id} {status}"), payment.dispute_closed(&id, amount, &status).1);
            }
        }
    }

    /// What takes its time at a bank ends once it was told of: most of it well.
    fn time_passes(&self, accounts: &[Account]) {
        for refund in accounts.iter().flat_map(|account| &account.refunds).filter(|refund| refund["status"] == "pending") {
            let (id, amount) = (text(refund, "id"), refund["amount"].as_i64().expect("an amount"));
            let is_told = self.told.lock().expect("nobody panics with it").contains_key(&id);
            if is_told {
                self.fake.end_refund(&id, if amount / 40 % 4 == 1 { "failed" } else { "succeeded" });
            }
        }
    }
}

impl Bank for Stripe {
    fn at_page(&self, page: &Page, deed: Deed) -> bool {
        let Some((session, stage)) = self.fake.page_of(&page.transaction) else { return false };
        let payment = stripe_events::Payment::from(&session);
        match (deed, stage) {
            (Deed::Pay, Stage::Open) => self.fake.mark_paid(&session.id, &payment.payment_intent),
            (Deed::PayLater, Stage::Open) => self.fake.pay_later(&session.id),
            (Deed::Settle { well }, Stage::Processing) => self.fake.settle_later(&session.id, well),
            (Deed::Leave, Stage::Open) => self.fake.pass(&session.id),
            (Deed::Decline, Stage::Open) => {
                let (_, body) = payment.payment_intent_payment_failed();
                self.write(payment.invoice_id.as_ref(), format!("declined {}", payment.payment_intent), body);
            }
            (Deed::Pay | Deed::PayLater | Deed::Settle { .. } | Deed::Leave | Deed::Decline, _) => return false,
        }
        true
    }

    fn refund(&self, payment: &str, amount: i64, fate: Fate) -> bool {
        let accounts = self.fake.accounts();
        let Some(account) = accounts.iter().find(|account| account.payment.payment_intent == payment) else { return false };
        let is_gone = |refund: &&Value| refund["status"] != "failed";
        let gone: i64 = account.refunds.iter().filter(is_gone).filter_map(|refund| refund["amount"].as_i64()).sum();
        let is_claimed = account.disputes.iter().any(|dispute| dispute["status"] != "won");
        let amount = amount.min(account.payment.amount - gone);
        if amount <= 0 || is_claimed {
            return false;
        }
        let id = self.fake.refund_in_dashboard(payment, amount);
        match fate {
            Fate::Arrives => {}
            Fate::Fails => self.fake.end_refund(&id, "failed"),
            Fate::Bounces => self.bounce(&id),
        }
        true
    }

    fn bounce(&self, refund: &str) {
        self.tell_all();
        self.fake.end_refund(refund, "failed");
    }

    fn dispute(&self, payment: &str) -> bool {
        self.fake.claim(payment).is_some()
    }

    fn decide(&self, dispute: &str, won: bool) {
        self.fake.decide(dispute, won);
    }

    fn payments(&self, invoice: &str, _currency: Currency) -> Vec<Payment> {
        // the currencies of the histories are counted alike by Stripe and by us
        self.fake.accounts_of(invoice).into_iter().map(payment_of).collect()
    }

    fn letters(&self) -> Vec<(String, Letter)> {
        self.tell_all();
        let letters = std::mem::take(&mut *self.outbox.lock().expect("nobody panics with it"));
        self.time_passes(&self.fake.accounts());
        letters
    }

    fn lose(&self, letter: &Letter) {
        self.fake.keep_undelivered(&letter.body);
    }
}

impl Stripe {
    fn tell_all(&self) {
        for (session, stage) in self.fake.stages() {
            self.tell_page(&session, stage);
        }
        for account in self.fake.accounts() {
            self.tell_account(&account);
        }
    }
}

fn payment_of(account: Account) -> Payment {
    let amount = |object: &Value| object["amount"].as_i64().expect("an amount");
    let refunds = account.refunds.iter().map(|refund| Refund {
        reference: text(refund, "id"),
        amount: amount(refund),
        state: match refund["status"].as_str() {
            Some("succeeded") => RefundState::Arrived,
            Some("pending") => RefundState::OnItsWay,
            _ => RefundState::Failed,
        },
    });
    let disputes = account.disputes.iter().map(|dispute| Dispute {
        reference: text(dispute, "id"),
        amount: amount(dispute),
        state: match dispute["status"].as_str() {
            Some("won") => DisputeState::Won,
            Some("lost") => DisputeState::Lost,
            _ => DisputeState::Open,
        },
    });
    let (refunds, disputes) = (refunds.collect(), disputes.collect());
    Payment { refunds, disputes, ..Payment::new(account.payment.payment_intent, account.payment.amount) }
}

fn text(object: &Value, field: &str) -> String {
    object[field].as_str().unwrap_or_default().to_owned()
}
