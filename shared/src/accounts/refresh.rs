//! Rotating refresh tokens: each works once. One that comes back was stolen, from the thief or from the owner, and ends the
//! session for both.

use super::{Origin, SignedIn, denylist, session, token, user};
use crate::analytics::activity;
use crate::clock::Time;
use crate::ids::SessionId;
use crate::{App, Error, Result, audit};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use session::Which;

/// A refresh token that was used.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "spent_refresh_tokens")]
#[allow(missing_docs)] // said above
pub struct Model {
    /// SHA-256, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    pub session_id: SessionId,
    pub spent_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Trades a refresh token for a new pair.
pub async fn refresh(app: &App, given: &str, from: &Origin) -> Result<SignedIn> {
    let hash = session::hash_of(given);
    let found = session::Entity::find().filter(session::Column::RefreshHash.eq(&hash)).find_also_related(user::Entity);
    let Some((session, Some(user))) = found.one(&app.db.conn).await? else { return Err(reused(app, &hash, from).await?) };
    let now = app.clock.now();
    if session.revoked_at.is_some() || session.expires_at <= now || !user.is_active {
        return Err(ended());
    }
    let next = session::new_refresh_token();
    let tx = app.begin().await?;
    let update = session::Entity::update_many()
        .col_expr(session::Column::RefreshHash, Expr::value(session::hash_of(&next)))
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .col_expr(session::Column::ExpiresAt, Expr::value(session::extended(now)))
        .col_expr(session::Column::Address, Expr::value(from.address.clone()));
    let ours = update.filter(session::Column::Id.eq(session.id)).filter(session::Column::RefreshHash.eq(&hash));
    if ours.filter(session::Column::RevokedAt.is_null()).exec(&tx).await?.rows_affected == 0 {
        drop(tx);
        // somebody else used it between our two statements, or it was signed out
        return Err(reused(app, &hash, from).await?);
    }
    let spent = ActiveModel { hash: Set(hash), session_id: Set(session.id), spent_at: Set(now) };
    Entity::insert(spent).exec_without_returning(&tx).await?;
    activity::seen(&tx, &user).await?;
    tx.commit().await?;
    Ok(SignedIn { access: token::issue(app, user.id, user.role, session.id, now)?, refresh: next, user })
}

fn ended() -> Error {
    Error::Unauthenticated("error-session-ended".into())
}

/// Ends the session that a spent token belongs to; a token that we never gave out has none.
async fn reused(app: &App, hash: &str, from: &Origin) -> Result<Error> {
    let Some(spent) = Entity::find_by_id(hash).one(&app.db.conn).await? else {
        return Ok(Error::Unauthenticated("error-token-invalid".into()));
    };
    let tx = app.begin().await?;
    let session = session::Entity::find_by_id(spent.session_id).one(&tx).await?;
    let Some(session) = session.filter(|session| session.revoked_at.is_none()) else { return Ok(ended()) };
    let gone = session::end(&tx, session.user_id, Which::One(session.id)).await?;
    let detail = serde_json::json!({ "session": session.id });
    audit::record(&tx, &from.nobody(), "auth.refresh_reused", "user", session.user_id.0, Some(detail)).await?;
    tx.commit().await?;
    denylist::deny(app, &gone).await;
    tracing::warn!(session.id = %session.id, user.id = %session.user_id, "a refresh token came back; the session was ended");
    Ok(ended())
}
