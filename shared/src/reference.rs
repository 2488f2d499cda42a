//! The numbers people say on the telephone: `SHP-2026-000123`. Each series counts from 1 every year without a gap.

use crate::db::Db;
use crate::{Error, Result, Tx};
use chrono::Datelike;
use sea_orm::ConnectionTrait;

/// The next number of a series. The counter stays locked until the transaction ends, so take it late: then a number that is
/// given is given to something.
pub async fn next(tx: &Tx, series: &str) -> Result<String> {
    let year = tx.now().year();
    let sql = "INSERT INTO invoice_counters (series, year, last) VALUES ($1, $2, 1) \
               ON CONFLICT (series, year) DO UPDATE SET last = invoice_counters.last + 1 RETURNING last";
    let row = tx.query_one_raw(tx.app.db.sql(sql, vec![series.into(), year.into()])).await?;
    let last: i64 = row.ok_or_else(|| Error::internal("the counter answered nothing"))?.try_get("", "last")?;
    Ok(format!("{series}-{year}-{last:06}"))
}

/// How many numbers of a series were given, over all years.
pub async fn given(db: &Db, series: &str) -> Result<u64> {
    let sql = "SELECT CAST(COALESCE(SUM(last), 0) AS BIGINT) AS given FROM invoice_counters WHERE series = $1";
    let row = db.conn.query_one_raw(db.sql(sql, vec![series.into()])).await?;
    let given: i64 = row.ok_or_else(|| Error::internal("the counters answered nothing"))?.try_get("", "given")?;
    Ok(given.unsigned_abs())
}
