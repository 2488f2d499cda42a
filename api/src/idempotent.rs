//! Requests that may carry an `Idempotency-Key`: sent twice, done once, answered twice.

use crate::error::{Failure, Result};
use crate::etag::tagged;
use crate::extract::Upload;
use crate::{explain, extract};
use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use shared::idempotency::{self, Held, Taken};
use shared::policy::Actor;
use shared::{App, Error, Tx};

/// Where the version that an answer showed is kept, in its stored body. No field of an answer begins with such a sign.
const VERSION: &str = "$version";

/// A JSON body with the key of its request, if it has one.
pub(crate) struct Keyed<T> {
    body: T,
    key: Option<Key>,
}

struct Key {
    key: String,
    route: String,
    body_hash: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Keyed<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let key = request.headers().get("idempotency-key").map(check).transpose()?;
        let route = format!("{} {}", request.method(), request.uri().path());
        let bytes = extract::read_as_json(app, request).await?;
        let body = explain::read_json(&bytes)?;
        let key = key.map(|key| Key { key, route, body_hash: hex::encode(Sha256::digest(&bytes)) });
        Ok(Self { body, key })
    }
}

/// Of a file the name, which is in the query, and the declared type belong to the request as much as the bytes.
impl<const LIMIT: usize> FromRequest<App> for Keyed<Upload<LIMIT>> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let key = request.headers().get("idempotency-key").map(check).transpose()?;
        let route = format!("{} {}", request.method(), request.uri().path());
        let query = request.uri().query().unwrap_or_default().to_owned();
        let body = Upload::from_request(request, app).await?;
        let hash = |body: &Upload<LIMIT>| {
            let head = format!("{query}\n{}\n", body.declared.media());
            hex::encode(Sha256::new().chain_update(head).chain_update(&body.bytes).finalize())
        };
        let key = key.map(|key| Key { key, route, body_hash: hash(&body) });
        Ok(Self { body, key })
    }
}

fn check(value: &HeaderValue) -> Result<String> {
    let plain = (1..=255).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic);
    match value.to_str() {
        Ok(key) if plain => Ok(key.to_owned()),
        _ => Err(Error::invalid("Idempotency-Key", "error-idempotency-key").into()),
    }
}

/// What is to be done with a keyed request.
pub(crate) enum Turn<T> {
    /// The work, and the hold on its key.
    Work(T, Hold),
    /// Nothing: it was done before.
    Answered(StatusCode, serde_json::Value),
}

impl<T> Keyed<T> {
    /// Takes the key, if there is one.
    pub(crate) async fn turn(self, app: &App, actor: &Actor) -> Result<Turn<T>> {
        let Some(Key { key, route, body_hash }) = self.key else { return Ok(Turn::Work(self.body, Hold(None))) };
        match idempotency::take(app, actor, &key, &route, &body_hash).await? {
            Taken::Fresh(held) => Ok(Turn::Work(self.body, Hold(Some(held)))),
            Taken::Answered(status, body) => {
                let status = StatusCode::from_u16(status).map_err(Error::internal)?;
                Ok(Turn::Answered(status, body))
            }
        }
    }
}

/// The hold on the key of the running request; empty when it has none.
pub(crate) struct Hold(Option<Held>);

impl Hold {
    /// The key for commands that go on with what an interrupted request had made.
    pub(crate) fn held(&self) -> Option<&Held> {
        self.0.as_ref()
    }

    /// Stores the answer, in the transaction of the work.
    pub(crate) async fn answer(&self, tx: &Tx, status: StatusCode, body: &impl Serialize) -> shared::Result<()> {
        let Some(held) = &self.0 else { return Ok(()) };
        held.answer(tx, status.as_u16(), serde_json::to_value(body).map_err(Error::internal)?).await
    }

    /// Stores an answer that shows this version: [`replayed`] gives it the same `ETag`.
    pub(crate) async fn answer_tagged(&self, tx: &Tx, status: StatusCode, version: i32, body: &impl Serialize) -> shared::Result<()> {
        if self.0.is_none() {
            return Ok(());
        }
        let mut body = serde_json::to_value(body).map_err(Error::internal)?;
        if let Some(fields) = body.as_object_mut() {
            fields.insert(VERSION.to_owned(), version.into());
        }
        self.answer(tx, status, &body).await
    }

    /// Stores the answer of work that has committed already.
    pub(crate) async fn answer_late(&self, app: &App, status: StatusCode, body: &impl Serialize) -> shared::Result<()> {
        if self.0.is_none() {
            return Ok(());
        }
        let tx = app.begin().await?;
        self.answer(&tx, status, body).await?;
        tx.commit().await
    }

    /// Passes the result on; after a failure the key is free for a corrected request.
    pub(crate) async fn settle<T>(self, app: &App, result: shared::Result<T>) -> Result<T> {
        if result.is_err() {
            self.release(app).await;
        }
        Ok(result?)
    }

    /// Frees the key, for a request that was refused in the words of HTTP.
    pub(crate) async fn release(self, app: &App) {
        if let Some(held) = &self.0
            && let Err(error) = held.release(app).await
        {
            tracing::warn!(%error, "an Idempotency-Key could not be released; its lock ends by itself");
        }
    }
}

/// A 2xx with the address of what was made.
pub(crate) fn made(status: StatusCode, location: String, body: impl Serialize) -> Result<Response> {
    let location = HeaderValue::from_str(&location).map_err(Error::internal)?;
    Ok((status, [(header::LOCATION, location)], Json(body)).into_response())
}

/// The stored answer of an earlier request, with its `ETag` if it was stored with a version.
pub(crate) fn replayed(status: StatusCode, location: String, mut body: serde_json::Value) -> Result<Response> {
    let version = body.as_object_mut().and_then(|fields| fields.remove(VERSION)).and_then(|version| version.as_i64());
    let mut response = made(status, location, body)?;
    if let Some(version) = version.and_then(|version| i32::try_from(version).ok()) {
        response = tagged(version, response);
    }
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(response)
}
