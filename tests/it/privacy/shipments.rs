//! What shipments say about a person.

use super::{id, ready, request};
use crate::support::TestApp;
use crate::support::client::Client;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use shared::shipments::shipment;

const SHIPMENTS: &str = "/api/shipments/";

async fn ship(client: &Client, recipient: &str) -> Value {
    let body = json!({
        "delivery_address": {
            "recipient": recipient, "phone": "+15551234567", "line1": "7 Baobab Road", "line2": "Flat 2", "city": "Fresno",
            "region": "US-CA", "postal_code": "93650", "country": "US"
        },
        "package_details": {
            "parcels": [{ "weight_kg": 1, "length_cm": 1, "width_cm": 1, "height_cm": 1, "contents": "Sentinels", "about": "Sentinels" }],
            "about": "Sentinels"
        }
    });
    client.post(SHIPMENTS, &body).await.expect(201)
}

async fn moved(staff: &Client, shipment: &Value, body: Value) {
    staff.patch(&format!("{SHIPMENTS}{}/status/", id(shipment)), &body).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_tells_the_own_shipments_with_what_happened_to_them_and_no_reason_of_staff() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let (other, _) = test.customer("bilal@example.com").await;
    let shipment = ship(&customer, "Fatou Diallo").await;
    ship(&other, "Bilal Sow").await;
    let body = json!({ "status": "CANCELLED", "note": "As you wished", "reason": "SECRET", "location": "Oakland" });
    moved(&test.admin().await, &shipment, body).await;
    let export = ready(&customer, &request(&customer).await).await;
    let answer = customer.get(export["download_url"].as_str().unwrap()).await;
    let data = answer.expect(200);
    let [told] = data["shipments"].as_array().unwrap().as_slice() else { panic!("one shipment: {data}") };
    for field in ["id", "reference", "tracking_number", "service", "currency", "estimated_cost", "delivery_address"] {
        assert_eq!(told[field], shipment[field], "{field}");
    }
    assert_eq!((&told["status"], &told["parcels"][0]["contents"]), (&json!("CANCELLED"), &json!("Sentinels")));
    assert_eq!((&told["events"][1]["note"], &told["events"][1]["location"]), (&json!("As you wished"), &json!("Oakland")));
    for word in ["SECRET", "Bilal", "searched"] {
        assert!(!answer.text.contains(word), "{word} is in {}", answer.text);
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_erased_before_the_bill_of_what_was_delivered_on_trust_is_written() {
    let mut test = TestApp::builder().without_worker().start().await;
    let admin = test.admin().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let shipment = ship(&customer, "Fatou Diallo").await;
    moved(&admin, &shipment, json!({ "status": "PROCESSING" })).await;
    moved(&admin, &shipment, json!({ "status": "IN_TRANSIT", "override": true, "reason": "pays at the door" })).await;
    moved(&admin, &shipment, json!({ "status": "DELIVERED" })).await;
    let erase = async || admin.post(&format!("/api/admin/users/{}/erase/", id(&user)), &json!({ "reason": "asked by letter" })).await;
    erase().await.problem(409, "account-has-open-shipments");
    test.start_worker(worker::registry::registry());
    test.quiet().await;
    erase().await.problem(409, "account-has-open-invoices");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_erased_while_something_is_on_its_way_and_then_only_the_country_is_left() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let (other, _) = test.customer("bilal@example.com").await;
    let shipment = ship(&customer, "Fatou Diallo").await;
    let neighbours = ship(&other, "Bilal Sow").await;
    let erase = async || admin.post(&format!("/api/admin/users/{}/erase/", id(&user)), &json!({ "reason": "asked by letter" })).await;
    erase().await.problem(409, "account-has-open-shipments");
    let free = json!({ "status": "PROCESSING", "cost": "0", "reason": "Mrs Diallo is a friend" });
    moved(&admin, &shipment, free).await;
    test.settle().await;
    for status in ["IN_TRANSIT", "DELIVERED"] {
        erase().await.problem(409, "account-has-open-shipments");
        moved(&admin, &shipment, json!({ "status": status, "note": "Given to Mrs Diallo" })).await;
    }
    test.quiet().await;
    erase().await.expect(200);

    let kept = admin.get(&format!("{SHIPMENTS}{}/", id(&shipment))).await;
    let row = kept.expect(200);
    assert_eq!((&row["delivery_address"]["country"], &row["delivery_address"]["region"]), (&json!("US"), &json!("US-CA")));
    assert_eq!((&row["cost"], &row["status"]), (&json!("0.00"), &json!("DELIVERED")));
    for word in ["Fatou", "Diallo", "Baobab", "Fresno", "93650", "+1555", "Flat", "Sentinels"] {
        assert!(!kept.text.contains(word), "{word} is in {}", kept.text);
    }
    let rows = shipment::Entity::find().all(&test.app.db.conn).await.unwrap();
    let searched = |shipment: &Value| rows.iter().find(|row| row.id.0 == id(shipment)).unwrap().searched.clone();
    assert_eq!((searched(&shipment).as_str(), searched(&neighbours).contains("bilal sow")), ("", true));
    for table in ["shipments", "shipment_events", "notifications"] {
        let rows = match table {
            "shipments" => {
                "CAST(delivery_address AS TEXT) LIKE '%Diallo%' OR CAST(package_details AS TEXT) LIKE '%Sentinels%' AND searched = ''"
            }
            "shipment_events" => "note LIKE '%Diallo%' OR reason LIKE '%Diallo%'",
            _ => "CAST(facts AS TEXT) LIKE '%Diallo%'",
        };
        assert_eq!(test.count(table, rows).await, 0, "{table}");
    }
    // what is an empty shell is not moved any more
    let body = json!({ "status": "IN_TRANSIT", "reason": "x" });
    admin.patch(&format!("{SHIPMENTS}{}/status/", id(&shipment)), &body).await.problem(409, "account-erased");
    admin.patch(&format!("{SHIPMENTS}{}/status/", id(&neighbours)), &json!({ "status": "CANCELLED" })).await.expect(200);
    test.done().await;
}
