//! What customers are told of: their shipments, requests, invoices and payments.

use super::open;
use crate::support::TestApp;
use crate::support::stripe_events::Payment;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use shared::billing::{apply, inbox};

fn address() -> Value {
    json!({ "recipient": "Amina Diallo", "line1": "7 Baobab Road", "city": "Thiès", "country": "SN" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_sees_a_shipment_and_its_invoice_move() {
    let test = TestApp::new().await;
    let staff = test.admin().await;
    let (client, _) = test.walk_in("amina@example.com").await;
    let mut events = open(&client).await;
    let parcel = json!({ "weight_kg": "2.5", "length_cm": 30, "width_cm": 20, "height_cm": 10, "contents": "Books" });
    let body = json!({ "delivery_address": address(), "package_details": { "parcels": [parcel] } });
    let made = client.post("/api/shipments/", &body).await;
    let shipment = made.expect(201);
    let told = events.expect("shipment.changed").await;
    for field in ["id", "reference", "status", "action_required"] {
        assert_eq!(told.data[field], shipment[field], "{field}: {}", told.data);
    }
    assert_eq!(format!("\"{}\"", told.data["version"]), made.header("etag"));
    assert!(!told.data.to_string().contains("Baobab"), "{}", told.data);
    let door = format!("/api/shipments/{}/status/", shipment["id"].as_str().unwrap());
    staff.patch(&door, &json!({ "status": "PROCESSING" })).await.expect(200);
    let told = events.expect("shipment.changed").await;
    assert_eq!((&told.data["id"], &told.data["status"]), (&shipment["id"], &json!("PROCESSING")));
    let told = events.expect("invoice.changed").await;
    assert_eq!((&told.data["status"], &told.data["payment_status"]), (&json!("OPEN"), &json!("UNPAID")));
    let invoice = client.get(&format!("/api/invoices/{}/", told.data["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(invoice["invoice_number"], told.data["number"]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_sees_a_request_move() {
    let test = TestApp::new().await;
    let (client, _) = test.customer("amina@example.com").await;
    let mut events = open(&client).await;
    let goods = json!({ "product_name": "Tea", "product_url": "https://shop.example/tea", "quantity": 1, "unit_price": "12.50", "currency": "USD" });
    let request = client.post("/api/buy4me/requests/", &json!({ "items": [goods] })).await.expect(201);
    assert_eq!(events.expect("request.changed").await.data["reference"], request["reference"]);
    let door = format!("/api/buy4me/requests/{}/", request["id"].as_str().unwrap());
    client.patch(&door, &json!({ "status": "SUBMITTED" })).await.expect(200);
    let mut told = vec![];
    while told.last() != Some(&("invoice.changed".to_owned(), json!("OPEN"))) {
        let event = events.next().await.unwrap();
        told.push((event.kind, event.data["status"].clone()));
    }
    assert!(told.contains(&("request.changed".to_owned(), json!("SUBMITTED"))), "{told:?}");
    test.done().await;
}

/// An applied payment costs two statements more than it did without live updates: one number, one insert of both events.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_told_with_its_invoice_in_two_statements() {
    let test = TestApp::builder().without_worker().start().await;
    let (client, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    let mut events = open(&client).await;
    let payment =
        Payment { amount: 1250, currency: "usd".to_owned(), invoice_id: invoice["id"].as_str().map(str::to_owned), ..Payment::default() };
    let (event_id, body) = payment.payment_intent_succeeded();
    assert_eq!(test.stripe_event(&body).await.status, 200);
    let stored = inbox::Entity::find().filter(inbox::Column::EventId.eq(event_id));
    let stored = stored.one(&test.app.db.conn).await.unwrap().unwrap();
    let apply = async {
        let tx = test.app.begin().await.unwrap();
        apply::apply(&tx, &stored, false).await.unwrap();
        tx.commit().await.unwrap();
    };
    let ((), heard) = test.listen(apply).await;
    let live = heard.iter().filter(|statement| statement.sql.contains("live_")).count();
    eprintln!("an applied payment: {} statements, {live} of them for live updates", heard.len());
    assert_eq!(live, 2);
    let told = [events.expect("payment.changed").await.data, events.expect("invoice.changed").await.data];
    assert_eq!((&told[0]["kind"], &told[0]["status"], &told[0]["invoice"]), (&json!("CHARGE"), &json!("SUCCESS"), &invoice["id"]));
    assert_eq!((&told[1]["id"], &told[1]["payment_status"]), (&invoice["id"], &json!("PAID")));
    test.close().await;
}

/// Drafts are not yet anybody's.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_draft_nobody_is_told() {
    let test = TestApp::new().await;
    let (client, user) = test.customer("amina@example.com").await;
    let mut events = open(&client).await;
    let lines = json!([{ "description": "Parcel", "quantity": 1, "unit_price": "12.50" }]);
    let body = json!({ "user": user["id"], "currency": "USD", "lines": lines, "finalize": false });
    let staff = test.admin().await;
    let invoice = staff.post("/api/invoices/", &body).await.expect(201);
    assert_eq!(test.count("live_events", "1 = 1").await, 0);
    let door = format!("/api/invoices/{}/", invoice["id"].as_str().unwrap());
    staff.call(&format!("{door}finalize/")).await.expect(200);
    assert_eq!(events.expect("invoice.changed").await.data["status"], "OPEN");
    staff.post(&format!("{door}void/"), &json!({ "reason": "Written twice" })).await.expect(200);
    assert_eq!(events.expect("invoice.changed").await.data["status"], "VOID");
    test.done().await;
}
