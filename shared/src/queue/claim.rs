//! Claiming jobs, and every way in which a claim ends.
//!
//! Each claim draws a fresh token. Every later mark names it, so a worker whose lease was taken over (it slept, its
//! network was cut) changes nothing. The attempt number alone would not do: a claim is written without fsync, and after a
//! crash of the database the same attempt can be claimed twice.

use super::{Queue, Row, State};
use crate::clock::Time;
use crate::db::Db;
use crate::ids::JobId;
use crate::{App, Error, Result, Tx};
use sea_orm::{ConnectionTrait, FromQueryResult, TryGetable, Value};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use uuid::Uuid;

/// A job that this process may run until its lease ends.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The row as it is now, `running`.
    pub row: Row,
    /// The token of this claim.
    pub claim: Uuid,
}

/// What a job's transaction must pass at its commit.
#[derive(Clone, Debug)]
pub struct Fence {
    /// The job.
    pub job: JobId,
    /// The claim under which it runs.
    pub claim: Uuid,
    /// Set when this commit completed the job; `None`: the commit is a step on the way.
    pub completes: Option<Arc<AtomicBool>>,
}

/// `$from, …` for `count` parameters.
pub(crate) fn holes(from: usize, count: usize) -> String {
    (from..from + count).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ")
}

/// Claims those of `ids` that are still available and of a kind this build knows (`kinds`: `kind@version`). One
/// statement; the others are simply not there. Unknown kinds stay available for a newer worker.
pub async fn claim(app: &App, ids: &[JobId], owner: &str, kinds: &[String]) -> Result<Vec<Claimed>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let db = &app.db;
    let (now, claim) = (app.clock.now(), Uuid::now_v7());
    let mut values: Vec<Value> = vec![claim.into(), owner.into(), now.into()];
    values.extend(ids.iter().map(|id| Value::from(*id)));
    values.extend(kinds.iter().map(|kind| Value::from(kind.as_str())));
    let sql = format!(
        "UPDATE jobs SET state = 'running', attempt = attempt + 1, claim = $1, lease_owner = $2, started_at = $3, lease_until = {} \
         WHERE id IN ({}) AND state = 'available' AND kind || '@' || version IN ({}) RETURNING *",
        lease_end(db, now, app.config.lease),
        holes(4, ids.len()),
        holes(4 + ids.len(), kinds.len()),
    );
    let _writing = db.writing().await;
    let rows = db.marks.query_all_raw(db.sql(&sql, values)).await?;
    let mut rows = rows.iter().map(|row| Row::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
    let order: HashMap<JobId, usize> = ids.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    rows.sort_by_key(|row| order.get(&row.id).copied());
    Ok(rows.into_iter().map(|row| Claimed { row, claim }).collect())
}

/// The next available ids of a queue straight from the ledger: how workers go on while Redis is away.
pub async fn scan(app: &App, queue: Queue, limit: usize) -> Result<Vec<JobId>> {
    let sql = "SELECT id FROM jobs WHERE queue = $1 AND state = 'available' ORDER BY priority, run_at, id LIMIT $2";
    let rows = app.db.conn.query_all_raw(app.db.sql(sql, vec![queue.into(), (limit as i64).into()])).await?;
    rows.iter().map(|row| Ok(JobId::try_get_by(row, "id").map_err(sea_orm::DbErr::from)?)).collect()
}

fn lease_end(db: &Db, now: Time, lease: Duration) -> String {
    match db.backend() {
        sea_orm::DbBackend::Postgres => format!("clock_timestamp() + interval '{} milliseconds'", lease.as_millis()),
        _ => db.lease_clock(now + lease),
    }
}

/// Renews the leases of all running jobs of a process in one statement; answers those it still holds.
pub async fn renew(app: &App, owner: &str, jobs: &[JobId]) -> Result<Vec<JobId>> {
    if jobs.is_empty() {
        return Ok(vec![]);
    }
    let mut values: Vec<Value> = vec![owner.into()];
    values.extend(jobs.iter().map(|id| Value::from(*id)));
    let sql = format!(
        "UPDATE jobs SET lease_until = {} WHERE lease_owner = $1 AND state = 'running' AND id IN ({}) RETURNING id",
        lease_end(&app.db, app.clock.now(), app.config.lease),
        holes(2, jobs.len()),
    );
    let _writing = app.db.writing().await;
    let rows = app.db.marks.query_all_raw(app.db.sql(&sql, values)).await?;
    rows.iter().map(|row| Ok(JobId::try_get_by(row, "id").map_err(sea_orm::DbErr::from)?)).collect()
}

