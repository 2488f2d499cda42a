//! Table `sessions`: one sign-in on one device, with its refresh tokens, of which only the newest is good.

use super::Origin;
use crate::clock::Time;
use crate::ids::{SessionId, UserId};
use crate::policy::{Actor, PermissionSet, Role};
use crate::{App, Error, Result, Tx};
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Life of a session without use of its refresh token.
const LIFE: TimeDelta = TimeDelta::days(30);

/// A sign-in.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub user_id: UserId,
    /// SHA-256 of the refresh token, hex; the token itself is never stored.
    pub refresh_hash: String,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub created_at: Time,
    /// When it was signed in or last refreshed.
    pub last_used_at: Time,
    pub expires_at: Time,
    pub revoked_at: Option<Time>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // one
pub enum Relation {
    #[sea_orm(belongs_to = "super::user::Entity", from = "Column::UserId", to = "super::user::Column::Id")]
    User,
}

impl Related<super::user::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// A new refresh token: opaque, of no meaning to anyone but us.
pub(super) fn new_refresh_token() -> String {
    format!("b4m_{}", hex::encode(rand::random::<[u8; 32]>()))
}

/// What is stored of a refresh token.
pub(super) fn hash_of(refresh: &str) -> String {
    hex::encode(Sha256::digest(refresh.as_bytes()))
}

/// Opens a session; answers its id and refresh token.
pub(super) async fn open(tx: &Tx, user: UserId, from: &Origin) -> Result<(SessionId, String)> {
    let refresh = new_refresh_token();
    let (id, now) = (SessionId::new(), tx.now());
    let row = ActiveModel {
        id: Set(id),
        user_id: Set(user),
        refresh_hash: Set(hash_of(&refresh)),
        user_agent: Set(from.user_agent.as_ref().map(|agent| agent.chars().take(200).collect())),
        address: Set(from.address.clone()),
        created_at: Set(now),
        last_used_at: Set(now),
        expires_at: Set(now + LIFE),
        revoked_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok((id, refresh))
}

/// Until when a session that is used now lives.
pub(super) fn extended(now: Time) -> Time {
    now + LIFE
}

/// The actor's living sessions, the newest first; at most 100.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Model>> {
    let own = actor.user.ok_or(Error::Forbidden(None))?;
    let alive =
        Entity::find().filter(Column::UserId.eq(own)).filter(Column::RevokedAt.is_null()).filter(Column::ExpiresAt.gt(app.clock.now()));
    Ok(alive.order_by_desc(Column::CreatedAt).limit(100).all(&app.db.conn).await?)
}

/// Whether somebody signed in to the account from this address in the last month. For nobody's account it asks as long.
pub(super) async fn is_known(app: &App, user: Option<UserId>, from: &Origin) -> Result<bool> {
    let user = user.unwrap_or(UserId(Uuid::nil()));
    let from_here = Entity::find().filter(Column::UserId.eq(user)).filter(Column::Address.eq(from.address.clone().unwrap_or_default()));
    let lately = from_here.filter(Column::CreatedAt.gt(app.clock.now() - LIFE)).select_only().column(Column::Id);
    Ok(lately.limit(1).into_tuple::<SessionId>().one(&app.db.conn).await?.is_some())
}

/// The session with this id, ended or not.
pub(super) async fn find(app: &App, id: SessionId) -> Result<Model> {
    Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)
}

/// Those of these sessions that are alive, with the rights of their accounts, in one statement.
pub(crate) async fn alive(app: &App, ids: &[SessionId]) -> Result<HashMap<SessionId, (Role, Vec<PermissionSet>)>> {
    let alive = Entity::find().filter(Column::Id.is_in(ids.iter().copied())).filter(Column::RevokedAt.is_null());
    let alive = alive.filter(Column::ExpiresAt.gt(app.clock.now())).inner_join(super::user::Entity);
    let columns = [super::user::Column::Role, super::user::Column::PermissionSets];
    let rows = alive.filter(super::user::Column::IsActive.eq(true)).select_only().column(Column::Id).columns(columns);
    let rows: Vec<(SessionId, Role, super::user::Sets)> = rows.into_tuple().all(&app.db.conn).await?;
    Ok(rows.into_iter().map(|(id, role, sets)| (id, (role, sets.0))).collect())
}

/// Which sessions of a user are to end.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// All of them.
    All,
    /// All but this one.
    Others(SessionId),
    /// This one.
    One(SessionId),
}

/// Ends sessions: their access and refresh tokens stop working with the commit, on every node. Answers which ended; tell
/// [`super::denylist::deny`] after the commit, so that their tokens are refused before the database is asked.
pub(super) async fn end(tx: &Tx, user: UserId, which: Which) -> Result<Vec<SessionId>> {
    let alive = Entity::find().filter(Column::UserId.eq(user)).filter(Column::RevokedAt.is_null());
    let chosen = match which {
        Which::All => alive,
        Which::Others(kept) => alive.filter(Column::Id.ne(kept)),
        Which::One(id) => alive.filter(Column::Id.eq(id)),
    };
    let ids: Vec<SessionId> = chosen.select_only().column(Column::Id).into_tuple().all(tx).await?;
    if !ids.is_empty() {
        let update = Entity::update_many().col_expr(Column::RevokedAt, Expr::value(tx.now()));
        update.filter(Column::Id.is_in(ids.iter().copied())).exec(tx).await?;
    }
    Ok(ids)
}

/// How long ended sessions are kept: their owner may want to know which they were.
const KEEP: TimeDelta = TimeDelta::days(30);

/// Deletes sessions that expired or were revoked more than [`KEEP`] ago, at most `limit`; their spent refresh tokens go along.
pub async fn prune(app: &App, limit: u64) -> Result<u64> {
    let before = app.clock.now() - KEEP;
    // a revoked session keeps its expiry, at most a month away: what was revoked before has expired by now, and the index on
    // expiry finds both
    let sql = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < $1 \
               AND (expires_at < $2 OR revoked_at < $2) ORDER BY expires_at LIMIT $3)";
    let values = vec![app.clock.now().into(), before.into(), (limit as i64).into()];
    let _writing = app.db.writing().await;
    Ok(app.db.conn.execute_raw(app.db.sql(sql, values)).await?.rows_affected())
}
