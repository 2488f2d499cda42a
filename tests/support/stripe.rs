//! A stand-in for Stripe's API, on a real socket and in Stripe's own protocol: form bodies with bracketed keys,
//! bearer keys, idempotent replays, published error bodies. It knows Checkout Sessions and, in `books`, the money that was paid and
//! went back; it fails on demand.
//! It is as strict as Stripe where that has a cost: a repeated key must come with the same parameters,
//! and `expires_at` must lie 30 minutes to 24 hours ahead, measured when the call is made and not when it was built.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    body::Bytes,
    extract::State as Shared,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::sync::watch;
use url::{Url, form_urlencoded};
use uuid::Uuid;

#[path = "stripe_bank.rs"]
mod bank;
#[path = "stripe_books.rs"]
mod books;

#[allow(unused_imports)] // not every program that includes this file asks the bank
pub use bank::{Account, Stage};

use books::Paid;

use super::stand_in::{Server, hang_up};
use super::stripe_events::{Payment, checkout_session, pretty};

type Params = BTreeMap<String, String>;

/// A Checkout Session as it was asked for, with its present status (`open`, `complete`, `expired`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: String,
    pub idempotency_key: Option<String>,
    pub amount: i64,
    pub currency: String,
    pub client_reference_id: Option<String>,
    pub metadata: Params,
    pub payment_intent_metadata: Params,
    pub success_url: String,
    pub cancel_url: Option<String>,
    pub status: String,
}

/// A handle to the server, which stops listening with its last handle.
#[derive(Clone)]
pub struct FakeStripe {
    state: Arc<watch::Sender<State>>,
    server: Arc<Server>,
}

impl FakeStripe {
    pub async fn start() -> Self {
        let (state, server) = Server::start(|address| {
            let state = Arc::new(watch::Sender::new(State::default()));
            (state.clone(), Router::new().fallback(handle).with_state(Door { address, state }))
        })
        .await;
        Self { state, server }
    }

    /// Without a trailing slash.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// The next `times` calls fail before anything is done, as in an outage (503) or under a rate limit (429).
    pub fn fail_next(&self, status: u16, times: usize) {
        self.state.send_modify(|state| state.failures = (status, times));
    }

    /// The next POST is done and remembered, but its caller loses the connection before the answer.
    pub fn lose_answer_once(&self) {
        self.state.send_modify(|state| state.lose_answer = true);
    }

    /// The next call is refused for good, as with an amount below Stripe's minimum.
    pub fn refuse_next(&self) {
        self.state.send_modify(|state| state.refuse = true);
    }

    /// While down, every connection is closed unanswered and nothing is done.
    pub fn down(&self, down: bool) {
        self.state.send_modify(|state| state.down = down);
    }

    /// Moves this server's clock, for a test that has moved the application's.
    pub fn advance(&self, seconds: i64) {
        self.state.send_modify(|state| state.clock_offset += seconds);
    }

    /// The customer pays; events are the test's to send.
    pub fn mark_paid(&self, session: &str, payment_intent: &str) {
        let known = self.sessions().into_iter().find(|known| known.id == session).expect("the session exists");
        self.adopt(&Payment { payment_intent: payment_intent.to_owned(), ..Payment::from(&known) });
        self.state.send_modify(|state| {
            let (session, object) = state.sessions.iter_mut().find(|(known, _)| known.id == session).expect("the session exists");
            session.status = "complete".into();
            object["payment_intent"] = json!(payment_intent);
            object["payment_status"] = json!("paid");
            object["status"] = json!("complete");
            object["url"] = Value::Null;
        });
    }

    /// The sessions that exist, oldest first.
    pub fn sessions(&self) -> Vec<Session> {
        self.state.borrow().sessions.iter().map(|(session, _)| session.clone()).collect()
    }

    /// Method and path of all calls that reached us, the failed ones too.
    pub fn calls(&self) -> Vec<(String, String)> {
        self.state.borrow().calls.clone()
    }

    /// Awaits until at least `n` calls reached us; whether they succeeded is another question.
    pub async fn wait_for_calls(&self, n: usize) {
        let mut changes = self.state.subscribe();
        let seen = tokio::time::timeout(Duration::from_secs(30), changes.wait_for(|state| state.calls.len() >= n)).await.is_ok();
        assert!(seen, "waited 30 s for {n} calls, got {:?}", self.calls());
    }
}

#[derive(Default)]
struct State {
    down: bool,
    failures: (u16, usize),
    refuse: bool,
    lose_answer: bool,
    clock_offset: i64,
    calls: Vec<(String, String)>,
    sessions: Vec<(Session, Value)>,
    paid: Vec<Paid>,
    undelivered: Vec<Value>,
    refuse_refunds: Option<&'static str>,
    slow_refunds: bool,
    /// By key: what was asked, and what was answered.
    answers: HashMap<String, ((String, Params), Answer)>,
}

#[derive(Clone)]
struct Door {
    address: SocketAddr,
    state: Arc<watch::Sender<State>>,
}

