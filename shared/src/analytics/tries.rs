//! Payments that customers tried: what staff booked was no try.

use super::activity::day_of;
use crate::reports::Filter;
use crate::{App, Result};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, Value};
use std::collections::BTreeMap;

/// How they ended. A page that was left without trying is neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// The money came.
    pub succeeded: i64,
    /// It was refused, and has not come since.
    pub failed: i64,
}

impl Tries {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self { succeeded: self.succeeded + other.succeeded, failed: self.failed + other.failed }
    }
}

/// By the day on which they began.
pub(super) async fn by_day(app: &App, db: &impl ConnectionTrait, filter: &Filter) -> Result<BTreeMap<NaiveDate, Tries>> {
    let day = day_of(app, "created_at");
    let sql = format!(
        "SELECT {day} AS day, count(*) FILTER (WHERE status = 'SUCCESS') AS succeeded, \
         count(*) FILTER (WHERE status = 'FAILED' OR (status <> 'SUCCESS' AND failure_code <> 'expired')) AS failed \
         FROM payment_transactions WHERE kind = 'CHARGE' AND gateway <> 'MANUAL' AND created_at >= $1 AND created_at < $2 GROUP BY {day}"
    );
    let mut days = BTreeMap::new();
    for row in db.query_all_raw(app.db.sql(&sql, filter.moments().map(Value::from).into())).await? {
        let tries = Tries { succeeded: row.try_get("", "succeeded")?, failed: row.try_get("", "failed")? };
        days.insert(row.try_get::<String>("", "day")?.parse().map_err(crate::Error::internal)?, tries);
    }
    Ok(days)
}
