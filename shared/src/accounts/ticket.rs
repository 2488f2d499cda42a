//! Table `stream_tickets`: a ticket opens one stream of the session that asked for it, once and soon. Browsers cannot send a header
//! with an event stream or a WebSocket, and an access token does not belong into an address, which logs keep.

use super::session::hash_of;
use super::{sign_in, user};
use crate::clock::Time;
use crate::ids::SessionId;
use crate::policy::Actor;
use crate::{App, Error, Result};
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::TryGetable;
use sea_orm::entity::prelude::*;

/// Seconds in which a ticket must be used.
pub const SECONDS: i64 = 30;

/// A ticket that waits to be used.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stream_tickets")]
#[allow(missing_docs)] // said above
pub struct Model {
    /// SHA-256, hex; the ticket itself is never stored.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    pub session_id: SessionId,
    pub expires_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A ticket for the actor's session.
pub async fn issue(app: &App, actor: &Actor) -> Result<String> {
    let session_id = actor.session.ok_or(Error::Forbidden(None))?;
    let ticket = hex::encode(rand::random::<[u8; 32]>());
    let expires_at = app.clock.now() + TimeDelta::seconds(SECONDS);
    let row = ActiveModel { hash: Set(hash_of(&ticket)), session_id: Set(session_id), expires_at: Set(expires_at) };
    let _writing = app.db.writing().await;
    Entity::insert(row).exec_without_returning(&app.db.conn).await?;
    Ok(ticket)
}

/// Whose ticket it is. It is gone with that: of two at the same time, one wins.
pub async fn redeem(app: &App, ticket: &str) -> Result<(Actor, user::Model)> {
    let sql = "DELETE FROM stream_tickets WHERE hash = $1 RETURNING session_id, expires_at";
    let row = {
        let _writing = app.db.writing().await;
        app.db.conn.query_one_raw(app.db.sql(sql, vec![hash_of(ticket).into()])).await?
    };
    let wrong = || Error::Unauthenticated("error-ticket".into());
    let row = row.ok_or_else(wrong)?;
    if row.try_get::<Time>("", "expires_at")? <= app.clock.now() {
        return Err(wrong());
    }
    let session = SessionId::try_get_by(&row, "session_id").map_err(DbErr::from)?;
    sign_in::of_session(app, session).await
}

/// Deletes tickets that nobody used in time, at most `limit`.
pub async fn prune(app: &App, limit: u64) -> Result<u64> {
    let sql =
        "DELETE FROM stream_tickets WHERE hash IN (SELECT hash FROM stream_tickets WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
    let _writing = app.db.writing().await;
    Ok(app.db.conn.execute_raw(app.db.sql(sql, vec![app.clock.now().into(), (limit as i64).into()])).await?.rows_affected())
}
