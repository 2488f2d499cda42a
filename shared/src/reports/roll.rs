//! The figures of past days, kept so that a report need not read all documents. Table `report_figures`, a row for each thing
//! that is told apart; table `report_days`, which days are there.
//!
//! A day is watched first: from then on the triggers of the migration mark it whenever one of its documents changes. It is summed
//! up no sooner than every transaction that began before that has ended, so no change is missed; and summed up again when it is
//! marked. Whoever reads takes a marked day from its documents.

use super::fact;
use super::figures::{COLUMNS, Kind, Sums, columns};
use super::filter::GroupBy;
use super::share::{self, Shares};
use crate::{App, Result, Tx};
use chrono::{NaiveDate, TimeDelta};
use sea_orm::{ConnectionTrait, Value};
use std::collections::BTreeMap;

/// Longer than any transaction takes: connections that idle in one are cut off after ten seconds.
const SETTLES: TimeDelta = TimeDelta::minutes(10);
/// Which days' figures and shares hold; $2 is the company's currency. A program from before there were shares sums up without them.
pub(super) const HOLDS: &str = "d.rolled_at IS NOT NULL AND d.shares_at IS NOT NULL AND d.shares_at = d.rolled_at \
    AND d.base_currency = $2 AND NOT EXISTS (SELECT 1 FROM report_marks m WHERE m.day = d.day)";
/// Rows of one statement.
const ROWS: usize = 400;

/// Days to be summed up: those that are marked, and those that are watched and were not yet. At most `limit`, oldest first.
pub async fn due(app: &App, limit: u64) -> Result<Vec<NaiveDate>> {
    let sql = format!(
        "SELECT d.day FROM report_days d WHERE (d.rolled_at IS NULL AND d.watched_at <= $1) OR (d.rolled_at IS NOT NULL AND NOT ({HOLDS})) \
         ORDER BY d.day LIMIT $3"
    );
    let values = vec![(app.clock.now() - SETTLES).into(), app.config.base_currency.code().into(), (limit as i64).into()];
    days(app.db.conn.query_all_raw(app.db.sql(&sql, values)).await?)
}

/// Days that were not compared with their documents since `before`, longest first.
pub async fn unchecked(app: &App, before: crate::clock::Time, limit: u64) -> Result<Vec<NaiveDate>> {
    let sql = "SELECT day FROM report_days WHERE rolled_at IS NOT NULL AND coalesce(checked_at, rolled_at) < $1 \
               ORDER BY coalesce(checked_at, rolled_at), day LIMIT $2";
    days(app.db.conn.query_all_raw(app.db.sql(sql, vec![before.into(), (limit as i64).into()])).await?)
}

fn days(rows: Vec<sea_orm::QueryResult>) -> Result<Vec<NaiveDate>> {
    let day = |row: sea_orm::QueryResult| row.try_get::<String>("", "day")?.parse().map_err(crate::Error::internal);
    rows.into_iter().map(day).collect()
}

/// Watches every day that is over and is not watched yet, from the first document on. Answers how many.
pub async fn watch(tx: &Tx) -> Result<u64> {
    let today = tx.now().date_naive();
    let newest = tx.query_one_raw(tx.app.db.sql("SELECT max(day) AS day FROM report_days", vec![])).await?;
    let newest: Option<String> = newest.map(|row| row.try_get("", "day")).transpose()?.flatten();
    let first = match newest {
        Some(day) => day.parse::<NaiveDate>().map_err(crate::Error::internal)? + TimeDelta::days(1),
        None => match first_document(tx).await? {
            Some(day) => day,
            None => return Ok(0),
        },
    };
    let missing: Vec<NaiveDate> = first.iter_days().take_while(|day| *day < today).collect();
    for some in missing.chunks(ROWS) {
        let rows: Vec<String> = (0..some.len()).map(|i| format!("(${}, $1)", i + 2)).collect();
        let sql = format!("INSERT INTO report_days (day, watched_at) VALUES {} ON CONFLICT DO NOTHING", rows.join(", "));
        let values = std::iter::once(tx.now().into()).chain(some.iter().map(|day| day.to_string().into()));
        tx.execute_raw(tx.app.db.sql(&sql, values.collect())).await?;
    }
    Ok(missing.len() as u64)
}

async fn first_document(tx: &Tx) -> Result<Option<NaiveDate>> {
    let sql = "SELECT min(at) AS at FROM (SELECT min(created_at) AS at FROM shipments UNION ALL SELECT min(created_at) FROM buy4me_requests \
               UNION ALL SELECT min(issued_at) FROM invoices UNION ALL SELECT min(settled_at) FROM payment_transactions) firsts";
    let Some(row) = tx.query_one_raw(tx.app.db.sql(sql, vec![])).await? else { return Ok(None) };
    Ok(row.try_get::<Option<crate::clock::Time>>("", "at")?.map(|at| at.date_naive()))
}

/// Sums a day up anew, unless somebody else has done so meanwhile.
pub async fn sum_up(tx: &Tx, day: NaiveDate) -> Result<()> {
    if lock(tx, day).await? && is_due(tx, day).await? { renew(tx, day).await } else { Ok(()) }
}

async fn is_due(tx: &Tx, day: NaiveDate) -> Result<bool> {
    let sql = format!("SELECT 1 FROM report_days d WHERE d.day = $1 AND NOT ({HOLDS})");
    let sql = tx.app.db.sql(&sql, vec![day.to_string().into(), tx.app.config.base_currency.code().into()]);
    Ok(tx.query_one_raw(sql).await?.is_some())
}