/// The gate at the commit of a job's transaction: marks the job (or only checks, for a step) if the claim still holds.
pub async fn pass(tx: &Tx, fence: &Fence) -> Result<()> {
    let values = vec![fence.job.into(), fence.claim.into(), tx.now().into()];
    let sql = if fence.completes.is_some() {
        "UPDATE jobs SET state = 'completed', finished_at = $3, lease_owner = NULL, lease_until = NULL, claim = NULL \
         WHERE id = $1 AND claim = $2 AND state = 'running'"
    } else {
        // the same row lock as a completion, so that a rescue and this commit cannot both win
        "UPDATE jobs SET started_at = $3 WHERE id = $1 AND claim = $2 AND state = 'running'"
    };
    match tx.execute_raw(tx.app.db.sql(sql, values)).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(Error::LeaseLost),
    }
}

/// Marks jobs completed that had nothing to write; many in one statement. Answers how many still were ours.
pub async fn complete(app: &App, done: &[(JobId, Uuid)]) -> Result<u64> {
    if done.is_empty() {
        return Ok(0);
    }
    let mut values: Vec<Value> = vec![app.clock.now().into()];
    values.extend(done.iter().flat_map(|(id, claim)| [Value::from(*id), Value::from(*claim)]));
    let pairs = (0..done.len()).map(|i| format!("({})", holes(2 + i * 2, 2))).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "UPDATE jobs SET state = 'completed', finished_at = $1, lease_owner = NULL, lease_until = NULL, claim = NULL \
         WHERE state = 'running' AND (id, claim) IN (VALUES {pairs})"
    );
    let _writing = app.db.writing().await;
    Ok(app.db.conn.execute_raw(app.db.sql(&sql, values)).await?.rows_affected())
}

/// Ends a claim with a later try; the failure is kept in the job's history (the newest ten).
pub async fn retry(app: &App, job: &Claimed, run_at: Time, reason: &str) -> Result<bool> {
    end(app, job, State::Retryable, Some(run_at), Some(reason), 0).await
}

/// Ends a claim in the dead letter.
pub async fn discard(app: &App, job: &Claimed, reason: &str) -> Result<bool> {
    end(app, job, State::Discarded, None, Some(reason), 0).await
}

/// Ends a claim until later; the attempt is not spent.
pub async fn snooze(app: &App, job: &Claimed, until: Time) -> Result<bool> {
    end(app, job, State::Scheduled, Some(until), None, 1).await
}

/// Ends a claim because this worker stops; due at once for another, the attempt not spent.
pub async fn give_back(app: &App, job: &Claimed) -> Result<bool> {
    end(app, job, State::Available, None, None, 1).await
}

async fn end(app: &App, job: &Claimed, state: State, run_at: Option<Time>, reason: Option<&str>, unspent: i32) -> Result<bool> {
    let (row, now) = (&job.row, app.clock.now());
    let mut errors = row.errors.as_array().cloned().unwrap_or_default();
    if let Some(reason) = reason {
        errors.push(serde_json::json!({ "attempt": row.attempt, "at": now, "error": reason }));
        errors.drain(..errors.len().saturating_sub(10));
    }
    let finished = (state == State::Discarded).then_some(now);
    let values: Vec<Value> = vec![
        row.id.into(),
        job.claim.into(),
        state.into(),
        run_at.unwrap_or(row.run_at).into(),
        (row.attempt - unspent).into(),
        reason.map(str::to_owned).or_else(|| row.last_error.clone()).into(),
        serde_json::Value::from(errors).into(),
        finished.into(),
    ];
    let sql = "UPDATE jobs SET state = $3, run_at = $4, attempt = $5, last_error = $6, errors = $7, finished_at = $8, \
               lease_owner = NULL, lease_until = NULL, claim = NULL WHERE id = $1 AND claim = $2 AND state = 'running'";
    let _writing = app.db.writing().await;
    Ok(app.db.conn.execute_raw(app.db.sql(sql, values)).await?.rows_affected() == 1)
}
