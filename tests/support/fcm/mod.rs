//! A stand-in for Google's token server and Firebase Cloud Messaging, on a real socket and in their own protocol: a signed note
//! (RFC 7523) buys a token that ends, HTTP v1 takes messages for it, published error bodies. It fails on demand, and what is off the
//! protocol is refused: an unknown member, a note for somebody else, a token that ended.
//!
//! The key beside it was made once with openssl.

mod message;

use super::Builder;
use super::stand_in::{Answer, Server, json_answer};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use message::SendRequest;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::config::FcmConfig;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use url::form_urlencoded;

pub const PROJECT: &str = "buy4me-of-the-tests";
pub const EMAIL: &str = "push@buy4me-of-the-tests.iam.gserviceaccount.com";
const KEY_ID: &str = "0a1b2c3d4e5f";
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// A handle to the server, which stops listening with its last handle.
#[derive(Clone)]
pub struct FakeFcm {
    state: Arc<Mutex<State>>,
    server: Arc<Server>,
}

#[derive(Default)]
struct State {
    base: String,
    /// Status, `Retry-After`, and how many more messages get it.
    failure: Option<(u16, Option<u32>, usize)>,
    lose_answer: bool,
    /// Devices that are refused, and with which of FCM's codes.
    refused: HashMap<String, String>,
    ahead: TimeDelta,
    /// With their ends.
    tokens: HashMap<String, DateTime<Utc>>,
    notes: usize,
    calls: usize,
    sent: Vec<Value>,
}

/// What the note must say, and nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    iss: String,
    scope: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl FakeFcm {
    pub async fn start() -> Self {
        let (state, server) = Server::start(|address| {
            let state = Arc::new(Mutex::new(State { base: format!("http://{address}"), ..State::default() }));
            (state.clone(), Router::new().fallback(handle).with_state(state))
        })
        .await;
        Self { state, server }
    }

    /// The project, as a configuration names it.
    pub fn config(&self) -> FcmConfig {
        let at = |path: &str| format!("http://{}/{path}", self.server.address).parse().expect("a URL");
        FcmConfig {
            project_id: PROJECT.into(),
            client_email: EMAIL.into(),
            key_id: KEY_ID.into(),
            private_key: EncodingKey::from_rsa_pem(include_bytes!("service.key.pem")).expect("a key"),
            token_uri: at("token"),
            api_base: at(""),
        }
    }

    /// The next `times` messages fail before anything is done: 429, 500, 503, perhaps with a `Retry-After`.
    pub fn fail_next(&self, status: u16, retry_after: Option<u32>, times: usize) {
        self.lock().failure = Some((status, retry_after, times));
    }

    /// The next message is taken, but its sender loses the connection before the answer.
    pub fn lose_answer_once(&self) {
        self.lock().lose_answer = true;
    }

    /// Messages to this device are refused with this code of FCM's: `UNREGISTERED` when the app is gone from it.
    pub fn refuse(&self, device: &str, code: &str) {
        self.lock().refused.insert(device.to_owned(), code.to_owned());
    }

    /// All tokens are called back.
    pub fn revoke(&self) {
        self.lock().tokens.clear();
    }

    /// Moves this server's clock, for a test that has moved the application's.
    pub fn advance(&self, by: TimeDelta) {
        self.lock().ahead += by;
    }

    /// The messages that it took, oldest first.
    pub fn sent(&self) -> Vec<Value> {
        self.lock().sent.clone()
    }

    /// How often somebody asked for a token.
    pub fn notes(&self) -> usize {
        self.lock().notes
    }

    /// How often somebody sent a message, refused ones too.
    pub fn calls(&self) -> usize {
        self.lock().calls
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }
}

impl Builder {
    /// With push messages.
    pub fn fcm(self, fcm: &FakeFcm) -> Self {
        let project = fcm.config();
        self.config(move |config| config.fcm = Some(project))
    }
}

async fn handle(Shared(state): Shared<Arc<Mutex<State>>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let answer = state.lock().expect("nobody panics with it").answer(&method, &uri, &headers, &body);
    json_answer("application/json; charset=UTF-8", answer)
}

