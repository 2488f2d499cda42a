//! `Prefer: wait=10` (RFC 7240 §4.3): how long a client would rather wait than come again.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

/// Nobody is kept longer, in seconds: a whole request has half a minute.
const LONGEST: u64 = 25;

/// What a client prefers, as far as we can do it.
pub(crate) struct Prefer(Option<u64>);

impl Prefer {
    /// Reads the first `wait` of all `Prefer` headers; what is malformed or not known is left alone, as the RFC says.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let values = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        let preferences = values.flat_map(|value| value.split(','));
        let wait = preferences.filter_map(|preference| {
            let (name, value) = preference.split(';').next()?.split_once('=')?;
            let value = value.trim();
            let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
            name.trim().eq_ignore_ascii_case("wait").then(|| value.parse::<u64>().ok())
        });
        Self(wait.flatten().next().map(|seconds| seconds.min(LONGEST)))
    }

    /// How long to wait.
    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(self.0.unwrap_or_default())
    }

    /// Says what was heeded.
    pub(crate) fn note(&self, headers: &mut HeaderMap) {
        let Some(seconds) = self.0 else { return };
        if let Ok(value) = HeaderValue::from_str(&format!("wait={seconds}")) {
            headers.insert(HeaderName::from_static("preference-applied"), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_is_found_among_other_preferences_and_has_a_limit() {
        let cases = [
            ("wait=10", Some(10)),
            ("respond-async, WAIT = \"5\" ; x=y", Some(5)),
            ("wait=31", Some(25)),
            ("wait=1, wait=2", Some(1)),
            ("wait", None),
            ("wait=soon", None),
            ("wait=-1", None),
            ("", None),
        ];
        for (given, expected) in cases {
            let headers = HeaderMap::from_iter([(HeaderName::from_static("prefer"), HeaderValue::from_static(given))]);
            assert_eq!(Prefer::read(&headers).0, expected, "{given}");
        }
    }
}
