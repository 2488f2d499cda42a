//! Those outside, who do what they do until they are answered: a browser that repeats its request, a provider that repeats its event.

use super::{Lane, PATIENCE};
use crate::support::WEBHOOK_SECRET;
use crate::support::paypal::{WEBHOOK_ID, signer};
use crate::support::stripe_events;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;
use std::time::{Duration, Instant};

impl Lane {
    /// A POST of ours under an Idempotency-Key, sent again until somebody answers, with the same key.
    pub async fn post(&mut self, path: &str, body: &Value) -> Value {
        let (token, key) = (self.token.clone(), path.replace('/', "-"));
        self.insist(path, |request| request.bearer_auth(&token).header("Idempotency-Key", &key).json(body)).await.well()
    }

    /// An event of Stripe, signed now, sent until it is taken: one whose 200 was lost comes twice. Then it is applied, so
    /// that one thing comes after the other and a place has the same number in each run.
    pub async fn stripe_says(&mut self, (_, event): &(String, String)) {
        let signature = stripe_events::sign(WEBHOOK_SECRET, self.stage.test.app.clock.now().timestamp(), event.as_bytes());
        let sent = |request: RequestBuilder| request.header("Stripe-Signature", &signature).body(event.clone());
        self.insist("api/webhooks/stripe/", sent).await.well();
        self.settled().await;
    }

    /// A delivery of PayPal, the same way.
    pub async fn paypal_sends(&mut self, body: &str) {
        let signed = signer::sign(&self.paypal, "leaf", WEBHOOK_ID, body);
        let sent = |request: RequestBuilder| {
            signed.headers.iter().fold(request.body(signed.body.clone()), |request, (name, value)| request.header(*name, value))
        };
        self.insist("api/webhooks/paypal/", sent).await.well();
        self.settled().await;
    }

    /// A request of somebody who does not come back.
    pub async fn ask_once(&mut self, path: &str, body: &Value) {
        let address = self.door().await.join(path).expect("a path");
        let _ = self.http.post(address).bearer_auth(&self.token).json(body).send().await;
    }

    /// Sends a POST until there is an answer.
    pub(super) async fn insist(&mut self, path: &str, fill: impl Fn(RequestBuilder) -> RequestBuilder) -> Answer {
        let until = Instant::now() + PATIENCE;
        loop {
            let address = self.door().await.join(path).expect("a path");
            self.hesitate().await;
            if let Ok(answer) = fill(self.http.post(address)).send().await {
                let status = answer.status();
                if let Ok(text) = answer.text().await {
                    return Answer { path: path.to_owned(), status, text };
                }
            }
            assert!(Instant::now() < until, "{path}: nobody answers");
            tokio::time::sleep(Duration::from_millis(20)).await; // until it is gone, or back
        }
    }
}

/// What somebody was answered at last.
pub struct Answer {
    path: String,
    pub status: StatusCode,
    pub text: String,
}

impl Answer {
    /// The body of an answer that must be a success: only a process that is gone is no answer.
    pub fn well(&self) -> Value {
        assert!(self.status.is_success(), "{}: {} {}", self.path, self.status, self.text);
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}
