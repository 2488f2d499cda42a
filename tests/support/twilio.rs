//! A stand-in for Twilio's API, on a real socket and in Twilio's own protocol (Programmable Messaging, 2010-04-01): basic auth, form
//! bodies, message resources, pages of them, published error bodies. It posts signed statuses. It fails on demand, and what is off
//! the protocol is refused.

use super::stand_in::{Answer, Server, json_answer};
use super::{Builder, eventually};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64;
use serde_json::{Value, json};
use shared::clients::sms_status;
use shared::config::{TwilioConfig, TwilioSender};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use url::form_urlencoded;

pub const ACCOUNT: &str = "AC5ef8732a3c49700934481addd5ce1659";
pub const AUTH_TOKEN: &str = "token-of-the-tests";
pub const FROM: &str = "+15005550006";
pub const SERVICE: &str = "MG9752274e9e519418a7406176694466fa";

/// A message that it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub sid: String,
    pub to: String,
    pub body: String,
    /// Number or Messaging Service.
    pub sender: String,
    pub status_callback: Option<String>,
    pub at: DateTime<Utc>,
}

/// A handle to the server, which stops listening with its last handle.
#[derive(Clone)]
pub struct FakeTwilio {
    state: Arc<Mutex<State>>,
    server: Arc<Server>,
}

#[derive(Default)]
struct State {
    /// Status, Twilio's code, `Retry-After`, and how many more calls get it.
    failure: Option<(u16, u32, Option<u32>, usize)>,
    lose_answer: bool,
    /// Numbers that are refused, and with which code.
    refused: HashMap<String, u32>,
    ahead: TimeDelta,
    calls: Vec<String>,
    sent: Vec<Sent>,
}

type Fields = BTreeMap<String, String>;

impl FakeTwilio {
    pub async fn start() -> Self {
        let (state, server) = Server::start(|_| {
            let state = Arc::new(Mutex::new(State::default()));
            (state.clone(), Router::new().fallback(handle).with_state(state))
        })
        .await;
        Self { state, server }
    }

    /// The account, as a configuration names it.
    pub fn config(&self) -> TwilioConfig {
        TwilioConfig {
            account_sid: ACCOUNT.into(),
            auth_token: AUTH_TOKEN.into(),
            sender: TwilioSender::From(FROM.into()),
            api_base: format!("http://{}/", self.server.address).parse().expect("a URL"),
        }
    }

    /// The next `times` calls fail before anything is done, with Twilio's code and perhaps a `Retry-After`.
    pub fn fail_next(&self, status: u16, code: u32, retry_after: Option<u32>, times: usize) {
        self.lock().failure = Some((status, code, retry_after, times));
    }

    /// The next message is taken, but its sender loses the connection before the answer.
    pub fn lose_answer_once(&self) {
        self.lock().lose_answer = true;
    }

    /// Messages to this number are refused: 21610 after STOP, 21614 for a landline, 21211 for none at all.
    pub fn refuse(&self, number: &str, code: u32) {
        self.lock().refused.insert(number.to_owned(), code);
    }

    /// Moves this server's clock, for a test that has moved the application's.
    pub fn advance(&self, by: TimeDelta) {
        self.lock().ahead += by;
    }

    /// The messages that it took, oldest first.
    pub fn sent(&self) -> Vec<Sent> {
        self.lock().sent.clone()
    }

    /// Awaits the message to a number with a text in it.
    pub async fn wait_for(&self, to: &str, part: &str) -> Sent {
        let found = || async { self.sent().into_iter().find(|sent| sent.to == to && sent.body.contains(part)) };
        eventually(&format!("an SMS to {to} with {part:?}"), Duration::from_secs(30), found).await
    }

