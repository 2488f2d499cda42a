//! Repairs: what is due becomes available, what a dead worker held is rescued, what the delivery lost is found again.
//! Every scan is bounded and runs on an index that holds only the rows it looks for.

use super::{Queue, Ready, State};
use crate::clock::Time;
use crate::ids::JobId;
use crate::{App, Result};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, TryGetable, Value};
use std::time::Duration;

/// A job whose worker died this often is poison and goes to the dead letter.
pub const POISON_RESCUES: i32 = 3;

/// Jobs rescued by one [`rescue`].
#[derive(Debug, Default)]
pub struct Rescued {
    /// Available again.
    pub back: Vec<Ready>,
    /// Dead letters: id and kind.
    pub poison: Vec<(JobId, String)>,
}

/// Makes `scheduled` and `retryable` jobs available whose time has come, at most `limit`.
pub async fn due(app: &App, limit: usize) -> Result<Vec<Ready>> {
    let sql = format!(
        "UPDATE jobs SET state = 'available' WHERE id IN (SELECT id FROM jobs WHERE state IN ('scheduled', 'retryable') AND run_at <= $1 \
         ORDER BY run_at LIMIT $2 {}) AND state IN ('scheduled', 'retryable') RETURNING id, queue, priority, run_at",
        skip_locked(app)
    );
    let _writing = app.db.writing().await;
    let values: Vec<Value> = vec![app.clock.now().into(), (limit as i64).into()];
    app.db.conn.query_all_raw(app.db.sql(&sql, values)).await?.iter().map(ready).collect()
}

/// Takes back the jobs whose lease ended. A rescue counts: at [`POISON_RESCUES`], or when the attempts are spent, the job
/// is discarded with the reason.
pub async fn rescue(app: &App, limit: usize) -> Result<Rescued> {
    let now = app.clock.now();
    let clock = app.db.lease_clock(now);
    let poison = format!("rescues + 1 >= {POISON_RESCUES} OR attempt >= max_attempts");
    let sql = format!(
        "UPDATE jobs SET state = CASE WHEN {poison} THEN 'discarded' ELSE 'available' END, rescues = rescues + 1, \
         last_error = 'the worker ' || COALESCE(lease_owner, '?') || ' died or lost its lease while running this job', \
         finished_at = CASE WHEN {poison} THEN $1 ELSE finished_at END, lease_owner = NULL, lease_until = NULL, claim = NULL \
         WHERE id IN (SELECT id FROM jobs WHERE state = 'running' AND lease_until < {clock} ORDER BY lease_until LIMIT $2 {}) \
         AND state = 'running' AND lease_until < {clock} RETURNING id, queue, priority, run_at, state, kind",
        skip_locked(app)
    );
    let writing = app.db.writing().await;
    let rows = app.db.conn.query_all_raw(app.db.sql(&sql, vec![now.into(), (limit as i64).into()])).await?;
    drop(writing);
    let mut rescued = Rescued::default();
    for row in &rows {
        let job = ready(row)?;
        match State::try_get_by(row, "state").map_err(sea_orm::DbErr::from)? {
            State::Discarded => rescued.poison.push((job.id, row.try_get("", "kind")?)),
            _ => rescued.back.push(job),
        }
    }
    Ok(rescued)
}

/// A page of available jobs of a queue after `after` (exclusive), in order: what the delivery ought to hold. Only jobs due
/// before `before`, so that those just announced are left alone.
pub async fn stranded(app: &App, queue: Queue, after: Option<Ready>, before: Time, limit: usize) -> Result<Vec<Ready>> {
    let mut values: Vec<Value> = vec![queue.into(), before.into(), (limit as i64).into()];
    let mut from = "";
    if let Some(last) = after {
        from = "AND (priority, run_at, id) > ($4, $5, $6)";
        values.extend([last.priority.into(), last.run_at.into(), last.id.into()]);
    }
    let sql = format!(
        "SELECT id, queue, priority, run_at FROM jobs WHERE queue = $1 AND state = 'available' AND run_at < $2 {from} \
         ORDER BY priority, run_at, id LIMIT $3"
    );
    app.db.conn.query_all_raw(app.db.sql(&sql, values)).await?.iter().map(ready).collect()
}

/// How full a queue is.
#[derive(Clone, Debug)]
pub struct Depth {
    /// The queue.
    pub queue: Queue,
    /// The state that was counted.
    pub state: State,
    /// Jobs in it.
    pub count: i64,
    /// Since when the oldest one is due.
    pub oldest: Option<Time>,
}

/// Depth of every queue by unfinished state, and of the dead letter.
pub async fn depths(app: &App) -> Result<Vec<Depth>> {
    let sql = "SELECT queue, state, COUNT(*) AS jobs, MIN(run_at) AS oldest FROM jobs \
               WHERE state = 'available' GROUP BY queue, state \
               UNION ALL SELECT queue, state, COUNT(*), MIN(run_at) FROM jobs WHERE state IN ('scheduled', 'retryable') GROUP BY queue, state \
               UNION ALL SELECT queue, state, COUNT(*), MIN(run_at) FROM jobs WHERE state = 'running' GROUP BY queue, state \
               UNION ALL SELECT queue, state, COUNT(*), MIN(run_at) FROM jobs WHERE state = 'discarded' GROUP BY queue, state";
    let rows = app.db.conn.query_all_raw(app.db.sql(sql, vec![])).await?;
    rows.iter()
        .map(|row| {
            Ok(Depth {
                queue: Queue::try_get_by(row, "queue").map_err(sea_orm::DbErr::from)?,
                state: State::try_get_by(row, "state").map_err(sea_orm::DbErr::from)?,
                count: row.try_get("", "jobs")?,
                oldest: row.try_get("", "oldest")?,
            })
        })
        .collect()
}

/// Deletes completed and cancelled jobs finished before `now - keep`, at most `limit`; the dead letter stays.
pub async fn prune(app: &App, keep: Duration, limit: usize) -> Result<u64> {
    let before = app.clock.now() - keep;
    let sql = "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state IN ('completed', 'cancelled') AND finished_at < $1 \
               ORDER BY finished_at LIMIT $2)";
    let _writing = app.db.writing().await;
    Ok(app.db.conn.execute_raw(app.db.sql(sql, vec![before.into(), (limit as i64).into()])).await?.rows_affected())
}

fn skip_locked(app: &App) -> &'static str {
    match app.db.backend() {
        DbBackend::Postgres => "FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}

fn ready(row: &QueryResult) -> Result<Ready> {
    Ok(Ready {
        id: JobId::try_get_by(row, "id").map_err(sea_orm::DbErr::from)?,
        queue: Queue::try_get_by(row, "queue").map_err(sea_orm::DbErr::from)?,
        priority: row.try_get("", "priority")?,
        run_at: row.try_get("", "run_at")?,
    })
}
