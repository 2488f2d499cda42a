//! The calls themselves: which address, which key. What the answers mean is told in `billing::paypal`.

use super::{Call, PaypalClient, Said};
use crate::clock::Time;
use crate::{Error, Result};
use chrono::SecondsFormat;
use reqwest::Method;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

impl PaypalClient {
    /// Makes an order: the hosted page of one payment.
    pub async fn create_order(&self, order: &Value, key: &str) -> Result<Said> {
        self.post("v2/checkout/orders".to_owned(), order, Some(key)).await
    }

    /// How an order stands, with its captures and refunds.
    pub async fn order(&self, id: &str) -> Result<Said> {
        self.get(format!("v2/checkout/orders/{}", plain(id)?)).await
    }

    /// Gives an order another number of ours.
    pub async fn renumber(&self, id: &str, invoice_id: &str) -> Result<Said> {
        let change = json!([{ "op": "replace", "path": "/purchase_units/@reference_id=='default'/invoice_id", "value": invoice_id }]);
        let body = serde_json::to_vec(&change).map_err(Error::internal)?;
        self.call(Call { method: Method::PATCH, path: format!("v2/checkout/orders/{}", plain(id)?), body: Some(body), key: None }).await
    }

    /// Moves the money of an approved order.
    pub async fn capture_order(&self, id: &str, key: &str) -> Result<Said> {
        self.post(format!("v2/checkout/orders/{}/capture", plain(id)?), &json!({}), Some(key)).await
    }

    /// A payment.
    pub async fn show_capture(&self, id: &str) -> Result<Said> {
        self.get(format!("v2/payments/captures/{}", plain(id)?)).await
    }

    /// Sends money of a payment back.
    pub async fn refund_capture(&self, id: &str, refund: &Value, key: &str) -> Result<Said> {
        self.post(format!("v2/payments/captures/{}/refund", plain(id)?), refund, Some(key)).await
    }

    /// A refund.
    pub async fn show_refund(&self, id: &str) -> Result<Said> {
        self.get(format!("v2/payments/refunds/{}", plain(id)?)).await
    }

    /// A dispute.
    pub async fn dispute(&self, id: &str) -> Result<Said> {
        self.get(format!("v1/customer/disputes/{}", plain(id)?)).await
    }

    /// Disputes that began since: one page, without the payments they are about.
    pub async fn disputes(&self, since: Time) -> Result<Said> {
        self.get(format!("v1/customer/disputes?{}", query(&[("start_time", time(since)), ("page_size", "50".into())]))).await
    }

    /// Events of a time, one page.
    pub async fn events(&self, since: Time, until: Time) -> Result<Said> {
        let window = [("start_time", time(since)), ("end_time", time(until)), ("page_size", "300".into())];
        self.get(format!("v1/notifications/webhooks-events?{}", query(&window))).await
    }

    /// The page that an answer calls `next`: only ever below our own base, whatever host the link names.
    pub async fn next(&self, link: &str) -> Result<Said> {
        let link: url::Url = link.parse().map_err(|_| Error::refused(super::SERVICE, "a link that is none"))?;
        let path = link.path().trim_start_matches('/');
        self.get(format!("{path}?{}", link.query().unwrap_or_default())).await
    }

    /// The account's movements of at most 31 days, one page; the newest three hours may be missing.
    pub async fn transactions(&self, since: Time, until: Time, page: u32) -> Result<Said> {
        let window = [
            ("start_date", time(since)),
            ("end_date", time(until)),
            ("fields", "transaction_info".into()),
            ("page_size", "500".into()),
            ("page", page.to_string()),
        ];
        self.get(format!("v1/reporting/transactions?{}", query(&window))).await
    }

    /// Whether PayPal signed a delivery. `request` holds the delivery's own bytes.
    pub async fn verify_signature(&self, request: Vec<u8>) -> Result<Said> {
        let path = "v1/notifications/verify-webhook-signature".to_owned();
        self.call(Call { method: Method::POST, path, body: Some(request), key: None }).await
    }

    async fn get(&self, path: String) -> Result<Said> {
        self.call(Call { method: Method::GET, path, body: None, key: None }).await
    }

    async fn post(&self, path: String, body: &Value, key: Option<&str>) -> Result<Said> {
        let body = serde_json::to_vec(body).map_err(Error::internal)?;
        self.call(Call { method: Method::POST, path, body: Some(body), key }).await
    }
}

/// An id that is one part of a path. Ids come out of events too.
fn plain(id: &str) -> Result<&str> {
    let fits = (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits { Ok(id) } else { Err(Error::refused(super::SERVICE, "an id that PayPal never gave")) }
}

fn time(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn query(pairs: &[(&str, String)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}