/// A change that is not seen here leaves its mark after ours are taken away.
async fn renew(tx: &Tx, day: NaiveDate) -> Result<()> {
    let base = tx.app.config.base_currency;
    tx.execute_raw(tx.app.db.sql("DELETE FROM report_marks WHERE day = $1", vec![day.to_string().into()])).await?;
    let (rows, shares) = compute(tx, day).await?;
    share::keep(tx, day, &shares).await?;
    tx.execute_raw(tx.app.db.sql("DELETE FROM report_figures WHERE day = $1", vec![day.to_string().into()])).await?;
    let rows: Vec<_> = rows.into_iter().collect();
    for some in rows.chunks(ROWS) {
        insert(tx, day, some).await?;
    }
    let sql = "UPDATE report_days SET rolled_at = $2, shares_at = $2, checked_at = $2, base_currency = $3 WHERE day = $1";
    tx.execute_raw(tx.app.db.sql(sql, vec![day.to_string().into(), tx.now().into(), base.code().into()])).await?;
    Ok(())
}

/// Compares the figures of a day with its documents, unless it will be summed up anew anyway. `false`: they differ although nothing
/// marked the day, and are mended.
pub async fn check(tx: &Tx, day: NaiveDate) -> Result<bool> {
    if !lock(tx, day).await? || is_due(tx, day).await? {
        return Ok(true);
    }
    let (kept, counted) = ((kept(tx, day).await?, share::of_day(tx, day).await?), compute(tx, day).await?);
    // what changed while we read has marked the day
    let same = kept == counted || is_marked(tx, day).await?;
    if same {
        let sql = "UPDATE report_days SET checked_at = $2 WHERE day = $1";
        tx.execute_raw(tx.app.db.sql(sql, vec![day.to_string().into(), tx.now().into()])).await?;
    } else {
        renew(tx, day).await?;
    }
    Ok(same)
}

async fn is_marked(tx: &Tx, day: NaiveDate) -> Result<bool> {
    let sql = tx.app.db.sql("SELECT 1 FROM report_marks WHERE day = $1 LIMIT 1", vec![day.to_string().into()]);
    Ok(tx.query_one_raw(sql).await?.is_some())
}

/// One at a time; `false`: nobody watches that day.
async fn lock(tx: &Tx, day: NaiveDate) -> Result<bool> {
    let lock = if tx.get_database_backend() == sea_orm::DbBackend::Postgres { "FOR UPDATE" } else { "" };
    let sql = format!("SELECT 1 FROM report_days WHERE day = $1 {lock}");
    Ok(tx.query_one_raw(tx.app.db.sql(&sql, vec![day.to_string().into()])).await?.is_some())
}

/// Scope, kind, currency, customer type, status.
type Place = (String, &'static str, String, String, String);

async fn compute(tx: &Tx, day: NaiveDate) -> Result<(BTreeMap<Place, Sums>, Shares)> {
    let (mut rows, mut shares) = (BTreeMap::<Place, Sums>::new(), Shares::new());
    for fact in fact::of_days(tx, tx.app.config.base_currency, day, day).await? {
        share::add(&mut shares, &fact)?;
        for scope in fact.scopes() {
            let place = (scope, fact.kind.name(), fact.currency.clone(), fact.customer_type.clone(), fact.status.clone());
            rows.entry(place).or_default().add(&fact.sums)?;
        }
    }
    Ok((rows, shares))
}

async fn kept(tx: &Tx, day: NaiveDate) -> Result<BTreeMap<Place, Sums>> {
    let columns = columns();
    let sql = format!("SELECT scope, kind, currency, customer_type, status, {} FROM report_figures WHERE day = $1", columns.join(", "));
    let mut rows = BTreeMap::new();
    for row in tx.query_all_raw(tx.app.db.sql(&sql, vec![day.to_string().into()])).await? {
        let kind = Kind::named(&row.try_get::<String>("", "kind")?)?.name();
        let get = |column: &str| row.try_get::<String>("", column);
        rows.insert((get("scope")?, kind, get("currency")?, get("customer_type")?, get("status")?), sums(&row, &columns)?);
    }
    Ok(rows)
}

/// The numbers of a row.
pub(super) fn sums(row: &sea_orm::QueryResult, columns: &[String]) -> Result<Sums> {
    let mut numbers = [0; COLUMNS];
    for (number, column) in numbers.iter_mut().zip(columns) {
        *number = row.try_get("", column)?;
    }
    Ok(Sums::of_numbers(&numbers))
}

async fn insert(tx: &Tx, day: NaiveDate, rows: &[(Place, Sums)]) -> Result<()> {
    let all = format!("day, week, month, scope, kind, currency, customer_type, status, {}", columns().join(", "));
    let width = 5 + COLUMNS;
    let places = |row: usize| (0..width).map(|i| format!("${}", 4 + row * width + i)).collect::<Vec<_>>().join(", ");
    let lines: Vec<String> = (0..rows.len()).map(|row| format!("($1, $2, $3, {})", places(row))).collect();
    let mut values: Vec<Value> = [GroupBy::Day, GroupBy::Week, GroupBy::Month].map(|group| group.start(day).to_string().into()).into();
    for ((scope, kind, currency, customer_type, status), sums) in rows {
        values.extend([
            scope.as_str().into(),
            (*kind).into(),
            currency.as_str().into(),
            customer_type.as_str().into(),
            status.as_str().into(),
        ]);
        values.extend(sums.numbers().map(Value::from));
    }
    let sql = format!("INSERT INTO report_figures ({all}) VALUES {}", lines.join(", "));
    tx.execute_raw(tx.app.db.sql(&sql, values)).await?;
    Ok(())
}
