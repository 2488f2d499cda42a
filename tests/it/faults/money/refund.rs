//! Money that goes back: staff ask until they are answered, a job asks the provider, the provider's event may come first.

use super::pay::{self, one_bill};
use super::{Bill, Lane, PATIENCE, at_every_place, paypal};
use crate::support::stripe_events::Payment;
use serde_json::{Value, json};
use shared::billing::Gateway;
use shared::billing::transaction::{Kind, TransactionStatus};
use std::time::{Duration, Instant};

const PARTS: [&str; 5] = ["request", "inbox", "billing.apply_payment_event", "billing.send_refund", "notifications.send_notice"];

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_by_stripe_is_sent_and_recorded_once_wherever_the_process_dies() {
    let play = async |lane: &mut Lane, bill: &Bill| {
        lane.give_back(bill).await;
        lane.settled().await;
        stripe_tells(lane, bill).await;
    };
    at_every_place("refund by Stripe", &PARTS, paid_by_stripe, play, gone_once).await;
}

/// The process that dies after its call hears of its own refund by the event, before the job has asked again.
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_its_event_tells_of_first_is_the_same_refund() {
    let play = async |lane: &mut Lane, bill: &Bill| {
        lane.give_back(bill).await;
        let until = Instant::now() + PATIENCE;
        while lane.sent_back(bill).await.is_empty() {
            lane.door().await;
            assert!(Instant::now() < until, "nothing was sent back");
            tokio::time::sleep(Duration::from_millis(5)).await; // the provider's books have no event
        }
        stripe_tells(lane, bill).await;
    };
    at_every_place("refund by Stripe, its event first", &["request", "billing.send_refund"], paid_by_stripe, play, gone_once).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_by_paypal_is_sent_and_recorded_once_wherever_the_process_dies() {
    let set = async |lane: &mut Lane| {
        let bill = one_bill(lane).await;
        paypal::pay_and_leave(lane, &bill).await;
        bill
    };
    let play = async |lane: &mut Lane, bill: &Bill| {
        lane.give_back(bill).await;
        lane.settled().await;
        let refund = lane.orders(bill)[0]["purchase_units"][0]["payments"]["refunds"][0].clone();
        lane.paypal_says("PAYMENT.CAPTURE.REFUNDED", &refund).await;
    };
    at_every_place("refund by PayPal", &PARTS, set, play, gone_once).await;
}

async fn paid_by_stripe(lane: &mut Lane) -> Bill {
    let bill = one_bill(lane).await;
    pay::pay(lane, &bill).await;
    bill
}

async fn stripe_tells(lane: &mut Lane, bill: &Bill) {
    let sent = lane.sent_back(bill).await;
    let payment = Payment::from(&lane.pages(bill)[0]);
    lane.stripe_says(&payment.refund_created(&sent[0].0, 500)).await;
    lane.stripe_says(&payment.charge_refunded(&sent[0].0, 500, false)).await;
}

async fn gone_once(lane: &mut Lane, bill: &Bill) {
    lane.given_back_once(bill, 500).await;
}

impl Lane {
    /// Staff give 5 of 12.50 USD back.
    pub async fn give_back(&mut self, bill: &Bill) {
        let body = json!({ "amount": "5.00", "reason": "Broken on arrival" });
        self.post(&format!("api/invoices/{}/refunds/", bill.invoice), &body).await;
    }

    /// What the provider sent back of a bill: name and amount in cents.
    pub async fn sent_back(&self, bill: &Bill) -> Vec<(String, i64)> {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let rows = self.rows(bill).await;
        let charge = rows.iter().find(|row| row.kind == Kind::Charge).expect("a charge");
        let payment = charge.transaction_reference.as_deref().expect("a name");
        if charge.gateway == Gateway::Stripe {
            return self.stripe.refunds_of(payment).iter().map(|it| (text(&it["id"]), it["amount"].as_i64().expect("cents"))).collect();
        }
        let cents = |refund: &Value| text(&refund["amount"]["value"]).replace('.', "").parse().expect("digits");
        let payments = |order: &Value| order["purchase_units"][0]["payments"]["refunds"].as_array().cloned().unwrap_or_default();
        self.orders(bill).iter().flat_map(payments).map(|refund| (text(&refund["id"]), cents(&refund))).collect()
    }

    /// One charge and one refund of so many cents, at the provider and here, and the customer was told so once.
    pub async fn given_back_once(&self, bill: &Bill, minor: i64) {
        let rows = self.rows(bill).await;
        let [charge, refund] = rows.as_slice() else { panic!("a charge and a refund: {rows:#?}") };
        assert_eq!((charge.kind, charge.status, charge.amount_minor), (Kind::Charge, TransactionStatus::Success, 1250), "{charge:#?}");
        assert_eq!((refund.kind, refund.status, refund.amount_minor), (Kind::Refund, TransactionStatus::Success, minor), "{refund:#?}");
        assert_eq!(refund.parent_id, Some(charge.id));
        let sent = self.sent_back(bill).await;
        assert_eq!(sent, [(refund.transaction_reference.clone().expect("a name"), minor)], "at the provider");
        let invoice = self.invoice(bill).await;
        assert_eq!((invoice.paid_minor, invoice.refunded_minor), (1250, minor), "{invoice:#?}");
        self.told_once(bill, "Refund");
    }
}
