//! Secrets derived from `SECRET_KEY`: one key per purpose, so that what is made for one cannot be used for another. Makes
//! marks (nobody else can write them) and seals (nobody else can read them); an older key still reads during a rotation.

use crate::{App, Error, Result};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chrono::{DurationRound, TimeDelta};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The key of a purpose.
fn derive(key: &SecretString, purpose: &str) -> [u8; 32] {
    mac(key.expose_secret().as_bytes(), format!("buy4me:{purpose}").as_bytes())
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

fn keys(app: &App) -> impl Iterator<Item = &SecretString> {
    std::iter::once(&app.config.secret_key).chain(&app.config.secret_key_previous)
}

/// A mark over `text` by the current key, 64 hex digits.
pub fn mark(app: &App, purpose: &str, text: &str) -> String {
    hex::encode(mac(&derive(&app.config.secret_key, purpose), text.as_bytes()))
}

/// Whether `given` is the mark over `text`, by the current key or an older one.
pub fn is_mark(app: &App, purpose: &str, text: &str, given: &str) -> bool {
    let right = |key| hex::encode(mac(&derive(key, purpose), text.as_bytes()));
    keys(app).any(|key| bool::from(right(key).as_bytes().ct_eq(given.as_bytes())))
}

/// When a link of today ends that works for so long: at the end of a day, so that links of one day are the same. Unix seconds.
pub fn end_of_link(app: &App, life: TimeDelta) -> i64 {
    let day = TimeDelta::days(1);
    let end = app.clock.now() + life + day;
    end.duration_trunc(day).unwrap_or(end).timestamp()
}

/// The end that a link names, if `given` is the mark over the `text` of a link that ends then, and whether that is over.
/// [`Error::NotFound`] for any other.
pub fn check_link(app: &App, purpose: &str, text: impl Fn(i64) -> String, until: &str, given: &str) -> Result<(i64, bool)> {
    let until: i64 = until.parse().map_err(|_| Error::NotFound)?;
    if !is_mark(app, purpose, &text(until), given) {
        return Err(Error::NotFound);
    }
    Ok((until, until <= app.clock.now().timestamp()))
}

/// How a text begins that was sealed with the current key: what begins otherwise waits to be sealed anew.
pub fn current(app: &App) -> String {
    tag(&app.config.secret_key)
}

fn tag(key: &SecretString) -> String {
    hex::encode(&derive(key, "seal-tag")[..4])
}

/// Seals `plain` for the row `owner`: sealed texts cannot be swapped between rows.
pub fn seal(app: &App, owner: &str, plain: &[u8]) -> Result<String> {
    let cipher = XChaCha20Poly1305::new(&derive(&app.config.secret_key, "seal").into());
    let nonce: [u8; 24] = rand::random();
    let payload = Payload { msg: plain, aad: owner.as_bytes() };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::internal("sealing failed"))?;
    Ok(format!("{}{}{}", current(app), hex::encode(nonce), hex::encode(sealed)))
}

/// Opens what [`seal`] made, by the current key or an older one.
pub fn open(app: &App, owner: &str, sealed: &str) -> Result<Vec<u8>> {
    let broken = || Error::internal("a sealed secret cannot be opened: was SECRET_KEY changed without SECRET_KEY_PREVIOUS?");
    let key = keys(app).find(|key| sealed.starts_with(&tag(key))).ok_or_else(broken)?;
    let bytes = hex::decode(&sealed[8..]).map_err(|_| broken())?;
    let (nonce, text) = bytes.split_first_chunk::<24>().ok_or_else(broken)?;
    let cipher = XChaCha20Poly1305::new(&derive(key, "seal").into());
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: owner.as_bytes() }).map_err(|_| broken())
}
