//! The token that every call carries: asked for with a signed note (RFC 7523), once for all callers, kept until a minute before it
//! ends.

use super::{MAX_BYTES, SERVICE, unclear};
use crate::clients::answer;
use crate::clock::{Clock, Time};
use crate::config::FcmConfig;
use crate::{Error, Result};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The longest that Google takes.
const NOTE_SECONDS: i64 = 3600;
/// A token that ends during a call is of no use.
const MARGIN_SECONDS: i64 = 60;

/// Makes and keeps tokens.
pub(super) struct Tokens {
    email: String,
    key_id: String,
    key: EncodingKey,
    uri: Url,
    clock: Clock,
    /// Held while one is fetched, so that nobody else fetches another.
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    token: SecretString,
    until: Time,
}

/// Who asks for what, of whom, and until when the note is good.
#[derive(Serialize)]
struct Note {
    iss: String,
    scope: &'static str,
    aud: Url,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
struct Answer {
    access_token: SecretString,
    expires_in: i64,
}

impl Tokens {
    pub(super) fn new(config: &FcmConfig, clock: Clock) -> Self {
        let FcmConfig { client_email, key_id, private_key, token_uri, .. } = config.clone();
        Self { email: client_email, key_id, key: private_key, uri: token_uri, clock, kept: Mutex::new(None) }
    }

    /// A token that is good now.
    pub(super) async fn get(&self, http: &reqwest::Client) -> Result<SecretString> {
        let mut kept = self.kept.lock().await;
        if let Some(good) = kept.as_ref().filter(|kept| kept.until > self.clock.now()) {
            return Ok(good.token.clone());
        }
        let asked_at = self.clock.now();
        let answer = self.fetch(http, asked_at).await?;
        let seconds = (answer.expires_in - MARGIN_SECONDS).clamp(0, 86_400);
        *kept = Some(Kept { token: answer.access_token.clone(), until: asked_at + TimeDelta::seconds(seconds) });
        Ok(answer.access_token)
    }

    /// FCM refused this one. One that another caller fetched meanwhile stays.
    pub(super) async fn forget(&self, refused: &SecretString) {
        let mut kept = self.kept.lock().await;
        if kept.as_ref().is_some_and(|kept| kept.token.expose_secret() == refused.expose_secret()) {
            *kept = None;
        }
    }

    async fn fetch(&self, http: &reqwest::Client, now: Time) -> Result<Answer> {
        let note = self.sign(now).await?;
        let request = http.post(self.uri.clone()).form(&[("grant_type", GRANT), ("assertion", &note)]);
        let response = request.send().await.map_err(|error| answer::away(SERVICE, error))?;
        let (status, wait) = (response.status(), answer::wait(response.headers()));
        let body = answer::body(SERVICE, response, MAX_BYTES, unclear).await?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(unclear);
        }
        if status.is_client_error() {
            tracing::error!(%status, "Google gives no token for push messages; look at FCM_SERVICE_ACCOUNT and this machine's clock");
        }
        Err(Error::Upstream { service: SERVICE, reason: format!("gives no token: {status}"), retry_after: wait })
    }

    /// RSA takes its time, so it is not done among the calls.
    async fn sign(&self, now: Time) -> Result<String> {
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(Algorithm::RS256) };
        let iat = now.timestamp();
        let note = Note { iss: self.email.clone(), scope: SCOPE, aud: self.uri.clone(), iat, exp: iat + NOTE_SECONDS };
        let key = self.key.clone();
        let signed = tokio::task::spawn_blocking(move || jsonwebtoken::encode(&header, &note, &key));
        signed.await.map_err(Error::internal)?.map_err(Error::internal)
    }
}
