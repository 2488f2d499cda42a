//! Those outside, who do what they do until they are answered: a browser that repeats its request, a provider that repeats its event.

use super::{Lane, PATIENCE};
use crate::support::WEBHOOK_SECRET;
use crate::support::stripe_events;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::time::{Duration, Instant};

impl Lane {
    /// A POST of ours under an Idempotency-Key, sent again until somebody answers, with the same key.
    pub async fn post(&mut self, path: &str, key: &str, body: &Value) -> Value {
        let token = self.token.clone();
        let answer = self.insist(Method::POST, path, |request| request.bearer_auth(&token).header("Idempotency-Key", key).json(body)).await;
        serde_json::from_str(&answer).expect("JSON")
    }

    /// An event of Stripe, signed anew each time, sent until it is taken, and then once more.
    pub async fn stripe_says(&mut self, (_, event): &(String, String)) {
        for _ in 0..2 {
            let now = self.stage.test.app.clock.now().timestamp();
            let signature = stripe_events::sign(WEBHOOK_SECRET, now, event.as_bytes());
            let sent = |request: RequestBuilder| request.header("Stripe-Signature", &signature).body(event.clone());
            self.insist(Method::POST, "api/webhooks/stripe/", sent).await;
        }
    }

    /// Sends until there is an answer. Only a process that is gone, or has just come back, is no answer: everything else must be
    /// a success.
    pub(super) async fn insist(&mut self, method: Method, path: &str, fill: impl Fn(RequestBuilder) -> RequestBuilder) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let address = self.door().await.join(path).expect("a path");
            let sent = fill(self.http.request(method.clone(), address)).send().await;
            if let Ok(answer) = sent {
                let status = answer.status();
                if let Ok(text) = answer.text().await {
                    assert!(status.is_success(), "{method} {path}: {status} {text}");
                    return text;
                }
            }
            assert!(Instant::now() < until, "{method} {path}: nobody answers");
            tokio::time::sleep(Duration::from_millis(20)).await; // until it is gone, or back
        }
    }
}
