//! Which customers were there on a day. Table `active_days`: a row for each day on which a customer signed in or a session of
//! theirs went on.

use crate::accounts::user;
use crate::ids::UserId;
use crate::policy::Role;
use crate::reports::{Filter, GroupBy};
use crate::{App, Result, Tx};
use chrono::{NaiveDate, TimeDelta};
use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend, Value};
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

/// Customers who were there on the last day of a time, in its last seven, and in its last thirty days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // said above
pub struct Active {
    pub day: i64,
    pub week: i64,
    pub month: i64,
}

/// How many were there, by the group and its first and last day.
type Counts = HashMap<(GroupBy, NaiveDate, NaiveDate), i64>;

/// Groups that are over, remembered since a day. Only erasing an account changes them, and is seen the day after.
#[derive(Default)]
pub(super) struct Closed(Mutex<(NaiveDate, Counts)>);

/// Groups remembered: every day of a century takes two megabytes.
const MOST: usize = 40_000;

/// A customer is there today. Staff is at work, which is nothing to count.
pub(crate) async fn seen(tx: &Tx, user: &user::Model) -> Result<()> {
    if user.role.is_customer() {
        let sql = "INSERT INTO active_days (day, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let day = tx.now().date_naive().to_string();
        tx.execute_raw(tx.app.db.sql(sql, vec![day.into(), user.id.0.into()])).await?;
    }
    Ok(())
}

/// When one of them was there, for whom it concerns.
pub(crate) async fn days_of(app: &App, user: UserId) -> Result<Vec<String>> {
    let rows = app.db.conn.query_all_raw(app.db.sql("SELECT day FROM active_days WHERE user_id = $1 ORDER BY day", vec![user.0.into()]));
    rows.await?.iter().map(|row| Ok(row.try_get("", "day")?)).collect()
}

/// How many were there, counted back from a day.
pub(super) async fn active(app: &App, db: &impl ConnectionTrait, last: NaiveDate) -> Result<Active> {
    let since = |days: i64| (last - TimeDelta::days(days - 1)).to_string().into();
    let sql = "SELECT count(DISTINCT user_id) FILTER (WHERE day = $1) AS day, count(DISTINCT user_id) FILTER (WHERE day >= $2) AS week, \
               count(DISTINCT user_id) AS month FROM active_days WHERE day >= $3 AND day <= $1";
    let Some(row) = db.query_one_raw(app.db.sql(sql, vec![since(1), since(7), since(30)])).await? else { return Ok(Active::default()) };
    let count = |column: &str| row.try_get::<i64>("", column);
    Ok(Active { day: count("day")?, week: count("week")?, month: count("month")? })
}

/// How many were there in each group, by its first day; of groups that are over it is counted once.
pub(super) async fn by_group(app: &App, db: &impl ConnectionTrait, filter: &Filter, closed: &Closed) -> Result<BTreeMap<NaiveDate, i64>> {
    let today = app.clock.now().date_naive();
    // one whose last transactions have ended, too
    let is_closed = |last: NaiveDate| last < today - TimeDelta::days(1);
    let mut counts = BTreeMap::new();
    let mut missing = vec![];
    {
        let mut closed = closed.0.lock().expect("nobody panics while counting");
        let (day, known) = &mut *closed;
        if *day != today {
            (*day, *known) = (today, Counts::new());
        }
        for (from, to) in filter.groups().filter(|(from, _)| *from <= today) {
            match known.get(&(filter.group_by, from, to)) {
                Some(count) => drop(counts.insert(from, *count)),
                None => missing.push((from, to)),
            }
        }
    }
    let parts = missing.iter().enumerate().map(|(i, _)| {
        let (from, to) = (2 * i + 1, 2 * i + 2);
        format!("SELECT {i} AS part, count(DISTINCT user_id) AS n FROM active_days WHERE day >= ${from} AND day <= ${to}")
    });
    let sql = parts.collect::<Vec<_>>().join(" UNION ALL ");
    let values: Vec<Value> = missing.iter().flat_map(|(from, to)| [from.to_string().into(), to.to_string().into()]).collect();
    let rows = if missing.is_empty() { vec![] } else { db.query_all_raw(app.db.sql(&sql, values)).await? };
    let known = &mut closed.0.lock().expect("nobody panics while counting").1;
    for row in rows {
        let (part, count): (i32, i64) = (row.try_get("", "part")?, row.try_get("", "n")?);
        let Some((from, to)) = usize::try_from(part).ok().and_then(|part| missing.get(part)) else { continue };
        counts.insert(*from, count);
        if is_closed(*to) && known.len() < MOST {
            known.insert((filter.group_by, *from, *to), count);
        }
    }
    Ok(counts)
}

/// Customers who registered, by day.
pub(super) async fn joined(app: &App, db: &impl ConnectionTrait, filter: &Filter) -> Result<BTreeMap<NaiveDate, i64>> {
    let day = day_of(app, "date_joined");
    let sql = format!(
        "SELECT {day} AS day, count(*) AS n FROM users WHERE date_joined >= $1 AND date_joined < $2 AND role IN ($3, $4) GROUP BY {day}"
    );
    let mut values: Vec<Value> = filter.moments().map(Value::from).into();
    values.extend([Role::WalkIn, Role::Buy4Me].map(|role| role.to_value().into()));
    let mut days = BTreeMap::new();
    for row in db.query_all_raw(app.db.sql(&sql, values)).await? {
        days.insert(row.try_get::<String>("", "day")?.parse().map_err(crate::Error::internal)?, row.try_get("", "n")?);
    }
    Ok(days)
}

/// The day that a moment in a column is on, by UTC.
pub(super) fn day_of(app: &App, column: &str) -> String {
    match app.db.backend() {
        DbBackend::Postgres => format!("to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"),
        // times are text there that begins with the day
        _ => format!("substr({column}, 1, 10)"),
    }
}
