//! Outbound calls to Stripe. One call, one try: repeats belong to jobs, which know when, and send the same key.
//!
//! The requests are the typed ones of Stripe's own description where it has them; the transport is ours, because what is to be
//! done about a failure stands in the headers of the answer.

use super::answer;
use super::breaker::Breaker;
use crate::config::StripeConfig;
use crate::throttle::Pace;
use crate::{Error, Result};
use reqwest::header;
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use stripe_client_core::{RequestBuilder, StripeMethod, VERSION};
use url::Url;

const SERVICE: &str = "stripe";
/// A page of a hundred events is a quarter of this.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Stripe's API.
#[derive(Clone)]
pub struct StripeClient {
    base: Url,
    key: SecretString,
    http: reqwest::Client,
    breaker: Breaker,
}

impl StripeClient {
    /// For the configured account. `http` bounds the time of a call and follows no redirect.
    pub fn new(config: &StripeConfig, http: reqwest::Client) -> Self {
        Self { base: config.api_base.clone(), key: config.secret_key.clone(), http, breaker: Breaker::new(SERVICE) }
    }

    /// The same, keeping to a pace.
    pub fn limited(self, pace: Pace) -> Self {
        Self { breaker: self.breaker.limited(pace), ..self }
    }

    /// Makes one call. A POST carries a key: the same key is the same deed, however often it is sent.
    ///
    /// [`Error::Upstream`] may pass; [`Error::Refused`] will not, and its reason begins with Stripe's own code.
    pub async fn call<T: DeserializeOwned>(&self, request: RequestBuilder, key: Option<String>) -> Result<T> {
        let body = self.breaker.call(self.send(request, key)).await?;
        serde_json::from_slice(&body).map_err(|error| unclear(format!("unreadable answer: {error}")))
    }

    async fn send(&self, request: RequestBuilder, key: Option<String>) -> Result<Vec<u8>> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/v1/{}", self.base.path().trim_end_matches('/'), request.path.trim_start_matches('/')));
        url.set_query(request.query.as_deref());
        let call = match request.method {
            StripeMethod::Get => self.http.get(url),
            StripeMethod::Post => self.http.post(url),
            StripeMethod::Delete => self.http.delete(url),
        };
        let call = call.bearer_auth(self.key.expose_secret()).header("Stripe-Version", VERSION.to_string());
        let call = key.into_iter().fold(call, |call, key| call.header("Idempotency-Key", key));
        let form = "application/x-www-form-urlencoded";
        let call = request.body.into_iter().fold(call, |call, body| call.header(header::CONTENT_TYPE, form).body(body));
        let response = call.send().await.map_err(|error| answer::away(SERVICE, error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = answer::body(SERVICE, response, MAX_BYTES, |text| unclear(format!("answered {text}"))).await?;
        if status.is_success() { Ok(body) } else { Err(meaning(status.as_u16(), &headers, &body)) }
    }
}

/// Stripe's error body, as much of it as we tell a person.
#[derive(Default, Deserialize)]
struct Complaint {
    #[serde(default)]
    error: Details,
}

#[derive(Default, Deserialize)]
struct Details {
    #[serde(rename = "type")]
    kind: Option<String>,
    code: Option<String>,
    message: Option<String>,
}

/// Which failures may be tried again (docs: "Advanced error handling"): 409, 424, 429 and 5xx, unless Stripe says otherwise in
/// `Stripe-Should-Retry`; 400, 402 and 404 never, whatever it says. A key of ours that is wrong or may not do this (401, 403) says
/// nothing of what was asked: a person mends the configuration, and then it is done.
fn meaning(status: u16, headers: &HeaderMap, body: &[u8]) -> Error {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let complaint: Complaint = serde_json::from_slice(body).unwrap_or_default();
    let Details { kind, code, message } = complaint.error;
    let name = code.or(kind.clone()).unwrap_or_else(|| status.to_string());
    let message: String = message.unwrap_or_default().chars().filter(|c| !c.is_control()).take(300).collect();
    let reason = format!("{name}: {message} (status {status}, request {})", text("request-id").unwrap_or("unknown"));
    let should_retry = text("stripe-should-retry");
    let may_pass = match status {
        401 | 403 => {
            tracing::error!(payments.gateway = SERVICE, %reason, "our key is refused; look at STRIPE_SECRET_KEY");
            true
        }
        400..=404 => false,
        409 | 424 | 429 | 500.. => should_retry != Some("false"),
        _ => should_retry == Some("true"),
    };
    // with 409 the first request is still under way
    if kind.as_deref() == Some("idempotency_error") && status != 409 {
        tracing::error!(payments.gateway = SERVICE, %reason, "a key was sent with two different requests: a mistake of ours");
        return refused(reason);
    }
    if may_pass {
        return Error::Upstream { service: SERVICE, reason, retry_after: answer::wait(headers) };
    }
    refused(reason)
}

/// An answer that cannot be read may have been a success: whoever asks again, with the same key, finds out.
fn unclear(reason: String) -> Error {
    tracing::error!(payments.gateway = SERVICE, %reason, "an answer that nobody can read");
    Error::Upstream { service: SERVICE, reason, retry_after: None }
}

pub(crate) fn refused(reason: String) -> Error {
    Error::refused(SERVICE, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn of(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Error {
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        meaning(status, &headers.collect(), body.as_bytes())
    }

    #[test]
    fn what_may_pass_is_tried_again_unless_stripe_says_otherwise() {
        for status in [409, 424, 429, 500, 502, 503] {
            assert!(matches!(of(status, &[], ""), Error::Upstream { retry_after: None, .. }), "{status}");
            assert!(matches!(of(status, &[("stripe-should-retry", "false")], ""), Error::Refused { .. }), "{status}");
        }
        for status in [401, 403] {
            assert!(matches!(of(status, &[], ""), Error::Upstream { .. }), "{status}: our key, not what was asked");
        }
        for status in [400, 402, 404] {
            assert!(matches!(of(status, &[("stripe-should-retry", "true")], ""), Error::Refused { .. }), "{status}");
        }
        assert!(matches!(of(418, &[("stripe-should-retry", "true")], ""), Error::Upstream { .. }));
    }

    #[test]
    fn its_wish_to_wait_is_obeyed_within_reason() {
        let wait = |seconds: &'static str| match of(429, &[("retry-after", seconds)], "") {
            Error::Upstream { retry_after, .. } => retry_after.map(|wait| wait.as_secs()),
            other => panic!("{other}"),
        };
        assert_eq!([wait("7"), wait("86400"), wait("soon")], [Some(7), Some(900), None]);
    }

    #[test]
    fn a_refusal_tells_code_and_request() {
        let body = r#"{"error": {"type": "invalid_request_error", "code": "charge_already_refunded", "message": "Charge ch_1 has already been refunded."}}"#;
        let said = of(400, &[("request-id", "req_1")], body).to_string();
        assert_eq!(said, "stripe refused: charge_already_refunded: Charge ch_1 has already been refunded. (status 400, request req_1)");
        let twice = r#"{"error": {"type": "idempotency_error", "message": "Keys …"}}"#;
        assert!(matches!(of(400, &[], twice), Error::Refused { .. }), "our mistake does not mend itself");
        assert!(matches!(of(409, &[], twice), Error::Upstream { .. }), "the first request is still under way");
    }
}
