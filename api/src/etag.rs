//! Versions on the wire: answers carry `ETag: "3"`, edits may demand it by `If-Match` (RFC 9110 §13.1.1).

use crate::error::Failure;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use shared::{App, Error};

/// Matches no version: they count from 1.
const NONE: i32 = 0;

/// The version that an edit was made from; `None` when any will do. A tag that was never one of ours matches nothing, and so
/// does a weak one, because an edit needs the strong comparison.
pub(crate) struct IfMatch(pub(crate) Option<i32>);

impl FromRequestParts<App> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        read(&parts.headers).map(Self).ok_or_else(|| Error::invalid("If-Match", "error-if-match").into())
    }
}

/// `None`: malformed. One version can be edited at a time, so a list of tags is refused too.
fn read(headers: &HeaderMap) -> Option<Option<i32>> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = values.next() else { return Some(None) };
    let text = value.to_str().ok().filter(|_| values.next().is_none())?.trim();
    if text == "*" {
        return Some(None);
    }
    let (weak, quoted) = text.strip_prefix("W/").map_or((false, text), |rest| (true, rest));
    let tag = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if !tag.bytes().all(|b| b.is_ascii_graphic() && b != b'"') {
        return None;
    }
    let ours = tag.parse().ok().filter(|version: &i32| !weak && version.to_string() == tag);
    Some(Some(ours.unwrap_or(NONE)))
}

/// An answer that shows this version.
pub(crate) fn tagged(version: i32, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// Whether the reader has this version already (RFC 9110 §13.1.2, the weak comparison).
pub(crate) fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_strong_tag_of_ours_names_a_version_and_what_is_no_tag_is_refused() {
        let cases = [
            ("\"3\"", Some(Some(3))),
            (" \"3\" ", Some(Some(3))),
            ("*", Some(None)),
            ("W/\"3\"", Some(Some(NONE))),
            ("\"03\"", Some(Some(NONE))),
            ("\"abc\"", Some(Some(NONE))),
            ("\"\"", Some(Some(NONE))),
            ("\"99999999999\"", Some(Some(NONE))),
            ("3", None),
            ("", None),
            ("\"3", None),
            ("\"", None),
            ("\"1\", \"2\"", None),
            ("\"a b\"", None),
            ("é", None),
        ];
        for (given, expected) in cases {
            let headers = HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_bytes(given.as_bytes()).unwrap())]);
            assert_eq!(read(&headers), expected, "{given}");
        }
        assert_eq!(read(&HeaderMap::new()), Some(None));
        let mut twice = HeaderMap::new();
        twice.append(header::IF_MATCH, HeaderValue::from_static("\"1\""));
        twice.append(header::IF_MATCH, HeaderValue::from_static("\"1\""));
        assert_eq!(read(&twice), None);
    }
}
