//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for the day the phone is gone.

use super::limits::SECOND_FACTOR;
use super::session::{self, Which};
use super::sign_in::{SignedIn, open};
use super::{Origin, change_password, denylist, password, token, user};
use crate::ids::UserId;
use crate::notifications::{self, Event};
use crate::policy::Actor;
use crate::settings::{self, Switch};
use crate::{App, Error, Result, Tx, audit, seal, throttle};
use chrono::TimeDelta;
use data_encoding::BASE32_NOPAD;
use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Totp};
use url::Url;

/// Recovery codes given out at a time.
const CODES: usize = 10;
/// So long after signing in a session counts as its owner's without another question.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// What an authenticator app needs to know.
#[derive(Debug)]
pub struct Enrolment {
    /// Base32, to type.
    pub secret: String,
    /// `otpauth://…`, to show as a QR code.
    pub otpauth_url: String,
}

/// Draws a secret for the actor's app. Nothing is asked for until [`confirm`] has seen a code made with it.
pub async fn set_up(app: &App, actor: &Actor) -> Result<Enrolment> {
    let tx = app.begin().await?;
    let user = user::lock_active(&tx, actor.user.ok_or(Error::Forbidden(None))?).await?;
    if user.mfa_enabled_at.is_some() {
        return Err(Error::conflict("mfa-already-on", &["disable"]));
    }
    let secret: [u8; 20] = rand::random();
    let encoded = BASE32_NOPAD.encode(&secret);
    let mut url = Url::parse("otpauth://totp/").map_err(Error::internal)?;
    url.set_path(&format!("/Buy4Me:{}", user.email));
    url.query_pairs_mut().append_pair("secret", &encoded).append_pair("issuer", "Buy4Me");
    let sealed = seal::seal(app, &owner(user.id), &secret)?;
    let mut row: user::ActiveModel = user.into();
    row.mfa_secret = Set(Some(sealed));
    row.update(&tx).await?;
    tx.commit().await?;
    Ok(Enrolment { secret: encoded, otpauth_url: url.into() })
}

/// Turns the second factor on; answers the recovery codes, which are shown this once. All other sessions end.
///
/// A session that is not fresh must give the password too: whoever has stolen a token must not lock the owner out with it.
pub async fn confirm(app: &App, actor: &Actor, code: &str, given: Option<&SecretString>) -> Result<Vec<String>> {
    let id = actor.user.ok_or(Error::Forbidden(None))?;
    let own = actor.session.ok_or(Error::Forbidden(None))?;
    match given {
        Some(given) => change_password::prove(app, &user::find(&app.db.conn, id).await?, given, "password").await?,
        None if app.clock.now() - session::find(app, own).await?.created_at > FRESH => {
            return Err(Error::invalid("password", "error-required-again"));
        }
        None => {}
    }
    let counted = [(SECOND_FACTOR, id.to_string())];
    throttle::check(app, &counted).await?;
    let tx = app.begin().await?;
    let user = user::lock_active(&tx, id).await?;
    if user.mfa_enabled_at.is_some() {
        return Err(Error::conflict("mfa-already-on", &["disable"]));
    }
    if user.mfa_secret.is_none() {
        return Err(Error::conflict("mfa-not-set-up", &["setup"]));
    }
    let Some(step) = right_step(app, &user, code)? else {
        drop(tx);
        throttle::count(app, &counted).await?;
        return Err(Error::invalid("code", "error-code"));
    };
    let codes: Vec<String> = (0..CODES).map(|_| recovery_code()).collect();
    let hashes: Vec<String> = codes.iter().map(|code| hash_of(id, code)).collect();
    let mut row: user::ActiveModel = user.into();
    row.mfa_enabled_at = Set(Some(tx.now()));
    row.mfa_last_step = Set(Some(step));
    row.mfa_recovery = Set(Some(hashes.into()));
    row.update(&tx).await?;
    let gone = session::end(&tx, id, Which::Others(own)).await?;
    audit::record(&tx, actor, "user.mfa_enabled", "user", id.0, None).await?;
    notifications::about_account(&tx, id, Event::MfaEnabled).await?;
    tx.commit().await?;
    denylist::deny(app, &gone).await;
    throttle::clear(app, &counted).await?;
    Ok(codes)
}