#[derive(Clone)]
struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Value,
}

async fn handle(Shared(door): Shared<Door>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let asked = if method == Method::GET { uri.query().unwrap_or_default().as_bytes() } else { &body[..] };
    let params: Params = form_urlencoded::parse(asked).into_owned().collect();
    let mut answer = None;
    door.state.send_modify(|state| {
        state.calls.push((method.to_string(), uri.path().to_owned()));
        answer = state.answer(door.address, &method, uri.path(), &headers, params);
    });
    let answer = answer.unwrap_or_else(|| hang_up());
    answer.into_response()
}

impl State {
    /// `None` to hang up.
    fn answer(&mut self, address: SocketAddr, method: &Method, path: &str, headers: &HeaderMap, params: Params) -> Option<Answer> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if self.down {
            return None;
        }
        if let Err(refusal) = authenticated(header("authorization")) {
            return Some(refusal);
        }
        if self.failures.1 > 0 {
            self.failures.1 -= 1;
            return Some(outage(self.failures.0));
        }
        if std::mem::take(&mut self.refuse) {
            let message = "The Checkout Session's total amount due must add up to at least the minimum charge.";
            return Some(error(400, "invalid_request_error", Some("amount_too_small"), message, Some("line_items")));
        }
        if method != Method::POST {
            return Some(self.act(address, method, path, &params, None));
        }
        let answer = self.act_once(address, method, path, params, header("idempotency-key"));
        if std::mem::take(&mut self.lose_answer) { None } else { Some(answer) }
    }

    /// Acts, or repeats what this key was answered before. Only what was done is remembered: as with Stripe,
    /// a request refused for its parameters may be mended and sent again under its key.
    fn act_once(&mut self, address: SocketAddr, method: &Method, path: &str, params: Params, key: Option<&str>) -> Answer {
        let Some(key) = key else { return self.act(address, method, path, &params, None) };
        let asked = (path.to_owned(), params);
        if let Some((before, answer)) = self.answers.get(key) {
            let mut replay = answer.clone();
            replay.headers.push(("idempotent-replayed", "true".into()));
            return if *before == asked { replay } else { key_reused(key) };
        }
        let answer = self.act(address, method, path, &asked.1, Some(key));
        if answer.status == 200 {
            self.answers.insert(key.to_owned(), (asked, answer.clone()));
        }
        answer
    }

    fn act(&mut self, address: SocketAddr, method: &Method, path: &str, params: &Params, key: Option<&str>) -> Answer {
        let steps: Vec<_> = path.trim_start_matches('/').split('/').collect();
        if let Some(answer) = self.money(method.as_str(), &steps, params) {
            return answer.map_or_else(|refusal| refusal, |body| Answer { status: 200, headers: Vec::new(), body });
        }
        let done = match (method.as_str(), steps.as_slice()) {
            ("POST", ["v1", "checkout", "sessions"]) => self.create(address, params, key),
            ("GET", ["v1", "checkout", "sessions", id]) => self.find(id).map(|(_, object)| object.clone()),
            ("POST", ["v1", "checkout", "sessions", id, "expire"]) => self.expire(id),
            _ => Err(error(404, "invalid_request_error", None, &format!("Unrecognized request URL ({method}: {path})."), None)),
        };
        done.map_or_else(|refusal| refusal, |body| Answer { status: 200, headers: Vec::new(), body })
    }

    fn create(&mut self, address: SocketAddr, params: &Params, key: Option<&str>) -> Result<Value, Answer> {
        if required(params, "mode")? != "payment" {
            return Err(invalid("mode", "Invalid mode: must be one of payment, setup, or subscription"));
        }
        let success_url = required(params, "success_url")?.to_owned();
        if Url::parse(&success_url).is_err() {
            return Err(error(400, "invalid_request_error", Some("url_invalid"), "Not a valid URL", Some("success_url")));
        }
        let (amount, currency) = total(params)?;
        let now = now() + self.clock_offset;
        let expires_at = params.get("expires_at").map_or(Ok(now + 86_400), |_| integer(params, "expires_at"))?;
        check_expiry(now, expires_at)?;

        let id = format!("cs_test_a1{}{}", Uuid::new_v4().simple(), &Uuid::new_v4().simple().to_string()[..26]);
        let session = Session {
            id: id.clone(),
            idempotency_key: key.map(str::to_owned),
            amount,
            currency,
            client_reference_id: params.get("client_reference_id").cloned(),
            metadata: section(params, "metadata"),
            payment_intent_metadata: section(params, "payment_intent_data[metadata]"),
            success_url,
            cancel_url: params.get("cancel_url").cloned(),
            status: "open".into(),
        };
        let mut object = checkout_session(&id, amount, &session.currency, session.client_reference_id.as_deref(), json!(session.metadata));
        object["cancel_url"] = json!(session.cancel_url);
        object["created"] = json!(now);
        object["expires_at"] = json!(expires_at);
        object["success_url"] = json!(session.success_url);
        // renamed by the API version that the client asks for
        object["ui_mode"] = json!("hosted_page");
        object["url"] = json!(format!("http://{address}/c/pay/{id}"));
        self.sessions.push((session, object.clone()));
        Ok(object)
    }

    fn expire(&mut self, id: &str) -> Result<Value, Answer> {
        let (session, object) = self.find(id)?;
        if session.status != "open" {
            let message = format!(
                "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of {}.",
                session.status
            );
            return Err(error(400, "invalid_request_error", None, &message, None));
        }
        session.status = "expired".into();
        object["status"] = json!("expired");
        object["url"] = Value::Null;
        Ok(object.clone())
    }

    fn find(&mut self, id: &str) -> Result<&mut (Session, Value), Answer> {
        let found = self.sessions.iter_mut().find(|(session, _)| session.id == id);
        let missing =
            || error(404, "invalid_request_error", Some("resource_missing"), &format!("No such checkout.session: {id}"), Some("session"));
        found.ok_or_else(missing)
    }
}

