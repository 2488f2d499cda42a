//! What a message may consist of (FCM reference: projects.messages, REST), as far as anybody here sends it; any other member is
//! refused, and so are values that FCM, Apple or a browser's push service would refuse.

use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendRequest {
    pub message: Message,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    #[serde(default)]
    token: String,
    notification: Notification,
    #[serde(default)]
    data: BTreeMap<String, String>,
    android: Android,
    apns: Apns,
    webpush: Webpush,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notification {
    title: String,
    body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Android {
    priority: String,
    ttl: String,
    collapse_key: String,
    notification: AndroidNotification,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AndroidNotification {
    tag: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Apns {
    headers: BTreeMap<String, String>,
    payload: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Webpush {
    headers: BTreeMap<String, String>,
}

impl Message {
    /// The device, or the field that is wrong and why.
    pub fn check(&self) -> Result<&str, (&'static str, &'static str)> {
        let rule = |holds: bool, field, words| if holds { Ok(()) } else { Err((field, words)) };
        rule(!self.token.is_empty(), "message", "Recipient of the message is not set.")?;
        let is_token = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-');
        let words = "The registration token is not a valid FCM registration token";
        rule(self.token.len() >= 32 && self.token.bytes().all(is_token), "message.token", words)?;
        let reserved =
            |key: &String| ["from", "message_type"].contains(&key.as_str()) || key.starts_with("google") || key.starts_with("gcm");
        rule(!self.data.keys().any(reserved), "message.data", "Invalid data payload key")?;
        let texts = self.data.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
        rule(texts + self.notification.title.len() + self.notification.body.len() <= 4096, "message", "Message is too big")?;

        let android = &self.android;
        let seconds = android.ttl.strip_suffix('s').and_then(|seconds| seconds.parse::<u32>().ok());
        rule(seconds.is_some_and(|seconds| seconds <= 2_419_200), "message.android.ttl", "Invalid TTL")?;
        rule(["NORMAL", "HIGH"].contains(&android.priority.as_str()), "message.android.priority", "Invalid value")?;
        rule(!android.collapse_key.is_empty() && !android.notification.tag.is_empty(), "message.android", "Nothing to replace it by")?;

        let apple = |name: &str| self.apns.headers.get(name).map(String::as_str).unwrap_or_default();
        rule((1..=64).contains(&apple("apns-collapse-id").len()), "message.apns.headers", "BadCollapseId")?;
        rule(["1", "5", "10"].contains(&apple("apns-priority")), "message.apns.headers", "BadPriority")?;
        rule(self.apns.payload.get("aps").is_some_and(serde_json::Value::is_object), "message.apns.payload", "PayloadEmpty")?;

        let web = |name: &str| self.webpush.headers.get(name).map(String::as_str).unwrap_or_default();
        let is_topic = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        rule(web("TTL").parse::<u32>().is_ok(), "message.webpush.headers", "Invalid TTL")?;
        rule(["very-low", "low", "normal", "high"].contains(&web("Urgency")), "message.webpush.headers", "Invalid Urgency")?;
        rule((1..=32).contains(&web("Topic").len()) && web("Topic").bytes().all(is_topic), "message.webpush.headers", "Invalid Topic")?;
        Ok(&self.token)
    }
}