    /// Method and path of all calls, the failed ones too.
    pub fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// Posts a status of a message to where its sender asked for it, signed; the status of the answer.
    pub async fn tell(&self, sid: &str, status: &str, error_code: Option<u32>) -> u16 {
        let sent = self.sent().into_iter().find(|sent| sent.sid == sid).expect("a message of ours");
        let address: url::Url = sent.status_callback.expect("somebody to tell").parse().expect("an address");
        let fields = status_fields(sid, &sent.to, status, error_code);
        let signature = sms_status::sign(&AUTH_TOKEN.into(), &address, &fields);
        let post = reqwest::Client::new().post(address).header("X-Twilio-Signature", signature).form(&fields);
        post.send().await.expect("the application answers").status().as_u16()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }
}

/// What Twilio posts about a message.
pub fn status_fields(sid: &str, to: &str, status: &str, error_code: Option<u32>) -> Vec<(String, String)> {
    let code = error_code.map(|code| code.to_string());
    let fields = [
        ("SmsSid", sid),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("To", to),
        ("MessageSid", sid),
        ("AccountSid", ACCOUNT),
        ("From", FROM),
        ("ApiVersion", "2010-04-01"),
    ];
    let fields = fields.into_iter().chain(code.iter().map(|code| ("ErrorCode", code.as_str())));
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

impl Builder {
    /// With SMS.
    pub fn twilio(self, twilio: &FakeTwilio) -> Self {
        let account = twilio.config();
        self.config(move |config| config.twilio = Some(account))
    }
}

async fn handle(Shared(state): Shared<Arc<Mutex<State>>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let answer = state.lock().expect("nobody panics with it").answer(&method, &uri, &headers, &body);
    json_answer("application/json", answer)
}

impl State {
    /// `None` to hang up.
    fn answer(&mut self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<Answer> {
        self.calls.push(format!("{method} {}", uri.path()));
        let header = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if let Some((status, code, wait, times)) = self.failure.take() {
            self.failure = (times > 1).then(|| (status, code, wait, times - 1));
            return Some((status, wait, complaint(status, code, "As the test wished")));
        }
        let known = BASE64.encode(format!("{ACCOUNT}:{AUTH_TOKEN}").as_bytes());
        if header(header::AUTHORIZATION) != format!("Basic {known}") {
            return Some(refuse(401, 20003, "Authenticate"));
        }
        if uri.path() != format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json") {
            return Some(refuse(404, 20404, &format!("The requested resource {} was not found", uri.path())));
        }
        let is_form = header(header::CONTENT_TYPE) == "application/x-www-form-urlencoded";
        let form = if is_form { body } else { &[] };
        let read = |bytes: &[u8]| form_urlencoded::parse(bytes).into_owned().collect::<Fields>();
        let done = match method.as_str() {
            "POST" => self.take(&read(form)),
            "GET" => self.list(&read(uri.query().unwrap_or_default().as_bytes())),
            _ => Err(refuse(405, 20004, "Method not allowed")),
        };
        if method == Method::POST && done.is_ok() && std::mem::take(&mut self.lose_answer) {
            return None;
        }
        Some(done.unwrap_or_else(|refusal| refusal))
    }

    fn take(&mut self, fields: &Fields) -> Result<Answer, Answer> {
        let strange = fields.keys().find(|name| !["To", "From", "MessagingServiceSid", "Body", "StatusCallback"].contains(&name.as_str()));
        if let Some(name) = strange {
            return Err(refuse(400, 20001, &format!("Unknown parameters: {name}")));
        }
        let field = |name: &str| fields.get(name).filter(|value| !value.is_empty());
        let to = field("To").ok_or_else(|| refuse(400, 21604, "A 'To' phone number is required."))?;
        let sender = match (field("From"), field("MessagingServiceSid")) {
            (Some(from), _) if from != FROM => return Err(refuse(400, 21659, &format!("'From' {from} is not a Twilio phone number"))),
            (_, Some(service)) if service != SERVICE => return Err(refuse(400, 21701, "The Messaging Service does not exist")),
            (from, service) => from.or(service).ok_or_else(|| refuse(400, 21603, "A 'From' phone number is required."))?,
        };
        let body = field("Body").ok_or_else(|| refuse(400, 21602, "Message body is required."))?;
        if body.chars().count() > 1600 {
            return Err(refuse(400, 21617, "The concatenated message body exceeds the 1600 character limit"));
        }
        let callback = field("StatusCallback").cloned();
        if callback.as_ref().is_some_and(|callback| callback.parse::<url::Url>().is_err()) {
            return Err(refuse(400, 21609, "The 'StatusCallback' URL is not a valid URL"));
        }
        if !is_e164(to) {
            return Err(refuse(400, 21211, &format!("The 'To' number {to} is not a valid phone number.")));
        }
        if let Some(code) = self.refused.get(to) {
            return Err(refuse(400, *code, &format!("The 'To' number {to} is refused")));
        }
        let sid = format!("SM{}", uuid::Uuid::new_v4().simple());
        let (to, body, sender) = (to.clone(), body.clone(), sender.clone());
        let sent = Sent { sid, to, body, sender, status_callback: callback, at: Utc::now() + self.ahead };
        self.sent.push(sent.clone());
        Ok((201, None, resource(&sent)))
    }

    /// The newest come first.
    fn list(&self, fields: &Fields) -> Result<Answer, Answer> {
        if let Some(name) = fields.keys().find(|name| !["To", "PageSize", "Page", "PageToken"].contains(&name.as_str())) {
            return Err(refuse(400, 20001, &format!("Unknown parameters: {name}")));
        }
        let number = |name: &str, default: usize| fields.get(name).map_or(Some(default), |text| text.parse().ok());
        let (Some(size @ 1..=1000), Some(page)) = (number("PageSize", 50), number("Page", 0)) else {
            return Err(refuse(400, 20007, "Page size must be between 1 and 1000"));
        };
        let is_wanted = |sent: &&Sent| fields.get("To").is_none_or(|to| *to == sent.to);
        let found: Vec<Value> = self.sent.iter().rev().filter(is_wanted).map(resource).collect();
        let messages: Vec<&Value> = found.iter().skip(page * size).take(size).collect();
        let uri = |page: usize| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(fields.iter().filter(|(name, _)| !name.starts_with("Page") || *name == "PageSize"));
            query.append_pair("Page", &page.to_string()).append_pair("PageToken", "PASM0");
            format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json?{}", query.finish())
        };
        let next = (found.len() > (page + 1) * size).then(|| uri(page + 1));
        let list = json!({
            "messages": messages, "page": page, "page_size": size, "start": page * size, "end": page * size + messages.len().max(1) - 1,
            "uri": uri(page), "first_page_uri": uri(0), "next_page_uri": next, "previous_page_uri": null,
        });
        Ok((200, None, list))
    }
}

fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (8..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}

fn resource(sent: &Sent) -> Value {
    let (created, path) = (sent.at.to_rfc2822(), format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/{}", sent.sid));
    let is_service = sent.sender == SERVICE;
    json!({
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": sent.body, "date_created": created, "date_sent": null,
        "date_updated": created, "direction": "outbound-api", "error_code": null, "error_message": null,
        "from": if is_service { Value::Null } else { json!(sent.sender) }, "messaging_service_sid": is_service.then_some(&sent.sender),
        "num_media": "0", "num_segments": "1", "price": null, "price_unit": null, "sid": sent.sid,
        "status": if is_service { "accepted" } else { "queued" }, "subresource_uris": { "media": format!("{path}/Media.json") },
        "to": sent.to, "uri": format!("{path}.json"),
    })
}

fn refuse(status: u16, code: u32, message: &str) -> Answer {
    (status, None, complaint(status, code, message))
}

fn complaint(status: u16, code: u32, message: &str) -> Value {
    json!({ "code": code, "message": message, "more_info": format!("https://www.twilio.com/docs/errors/{code}"), "status": status })
}
