//! Outbound calls to PayPal. One call, one try: repeats belong to jobs, which know when, and send the same key. (PayPal REST API
//! reference: Orders v2, Payments v2, Disputes v1, Webhooks v1, Transaction Search v1.)

pub mod calls;
pub mod certificates;
pub mod complaint;
mod token;

use super::answer;
use super::breaker::Breaker;
use crate::clock::Clock;
use crate::config::PaypalConfig;
use crate::throttle::Pace;
use crate::{Error, Result};
use certificates::Certificates;
use complaint::Complaint;
use reqwest::{Method, Response, StatusCode, header};
use secrecy::SecretString;
use serde_json::Value;
use std::sync::Arc;
use token::Tokens;
use url::Url;

pub(crate) const SERVICE: &str = "paypal";
/// A page of 500 transactions is about a quarter of this.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// PayPal's API. Clones share the token, the circuit and the certificates.
#[derive(Clone)]
pub struct PaypalClient(Arc<Parts>);

struct Parts {
    base: Url,
    http: reqwest::Client,
    breaker: Breaker,
    tokens: Tokens,
    certificates: Certificates,
}

/// One request.
struct Call<'a> {
    method: Method,
    /// Below the base, with its query; made of ids that were checked.
    path: String,
    /// JSON, exactly as it goes out.
    body: Option<Vec<u8>>,
    /// `PayPal-Request-Id`: the same key is the same deed, for 6 hours (orders) or 45 days (refunds).
    key: Option<&'a str>,
}

/// What PayPal answered: the object asked for, or why there is none.
pub type Said = std::result::Result<Value, Complaint>;

impl PaypalClient {
    /// For the configured account. `http` bounds the time of a call and follows no redirect, `pace` how many we all send.
    pub fn new(config: &PaypalConfig, http: reqwest::Client, clock: Clock, pace: Pace) -> Self {
        let tokens = Tokens::new(config.client_id.clone(), config.client_secret.clone(), clock.clone());
        let certificates = Certificates::new(config, http.clone(), clock);
        Self(Arc::new(Parts { base: config.api_base.clone(), http, breaker: Breaker::new(SERVICE).limited(pace), tokens, certificates }))
    }

    /// The certificates that sign its deliveries.
    pub fn certificates(&self) -> &Certificates {
        &self.0.certificates
    }

    async fn call(&self, call: Call<'_>) -> Result<Said> {
        self.0.breaker.call(self.with_token(&call)).await
    }

    /// A token may be called back before its time: then once more with a new one.
    async fn with_token(&self, call: &Call<'_>) -> Result<Said> {
        let token = self.0.tokens.get(&self.0.http, &self.0.base).await?;
        match self.send(call, &token).await? {
            Err(complaint) if complaint.status == StatusCode::UNAUTHORIZED => {
                self.0.tokens.forget(&token).await;
                let token = self.0.tokens.get(&self.0.http, &self.0.base).await?;
                self.send(call, &token).await
            }
            said => Ok(said),
        }
    }

    async fn send(&self, call: &Call<'_>, token: &SecretString) -> Result<Said> {
        use secrecy::ExposeSecret;
        let url = below(&self.0.base, &call.path)?;
        let mut request = self.0.http.request(call.method.clone(), url).bearer_auth(token.expose_secret());
        if call.method != Method::GET {
            request = request.header(header::CONTENT_TYPE, "application/json").header("Prefer", "return=representation");
        }
        if let Some(key) = call.key {
            request = request.header("PayPal-Request-Id", key);
        }
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        let response = request.send().await.map_err(away)?;
        let (status, wait) = (response.status(), answer::wait(response.headers()));
        let debug_id = response.headers().get("PayPal-Debug-Id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        let body = bounded(response, MAX_BYTES).await?;
        if status.is_success() {
            return if body.is_empty() { Ok(Ok(Value::Null)) } else { serde_json::from_slice(&body).map(Ok).map_err(unreadable) };
        }
        let complaint = Complaint::read(status, debug_id, &body);
        if status.is_server_error() || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status) {
            return Err(Error::Upstream { service: SERVICE, reason: complaint.to_string(), retry_after: wait });
        }
        Ok(Err(complaint))
    }
}

/// An address below the base, which may have a path of its own.
fn below(base: &Url, path: &str) -> Result<Url> {
    let text = format!("{}/{}", base.as_str().trim_end_matches('/'), path.trim_start_matches('/'));
    text.parse().map_err(|error| Error::internal(format!("{path}: {error}")))
}

async fn bounded(response: Response, most: usize) -> Result<Vec<u8>> {
    answer::body(SERVICE, response, most, unreadable).await
}

fn away(error: reqwest::Error) -> Error {
    answer::away(SERVICE, error)
}

/// A success that cannot be read may have been a success: whoever asks again, with the same key, finds out.
fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Upstream { service: SERVICE, reason: format!("unreadable answer: {error}"), retry_after: None }
}
