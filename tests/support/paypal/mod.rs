//! A stand-in for PayPal's API, on a real socket and in PayPal's own protocol: client credentials, orders, captures, refunds,
//! disputes, its events and its books, published error bodies with their `debug_id`. It fails on demand, and is as strict as
//! PayPal: what is off the protocol is refused, and a repeated key must come with the same body.
//!
//! The certificates beside it were made once with openssl: a root, an intermediate, leaves.

mod desk;
pub mod signer;

use super::stand_in::{Server, hang_up};
use super::{Builder, TestApp};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use desk::Desk;
use serde_json::{Value, json};
use shared::config::{PaypalConfig, Verify};
use std::sync::{Arc, Mutex};

pub const CLIENT_ID: &str = "app-of-the-tests";
pub const CLIENT_SECRET: &str = "secret-of-the-tests";
pub const WEBHOOK_ID: &str = "8PT597110X687430LKGECATA";

/// A handle to the server, which stops listening with its last handle.
#[derive(Clone)]
pub struct FakePaypal {
    desk: Arc<Mutex<Desk>>,
    server: Arc<Server>,
}

impl FakePaypal {
    pub async fn start() -> Self {
        let (desk, server) = Server::start(|address| {
            let desk = Arc::new(Mutex::new(Desk::new(format!("http://{address}"))));
            (desk.clone(), Router::new().fallback(handle).with_state(desk))
        })
        .await;
        Self { desk, server }
    }

    /// The account, as a configuration names it.
    pub fn config(&self) -> PaypalConfig {
        let base: url::Url = format!("http://{}/", self.server.address).parse().expect("a URL");
        PaypalConfig {
            client_id: CLIENT_ID.into(),
            client_secret: CLIENT_SECRET.into(),
            webhook_id: Some(WEBHOOK_ID.into()),
            api_base: base.clone(),
            verify: Verify::Offline,
            cert_ca: vec![signer::certificate("ca")],
            issuers_at: Some(base),
        }
    }

    /// Without a trailing slash.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// Looks at or changes what PayPal knows.
    pub fn desk<T>(&self, look: impl FnOnce(&mut Desk) -> T) -> T {
        look(&mut self.desk.lock().expect("nobody panics with it"))
    }

    /// The payer agrees on the hosted page.
    pub fn approve(&self, order: &str) {
        self.desk(|desk| desk.order_mut(order)["status"] = json!("APPROVED"));
    }

    /// How often a path was called.
    pub fn calls(&self, method: &str, part: &str) -> usize {
        self.desk(|desk| desk.calls.iter().filter(|(of, path)| of == method && path.contains(part)).count())
    }

    pub fn order(&self, id: &str) -> Value {
        self.desk(|desk| desk.order_mut(id).clone())
    }

    /// The only payment under an order.
    pub fn capture_of(&self, order: &str) -> Value {
        let captures = self.order(order)["purchase_units"][0]["payments"]["captures"].clone();
        assert_eq!(captures.as_array().map(Vec::len), Some(1), "{captures}");
        captures[0].clone()
    }
}

async fn handle(Shared(desk): Shared<Arc<Mutex<Desk>>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let answer = desk.lock().expect("nobody panics with it").answer(&method, &uri, &headers, &body);
    let (status, more, body) = answer.unwrap_or_else(|| hang_up());
    let mut headers = HeaderMap::new();
    for (name, value) in more {
        headers.insert(name, value.parse().expect("a header"));
    }
    (StatusCode::from_u16(status).expect("a status"), headers, body).into_response()
}

impl Builder {
    /// With PayPal.
    pub fn paypal(self, paypal: &FakePaypal) -> Self {
        let account = paypal.config();
        self.config(move |config| {
            config.paypal = Some(account);
            // no test pays so fast but this machine
            config.calls.paypal = 10_000;
        })
    }
}

impl TestApp {
    /// Sends a webhook as PayPal does.
    pub async fn paypal_event(&self, paypal: &FakePaypal, body: &str) -> super::client::Answer {
        self.paypal_delivery(&signer::sign(paypal, "leaf", WEBHOOK_ID, body)).await
    }

    pub async fn paypal_delivery(&self, delivery: &signer::Signed) -> super::client::Answer {
        let headers: Vec<(&str, &str)> = delivery.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.http.post_raw("/api/webhooks/paypal/", delivery.body.clone(), &headers).await
    }
}

/// An event about an object, spaced as no writer of ours does, so that a checksum over JSON written anew cannot pass by luck.
pub fn event(id: &str, event_type: &str, resource: &Value) -> String {
    let event = json!({
        "id": id, "event_version": "1.0", "create_time": "2026-01-02T03:04:05.000Z", "resource_version": "2.0",
        "event_type": event_type, "summary": "It happened.", "resource": resource, "links": [],
    });
    serde_json::to_string_pretty(&event).expect("JSON writes as JSON")
}

/// A dispute as PayPal tells it.
pub fn dispute(id: &str, capture: &Value, status: &str, outcome: Option<&str>) -> Value {
    json!({
        "dispute_id": id, "create_time": "2026-01-02T03:04:05.000Z", "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        "disputed_transactions": [{ "seller_transaction_id": capture["id"], "seller": { "name": "Shop" } }],
        "dispute_amount": capture["amount"], "status": status, "dispute_life_cycle_stage": "CHARGEBACK",
        "seller_response_due_date": "2026-12-30T08:00:00.000Z",
        "dispute_outcome": outcome.map(|code| json!({ "outcome_code": code })),
    })
}
