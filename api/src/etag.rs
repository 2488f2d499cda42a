//! Optimistic locking over HTTP (RFC 9110 §8.8.3, §13.1.1): a resource's version is its ETag, and a change that names the
//! version it has seen in `If-Match` is refused if that is not the newest.

use crate::error::Failure;
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::{App, Error};

/// The version that the client has seen; `None`: whichever it is.
pub(crate) struct IfMatch(pub(crate) Option<i32>);

impl FromRequestParts<App> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        let mut values = parts.headers.get_all(header::IF_MATCH).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return if parts.headers.contains_key(header::IF_MATCH) { Err(malformed()) } else { Ok(Self(None)) };
        };
        match value.as_bytes() {
            b"*" => Ok(Self(None)),
            tag => version(tag).map(|version| Self(Some(version))).ok_or_else(malformed),
        }
    }
}

fn malformed() -> Failure {
    Error::invalid("If-Match", "error-if-match").into()
}

/// `"7"` → 7.
fn version(tag: &[u8]) -> Option<i32> {
    let digits = std::str::from_utf8(tag).ok()?.trim().strip_prefix('"')?.strip_suffix('"')?;
    digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))
}

/// A resource with its version as ETag.
pub(crate) fn tagged(status: StatusCode, version: i32, body: impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_strong_tag_of_ours_is_a_version() {
        assert_eq!(version(b"\"7\""), Some(7));
        for odd in ["7", "W/\"7\"", "\"\"", "\"+7\"", "\"x\"", "\"7\", \"8\"", "\"99999999999\""] {
            assert_eq!(version(odd.as_bytes()), None, "{odd}");
        }
    }
}
