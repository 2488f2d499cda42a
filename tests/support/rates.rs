//! A stand-in for the providers of exchange rates, on a real socket and in their own forms: the ECB's daily XML, Fixer's and
//! Open Exchange Rates' JSON. It fails on demand in the ways that they do.

use super::stand_in::Server;
use super::{Builder, TestApp};
use axum::Router;
use axum::extract::State as Shared;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use shared::config::FxConfig;
use shared::fx::Provider;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use url::Url;

pub const KEY: &str = "0f1e2d3c4b5a";

/// What the next calls get.
#[derive(Clone, Debug)]
pub enum Mood {
    /// The rates.
    Well,
    /// This status and body.
    Says(u16, String),
    /// Another address.
    Redirects,
}

/// A handle to the server, which stops listening with its last handle.
#[derive(Clone)]
pub struct FakeRates {
    pub base: Url,
    state: Arc<Mutex<State>>,
    _server: Arc<Server>,
}

struct State {
    mood: Mood,
    base: String,
    published_at: DateTime<Utc>,
    /// As they are written into the answer.
    rates: BTreeMap<String, String>,
    calls: Vec<String>,
}

/// Against the euro.
const USUAL: &str = "USD 1.25 GBP 0.8 JPY 160.5 CHF 0.95 AED 4.59 KWD 0.385 INR 107.25 SEK 11.2 NOK 11.7 XOF 655.957";

impl FakeRates {
    pub async fn start(published_at: DateTime<Utc>) -> Self {
        let words: Vec<&str> = USUAL.split(' ').collect();
        let rates = words.chunks(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect();
        let state = State { mood: Mood::Well, base: "EUR".into(), published_at, rates, calls: vec![] };
        let state = Arc::new(Mutex::new(state));
        let (base, server) = Server::start(|address| {
            let base = format!("http://{address}/").parse().expect("a URL");
            (base, Router::new().fallback(answer).with_state(state.clone()))
        })
        .await;
        Self { base, state, _server: server }
    }

    /// An application that asks it, in this provider's form.
    pub fn asked_as(&self, provider: Provider) -> Builder {
        let api_base = self.base.clone();
        let api_key = provider.needs_key().then(|| KEY.into());
        TestApp::builder().config(move |config| config.fx = Some(FxConfig { provider, api_base, api_key }))
    }

    pub fn mood(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// Rates as they are written into the answer, in which they need not be numbers.
    pub fn set(&self, rates: &[(&str, &str)]) {
        let mut state = self.state.lock().unwrap();
        state.rates.extend(rates.iter().map(|(code, rate)| ((*code).to_owned(), (*rate).to_owned())));
    }

    /// Another base than its own.
    pub fn base_is(&self, base: &str) {
        self.state.lock().unwrap().base = base.to_owned();
    }

    pub fn publish_at(&self, time: DateTime<Utc>) {
        self.state.lock().unwrap().published_at = time;
    }

    /// Only so many currencies.
    pub fn keep(&self, count: usize) {
        let mut state = self.state.lock().unwrap();
        state.rates = std::mem::take(&mut state.rates).into_iter().take(count).collect();
    }

    /// Paths and queries that were asked for.
    pub fn calls(&self) -> Vec<String> {
        self.state.lock().unwrap().calls.clone()
    }
}

async fn answer(Shared(state): Shared<Arc<Mutex<State>>>, uri: Uri) -> Response {
    let mut state = state.lock().unwrap();
    state.calls.push(uri.to_string());
    match &state.mood {
        Mood::Says(status, body) => return (StatusCode::from_u16(*status).unwrap(), body.clone()).into_response(),
        Mood::Redirects => return (StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.1:1/")]).into_response(),
        Mood::Well => {}
    }
    let key_is_right = |name: &str| uri.query().is_some_and(|query| query == format!("{name}={KEY}"));
    match uri.path() {
        "/stats/eurofxref/eurofxref-daily.xml" => ([(header::CONTENT_TYPE, "text/xml")], state.xml()).into_response(),
        "/latest" if key_is_right("access_key") => json(200, state.json("\"success\": true,")),
        // with 200, as Fixer does
        "/latest" => json(200, r#"{"success": false, "error": {"code": 101, "type": "invalid_access_key", "info": "…"}}"#.to_owned()),
        "/latest.json" if key_is_right("app_id") => json(200, state.json("\"license\": \"…\",")),
        "/latest.json" => json(401, r#"{"error": true, "status": 401, "message": "invalid_app_id", "description": "…"}"#.to_owned()),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn json(status: u16, body: String) -> Response {
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

impl State {
    fn xml(&self) -> String {
        let cube = |(code, rate): (&String, &String)| format!("\t\t\t<Cube currency='{code}' rate='{rate}'/>\n");
        let cubes: String = self.rates.iter().map(cube).collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gesmes:Envelope xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" \
             xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\">\n\t<gesmes:subject>Reference rates</gesmes:subject>\n\
             \t<Cube>\n\t\t<Cube time='{}'>\n{cubes}\t\t</Cube>\n\t</Cube>\n</gesmes:Envelope>\n",
            self.published_at.format("%Y-%m-%d")
        )
    }

    fn json(&self, first: &str) -> String {
        let (base, timestamp) = (&self.base, self.published_at.timestamp());
        // the base itself is among them, and is worth one
        let others = self.rates.iter().filter(|(code, _)| *code != base).map(|(code, rate)| format!("\"{code}\": {rate}"));
        let rates: Vec<String> = others.chain([format!("\"{base}\": 1")]).collect();
        format!("{{{first} \"timestamp\": {timestamp}, \"base\": \"{base}\", \"rates\": {{{}}}}}", rates.join(", "))
    }
}
