//! Invoices that end by hand, and the pages that close with them.

use super::checkout::with_stripe;
use crate::support::TestApp;
use crate::support::stripe_events::Payment;
use serde_json::{Value, json};

fn path(invoice: &Value, verb: &str) -> String {
    format!("/api/invoices/{}/{verb}", invoice["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_void_invoice_keeps_its_number_and_loses_its_page() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
    let reason = json!({ "reason": "Written twice" });
    assert_eq!(customer.post(&path(&invoice, "void/"), &reason).await.status, 403);
    staff.post(&path(&invoice, "void/"), &json!({ "reason": "" })).await.problem(400, "invalid");
    let void = staff.post(&path(&invoice, "void/"), &reason).await.expect(200);
    assert_eq!((&void["status"], &void["balance"], &void["invoice_number"]), (&json!("VOID"), &json!("0.00"), &invoice["invoice_number"]));
    staff.post(&path(&invoice, "void/"), &reason).await.problem(409, "invoice-not-voidable");
    test.settle().await;
    assert_eq!(stripe.sessions()[0].status, "expired");
    assert_eq!(test.count("payment_transactions", "status = 'CANCELLED'").await, 1);
    // somebody paid a moment before: it did arrive, and it goes back
    let payment = Payment::from(&stripe.sessions()[0]);
    stripe.adopt(&payment);
    test.stripe_event(&payment.payment_intent_succeeded().1).await.expect(200);
    test.settle().await;
    assert_eq!(stripe.books()[0].2, 1_000);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_paid_a_moment_before_it_was_to_close_has_paid() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
    stripe.mark_paid(&stripe.sessions()[0].id, "pi_late");
    staff.call(&path(&invoice, "void/")).await.expect(200);
    test.settle().await;
    assert_eq!(test.count("payment_transactions", "kind = 'CHARGE' AND status = 'SUCCESS' AND transaction_reference = 'pi_late'").await, 1);
    assert_eq!(stripe.books()[0].2, 1_000, "and is given back");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_made_while_it_is_being_closed_is_closed_by_the_next_try() {
    use sea_orm::EntityTrait;
    use shared::billing::{pages, transaction};
    let (test, _stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "10.00").await;
    let begun = customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
    let id = begun["transaction"]["id"].as_str().unwrap().parse::<shared::ids::TransactionId>().unwrap();
    let row = transaction::Entity::find_by_id(id).one(&test.app.db.conn).await.unwrap().unwrap();
    let as_loaded = transaction::Model { checkout_reference: None, redirect_url: None, ..row };
    let tx = test.app.begin().await.unwrap();
    let closed = pages::closed(&tx, &as_loaded, vec![]).await;
    assert!(matches!(closed, Err(shared::Error::Upstream { .. })), "{closed:?}");
    drop(tx);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paying_by_another_way_closes_the_page() {
    let (test, stripe) = with_stripe(TestApp::builder()).await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    customer.post(&path(&invoice, "pay/"), &json!({ "gateway": "STRIPE" })).await.expect(201);
    let cash = json!({ "amount": "10.00", "method": "CASH", "reference": "R 1" });
    staff.post(&path(&invoice, "record-payment/"), &cash).await.expect(201);
    test.settle().await;
    assert_eq!(stripe.sessions()[0].status, "expired");
    staff.post(&path(&invoice, "void/"), &json!({ "reason": "x" })).await.problem(409, "invoice-has-payments");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_off_can_still_be_paid() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    let off = staff.post(&path(&invoice, "uncollectible/"), &json!({ "reason": "Moved away" })).await.expect(200);
    assert_eq!((&off["status"], &off["balance"]), (&json!("UNCOLLECTIBLE"), &json!("10.00")));
    staff.post(&path(&invoice, "uncollectible/"), &json!({ "reason": "x" })).await.problem(409, "invoice-not-collectible");
    test.pay(&customer, invoice["id"].as_str().unwrap()).await;
    test.settle().await;
    let paid = customer.get(&path(&invoice, "")).await.expect(200);
    assert_eq!((&paid["status"], &paid["payment_status"]), (&json!("UNCOLLECTIBLE"), &json!("PAID")));
    assert_eq!(test.receipts().len(), 1);
    test.done().await;
}
