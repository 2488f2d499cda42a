//! Idempotency-Key: the same request sent twice is done once and answered twice.
//!
//! A key is taken in a transaction of its own before the work; the answer is stored in the transaction of the work, so
//! a process that dies in between leaves either nothing or the finished answer. A key whose holder died is free again
//! when its lock ends.

use crate::clock::Time;
use crate::error::{Error, Result};
use crate::policy::Actor;
use crate::{App, Tx};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{IntoActiveModel, UpdateMany};
use std::time::Duration;

/// How long an answer is kept.
pub const KEEP: Duration = Duration::from_secs(24 * 3600);
/// How long a request may hold its key.
const LOCK_SECONDS: i64 = 60;

/// A key and its answer.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub actor_id: Uuid,
    pub key: String,
    /// Method and path.
    pub route: String,
    /// SHA-256 of the body, hex.
    pub body_hash: String,
    /// What an interrupted request had already made, so that its repeat goes on with it.
    pub resource_id: Option<Uuid>,
    pub status_code: Option<i32>,
    pub response: Option<Json>,
    pub locked_until: Time,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A key held by the running request.
#[derive(Clone, Debug)]
pub struct Held {
    id: Uuid,
    locked_until: Time,
    /// What an interrupted earlier try had made.
    pub resource: Option<Uuid>,
}

/// What a key means for a request.
#[derive(Debug)]
pub enum Taken {
    /// Do the work, then store the answer.
    Fresh(Held),
    /// Done before: status and body.
    Answered(u16, Json),
}

/// Takes a key. The same key with another route or body is [`Error::KeyReused`]; while the first request runs, a conflict.
pub async fn take(app: &App, actor: &Actor, key: &str, route: &str, body_hash: &str) -> Result<Taken> {
    let actor_id = actor.user.ok_or_else(|| Error::internal("an Idempotency-Key without an actor"))?.0;
    let tx = app.begin().await?;
    let now = tx.now();
    let locked_until = now + TimeDelta::seconds(LOCK_SECONDS);
    let row = Model {
        id: Uuid::now_v7(),
        actor_id,
        key: key.to_owned(),
        route: route.to_owned(),
        body_hash: body_hash.to_owned(),
        resource_id: None,
        status_code: None,
        response: None,
        locked_until,
        created_at: now,
    };
    let new: ActiveModel = row.clone().into_active_model();
    let inserted = Entity::insert(new).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(&tx).await?;
    if inserted == 1 {
        tx.commit().await?;
        return Ok(Taken::Fresh(Held { id: row.id, locked_until, resource: None }));
    }
    let found = Entity::find().filter(Column::ActorId.eq(actor_id)).filter(Column::Key.eq(key)).one(&tx).await?;
    let Some(found) = found else { return Err(Error::conflict("key-in-progress", &[])) };
    if found.created_at + KEEP < now {
        // kept longer than promised: the key starts anew
        Entity::delete_by_id(found.id).exec(&tx).await?;
        Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
        tx.commit().await?;
        return Ok(Taken::Fresh(Held { id: row.id, locked_until, resource: None }));
    }
    if found.route != route || found.body_hash != body_hash {
        return Err(Error::KeyReused);
    }
    if let (Some(status), Some(response)) = (found.status_code, found.response) {
        return Ok(Taken::Answered(status as u16, response));
    }
    let takeover = Entity::update_many()
        .col_expr(Column::LockedUntil, Expr::value(locked_until))
        .filter(Column::Id.eq(found.id))
        .filter(Column::StatusCode.is_null())
        .filter(Column::LockedUntil.lt(now))
        .exec(&tx)
        .await?;
    if takeover.rows_affected == 0 {
        return Err(Error::conflict("key-in-progress", &[]));
    }
    tx.commit().await?;
    Ok(Taken::Fresh(Held { id: found.id, locked_until, resource: found.resource_id }))
}

impl Held {
    /// Remembers what the request has made so far, in the transaction that makes it.
    pub async fn made(&self, tx: &Tx, resource: Uuid) -> Result<()> {
        self.update(tx, |update| update.col_expr(Column::ResourceId, Expr::value(resource))).await
    }

    /// Stores the answer, in the transaction of the work.
    pub async fn answer(&self, tx: &Tx, status: u16, response: Json) -> Result<()> {
        self.update(tx, |update| {
            update.col_expr(Column::StatusCode, Expr::value(i32::from(status))).col_expr(Column::Response, Expr::value(response))
        })
        .await
    }

    async fn update(&self, tx: &Tx, set: impl FnOnce(UpdateMany<Entity>) -> UpdateMany<Entity>) -> Result<()> {
        // a request that overslept its lock must not answer beside the one that took over
        let ours = set(Entity::update_many()).filter(Column::Id.eq(self.id)).filter(Column::LockedUntil.eq(self.locked_until));
        match ours.exec(tx).await?.rows_affected {
            1 => Ok(()),
            _ => Err(Error::conflict("key-in-progress", &[])),
        }
    }

    /// Frees the key after a failure, so that a corrected request may use it. What was made already keeps it.
    pub async fn release(&self, app: &App) -> Result<()> {
        let tx = app.begin().await?;
        let mine = || Entity::delete_many().filter(Column::Id.eq(self.id)).filter(Column::LockedUntil.eq(self.locked_until));
        let gone = mine().filter(Column::ResourceId.is_null()).filter(Column::StatusCode.is_null()).exec(&tx).await?;
        if gone.rows_affected == 0 {
            let unlock = Entity::update_many().col_expr(Column::LockedUntil, Expr::value(tx.now()));
            unlock.filter(Column::Id.eq(self.id)).filter(Column::LockedUntil.eq(self.locked_until)).exec(&tx).await?;
        }
        tx.commit().await
    }
}

/// Deletes keys older than [`KEEP`], at most `limit`.
pub async fn prune(app: &App, limit: u64) -> Result<u64> {
    let before = app.clock.now() - KEEP;
    let sql =
        "DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
    let _writing = app.db.writing().await;
    Ok(app.db.conn.execute_raw(app.db.sql(sql, vec![before.into(), (limit as i64).into()])).await?.rows_affected())
}