fn total(params: &Params) -> Result<(i64, String), Answer> {
    let mut total = 0;
    let mut line = 0;
    loop {
        let item = format!("line_items[{line}]");
        let (price, more) = (format!("{item}[price_data]"), params.keys().any(|key| key.starts_with(&item)));
        if line > 0 && !more {
            return Ok((total, required(params, "line_items[0][price_data][currency]")?.to_lowercase()));
        }
        required(params, &format!("{price}[currency]"))?;
        required(params, &format!("{price}[product_data][name]"))?;
        total += integer(params, &format!("{price}[unit_amount]"))? * integer(params, &format!("{item}[quantity]"))?;
        line += 1;
    }
}

fn check_expiry(now: i64, expires_at: i64) -> Result<(), Answer> {
    // a minute of mercy for a caller that counts from the moment it began
    match expires_at - now {
        ..1740 => Err(invalid("expires_at", "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.")),
        86_461.. => Err(invalid("expires_at", "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.")),
        1740..=86_460 => Ok(()),
    }
}

fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, Answer> {
    let missing =
        || error(400, "invalid_request_error", Some("parameter_missing"), &format!("Missing required param: {name}."), Some(name));
    params.get(name).filter(|value| !value.is_empty()).map(String::as_str).ok_or_else(missing)
}

fn integer(params: &Params, name: &str) -> Result<i64, Answer> {
    let value = required(params, name)?;
    let wrong =
        |_| error(400, "invalid_request_error", Some("parameter_invalid_integer"), &format!("Invalid integer: {value}"), Some(name));
    value.parse().map_err(wrong)
}

/// `{"invoice_id": "7"}` from `metadata[invoice_id]=7`.
fn section(params: &Params, name: &str) -> Params {
    let inner = |key: &str| Some(key.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?.to_owned());
    params.iter().filter_map(|(key, value)| Some((inner(key)?, value.clone()))).collect()
}

fn authenticated(authorization: Option<&str>) -> Result<(), Answer> {
    let unauthorized = |message: &str| Err(error(401, "invalid_request_error", None, message, None));
    match authorization.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(key) if key.starts_with("sk_") => Ok(()),
        Some(_) => unauthorized("Invalid API Key provided: ********"),
        None => {
            unauthorized("You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.")
        }
    }
}

fn outage(status: u16) -> Answer {
    let mut answer = match status {
        429 => error(429, "invalid_request_error", Some("rate_limit"), "Request rate limit exceeded.", None),
        _ => error(status, "api_error", None, "Sorry! There was an error while talking to one of our backends.", None),
    };
    answer.headers.push(("stripe-should-retry", "true".into()));
    answer
}

fn key_reused(key: &str) -> Answer {
    let message = format!(
        "Keys for idempotent requests can only be used with the same parameters they were first used with. \
         Try using a key other than '{key}' if you meant to execute a different request."
    );
    error(400, "idempotency_error", None, &message, None)
}

fn invalid(param: &str, message: &str) -> Answer {
    error(400, "invalid_request_error", None, message, Some(param))
}

/// Stripe leaves out the fields that an error does not have.
fn error(status: u16, kind: &str, code: Option<&str>, message: &str, param: Option<&str>) -> Answer {
    let mut error = json!({ "message": message, "type": kind });
    if let Some(code) = code {
        error["code"] = json!(code);
        error["doc_url"] = json!(format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")));
    }
    if let Some(param) = param {
        error["param"] = json!(param);
    }
    Answer { status, headers: Vec::new(), body: json!({ "error": error }) }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    i64::try_from(since.as_secs()).expect("the century is young")
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).expect("tests use real status codes");
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("request-id", format!("req_{}", &Uuid::new_v4().simple().to_string()[..14])),
        ];
        let mut response = (status, headers, pretty(&self.body)).into_response();
        for (name, value) in self.headers {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), HeaderValue::try_from(value).expect("our header values are ASCII"));
        }
        response
    }
}
