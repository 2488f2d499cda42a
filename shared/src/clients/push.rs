//! Outgoing push messages by Firebase Cloud Messaging (HTTP v1 API). One call, one try. A repeat may be sent at any time: it carries
//! the delivery's id, by which a device and whoever carries to it replace the first.

mod token;

use super::answer;
use super::breaker::Breaker;
use crate::clock::Clock;
use crate::config::FcmConfig;
use crate::throttle::Pace;
use crate::{Error, Result};
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use token::Tokens;
use url::Url;
use uuid::Uuid;

const SERVICE: &str = "push";
/// Answers have a few hundred bytes.
const MAX_BYTES: usize = 64 * 1024;
/// Longer than FCM keeps a message.
const LONGEST: Duration = Duration::from_secs(28 * 24 * 3600);

/// A message to one device.
#[derive(Debug)]
pub struct Push {
    /// What FCM calls the device; whoever has it can reach it.
    pub token: SecretString,
    /// One line.
    pub title: String,
    /// A few. All together a message has at most 4096 bytes.
    pub body: String,
    /// For the app. FCM keeps `from`, `message_type` and what begins with `google` or `gcm` for itself.
    pub data: BTreeMap<String, String>,
    /// Of this message to this person: a repeat replaces the first.
    pub delivery: Uuid,
    /// How long it is of use.
    pub ttl: Duration,
    /// Whether it wakes a sleeping device.
    pub is_urgent: bool,
}

/// FCM's API. Clones share the token and the circuit.
#[derive(Clone)]
pub struct PushClient(Arc<Parts>);

struct Parts {
    project: String,
    url: Url,
    http: reqwest::Client,
    breaker: Breaker,
    tokens: Tokens,
}

#[derive(Deserialize)]
struct Taken {
    name: String,
}

impl PushClient {
    /// For the configured project. `http` bounds the time of a call and follows no redirect, `pace` how many we all send.
    pub fn new(config: &FcmConfig, http: reqwest::Client, clock: Clock, pace: Pace) -> Self {
        let base = config.api_base.as_str().trim_end_matches('/');
        let url = format!("{base}/v1/projects/{}/messages:send", config.project_id).parse().expect("a path below an address is an address");
        let tokens = Tokens::new(config, clock);
        Self(Arc::new(Parts { project: config.project_id.clone(), url, http, breaker: Breaker::new(SERVICE).limited(pace), tokens }))
    }

    /// How messages go, for people.
    pub fn describe(&self) -> String {
        format!("Firebase Cloud Messaging, project {}", self.0.project)
    }

    /// Hands a message over and answers its name at FCM. [`Error::Upstream`] may pass; [`Error::Refused`] will not, and says whether
    /// the device is gone.
    pub async fn send(&self, push: &Push) -> Result<String> {
        let body = self.0.breaker.call(self.with_token(&message(push))).await?;
        let Taken { name } = serde_json::from_slice(&body).map_err(unclear)?;
        Ok(name)
    }

    /// A token may be called back before its time: then once more with a new one.
    async fn with_token(&self, message: &Value) -> Result<Vec<u8>> {
        let token = self.0.tokens.get(&self.0.http).await?;
        match self.call(message, &token).await? {
            Err(complaint) if complaint.is_about_our_token() => {
                self.0.tokens.forget(&token).await;
                let token = self.0.tokens.get(&self.0.http).await?;
                self.call(message, &token).await?.map_err(Error::from)
            }
            answer => answer.map_err(Error::from),
        }
    }

    async fn call(&self, message: &Value, token: &SecretString) -> Result<Result<Vec<u8>, Complaint>> {
        let request = self.0.http.post(self.0.url.clone()).bearer_auth(token.expose_secret()).json(message);
        let response = request.send().await.map_err(|error| answer::away(SERVICE, error))?;
        let (status, wait) = (response.status(), answer::wait(response.headers()));
        let body = answer::body(SERVICE, response, MAX_BYTES, unclear).await?;
        Ok(if status.is_success() { Ok(body) } else { Err(Complaint::read(status, wait, &body)) })
    }
}

/// The message in FCM's words and, below them, in those of the three that carry it on.
fn message(push: &Push) -> Value {
    let id = push.delivery.simple().to_string(); // 32 characters, as many as a Topic may have (RFC 8030)
    let seconds = push.ttl.min(LONGEST).as_secs().to_string();
    let (android, apple, web) = if push.is_urgent { ("HIGH", "10", "high") } else { ("NORMAL", "5", "normal") };
    json!({ "message": {
        "token": push.token.expose_secret(),
        "notification": { "title": push.title, "body": push.body },
        "data": push.data,
        "android": { "priority": android, "ttl": format!("{seconds}s"), "collapse_key": id, "notification": { "tag": id } },
        "apns": { "headers": { "apns-collapse-id": id, "apns-priority": apple }, "payload": { "aps": { "sound": "default" } } },
        "webpush": { "headers": { "TTL": seconds, "Urgency": web, "Topic": id } },
    } })
}

/// An answer that cannot be read may have been a success; a repeat does no harm.
fn unclear(reason: impl std::fmt::Display) -> Error {
    Error::Upstream { service: SERVICE, reason: format!("unreadable answer: {reason}"), retry_after: None }
}