impl State {
    /// `None` to hang up.
    fn answer(&mut self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<Answer> {
        let header = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if (method, uri.path()) == (&Method::POST, "/token") {
            self.notes += 1;
            let is_form = header(header::CONTENT_TYPE) == "application/x-www-form-urlencoded";
            let answer = self.give_token(if is_form { body } else { &[] });
            return Some(answer.unwrap_or_else(|(error, words)| (400, None, json!({ "error": error, "error_description": words }))));
        }
        if (method, uri.path()) != (&Method::POST, format!("/v1/projects/{PROJECT}/messages:send").as_str()) {
            return Some(complaint(404, "NOT_FOUND", None, "Requested entity was not found."));
        }
        self.calls += 1;
        let now = self.now();
        let token = header(header::AUTHORIZATION).strip_prefix("Bearer ").unwrap_or_default();
        if self.tokens.get(token).is_none_or(|until| *until <= now) {
            return Some(complaint(401, "UNAUTHENTICATED", None, "Request had invalid authentication credentials."));
        }
        if let Some((status, wait, times)) = self.failure.take() {
            self.failure = (times > 1).then(|| (status, wait, times - 1));
            let (google, own) = match status {
                429 => ("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
                503 => ("UNAVAILABLE", "UNAVAILABLE"),
                _ => ("INTERNAL", "INTERNAL"),
            };
            let (status, _, body) = complaint(status, google, Some(own), "As the test wished");
            return Some((status, wait, body));
        }
        if !header(header::CONTENT_TYPE).starts_with("application/json") {
            return Some(complaint(400, "INVALID_ARGUMENT", None, "Invalid JSON payload received."));
        }
        let done = self.take(body);
        if done.is_ok() && std::mem::take(&mut self.lose_answer) {
            return None;
        }
        Some(done.unwrap_or_else(|refusal| refusal))
    }

    fn take(&mut self, body: &[u8]) -> Result<Answer, Answer> {
        let invalid = |field: &str, words: &str| violation(field, words);
        let request: SendRequest =
            serde_json::from_slice(body).map_err(|error| invalid("message", &format!("Invalid JSON payload received. {error}")))?;
        let device = request.message.check().map_err(|(field, words)| invalid(field, words))?;
        match self.refused.get(device).map(String::as_str) {
            None => {}
            Some("UNREGISTERED") => {
                return Err(complaint(404, "NOT_FOUND", Some("UNREGISTERED"), "Requested entity was not found."));
            }
            Some("SENDER_ID_MISMATCH") => {
                return Err(complaint(403, "PERMISSION_DENIED", Some("SENDER_ID_MISMATCH"), "SenderId mismatch"));
            }
            Some("THIRD_PARTY_AUTH_ERROR") => {
                return Err(complaint(401, "UNAUTHENTICATED", Some("THIRD_PARTY_AUTH_ERROR"), "Auth error from APNS or Web Push Service"));
            }
            Some(code) => return Err(complaint(400, "INVALID_ARGUMENT", Some(code), "Request contains an invalid argument.")),
        }
        let sent: Value = serde_json::from_slice(body).expect("read above");
        self.sent.push(sent["message"].clone());
        Ok((200, None, json!({ "name": format!("projects/{PROJECT}/messages/0:{}", self.sent.len()) })))
    }

    /// The error as Google's token server words it.
    fn give_token(&mut self, form: &[u8]) -> Result<Answer, (&'static str, &'static str)> {
        let fields: HashMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
        if fields.len() != 2 || fields.get("grant_type").is_none_or(|grant| grant != GRANT) {
            return Err(("unsupported_grant_type", "Invalid grant_type"));
        }
        let assertion = fields.get("assertion").ok_or(("invalid_request", "Missing required parameter: assertion"))?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&[format!("{}/token", self.base)]);
        rules.set_issuer(&[EMAIL]);
        rules.validate_exp = false; // by our clock, below
        let key = DecodingKey::from_rsa_pem(include_bytes!("service.pub.pem")).expect("a key");
        let note = jsonwebtoken::decode::<Note>(assertion, &key, &rules).map_err(|_| ("invalid_grant", "Invalid JWT Signature."))?;
        let (head, note, now) = (note.header, note.claims, self.now());
        if head.kid.as_deref() != Some(KEY_ID) || note.iss != EMAIL || !note.aud.starts_with(&self.base) {
            return Err(("invalid_grant", "Invalid JWT Signature."));
        }
        if note.scope != SCOPE {
            return Err(("invalid_scope", "Invalid OAuth scope or ID token audience provided."));
        }
        let seconds = now.timestamp();
        if note.iat > seconds + 60 || note.exp <= seconds || note.exp - note.iat > 3600 {
            return Err(("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."));
        }
        let token = format!("ya29.{}", uuid::Uuid::new_v4().simple());
        self.tokens.insert(token.clone(), now + TimeDelta::seconds(3599));
        Ok((200, None, json!({ "access_token": token, "expires_in": 3599, "token_type": "Bearer" })))
    }

    fn now(&self) -> DateTime<Utc> {
        Utc::now() + self.ahead
    }
}

fn complaint(status: u16, google: &str, own: Option<&str>, message: &str) -> Answer {
    let own = own.map(|code| json!({ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code }));
    let details: Vec<Value> = own.into_iter().collect();
    (status, None, json!({ "error": { "code": status, "message": message, "status": google, "details": details } }))
}

fn violation(field: &str, words: &str) -> Answer {
    let (status, wait, mut body) = complaint(400, "INVALID_ARGUMENT", Some("INVALID_ARGUMENT"), words);
    let details = body["error"]["details"].as_array_mut().expect("a list");
    let fields = json!([{ "field": field, "description": words }]);
    details.push(json!({ "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": fields }));
    (status, wait, body)
}