/// Finishes a sign-in with the challenge and a code of the app or a recovery code. Each works once.
pub async fn verify(app: &App, challenge: &str, code: &str, from: &Origin) -> Result<SignedIn> {
    let challenge = token::read_challenge(app, challenge)?;
    let counted = [(SECOND_FACTOR, challenge.sub.to_string())];
    throttle::check(app, &counted).await?;
    let tx = app.begin().await?;
    let user = user::lock(&tx, challenge.sub).await.map_err(|_| Error::Unauthenticated("error-token-invalid".into()))?;
    // a challenge proves a password; when that has changed, it proves nothing any more
    let fits = seal::is_mark(app, "challenge", &user.password_hash, &challenge.password);
    if !user.is_active || user.mfa_enabled_at.is_none() || !fits {
        return Err(Error::Unauthenticated("error-session-ended".into()));
    }
    let (by, user) = match spend(&tx, user, code).await? {
        Ok(spent) => spent,
        Err(user) => {
            audit::record(&tx, &from.nobody(), "auth.second_factor_failed", "user", user.id.0, None).await?;
            tx.commit().await?;
            throttle::count(app, &counted).await?;
            return Err(Error::Unauthenticated("error-code".into()));
        }
    };
    throttle::check(app, &counted).await?;
    let signed_in = open(&tx, user, from, by).await?;
    tx.commit().await?;
    throttle::clear(app, &counted).await?;
    Ok(signed_in)
}

/// Turns the second factor off: password and a code are asked for once more, because a session may be stolen.
pub async fn disable(app: &App, actor: &Actor, given: &SecretString, code: &str) -> Result<()> {
    let id = actor.user.ok_or(Error::Forbidden(None))?;
    if actor.is_staff() && settings::is_on(app, Switch::StaffMfaRequired).await? {
        return Err(Error::conflict("mfa-is-required", &[]));
    }
    let counted = [(SECOND_FACTOR, id.to_string())];
    throttle::check(app, &counted).await?;
    let known = user::find(&app.db.conn, id).await?;
    let fits = password::fits(app, given, Some(known.password_hash.clone()), true).await?;
    let tx = app.begin().await?;
    let user = user::lock(&tx, id).await?;
    if user.mfa_enabled_at.is_none() {
        return Err(Error::conflict("mfa-not-on", &["setup"]));
    }
    let unchanged = user.password_hash == known.password_hash;
    // both are looked at before either is judged, so that the answer does not say which one was wrong
    let spent = spend(&tx, user, code).await?;
    let (true, true, Ok((_, user))) = (fits, unchanged, spent) else {
        drop(tx);
        throttle::count(app, &counted).await?;
        return Err(Error::invalid("code", "error-password-or-code"));
    };
    throttle::check(app, &counted).await?;
    forget(&tx, user).await?;
    audit::record(&tx, actor, "user.mfa_disabled", "user", id.0, None).await?;
    notifications::about_account(&tx, id, Event::MfaDisabled).await?;
    tx.commit().await?;
    throttle::clear(app, &counted).await
}

/// Removes all traces of a second factor.
pub(super) async fn forget(tx: &Tx, user: user::Model) -> Result<user::Model> {
    let mut row: user::ActiveModel = user.into();
    row.mfa_secret = Set(None);
    row.mfa_enabled_at = Set(None);
    row.mfa_last_step = Set(None);
    row.mfa_recovery = Set(None);
    Ok(row.update(tx).await?)
}

