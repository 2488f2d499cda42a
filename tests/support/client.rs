//! A client as a frontend would be one.

use super::chat::Chat;
use super::events::Events;
use serde_json::{Value, json};
use url::Url;

/// Speaks to one application, as nobody or as one user.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<String>,
}

/// An answer, read completely.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Client {
    pub fn new(base: &Url) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { http, base: base.clone(), token: None }
    }

    /// The same client, signed in.
    pub async fn sign_in(&self, login: &str, password: &str) -> Self {
        let answer = self.post("/api/auth/login/", &json!({ "username": login, "password": password })).await.expect(200);
        self.with_token(answer["access"].as_str().expect("an access token"))
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().expect("signed in")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(reqwest::Method::GET, path, |request| request).await
    }

    /// What is no text.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let mut request = self.http.get(self.base.join(path).expect("a path"));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        request.send().await.expect("the application answers").bytes().await.expect("a body").to_vec()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(reqwest::Method::POST, path, |request| request.json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(reqwest::Method::PATCH, path, |request| request.json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(reqwest::Method::PUT, path, |request| request.json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(reqwest::Method::DELETE, path, |request| request).await
    }

    /// A POST without a body.
    pub async fn call(&self, path: &str) -> Answer {
        self.send(reqwest::Method::POST, path, |request| request).await
    }

    /// A request that appears to come from `address`, for an application that trusts its proxy at 127.0.0.1.
    pub async fn post_from(&self, address: &str, path: &str, body: &Value) -> Answer {
        self.send(reqwest::Method::POST, path, |request| request.header("X-Forwarded-For", address).json(body)).await
    }

    /// A POST under an Idempotency-Key.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.send(reqwest::Method::POST, path, |request| request.header("Idempotency-Key", key).json(body)).await
    }

    /// A stream of events, or why there is none.
    pub async fn events(&self, query: &str, since: Option<&str>) -> Result<Events, Answer> {
        let mut request = self.http.get(self.base.join(&format!("/api/events/{query}")).expect("a path"));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let request = since.into_iter().fold(request, |request, id| request.header("Last-Event-ID", id));
        let response = request.send().await.expect("the application answers");
        if response.status() == 200 {
            return Ok(Events::new(response));
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Err(Answer { status, headers, text: response.text().await.expect("a body") })
    }

    /// The live chat of a ticket, or why there is none.
    pub async fn chat(&self, ticket: &Value, query: &str) -> Result<Chat, Answer> {
        let path = format!("/api/ws/chat/{}/{query}", ticket["id"].as_str().expect("a ticket"));
        self.socket(&path, &[]).await
    }

    /// The same by its path, with these headers.
    pub async fn socket(&self, path: &str, headers: &[(&str, &str)]) -> Result<Chat, Answer> {
        let mut address = self.base.join(path).expect("a path");
        address.set_scheme("ws").expect("a scheme");
        let token = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let token = token.iter().map(|token| ("authorization", token.as_str()));
        Chat::open(address.as_str(), token.chain(headers.iter().copied())).await
    }

    pub async fn post_raw(&self, path: &str, body: impl Into<reqwest::Body>, headers: &[(&str, &str)]) -> Answer {
        self.send(reqwest::Method::POST, path, |request| headers.iter().fold(request.body(body), |r, (k, v)| r.header(*k, *v))).await
    }

    pub async fn send(
        &self,
        method: reqwest::Method,
        path: &str,
        fill: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Answer {
        let mut request = self.http.request(method, self.base.join(path).expect("a path"));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = fill(request).send().await.expect("the application answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.expect("a body") }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.text))
    }

    /// The JSON body of an answer that must have this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// Asserts a problem (RFC 9457) with this status and code, and answers it.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text);
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{problem}");
        assert!(problem["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{problem}");
        problem
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().expect("ASCII")
    }
}
