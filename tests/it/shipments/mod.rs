//! Parcels from the question what they cost to the door of whoever gets them.

mod access;
mod approval;
mod bad_input;
mod bills;
mod cancel;
mod edit;
mod life;
mod lists;
mod prices;
mod steps;
mod tracking;
mod walk;

use crate::support::client::{Answer, Client};
use crate::support::{PASSWORD, TestApp, id};
use reqwest::Method;
use serde_json::{Value, json};
use shared::ids::ShipmentId;
use uuid::Uuid;

const SHIPMENTS: &str = "/api/shipments/";

fn to_fresno() -> Value {
    json!({
        "recipient": "Amina Diallo", "phone": "+15551234567", "line1": "1 Main Street", "city": "Fresno", "region": "US-CA",
        "postal_code": "93650", "country": "US"
    })
}

/// 30 × 20 × 10 cm: its volume counts as 1.2 kg.
fn parcel(weight_kg: &str) -> Value {
    json!({ "weight_kg": weight_kg, "length_cm": 30, "width_cm": 20, "height_cm": 10, "contents": "Books" })
}

/// 2.5 kg by the domestic standard service: 4.50 + 5 × 0.90 = 9.00, and 6.5 % for fuel: 9.59.
fn books() -> Value {
    json!({ "delivery_address": to_fresno(), "package_details": { "parcels": [parcel("2.5")] } })
}

async fn ship(customer: &Client) -> Value {
    customer.post(SHIPMENTS, &books()).await.expect(201)
}

fn key(shipment: &Value) -> ShipmentId {
    ShipmentId(id(shipment).parse().unwrap())
}

fn path(shipment: &Value) -> String {
    format!("{SHIPMENTS}{}/", id(shipment))
}

async fn shown(client: &Client, shipment: &Value) -> Value {
    client.get(&path(shipment)).await.expect(200)
}

async fn moved(staff: &Client, shipment: &Value, body: Value) -> Answer {
    staff.patch(&format!("{}status/", path(shipment)), &body).await
}

/// A move that succeeds.
async fn go(staff: &Client, shipment: &Value, status: &str) -> Value {
    let body = match status {
        "ON_HOLD" => json!({ "status": status, "reason": "customs" }),
        _ => json!({ "status": status }),
    };
    let after = moved(staff, shipment, body).await.expect(200);
    assert_eq!(after["status"], status);
    after
}

/// An answer to the cost that is shown now.
async fn answer(client: &Client, shipment: &Value, accept: bool) -> Value {
    let seen = client.get(&path(shipment)).await.json();
    let amount = seen["proposal"]["after"].as_str().unwrap_or("0");
    if accept { json!({ "accept": true, "amount": amount, "reason": "asked on the telephone" }) } else { json!({ "accept": false }) }
}

async fn answered(client: &Client, shipment: &Value, accept: bool) -> Answer {
    client.post(&format!("{}cost/", path(shipment)), &answer(client, shipment, accept).await).await
}

/// A request that says which version it was made from.
async fn if_match(client: &Client, method: Method, path: &str, tag: &str, body: &Value) -> Answer {
    client.send(method, path, |request| request.header("If-Match", tag).json(body)).await
}

/// A member of staff with these sets.
async fn clerk(test: &TestApp, email: &str, sets: &[&str]) -> Client {
    let body = json!({ "email": email, "password": PASSWORD, "first_name": "Fatou", "last_name": "Sow", "role": "ADMIN", "permission_sets": sets });
    test.admin().await.post("/api/superadmin/admins/", &body).await.expect(201);
    test.http.sign_in(email, PASSWORD).await
}

/// Pays all open invoices of a shipment.
async fn pay(test: &TestApp, customer: &Client, shipment: &Value) {
    for invoice in shown(customer, shipment).await["invoices"].as_array().unwrap() {
        if invoice["balance"].as_str().unwrap().parse::<f64>().unwrap() > 0.0 {
            test.pay(customer, id(invoice)).await;
            test.quiet().await;
        }
    }
}

/// Confirmed, billed and paid.
async fn processed(test: &TestApp, customer: &Client, staff: &Client) -> Value {
    let shipment = ship(customer).await;
    go(staff, &shipment, "PROCESSING").await;
    test.settle().await;
    pay(test, customer, &shipment).await;
    shown(staff, &shipment).await
}

/// Makes it the shipment of a request, which only Buy4Me does.
async fn link(test: &TestApp, shipment: &Value) {
    use sea_orm::ConnectionTrait;
    let sql = "UPDATE shipments SET buy4me_request_id = $1 WHERE id = $2";
    let sql = test.app.db.sql(sql, vec![Uuid::now_v7().into(), key(shipment).into()]);
    let _writing = test.app.db.writing().await;
    test.app.db.conn.execute_raw(sql).await.unwrap();
}

/// Total and descriptions of the lines, each with its own total.
fn priced(shipment: &Value) -> Vec<(String, String)> {
    let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
    shipment["cost_lines"].as_array().unwrap().iter().map(|line| (text(line, "description"), text(line, "total"))).collect()
}
