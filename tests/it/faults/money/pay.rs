//! A payment by Stripe's page: the browser asks for the page until it has one, the payer pays there, Stripe tells us until we listen.

use super::{Bill, Lane, at_every_place};
use crate::support::stripe::Session;
use crate::support::stripe_events::Payment;
use serde_json::json;

const PARTS: [&str; 5] = ["request", "inbox", "billing.apply_payment_event", "billing.fetch_fee", "notifications.send_notice"];

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_by_stripe_is_taken_and_recorded_once_wherever_the_process_dies() {
    at_every_place("payment by Stripe", &PARTS, one_bill, pay, paid_once).await;
}

/// The job that takes over from a request that died is there first, and the browser finds its work done.
#[tokio::test(flavor = "multi_thread")]
async fn a_payer_who_comes_back_late_finds_the_page_and_pays_once() {
    let set = async |lane: &mut Lane| {
        lane.is_slow = true;
        one_bill(lane).await
    };
    at_every_place("payment by Stripe, taken over by the job", &PARTS, set, pay, paid_once).await;
}

pub async fn one_bill(lane: &mut Lane) -> Bill {
    lane.stage.bills(1).await.pop().expect("the bill")
}

/// Asks for Stripe's page until it is there.
pub async fn open_page(lane: &mut Lane, bill: &Bill) -> Session {
    let begun = lane.post(&format!("api/invoices/{}/pay/", bill.invoice), &json!({ "gateway": "STRIPE" })).await;
    let page = begun["redirect_url"].as_str().expect("a page");
    lane.pages(bill).into_iter().find(|session| page.ends_with(&session.id)).expect("a page of Stripe's")
}

pub async fn pay(lane: &mut Lane, bill: &Bill) {
    let session = open_page(lane, bill).await;
    let payment = Payment::from(&session);
    lane.stripe.mark_paid(&session.id, &payment.payment_intent);
    lane.stripe_says(&payment.checkout_session_completed(true)).await;
    lane.stripe_says(&payment.payment_intent_succeeded()).await;
    lane.stripe_says(&payment.charge_updated(&format!("txn_{}", payment.charge))).await;
}

async fn paid_once(lane: &mut Lane, bill: &Bill) {
    let charge = lane.charged_once(bill).await;
    let pages = lane.pages(bill);
    let [page] = pages.as_slice() else { panic!("one page that can be paid: {pages:#?}") };
    assert_eq!((page.status.as_str(), page.amount), ("complete", 1250));
    assert_eq!(charge.checkout_reference.as_deref(), Some(page.id.as_str()));
    assert_eq!(charge.transaction_reference, Some(Payment::from(page).payment_intent));
    assert_eq!(charge.fee_minor, Some(43), "what Stripe kept");
    lane.told_once(bill, "Receipt");
}

impl Lane {
    /// The pages that Stripe has of a bill, whether we know them or not.
    pub fn pages(&self, bill: &Bill) -> Vec<Session> {
        let of_bill = |page: &Session| page.metadata.get("invoice_id") == Some(&bill.invoice.to_string());
        self.stripe.sessions().into_iter().filter(of_bill).collect()
    }
}