/// Why FCM did not take a message.
#[derive(Debug)]
struct Complaint {
    status: StatusCode,
    wait: Option<Duration>,
    /// FCM's own code, or else Google's.
    code: String,
    message: String,
    /// Fields that are wrong.
    fields: Vec<String>,
}

impl Complaint {
    /// Google's error body (google.rpc.Status), in which FCM's code is a detail of its own type.
    fn read(status: StatusCode, wait: Option<Duration>, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let (error, text) = (&body["error"], |value: &Value| value.as_str().unwrap_or_default().to_owned());
        let details = error["details"].as_array().into_iter().flatten();
        let own = details.clone().find(|detail| text(&detail["@type"]).ends_with("google.firebase.fcm.v1.FcmError"));
        let fields = details.filter_map(|detail| detail["fieldViolations"].as_array()).flatten().map(|field| text(&field["field"]));
        Self {
            status,
            wait,
            code: text(own.map_or(&error["status"], |own| &own["errorCode"])),
            message: text(&error["message"]).chars().filter(|c| !c.is_control()).take(300).collect(),
            fields: fields.collect(),
        }
    }

    /// Whether a new token may help; Apple's and a browser's certificates are other things that can be unauthorised.
    fn is_about_our_token(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED && self.code != "THIRD_PARTY_AUTH_ERROR"
    }

    /// Without FCM's own code a 404 means that our project is not there, and no device is to be forgotten for that.
    fn is_about_device(&self) -> bool {
        match self.code.as_str() {
            "UNREGISTERED" => true,
            "INVALID_ARGUMENT" => self.fields.iter().any(|field| field == "message.token") || self.message.contains("registration token"),
            _ => false,
        }
    }
}

/// What is wrong with our account, our project or our certificates is for us to mend and must cost nobody a message.
impl From<Complaint> for Error {
    fn from(complaint: Complaint) -> Self {
        let is_about_device = complaint.is_about_device();
        let Complaint { status, wait, code, message, .. } = complaint;
        let reason = format!("{code}: {message} (status {})", status.as_u16());
        if is_about_device {
            return Self::unreachable(SERVICE, reason);
        }
        if status == StatusCode::BAD_REQUEST {
            return Self::refused(SERVICE, reason);
        }
        if matches!(status.as_u16(), 401 | 403 | 404) {
            tracing::error!(%reason, "FCM does not take our messages; look at FCM_SERVICE_ACCOUNT and the project's settings");
        }
        Self::Upstream { service: SERVICE, reason, retry_after: wait }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, google: &str, own: Option<&str>, field: Option<&str>) -> Error {
        let own = own.map(|code| json!({ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code }));
        let field = field.map(|field| json!({ "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{ "field": field, "description": "Wrong" }] }));
        let details: Vec<Value> = field.into_iter().chain(own).collect();
        let body = json!({ "error": { "code": status, "message": "It happened.", "status": google, "details": details } });
        Complaint::read(StatusCode::from_u16(status).expect("a status"), Some(Duration::from_secs(9)), body.to_string().as_bytes()).into()
    }

    #[test]
    fn a_device_that_is_gone_is_told_from_a_message_that_does_not_go() {
        for gone in
            [of(404, "NOT_FOUND", Some("UNREGISTERED"), None), of(400, "INVALID_ARGUMENT", Some("INVALID_ARGUMENT"), Some("message.token"))]
        {
            assert!(matches!(gone, Error::Refused { is_address: true, .. }), "{gone}");
        }
        let body = br#"{"error": {"code": 400, "message": "The registration token is not a valid FCM registration token", "status": "INVALID_ARGUMENT"}}"#;
        assert!(matches!(Complaint::read(StatusCode::BAD_REQUEST, None, body).into(), Error::Refused { is_address: true, .. }));
        for refused in
            [of(400, "INVALID_ARGUMENT", Some("INVALID_ARGUMENT"), Some("message.data[0].value")), of(400, "INVALID_ARGUMENT", None, None)]
        {
            assert!(matches!(refused, Error::Refused { is_address: false, .. }), "{refused}");
        }
    }

    #[test]
    fn what_may_pass_and_what_is_ours_to_mend_costs_nobody_a_message() {
        for away in [
            of(429, "RESOURCE_EXHAUSTED", Some("QUOTA_EXCEEDED"), None),
            of(503, "UNAVAILABLE", Some("UNAVAILABLE"), None),
            of(500, "INTERNAL", Some("INTERNAL"), None),
            of(401, "UNAUTHENTICATED", Some("THIRD_PARTY_AUTH_ERROR"), None),
            of(401, "UNAUTHENTICATED", None, None),
            of(403, "PERMISSION_DENIED", None, None),
            of(404, "NOT_FOUND", None, None),
        ] {
            assert!(matches!(away, Error::Upstream { retry_after: Some(wait), .. } if wait.as_secs() == 9), "{away}");
        }
        let page = Error::from(Complaint::read(StatusCode::BAD_GATEWAY, None, b"<!DOCTYPE html>"));
        assert!(matches!(page, Error::Upstream { .. }), "{page}");
    }
}
