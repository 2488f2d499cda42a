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
    assert_eq!(
        test.count("payment_transactions", "kind = 'REFUND' AND status IN ('PENDING', 'SUCCESS') AND amount_minor IN (95, 192)").await,
        2
    );
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
    assert_eq!(again.header("etag"), first.header("etag"));
    let mut other = books();
    other["service"] = "EXPRESS".into();
    customer.post_once(SHIPMENTS, "key-1", &other).await.problem(422, "key-reused");
    let books = books();
    let answers = futures::future::join_all((0..8).map(|_| customer.post_once(SHIPMENTS, "key-2", &books))).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)), "{answers:?}");
    assert_eq!(test.count("shipments", "1 = 1").await, 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_taxed_like_the_cost_and_not_by_what_was_decided_since() {
    let mut test = TestApp::builder().without_worker().start().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let taxes = |rate: &str| json!({ "taxes": { "rate": rate, "on": ["SHIPPING"] } });
    admin.put("/api/superadmin/settings/", &taxes("10")).await.expect(200);
    let shipment = ship(&customer).await;
    go(&admin, &shipment, "PROCESSING").await;
    test.start_worker(worker::registry::registry());
    test.settle().await;
    test.stop_workers().await;
    let dearer = admin.patch(&path(&shipment), &json!({ "package_details": { "parcels": [parcel("3")] } })).await.expect(200);
    admin.put("/api/superadmin/settings/", &taxes("25")).await.expect(200);
    test.start_worker(worker::registry::registry());
    test.settle().await;
    let cents = |value: &Value| -> i64 { value.as_str().unwrap().replace('.', "").parse().unwrap() };
    let mut sums = [0; 2];
    for bill in shown(&customer, &shipment).await["invoices"].as_array().unwrap() {
        let bill = customer.get(&format!("/api/invoices/{}/", super::id(bill))).await.expect(200);
        sums = [sums[0] + cents(&bill["amount"]), sums[1] + cents(&bill["tax"])];
    }
    let tax: i64 = dearer["cost_lines"].as_array().unwrap().iter().map(|line| cents(&line["tax"])).sum();
    assert_eq!(sums, [cents(&dearer["cost"]), tax]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_that_were_paid_are_sent_whatever_became_of_their_currency_and_their_owner() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("amina@example.com").await;
    test.rate("USD", "ISK", "138").await;
    test.sql("UPDATE users SET is_active = false WHERE email = 'amina@example.com'").await;
    for (currency, priced_in) in [("ISK", "ISK"), ("SEK", "USD")] {
        let new = shared::shipments::NewShipment {
            user: Some(shared::ids::UserId(super::id(&user).parse().unwrap())),
            delivery_address: address(super::to_fresno()),
            package_details: books()["package_details"].clone(),
            service: None,
            currency: Some(currency.to_owned()),
            buy4me_request: Some(shared::ids::RequestId(uuid::Uuid::now_v7())),
        };
        let tx = test.app.begin().await.unwrap();
        let made = shared::shipments::create(&tx, &shared::policy::Actor::system(), new).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(made.currency, priced_in);
    }
    test.done().await;
}

fn address(mut fields: Value) -> shared::accounts::postal::AddressFields {
    fields["line2"] = Value::Null;
    serde_json::from_value(fields).unwrap()
}
