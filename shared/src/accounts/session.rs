//! Table `sessions`: one sign-in on one device.

use crate::clock::Time;
use crate::ids::{SessionId, UserId};
use crate::{App, Result};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;

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
