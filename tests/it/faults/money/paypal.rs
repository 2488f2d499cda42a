//! A payment that PayPal carries: the payer approves there, we capture. The payer may come back to us or close the tab.

use super::pay::one_bill;
use super::{Bill, Lane, at_every_place};
use crate::support::paypal::event;
use serde_json::{Value, json};

const PARTS: [&str; 4] = ["request", "inbox", "billing.apply_payment_event", "notifications.send_notice"];

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_by_paypal_is_captured_once_though_its_payer_does_not_come_back() {
    let parts = [&PARTS[..], &["billing.capture_payment"]].concat();
    at_every_place("payment by PayPal, tab closed", &parts, one_bill, pay_and_leave, captured_once).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_by_paypal_is_captured_once_when_its_payer_comes_back() {
    let play = async |lane: &mut Lane, bill: &Bill| {
        let (payment, order) = open_order(lane, bill).await;
        lane.paypal.approve(&order);
        lane.post(&format!("api/payments/{payment}/capture/"), &Value::Null).await;
        lane.settled().await;
        lane.paypal_says("CHECKOUT.ORDER.APPROVED", &lane.paypal.order(&order)).await;
        lane.paypal_says("PAYMENT.CAPTURE.COMPLETED", &lane.paypal.capture_of(&order)).await;
    };
    at_every_place("payment by PayPal, payer back", &PARTS, one_bill, play, captured_once).await;
}

/// Approves, and closes the tab.
pub async fn pay_and_leave(lane: &mut Lane, bill: &Bill) {
    let (_, order) = open_order(lane, bill).await;
    lane.paypal.approve(&order);
    lane.paypal_says("CHECKOUT.ORDER.APPROVED", &lane.paypal.order(&order)).await;
    lane.paypal_says("PAYMENT.CAPTURE.COMPLETED", &lane.paypal.capture_of(&order)).await;
}

/// Our payment, and PayPal's order for it.
async fn open_order(lane: &mut Lane, bill: &Bill) -> (String, String) {
    let begun = lane.post(&format!("api/invoices/{}/pay/", bill.invoice), &json!({ "gateway": "PAYPAL" })).await;
    let order = begun["redirect_url"].as_str().and_then(|page| page.split_once("token=")).expect("PayPal's page").1.to_owned();
    (begun["transaction"]["id"].as_str().expect("an id").to_owned(), order)
}

async fn captured_once(lane: &mut Lane, bill: &Bill) {
    let charge = lane.charged_once(bill).await;
    let orders = lane.orders(bill);
    let [order] = orders.as_slice() else { panic!("one order: {orders:#?}") };
    let captures = &order["purchase_units"][0]["payments"]["captures"];
    assert_eq!(captures.as_array().map(Vec::len), Some(1), "{captures}");
    assert_eq!(captures[0]["amount"], json!({ "currency_code": "USD", "value": "12.50" }));
    assert_eq!(charge.checkout_reference.as_deref(), order["id"].as_str());
    assert_eq!(charge.transaction_reference.as_deref(), captures[0]["id"].as_str());
    lane.told_once(bill, "Receipt");
}

impl Lane {
    /// The orders that PayPal has of a bill, whether we know them or not.
    pub fn orders(&self, bill: &Bill) -> Vec<Value> {
        let number = |order: &Value| order["purchase_units"][0]["invoice_id"].as_str().unwrap_or_default().to_owned();
        let of_bill = |order: &&Value| number(order).starts_with(&format!("{}-", bill.number));
        self.paypal.desk(|desk| desk.orders.values().filter(of_bill).cloned().collect())
    }

    /// An event about an object, sent until it is taken.
    pub async fn paypal_says(&mut self, event_type: &str, resource: &Value) {
        let body = event(&format!("WH-{event_type}-{}", resource["id"].as_str().expect("an id")), event_type, resource);
        self.paypal_sends(&body).await;
    }
}
