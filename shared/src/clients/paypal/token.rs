//! The token that every call carries: fetched once for all callers, kept until a minute before it ends.

use super::{SERVICE, away, below, bounded, unreadable};
use crate::clients::answer;
use crate::clock::{Clock, Time};
use crate::{Error, Result};
use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

/// A token that ends during a call is of no use.
const MARGIN_SECONDS: i64 = 60;

/// Makes and keeps tokens.
pub(super) struct Tokens {
    client_id: String,
    client_secret: SecretString,
    clock: Clock,
    /// Held while one is fetched, so that nobody else fetches another.
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    token: SecretString,
    until: Time,
}

#[derive(Deserialize)]
struct Answer {
    access_token: SecretString,
    expires_in: i64,
}

impl Tokens {
    pub(super) fn new(client_id: String, client_secret: SecretString, clock: Clock) -> Self {
        Self { client_id, client_secret, clock, kept: Mutex::new(None) }
    }

    /// A token that is good now.
    pub(super) async fn get(&self, http: &reqwest::Client, base: &Url) -> Result<SecretString> {
        let mut kept = self.kept.lock().await;
        if let Some(good) = kept.as_ref().filter(|kept| kept.until > self.clock.now()) {
            return Ok(good.token.clone());
        }
        let asked_at = self.clock.now();
        let answer = self.fetch(http, base).await?;
        let seconds = (answer.expires_in - MARGIN_SECONDS).clamp(0, 86_400);
        *kept = Some(Kept { token: answer.access_token.clone(), until: asked_at + TimeDelta::seconds(seconds) });
        Ok(answer.access_token)
    }

    /// PayPal refused this one. One that another caller fetched meanwhile stays.
    pub(super) async fn forget(&self, refused: &SecretString) {
        let mut kept = self.kept.lock().await;
        if kept.as_ref().is_some_and(|kept| kept.token.expose_secret() == refused.expose_secret()) {
            *kept = None;
        }
    }

    async fn fetch(&self, http: &reqwest::Client, base: &Url) -> Result<Answer> {
        let request = http.post(below(base, "v1/oauth2/token")?).basic_auth(&self.client_id, Some(self.client_secret.expose_secret()));
        let response = request.form(&[("grant_type", "client_credentials")]).send().await.map_err(away)?;
        let (status, wait) = (response.status(), answer::wait(response.headers()));
        let body = bounded(response, 64 * 1024).await?;
        match status {
            status if status.is_success() => serde_json::from_slice(&body).map_err(unreadable),
            status if status.is_client_error() => {
                tracing::error!(payments.gateway = SERVICE, %status, "gives no token; look at PAYPAL_CLIENT_ID and its secret");
                Err(Error::Upstream { service: SERVICE, reason: format!("gives no token: {status}"), retry_after: wait })
            }
            status => Err(Error::Upstream { service: SERVICE, reason: format!("gives no token: {status}"), retry_after: wait }),
        }
    }
}
