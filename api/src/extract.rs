//! Inputs: ids in paths, bodies as bytes and as JSON. Whatever is wrong with them is a [`Failure`], never the framework's
//! own plain text.

use crate::auth::recognise_again;
use crate::error::Failure;
use crate::explain;
use axum::body::HttpBody;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use futures::StreamExt;
use serde::de::{DeserializeOwned, Unexpected};
use serde::{Deserialize, Deserializer};
use shared::App;
use shared::Error;
use shared::clock::Time;
use shared::i18n::Message;
use shared::support::kind::Kind;

/// Largest body unless a route says otherwise.
pub(crate) const BODY_LIMIT: usize = 256 * 1024;
/// How much of a body that is too large is still read, so that a client that writes before it reads gets to see the answer.
const PATIENCE: usize = 8 * 1024 * 1024;

/// The id in the path. What is no id names nothing.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Path(id) = Path::<T>::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        Ok(Self(id))
    }
}

/// A body as it came, up to `LIMIT` bytes.
pub(crate) struct Raw<const LIMIT: usize>(pub(crate) Vec<u8>);

impl<const LIMIT: usize> FromRequest<App> for Raw<LIMIT> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        read(request, LIMIT).await.map(Self)
    }
}

/// A JSON body: no unknown, missing, repeated or mistyped field.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let bytes = read_as_json(app, request).await?;
        explain::read_json(&bytes).map(Self)
    }
}

/// The same, or no body at all.
pub(crate) struct Perhaps<T>(pub(crate) Option<T>);

impl<T: DeserializeOwned> FromRequest<App> for Perhaps<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        if !request.headers().contains_key(header::CONTENT_TYPE) && request.body().is_end_stream() {
            return Ok(Self(None));
        }
        Json::from_request(request, app).await.map(|Json(body)| Self(Some(body)))
    }
}

/// The bytes of a body that says it is JSON.
pub(crate) async fn read_as_json(app: &App, request: Request) -> Result<Vec<u8>, Failure> {
    if !has_type(request.headers(), |kind| kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into());
    }
    let (parts, body) = request.into_parts();
    let bytes = read(Request::from_parts(parts.clone(), body), BODY_LIMIT).await?;
    recognise_again(app, &parts).await?;
    Ok(bytes)
}

/// The bytes of a body that says it is a picture, up to `LIMIT`.
pub(crate) struct Picture<const LIMIT: usize>(pub(crate) Vec<u8>);

impl<const LIMIT: usize> FromRequest<App> for Picture<LIMIT> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        if !has_type(request.headers(), |kind| matches!(kind, "image/png" | "image/jpeg" | "image/webp")) {
            return Err(Failure::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE, "error-picture-type".into()));
        }
        let (parts, body) = request.into_parts();
        let bytes = read(Request::from_parts(parts.clone(), body), LIMIT).await?;
        recognise_again(app, &parts).await?;
        Ok(Self(bytes))
    }
}

/// The bytes of a body that says it is a file of a kind that tickets take, up to `LIMIT`.
pub(crate) struct Upload<const LIMIT: usize> {
    /// What it says it is.
    pub(crate) declared: Kind,
    /// As they came.
    pub(crate) bytes: Vec<u8>,
}

impl<const LIMIT: usize> FromRequest<App> for Upload<LIMIT> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let declared = Kind::of_media(&media_type(request.headers())).ok_or_else(not_taken)?;
        let (parts, body) = request.into_parts();
        let bytes = read(Request::from_parts(parts.clone(), body), LIMIT).await?;
        recognise_again(app, &parts).await?;
        Ok(Self { declared, bytes })
    }
}

/// A file is none of the kinds that tickets take.
pub(crate) fn not_taken() -> Failure {
    Failure::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE, Message::new("error-attachment-type").with("allowed", Kind::ALLOWED))
}

/// The bytes of a body that says it is an HTML form.
pub(crate) async fn read_as_form(request: Request) -> Result<Vec<u8>, Failure> {
    if !has_type(request.headers(), |kind| kind == "application/x-www-form-urlencoded") {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into());
    }
    read(request, BODY_LIMIT).await
}

/// Whether the Content-Type, without its parameters, is the wanted one.
fn has_type(headers: &HeaderMap, wanted: impl Fn(&str) -> bool) -> bool {
    wanted(&media_type(headers))
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

async fn read(request: Request, limit: usize) -> Result<Vec<u8>, Failure> {
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse::<usize>().ok());
    let too_large = || Failure::Http(StatusCode::PAYLOAD_TOO_LARGE, Message::new("error-payload-too-large").with("limit", limit));
    // a client that asks first need not send it at all
    if declared.is_some_and(|n| n > limit) && request.headers().contains_key(header::EXPECT) {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(declared.unwrap_or_default().min(limit));
    let mut seen = 0;
    let mut body = request.into_body().into_data_stream();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| Failure::Http(StatusCode::BAD_REQUEST, "error-malformed-form".into()))?;
        seen += chunk.len();
        if seen <= limit {
            bytes.extend_from_slice(&chunk);
        } else if seen > limit + PATIENCE {
            break;
        }
    }
    if seen > limit { Err(too_large()) } else { Ok(bytes) }
}

/// A time as clients write it: RFC 3339 with an offset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timestamp(pub(crate) Time);

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use chrono::SubsecRound;
        use serde::de::Error;
        let text = String::deserialize(deserializer)?;
        let read = chrono::DateTime::parse_from_rfc3339(&text).map_err(|_| D::Error::invalid_value(Unexpected::Str(&text), &"a time"))?;
        // years that a database cannot hold are as good as no time
        let utc = read.to_utc().trunc_subsecs(6);
        match chrono::Datelike::year(&utc) {
            1900..=9999 => Ok(Self(utc)),
            _ => Err(D::Error::invalid_value(Unexpected::Str(&text), &"a time")),
        }
    }
}
