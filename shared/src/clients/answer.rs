//! Reading what a provider answers, whoever it is: no more than was agreed, and how long it wants to be left alone.

use crate::{Error, Result};
use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// Who asks for more patience is asked again by a later job anyway.
const PATIENCE: Duration = Duration::from_secs(900);

/// The body, of at most so many bytes; what is longer is an error of `too_long`, which is told so.
pub(super) async fn body(
    service: &'static str,
    mut response: Response,
    most: usize,
    too_long: impl FnOnce(String) -> Error,
) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| away(service, error))? {
        if body.len() + chunk.len() > most {
            return Err(too_long(format!("more than {most} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What `Retry-After` asks for, in seconds and within reason.
pub(super) fn wait(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds).min(PATIENCE))
}

/// It did not answer. Without the address: a key may be in it.
pub(super) fn away(service: &'static str, error: reqwest::Error) -> Error {
    Error::Upstream { service, reason: error.without_url().to_string(), retry_after: None }
}