/// Uses a code up; says which kind it was, or gives the user back when it was wrong. The user's row is locked.
async fn spend(tx: &Tx, user: user::Model, code: &str) -> Result<Result<(&'static str, user::Model), user::Model>> {
    if let Some(step) = right_step(&tx.app, &user, code)? {
        let mut row: user::ActiveModel = user.into();
        row.mfa_last_step = Set(Some(step));
        return Ok(Ok(("totp", row.update(tx).await?)));
    }
    let given = hash_of(user.id, &code.trim().to_lowercase());
    let hashes: Vec<String> = user.mfa_recovery.clone().and_then(|hashes| serde_json::from_value(hashes).ok()).unwrap_or_default();
    let left: Vec<String> = hashes.iter().filter(|hash| **hash != given).cloned().collect();
    if left.len() == hashes.len() {
        return Ok(Err(user));
    }
    let mut row: user::ActiveModel = user.into();
    row.mfa_recovery = Set(Some(left.into()));
    Ok(Ok(("recovery code", row.update(tx).await?)))
}

/// The time step of a right code that is newer than the last one used.
fn right_step(app: &App, user: &user::Model, code: &str) -> Result<Option<i64>> {
    let Some(sealed) = &user.mfa_secret else { return Ok(None) };
    // sealed with a key that is gone: no code of the app is right any more, and the recovery codes still are
    let Ok(secret) = seal::open(app, &owner(user.id), sealed) else { return Ok(None) };
    // one step of 30 s to each side for clocks that differ
    let totp: Totp = Builder::new().with_secret(secret).with_skew(1).build().map_err(|e| Error::internal(format!("totp: {e}")))?;
    let now = u64::try_from(app.clock.now().timestamp()).map_err(Error::internal)?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = totp.check(&code, now).and_then(|step| i64::try_from(step).ok());
    Ok(step.filter(|step| user.mfa_last_step.is_none_or(|last| *step > last)))
}

fn owner(user: UserId) -> String {
    format!("mfa:{user}")
}

/// Eighty random bits, in groups that are easy to type: `k3f7-q2xm-5a4d-w6hn`.
fn recovery_code() -> String {
    let text = BASE32_NOPAD.encode(&rand::random::<[u8; 10]>()).to_lowercase();
    format!("{}-{}-{}-{}", &text[..4], &text[4..8], &text[8..12], &text[12..])
}

/// What is stored of a recovery code. With so many bits a plain hash cannot be reversed, and it outlives every SECRET_KEY.
fn hash_of(user: UserId, code: &str) -> String {
    hex::encode(Sha256::digest(format!("{user}:{code}")))
}

/// Seals up to `limit` secrets anew that were sealed with an older key, so that the key can go. Answers how many.
pub async fn reseal(app: &App, limit: u64) -> Result<u64> {
    let older = user::Entity::find().filter(user::Column::MfaSecret.is_not_null());
    let older = older.filter(user::Column::MfaSecret.not_like(format!("{}%", seal::current(app)))).limit(limit);
    let mut done = 0;
    for user in older.all(&app.db.conn).await? {
        let Some(sealed) = user.mfa_secret else { continue };
        // one that cannot be opened must not keep the others from it; its owner needs a reset anyway
        let Ok(secret) = seal::open(app, &owner(user.id), &sealed) else {
            tracing::error!(user.id = %user.id, "a second factor was sealed with a key that is gone; staff can reset it");
            continue;
        };
        let anew = seal::seal(app, &owner(user.id), &secret)?;
        let _writing = app.db.writing().await;
        let update = user::Entity::update_many().col_expr(user::Column::MfaSecret, Expr::value(anew));
        let unchanged = update.filter(user::Column::Id.eq(user.id)).filter(user::Column::MfaSecret.eq(sealed));
        done += unchanged.exec(&app.db.conn).await?.rows_affected;
    }
    Ok(done)
}

/// Refuses staff who lack the second factor that the company asks of them.
pub async fn satisfied(app: &App, user: &user::Model) -> Result<()> {
    let is_staff = matches!(user.role, crate::policy::Role::Admin | crate::policy::Role::SuperAdmin);
    if is_staff && user.mfa_enabled_at.is_none() && settings::is_on(app, Switch::StaffMfaRequired).await? {
        return Err(Error::Denied("error-mfa-required".into()));
    }
    Ok(())
}
