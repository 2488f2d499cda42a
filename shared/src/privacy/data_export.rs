//! Table `data_exports`: a person's copy of what we hold about them, for a week.

use crate::clock::Time;
use crate::ids::{DataExportId, UserId};
use crate::{App, Result};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// How long a copy can be fetched, counted from its completion.
pub(super) const KEEP: TimeDelta = TimeDelta::days(7);
/// How long an expired one is still shown as such.
const REMEMBER: TimeDelta = TimeDelta::days(30);

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExportStatus {
    /// A job will gather it.
    Queued,
    /// It can be fetched.
    Ready,
    /// Its content is gone.
    Expired,
}

/// An export. The column `content` is not among these: it is large, and only the download needs it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "data_exports")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DataExportId,
    pub user_id: UserId,
    /// As stored; ask [`Model::status_at`], because time passes without anybody writing it down.
    pub status: ExportStatus,
    pub created_at: Time,
    pub finished_at: Option<Time>,
    pub expires_at: Time,
}

impl Model {
    /// How far it is now.
    pub fn status_at(&self, now: Time) -> ExportStatus {
        if self.expires_at <= now { ExportStatus::Expired } else { self.status }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Takes the content out of exports that have expired and deletes those that expired long ago, at most `limit` of each.
pub async fn prune(app: &App, limit: u64) -> Result<u64> {
    let now = app.clock.now();
    let expire = "UPDATE data_exports SET status = 'EXPIRED', content = NULL WHERE id IN \
                  (SELECT id FROM data_exports WHERE expires_at <= $1 AND status <> 'EXPIRED' ORDER BY expires_at LIMIT $2)";
    let delete = "DELETE FROM data_exports WHERE id IN (SELECT id FROM data_exports WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
    let limit = limit as i64;
    let _writing = app.db.writing().await;
    let run = async |sql, before: Time| app.db.conn.execute_raw(app.db.sql(sql, vec![before.into(), limit.into()])).await;
    let (expired, deleted) = (run(expire, now).await?.rows_affected(), run(delete, now - REMEMBER).await?.rows_affected());
    // what was full goes on
    Ok(expired.max(deleted))
}
