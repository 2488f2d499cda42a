//! One cost, one bill: whatever runs twice, late or at the same time.

use super::{SHIPMENTS, books, go, key, moved, parcel, path, pay, processed, ship, shown};
use crate::support::TestApp;
use serde_json::{Value, json};
use shared::shipments::jobs::IssueInvoice;

async fn bill_again(test: &TestApp, shipment: &Value, times: usize) {
    for _ in 0..times {
        let tx = test.app.begin().await.unwrap();
        tx.enqueue(IssueInvoice { shipment: key(shipment) }).await.unwrap();
        tx.commit().await.unwrap();
    }
    test.settle().await;
}

fn amounts(shipment: &Value) -> Vec<&str> {
    shipment["invoices"].as_array().unwrap().iter().map(|invoice| invoice["amount"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_delivered_many_times_makes_one_invoice() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    bill_again(&test, &shipment, 2).await;
    assert_eq!(test.count("invoices", "1 = 1").await, 0, "nothing is confirmed");
    go(&admin, &shipment, "PROCESSING").await;
    bill_again(&test, &shipment, 5).await;
    pay(&test, &customer, &shipment).await;
    bill_again(&test, &shipment, 2).await;
    assert_eq!(amounts(&shown(&customer, &shipment).await), ["9.59"]);
    assert_eq!(test.count("credit_notes", "1 = 1").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cancelled_before_the_job_ran_gets_no_bill() {
    let mut test = TestApp::builder().without_worker().start().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    go(&admin, &shipment, "PROCESSING").await;
    go(&admin, &shipment, "CANCELLED").await;
    test.start_worker(worker::registry::registry());
    test.settle().await;
    assert_eq!(test.count("invoices", "1 = 1").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_little_dearer_is_billed_and_cheaper_is_given_back() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = processed(&test, &customer, &admin).await;
    let weighs = |weight: &str| json!({ "package_details": { "parcels": [parcel(weight)] } });
    // within a tenth of the estimate
    let dearer = admin.patch(&path(&shipment), &weighs("3")).await.expect(200);
    assert_eq!((&dearer["cost"], &dearer["action_required"]), (&json!("10.54"), &Value::Null));
    test.settle().await;
    let billed = shown(&customer, &shipment).await;
    assert_eq!(amounts(&billed), ["9.59", "0.95"]);
    assert_eq!(test.count("invoices", "kind = 'DIFFERENCE'").await, 1);
    moved(&admin, &shipment, json!({ "status": "IN_TRANSIT" })).await.problem(409, "shipment-not-paid");
    pay(&test, &customer, &shipment).await;
    // 1 kg by its volume of 1.2, so 1.5: 4.50 + 2.70 = 7.20, fuel 0.47: 2.87 less, 0.95 of it on the newer bill
    let cheaper = admin.patch(&path(&shipment), &weighs("1")).await.expect(200);
    assert_eq!(cheaper["cost"], "7.67");
    bill_again(&test, &shipment, 2).await;
    let credited = shown(&customer, &shipment).await;
    assert_eq!(amounts(&credited), ["9.59", "0.95"], "what was issued stays as it is");
    assert_eq!(test.count("credit_notes", "amount_minor = 95").await, 1);
    assert_eq!(test.count("credit_notes", "amount_minor = 192").await, 1);
    assert_eq!(test.count("credit_notes", "1 = 1").await, 2);
    assert_eq!(test.count("payment_transactions", "kind = 'REFUND' AND status = 'PENDING' AND amount_minor IN (95, 192)").await, 2);
    go(&admin, &shipment, "IN_TRANSIT").await;
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_before_the_bill_is_written_changes_the_bill_itself() {
    let mut test = TestApp::builder().without_worker().start().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    go(&admin, &shipment, "PROCESSING").await;
    admin.patch(&path(&shipment), &json!({ "package_details": { "parcels": [parcel("1")] } })).await.expect(200);
    moved(&admin, &shipment, json!({ "status": "IN_TRANSIT" })).await.problem(409, "shipment-not-paid");
    test.start_worker(worker::registry::registry());
    test.settle().await;
    assert_eq!(amounts(&shown(&customer, &shipment).await), ["7.67"]);
    assert_eq!(test.count("credit_notes", "1 = 1").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_by_hand_about_it_must_be_paid_too_and_is_no_bill_of_its_price() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = processed(&test, &customer, &admin).await;
    let mut body =
        json!({ "user": user["id"], "currency": "USD", "lines": [{ "description": "Crate", "quantity": 1, "unit_price": "4" }] });
    body["related_shipment"] = shipment["id"].clone();
    admin.post("/api/invoices/", &body).await.expect(201);
    bill_again(&test, &shipment, 1).await;
    assert_eq!(amounts(&shown(&customer, &shipment).await), ["9.59", "4.00"]);
    moved(&admin, &shipment, json!({ "status": "IN_TRANSIT" })).await.problem(409, "shipment-not-paid");
    pay(&test, &customer, &shipment).await;
    go(&admin, &shipment, "IN_TRANSIT").await;
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_sent_twice_is_one_shipment() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let first = customer.post_once(SHIPMENTS, "key-1", &books()).await;
    let again = customer.post_once(SHIPMENTS, "key-1", &books()).await;
    assert_eq!(first.expect(201), again.expect(201));
    assert_eq!((again.header("idempotency-replayed"), again.header("location")), ("true", first.header("location")));
    let mut other = books();
    other["service"] = "EXPRESS".into();
    customer.post_once(SHIPMENTS, "key-1", &other).await.problem(422, "key-reused");
    let books = books();
    let answers = futures::future::join_all((0..8).map(|_| customer.post_once(SHIPMENTS, "key-2", &books))).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)), "{answers:?}");
    assert_eq!(test.count("shipments", "1 = 1").await, 2);
    test.done().await;
}
