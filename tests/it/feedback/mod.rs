//! What customers think: given by the API or on the page of a link, asked for once, read by staff.

mod giving;
mod inviting;
mod page;
mod personal;
mod reading;

use crate::support::client::{Answer, Client};
use crate::support::{TestApp, id};
use serde_json::{Value, json};
use shared::feedback::About;
use shared::ids::{RequestId, ShipmentId};

const FEEDBACK: &str = "/api/feedback/";
const ALL: &str = "/api/admin/feedback/";
const SUMMARY: &str = "/api/admin/feedback/summary/";

/// A customer, staff, and what was done for the customer.
struct Stage {
    test: TestApp,
    customer: Client,
    user: Value,
    staff: Client,
}

impl Stage {
    async fn new() -> Self {
        Self::on(TestApp::new().await).await
    }

    /// Where jobs stay where they are.
    async fn still() -> Self {
        Self::on(TestApp::builder().without_worker().start().await).await
    }

    async fn on(test: TestApp) -> Self {
        let (customer, user) = test.customer("amina@example.com").await;
        let staff = test.admin().await;
        Self { test, customer, user, staff }
    }

    async fn shipment(&self) -> Value {
        let body = json!({
            "delivery_address": { "recipient": "Amina Diallo", "line1": "1 Main Street", "city": "Fresno", "region": "US-CA", "postal_code": "93650", "country": "US" },
            "package_details": { "parcels": [{ "weight_kg": "2.5", "length_cm": 30, "width_cm": 20, "height_cm": 10, "contents": "Books" }] },
        });
        self.customer.post("/api/shipments/", &body).await.expect(201)
    }

    async fn go(&self, shipment: &Value, status: &str) {
        let mut body = json!({ "status": status, "reason": "pays at the door" });
        body["override"] = (status == "IN_TRANSIT").into();
        let door = format!("/api/shipments/{}/status/", id(shipment));
        self.staff.patch(&door, &body).await.expect(200);
    }

    /// It was not delivered after all.
    async fn back(&self, shipment: &Value) {
        let body = json!({ "status": "IN_TRANSIT", "reason": "the wrong door" });
        self.staff.patch(&format!("/api/shipments/{}/status/", id(shipment)), &body).await.expect(200);
    }

    /// Delivered on trust.
    async fn delivered(&self) -> Value {
        let shipment = self.shipment().await;
        for status in ["PROCESSING", "IN_TRANSIT", "DELIVERED"] {
            self.go(&shipment, status).await;
        }
        shipment
    }

    /// At its owner's door.
    async fn request(&self) -> Value {
        let item = json!({ "product_name": "Tea", "product_url": "https://shop.example/tea", "quantity": 1, "unit_price": "12.50", "currency": "USD" });
        let request = self.customer.post("/api/buy4me/requests/", &json!({ "items": [item] })).await.expect(201);
        self.test.sql(&format!("UPDATE buy4me_requests SET status = 'SHIPPED_TO_CUSTOMER' WHERE reference = {}", quoted(&request))).await;
        request
    }

    async fn completed(&self) -> Value {
        let request = self.request().await;
        let door = format!("/api/buy4me/requests/{}/", id(&request));
        self.customer.patch(&door, &json!({ "status": "COMPLETED" })).await.expect(200);
        request
    }

    async fn give(&self, body: Value) -> Answer {
        self.customer.post(FEEDBACK, &body).await
    }

    async fn invitations(&self) -> i64 {
        self.test.count("notifications", "event = 'feedback.wanted' AND channel = 'EMAIL'").await
    }
}

fn quoted(document: &Value) -> String {
    format!("'{}'", document["reference"].as_str().unwrap())
}

fn about_shipment(shipment: &Value) -> About {
    About::Shipment(ShipmentId(id(shipment).parse().unwrap()))
}

fn about_request(request: &Value) -> About {
    About::Request(RequestId(id(request).parse().unwrap()))
}
