//! Signing in, and recognising who is signed in.

use super::limits::{SIGN_IN, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS};
use super::{Origin, password, session, token, user};
use crate::analytics::activity;
use crate::ids::SessionId;
use crate::policy::Actor;
use crate::throttle::{self, Rule};
use crate::{App, Error, Result, Tx, audit};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use secrecy::SecretString;

/// A fresh session.
pub struct SignedIn {
    /// Access token, valid for a quarter of an hour.
    pub access: String,
    /// Opaque refresh token; only its hash is stored.
    pub refresh: String,
    /// Who signed in.
    pub user: user::Model,
}

/// The answer to a right password.
pub enum SignIn {
    /// That is enough.
    Done(Box<SignedIn>),
    /// A second factor is needed: this token and a code, within five minutes.
    Challenge(String),
}

/// Signs in by username or e-mail. Every failure answers the same and takes the same time.
///
/// What is limited are wrong guesses. They are counted after they are known to be wrong, and whoever is over the limit by then
/// learns nothing, right or wrong: so many guesses at once give no more than one after the other, and many right
/// sign-ins at once do not stand in each other's way.
pub async fn sign_in(app: &App, login: &str, given: &SecretString, from: &Origin) -> Result<SignIn> {
    let found = user::find_by_login(&app.db.conn, login).await?;
    let is_known = session::is_known(app, found.as_ref().map(|user| user.id), from).await?;
    let counted = counted(login, from, is_known);
    throttle::check(app, &counted).await?;
    let fits = password::fits(app, given, found.as_ref().map(|u| u.password_hash.clone()), is_known).await?;
    let owner = found.as_ref().filter(|user| fits && user.is_active).cloned();
    let Some(user) = owner else {
        throttle::count(app, &counted).await?;
        failed(app, login, found.as_ref(), from).await?;
        return Err(Error::Unauthenticated("error-credentials".into()));
    };
    throttle::check(app, &counted).await?;
    throttle::clear(app, &counted[1..]).await?;
    let user = if password::is_outdated(&user.password_hash) { rehash(app, user, given).await? } else { user };
    if user.mfa_enabled_at.is_some() {
        return Ok(SignIn::Challenge(token::challenge(app, &user)?));
    }
    let tx = app.begin().await?;
    // while the password was being checked it may have been changed, or the account closed
    let now = user::lock(&tx, user.id).await?;
    if !now.is_active || now.password_hash != user.password_hash {
        return Err(Error::Unauthenticated("error-credentials".into()));
    }
    let signed_in = open(&tx, now, from, "password").await?;
    tx.commit().await?;
    Ok(SignIn::Done(Box::new(signed_in)))
}

/// The address for any account, account and address together, the account from anywhere; the last not for an address at which
/// the account was signed in lately, so that strangers cannot keep the owner out. Names are counted as they are written:
/// that a username and an e-mail belong together is nobody's business.
fn counted(login: &str, from: &Origin, is_known: bool) -> Vec<(Rule, String)> {
    let (login, address) = (login.trim().to_lowercase(), from.subject());
    let mut counted = vec![(SIGN_IN_ADDRESS, address.clone()), (SIGN_IN, format!("{login} {address}"))];
    if !is_known {
        counted.push((SIGN_IN_ACCOUNT, login));
    }
    counted
}

/// Opens the session of somebody who has proved to be the user.
pub(super) async fn open(tx: &Tx, user: user::Model, from: &Origin, by: &str) -> Result<SignedIn> {
    let (session, refresh) = session::open(tx, user.id, from).await?;
    activity::seen(tx, &user).await?;
    let detail = serde_json::json!({ "by": by, "session": session });
    audit::record(tx, &from.owner(&user), "auth.signed_in", "user", user.id.0, Some(detail)).await?;
    Ok(SignedIn { access: token::issue(&tx.app, user.id, user.role, session, tx.now())?, refresh, user })
}

/// Known account or not: the same work.
async fn failed(app: &App, login: &str, found: Option<&user::Model>, from: &Origin) -> Result<()> {
    let tx = app.begin().await?;
    let login: String = login.chars().take(254).collect();
    let detail = serde_json::json!({ "login": audit::masked("login", &login.into()) });
    audit::record(&tx, &from.nobody(), "auth.sign_in_failed", "user", found.map(|user| user.id.0), Some(detail)).await?;
    tx.commit().await
}

/// Brings an old hash up to today's parameters, now that the password is at hand. A change meanwhile wins.
async fn rehash(app: &App, user: user::Model, given: &SecretString) -> Result<user::Model> {
    let hash = password::hash(app, given).await?;
    let writing = app.db.writing().await;
    let update = user::Entity::update_many().col_expr(user::Column::PasswordHash, Expr::value(&hash));
    let unchanged = update.filter(user::Column::Id.eq(user.id)).filter(user::Column::PasswordHash.eq(&user.password_hash));
    let renewed = unchanged.exec(&app.db.conn).await?.rows_affected == 1;
    drop(writing);
    // another sign-in may have renewed it meanwhile
    if renewed { Ok(user::Model { password_hash: hash, ..user }) } else { user::find(&app.db.conn, user.id).await }
}

/// The actor behind an access token: signature, expiry, session and account all still good. Role and permissions are
/// those of now, not those of the time of signing in.
pub async fn authenticate(app: &App, access: &str) -> Result<(Actor, user::Model)> {
    let claims = token::read(app, access)?;
    let (actor, user) = of_session(app, claims.sid).await?;
    if user.id == claims.sub { Ok((actor, user)) } else { Err(Error::Unauthenticated("error-session-ended".into())) }
}

/// Whose session it is, if it is still good.
pub(super) async fn of_session(app: &App, id: SessionId) -> Result<(Actor, user::Model)> {
    let found = session::Entity::find_by_id(id).find_also_related(user::Entity).one(&app.db.conn).await?;
    let now = app.clock.now();
    match found {
        Some((session, Some(user))) if user.is_active && session.revoked_at.is_none() && session.expires_at > now => {
            let actor = Actor {
                user: Some(user.id),
                session: Some(session.id),
                role: user.role,
                sets: user.permission_sets.0.clone(),
                request_id: None,
                address: None,
            };
            Ok((actor, user))
        }
        _ => Err(Error::Unauthenticated("error-session-ended".into())),
    }
}
