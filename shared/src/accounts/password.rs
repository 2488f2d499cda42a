//! Password hashing: Argon2id, off the async runtime, a bounded number at a time.

use crate::{App, Error, Result};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use secrecy::{ExposeSecret, SecretString};
use std::sync::LazyLock;

/// Verified against when the account does not exist, so that both cases take the same time.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody's password").expect("hashing needs only memory"));

/// Hashes a password (PHC string with its own salt).
pub async fn hash(app: &App, password: &SecretString) -> Result<String> {
    let password = password.clone();
    blocking(app, move || hash_now(password.expose_secret())).await?
}

/// Whether the password fits; `None` (no such account) costs the same and never fits.
pub async fn fits(app: &App, password: &SecretString, hash: Option<String>) -> Result<bool> {
    let password = password.clone();
    let check = move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let parsed = PasswordHash::new(&hash).map_err(|e| Error::internal(format!("stored password hash: {e}")))?;
        let fits = Argon2::default().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
        Ok(known && fits)
    };
    blocking(app, check).await?
}

async fn blocking<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _permit = app.hashing.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

fn hash_now(password: &str) -> Result<String> {
    Ok(Argon2::default().hash_password(password.as_bytes()).map_err(Error::internal)?.to_string())
}
