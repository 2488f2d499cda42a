//! What customers owe, by how long it is overdue. What was written off is not expected any more.

use crate::fx::quote::{between, exchange};
use crate::fx::rate;
use crate::money::{Currency, Money};
use crate::{App, Error, Result};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Value};
use std::collections::BTreeMap;

/// How long it is overdue, as bookkeepers put it together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// Not yet.
    NotDue,
    /// Up to 30 days.
    Days30,
    /// 31 to 60.
    Days60,
    /// 61 to 90.
    Days90,
    /// Longer.
    Older,
}

impl Age {
    /// All of them, the youngest first.
    pub const ALL: [Self; 5] = [Self::NotDue, Self::Days30, Self::Days60, Self::Days90, Self::Older];

    /// On the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotDue => "NOT_DUE",
            Self::Days30 => "OVERDUE_1_30",
            Self::Days60 => "OVERDUE_31_60",
            Self::Days90 => "OVERDUE_61_90",
            Self::Older => "OVERDUE_OVER_90",
        }
    }
}

/// Invoices of one age.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// How many.
    pub count: i64,
    /// By currency.
    pub money: Vec<Money>,
    /// Minor units of the company's currency, at today's rates: what is not paid yet is worth what it is worth now.
    pub base_minor: i64,
    /// Those for whose currency nobody knows a rate.
    pub unconverted: i64,
}

/// By age; all ages are there.
pub type Dues = BTreeMap<Age, Due>;

/// As it is now. Two statements, the first of which reads an index and no invoice.
pub(super) async fn now(app: &App, db: &impl ConnectionTrait) -> Result<Dues> {
    let sql = "SELECT currency, CASE WHEN due_at > $1 THEN 0 WHEN due_at > $2 THEN 1 WHEN due_at > $3 THEN 2 WHEN due_at > $4 THEN 3 ELSE 4 END AS age, \
               count(*) AS n, CAST(sum(amount_minor - credited_minor - paid_minor) AS bigint) AS minor FROM invoices \
               WHERE status = 'OPEN' AND amount_minor - credited_minor - paid_minor > 0 GROUP BY 1, 2 ORDER BY 1, 2";
    let now = app.clock.now();
    let limits: Vec<Value> = [0, 30, 60, 90].map(|days| (now - TimeDelta::days(days)).into()).into();
    let (rates, base) = (rate::current(db).await?, app.config.base_currency);
    let mut dues: Dues = Age::ALL.into_iter().map(|age| (age, Due::default())).collect();
    for row in db.query_all_raw(app.db.sql(sql, limits)).await? {
        let (code, age, count): (String, i32, i64) = (row.try_get("", "currency")?, row.try_get("", "age")?, row.try_get("", "n")?);
        let currency = Currency::parse("currency", &code)?;
        let money = Money::new(row.try_get("", "minor")?, currency);
        let age = usize::try_from(age).ok().and_then(|age| Age::ALL.get(age)).ok_or_else(|| Error::internal("an age that is none"))?;
        let due = dues.entry(*age).or_default();
        due.count += count;
        due.money.push(money);
        let rate = if currency == base { Some(rust_decimal::Decimal::ONE) } else { between(&rates, currency, base)?.map(|(rate, _)| rate) };
        match rate {
            Some(rate) => due.base_minor += exchange(money, rate, base)?.minor,
            None => due.unconverted += count,
        }
    }
    Ok(dues)
}
