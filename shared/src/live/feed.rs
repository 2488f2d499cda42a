//! Tables `live_feeds` and `live_events`: what each account was told, for a week. Numbers have no gap and follow the commits,
//! because a feed's row is locked from the raising of its number to the commit. It is locked last of all rows, and several in the
//! order of their ids, so that nobody waits in a circle.

use super::LiveEvent;
use crate::ids::UserId;
use crate::queue::{holes, rows};
use crate::{App, Result, Tx};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DbErr, TryGetable, Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// How long events are kept.
pub const KEEP: TimeDelta = TimeDelta::days(7);
/// Rows of one statement.
const BATCH: usize = 500;

/// Something that an account was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Whom.
    pub user: UserId,
    /// Its number in the feed of that account, from 1.
    pub seq: i64,
    /// `shipment.changed`
    pub kind: String,
    /// A JSON object, as it goes out.
    pub data: String,
}

/// Writes what a transaction tells, as the last thing before its commit.
pub(crate) async fn write(tx: &Tx, told: Vec<(UserId, LiveEvent)>) -> Result<Vec<Event>> {
    if told.is_empty() {
        return Ok(vec![]);
    }
    let mut counts: BTreeMap<UserId, i64> = BTreeMap::new();
    told.iter().for_each(|(user, _)| *counts.entry(*user).or_default() += 1);
    let mut next = raise(tx, &counts).await?;
    let mut events = Vec::with_capacity(told.len());
    for (user, LiveEvent { kind, mut data }) in told {
        let seq = next.get_mut(&user).map(|seq| std::mem::replace(seq, *seq + 1)).ok_or_else(lost)?;
        data["created_at"] = serde_json::json!(tx.now());
        events.push(Event { user, seq, kind: kind.to_owned(), data: data.to_string() });
    }
    for batch in events.chunks(BATCH) {
        let row = |event: &Event| -> [Value; 5] {
            [event.user.into(), event.seq.into(), event.kind.clone().into(), event.data.clone().into(), tx.now().into()]
        };
        let sql = format!("INSERT INTO live_events (user_id, seq, kind, data, created_at) VALUES {}", rows(batch.len(), 5));
        tx.execute_raw(tx.app.db.sql(&sql, batch.iter().flat_map(row).collect())).await?;
    }
    Ok(events)
}

/// Takes so many numbers of each feed, in the order of the accounts; answers the first of each.
async fn raise(tx: &Tx, counts: &BTreeMap<UserId, i64>) -> Result<BTreeMap<UserId, i64>> {
    let mut first = BTreeMap::new();
    let counts: Vec<(UserId, i64)> = counts.iter().map(|(user, count)| (*user, *count)).collect();
    for batch in counts.chunks(BATCH) {
        let sql = format!(
            "INSERT INTO live_feeds (user_id, last_seq) VALUES {} ON CONFLICT (user_id) \
             DO UPDATE SET last_seq = live_feeds.last_seq + excluded.last_seq RETURNING user_id, last_seq",
            rows(batch.len(), 2)
        );
        let values = batch.iter().flat_map(|(user, count)| [Value::from(*user), Value::from(*count)]).collect();
        let raised: HashMap<UserId, i64> = numbers(&tx.query_all_raw(tx.app.db.sql(&sql, values)).await?)?.into_iter().collect();
        for (user, count) in batch {
            let last = raised.get(user).ok_or_else(lost)?;
            first.insert(*user, last - count + 1);
        }
    }
    Ok(first)
}

fn lost() -> crate::Error {
    crate::Error::internal("a feed got no number")
}

fn numbers(rows: &[sea_orm::QueryResult]) -> Result<Vec<(UserId, i64)>> {
    let number = |row: &sea_orm::QueryResult| Ok((UserId::try_get_by(row, "user_id").map_err(DbErr::from)?, row.try_get("", "last_seq")?));
    rows.iter().map(number).collect()
}

/// The number of the newest event of each of these accounts that has any.
pub(super) async fn newest(app: &App, users: &[UserId]) -> Result<Vec<(UserId, i64)>> {
    let mut found = vec![];
    for batch in users.chunks(BATCH) {
        let sql = format!("SELECT user_id, last_seq FROM live_feeds WHERE user_id IN ({})", holes(1, batch.len()));
        let values = batch.iter().map(|user| Value::from(*user)).collect();
        found.extend(numbers(&app.db.conn.query_all_raw(app.db.sql(&sql, values)).await?)?);
    }
    Ok(found)
}

/// The same of one; 0 if it has none.
pub(super) async fn newest_of(app: &App, user: UserId) -> Result<i64> {
    Ok(newest(app, &[user]).await?.first().map_or(0, |(_, seq)| *seq))
}

/// The next events of an account, at most `limit`, in order.
pub(super) async fn after(app: &App, user: UserId, seq: i64, limit: u64) -> Result<Vec<Event>> {
    let sql = "SELECT seq, kind, data FROM live_events WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    let values = vec![user.into(), seq.into(), (limit as i64).into()];
    let rows = app.db.conn.query_all_raw(app.db.sql(sql, values)).await?;
    let event = |row: &sea_orm::QueryResult| -> Result<Event> {
        Ok(Event { user, seq: row.try_get("", "seq")?, kind: row.try_get("", "kind")?, data: row.try_get("", "data")? })
    };
    rows.iter().map(event).collect()
}

/// Deletes events that are older than [`KEEP`], at most `limit`. Feeds stay: their numbers go on.
pub async fn prune(app: &App, limit: u64) -> Result<u64> {
    let before = app.clock.now() - KEEP;
    let sql = "DELETE FROM live_events WHERE (user_id, seq) IN \
               (SELECT user_id, seq FROM live_events WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
    let _writing = app.db.writing().await;
    Ok(app.db.conn.execute_raw(app.db.sql(sql, vec![before.into(), (limit as i64).into()])).await?.rows_affected())
}

/// Forgets what an account was told and what this transaction would tell it; the last thing before a commit, like every lock of a feed. The feed first: with its row
/// locked no event can come in between, which the next feed's numbers would run into.
pub(crate) async fn forget(tx: &Tx, user: UserId) -> Result<()> {
    tx.outbox.forget(user);
    for table in ["live_feeds", "live_events"] {
        tx.execute_raw(tx.app.db.sql(&format!("DELETE FROM {table} WHERE user_id = $1"), vec![user.into()])).await?;
    }
    Ok(())
}
