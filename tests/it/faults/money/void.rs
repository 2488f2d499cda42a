//! An invoice that is made void while its page is open, while its page is being made, or a moment after somebody paid there.

use super::pay::{one_bill, open_page};
use super::{Bill, Lane, at_every_place};
use crate::support::stripe_events::Payment;
use serde_json::json;
use shared::billing::status::InvoiceStatus;
use shared::billing::transaction::{Kind, TransactionStatus};

#[tokio::test(flavor = "multi_thread")]
async fn a_void_invoice_has_no_page_left_wherever_the_process_dies() {
    let play = async |lane: &mut Lane, bill: &Bill| lane.void(bill).await;
    at_every_place("void", &["request", "billing.close_page"], open_bill, play, nothing_left).await;
}

/// The request dies, and its payer does not come back. The invoice is void before the job that takes over has its turn: nobody here
/// has the address of the page that Stripe may have made.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_making_was_interrupted_is_not_left_open_for_a_void_invoice() {
    let set = async |lane: &mut Lane| {
        lane.is_quick = true;
        one_bill(lane).await
    };
    let play = async |lane: &mut Lane, bill: &Bill| {
        lane.ask_once(&format!("api/invoices/{}/pay/", bill.invoice), &json!({ "gateway": "STRIPE" })).await;
        lane.void(bill).await;
    };
    at_every_place("void without a payer", &["request", "billing.close_page"], set, play, nothing_left).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_a_moment_before_the_invoice_was_void_goes_back_once() {
    let play = async |lane: &mut Lane, bill: &Bill| {
        let [page] = <[_; 1]>::try_from(lane.pages(bill)).expect("one page");
        let payment = Payment::from(&page);
        lane.stripe.mark_paid(&page.id, &payment.payment_intent);
        lane.void(bill).await;
        lane.stripe_says(&payment.checkout_session_completed(true)).await;
        lane.stripe_says(&payment.payment_intent_succeeded()).await;
    };
    let parts = ["request", "inbox", "billing.close_page", "billing.send_refund", "notifications.send_notice"];
    at_every_place("void, and paid a moment before", &parts, open_bill, play, gone_back).await;
}

async fn open_bill(lane: &mut Lane) -> Bill {
    let bill = one_bill(lane).await;
    open_page(lane, &bill).await;
    bill
}

async fn nothing_left(lane: &mut Lane, bill: &Bill) {
    let pages = lane.pages(bill);
    assert!(pages.len() <= 1 && pages.iter().all(|page| page.status == "expired"), "no page can be paid: {pages:#?}");
    let rows = lane.rows(bill).await;
    let is_over = |row: &shared::billing::transaction::Model| row.kind == Kind::Charge && row.status == TransactionStatus::Cancelled;
    assert!(rows.len() <= 1 && rows.iter().all(is_over), "no payment is expected: {rows:#?}");
    let invoice = lane.invoice(bill).await;
    assert_eq!((invoice.status, invoice.paid_minor, invoice.paid_at), (InvoiceStatus::Void, 0, None));
    assert_eq!(lane.noted(bill, "invoice.voided").await, 1, "it was made void once");
}

async fn gone_back(lane: &mut Lane, bill: &Bill) {
    let invoice = lane.invoice(bill).await;
    assert_eq!((invoice.status, invoice.paid_minor, invoice.refunded_minor), (InvoiceStatus::Void, 1250, 1250));
    lane.given_back_once(bill, 1250).await;
}

impl Lane {
    /// Makes an invoice void, and asks again until it is.
    pub async fn void(&mut self, bill: &Bill) {
        let token = self.token.clone();
        let body = json!({ "reason": "Sent by mistake" });
        let path = format!("api/invoices/{}/void/", bill.invoice);
        let answer = self.insist(&path, |request| request.bearer_auth(&token).json(&body)).await;
        // what was done, and not answered, cannot be done again
        if answer.status != 409 {
            answer.well();
        }
        self.settled().await;
    }
}
