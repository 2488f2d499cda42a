//! Passwords: what they must be, and hashing with Argon2id, off the async runtime, a bounded number at a time and behind a
//! bounded queue, so that a flood of sign-ins slows sign-ins and leaves everything else alone.

use crate::error::Problems;
use crate::i18n::Message;
use crate::{App, Error, Result};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params, PasswordHash};
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::{AcquireError, Semaphore};

/// Longest wait for a turn to hash; who would wait longer is asked to come back.
const PATIENCE: Duration = Duration::from_secs(5);
/// A password that is one single guessable thing (a common password, a row of keys, a date) must at least be as rare as this.
const RARE: f64 = 6.0;

/// Characters of a password that are looked at: no common one is longer.
const LOOKED_AT: usize = 24;

/// Verified against when the account does not exist, so that both cases take the same time.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody's password").expect("hashing needs only memory"));

/// Who may hash, and in which order.
pub struct Hashing {
    /// The turns. Half of the cores: the other half answers requests.
    turns: Arc<Semaphore>,
    /// Strangers wait here first, so that few of them are ever in the queue for a turn, and who is known goes ahead of a flood.
    strangers: Arc<Semaphore>,
}

impl Default for Hashing {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let turns = (cores / 2).max(1);
        Self { turns: Arc::new(Semaphore::new(turns)), strangers: Arc::new(Semaphore::new(2 * turns)) }
    }
}

/// Prepares what the first sign-in would otherwise have to wait for, and could be told apart by.
pub fn warm_up() {
    LazyLock::force(&NOBODY);
    zxcvbn::zxcvbn("warm", &[]);
}

/// Notes what is wrong with a new password of the person with these names and addresses.
pub(super) async fn check(app: &App, problems: &mut Problems, given: &SecretString, names: &[&str]) -> Result<()> {
    let length = given.expose_secret().chars().count();
    problems.check(length >= 8, "password", Message::new("error-too-short").with("min", 8));
    problems.check(length <= 128, "password", Message::new("error-too-long").with("max", 128));
    if (8..=128).contains(&length) {
        let (given, names) = (given.clone(), names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let is_common = blocking(app, move || is_common(given.expose_secret(), &names)).await?;
        problems.check(!is_common, "password", "error-common-password");
    }
    Ok(())
}

/// Whether it is among the passwords that are tried first. Passwords made of several parts are left to their owner.
fn is_common(text: &str, names: &[String]) -> bool {
    let lower = text.to_lowercase();
    if names.iter().any(|name| !name.is_empty() && name.to_lowercase() == lower) {
        return true;
    }
    // the estimate takes time that grows fast with the length; what is common is common from its beginning
    let beginning: String = lower.chars().take(LOOKED_AT).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let estimate = zxcvbn::zxcvbn(&beginning, &names);
    // 10^3 guesses are nothing; a single match is one entry of a list or one pattern
    estimate.guesses_log10() < 3.0 || (estimate.sequence().len() == 1 && estimate.guesses_log10() < RARE)
}

/// Hashes a password (PHC string with its own salt).
pub async fn hash(app: &App, password: &SecretString) -> Result<String> {
    let password = password.clone();
    blocking(app, move || hash_now(password.expose_secret())).await?
}

/// A hash that no password fits, for accounts without one.
pub(crate) fn unusable() -> String {
    "!".to_owned()
}

/// Whether the password fits; `None` (no such account) costs the same and never fits. Whoever is known, by a session or by the
/// place they sign in from, goes ahead of strangers.
pub(super) async fn fits(app: &App, password: &SecretString, hash: Option<String>, is_known: bool) -> Result<bool> {
    let password = password.clone();
    let check = move || {
        // an account without a password is to be told from others no more than one that does not exist
        let hash = hash.filter(|hash| hash.starts_with('$'));
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let parsed = PasswordHash::new(&hash).map_err(|e| Error::internal(format!("stored password hash: {e}")))?;
        let fits = Argon2::default().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
        Ok(known && fits)
    };
    in_turn(app, is_known, check).await?
}

/// Whether a stored hash was made with other parameters than ours of today.
pub(super) fn is_outdated(hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    let ours = Params::default();
    let same = |params: Params| (params.m_cost(), params.t_cost(), params.p_cost()) == (ours.m_cost(), ours.t_cost(), ours.p_cost());
    parsed.algorithm.as_str() != "argon2id" || !Params::try_from(&parsed).is_ok_and(same)
}

async fn blocking<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    in_turn(app, false, work).await
}

async fn in_turn<T: Send + 'static>(app: &App, is_known: bool, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let queue = async {
        let place = if is_known { None } else { Some(app.hashing.strangers.clone().acquire_owned().await?) };
        Ok::<_, AcquireError>((app.hashing.turns.clone().acquire_owned().await?, place))
    };
    let turn = tokio::time::timeout(PATIENCE, queue).await;
    let busy = |_| Error::Upstream { service: "hashing", reason: "too many sign-ins at once".into(), retry_after: Some(PATIENCE) };
    let turn = turn.map_err(busy)?.map_err(Error::internal)?;
    let task = move || {
        let done = work();
        // held by the work itself: a client that hangs up must not make room for a second hash beside this one
        drop(turn);
        done
    };
    tokio::task::spawn_blocking(task).await.map_err(Error::internal)
}

fn hash_now(password: &str) -> Result<String> {
    Ok(Argon2::default().hash_password(password.as_bytes()).map_err(Error::internal)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_rows_of_keys_and_the_own_name_are_found_and_others_left_alone() {
        for common in
            ["password", "Password1", "qwertyuiop", "aaaaaaaa", "12345678", "abcdefgh", "iloveyou", "amina@example.com", "trustno1"]
        {
            assert!(is_common(common, &["amina@example.com".to_owned()]), "{common}");
        }
        for fine in ["correct horse battery", "Password123!", "S3cret-enough", "a long secret", "ünïcödé wörds"] {
            assert!(!is_common(fine, &["amina@example.com".to_owned()]), "{fine}");
        }
    }

    #[test]
    fn a_hash_with_other_parameters_is_outdated() {
        assert!(!is_outdated(&hash_now("x").unwrap()));
        let cheap = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, Params::new(8, 1, 1, None).unwrap());
        assert!(is_outdated(&cheap.hash_password(b"x").unwrap().to_string()));
        assert!(!is_outdated("!"), "no password at all is not outdated");
    }
}
