//! Signing in, and recognising who is signed in.

use super::{password, session, token, user};
use crate::ids::SessionId;
use crate::policy::Actor;
use crate::{App, Error, Result};
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

/// Life of a session without use of its refresh token.
const SESSION_DAYS: i64 = 30;

/// The answer to a successful sign-in.
pub struct SignedIn {
    /// Access token, valid for a quarter of an hour.
    pub access: String,
    /// Opaque refresh token; only its hash is stored.
    pub refresh: String,
    /// Who signed in.
    pub user: user::Model,
}

/// Signs in by username or e-mail. Every failure answers the same and takes the same time.
pub async fn sign_in(
    app: &App,
    login: &str,
    given: &SecretString,
    user_agent: Option<String>,
    address: Option<String>,
) -> Result<SignedIn> {
    let found = user::find_by_login(&app.db.conn, login).await?;
    let fits = password::fits(app, given, found.as_ref().map(|u| u.password_hash.clone())).await?;
    let Some(user) = found.filter(|user| fits && user.is_active) else {
        return Err(Error::Unauthenticated("error-credentials".into()));
    };
    let tx = app.begin().await?;
    let now = tx.now();
    let refresh = format!("b4m_{}", hex::encode(rand::random::<[u8; 32]>()));
    let id = SessionId::new();
    let row = session::ActiveModel {
        id: Set(id),
        user_id: Set(user.id),
        refresh_hash: Set(hex::encode(Sha256::digest(refresh.as_bytes()))),
        user_agent: Set(user_agent.map(|agent| agent.chars().take(200).collect())),
        address: Set(address),
        created_at: Set(now),
        last_used_at: Set(now),
        expires_at: Set(now + TimeDelta::days(SESSION_DAYS)),
        revoked_at: Set(None),
    };
    session::Entity::insert(row).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(SignedIn { access: token::issue(app, user.id, user.role, id, now)?, refresh, user })
}

/// The actor behind an access token: signature, expiry, session and account all still good. Role and permissions are
/// those of now, not those of the time of signing in.
pub async fn authenticate(app: &App, access: &str) -> Result<(Actor, user::Model)> {
    let claims = token::read(app, access)?;
    let found = session::Entity::find_by_id(claims.sid).find_also_related(user::Entity).one(&app.db.conn).await?;
    let now = app.clock.now();
    match found {
        Some((session, Some(user)))
            if user.id == claims.sub && user.is_active && session.revoked_at.is_none() && session.expires_at > now =>
        {
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
