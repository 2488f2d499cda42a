//! What customers see first.

use super::need::{self, Needed};
use crate::clock::Time;
use crate::money::{Currency, Money};
use crate::policy::Actor;
use crate::{App, Error, Result, notifications};
use sea_orm::ConnectionTrait;
use std::collections::BTreeMap;

/// Orders of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// Those that are not finished.
    pub open: i64,
    /// All of them.
    pub by_status: BTreeMap<String, i64>,
}

/// What a customer sees first.
#[derive(Debug)]
pub struct Customer {
    /// Parcels.
    pub shipments: Orders,
    /// Buy4Me requests.
    pub requests: Orders,
    /// What is to be paid, by currency.
    pub to_pay: Vec<Money>,
    /// On so many invoices.
    pub invoices: i64,
    /// Of which so many are overdue.
    pub overdue: i64,
    /// When the next of the others is due.
    pub next_due: Option<Time>,
    /// What is to be done.
    pub needs: Vec<Needed>,
    /// Messages in the centre that were not read.
    pub unread: u64,
}

const COUNTS: &str = "SELECT 0 AS part, status AS name, count(*) AS n, CAST(NULL AS bigint) AS minor, CAST(NULL AS bigint) AS late, \
        min(created_at) AS at FROM shipments WHERE user_id = $1 GROUP BY status \
    UNION ALL SELECT 1, status, count(*), NULL, NULL, min(created_at) FROM buy4me_requests WHERE user_id = $1 GROUP BY status \
    UNION ALL SELECT 2, currency, count(*), CAST(sum(amount_minor - credited_minor - paid_minor) AS bigint), \
        count(CASE WHEN due_at < $2 THEN 1 END), min(CASE WHEN due_at >= $2 THEN due_at END) FROM invoices \
        WHERE user_id = $1 AND status = 'OPEN' AND amount_minor - credited_minor - paid_minor > 0 GROUP BY currency";

/// Where nothing more is to come.
const FINISHED: [[&str; 2]; 2] = [["DELIVERED", "CANCELLED"], ["COMPLETED", "CANCELLED"]];

/// Reads it. Three statements.
pub async fn customer(app: &App, actor: &Actor) -> Result<Customer> {
    let own = actor.customer().ok_or(Error::Forbidden(None))?;
    let db = &app.db.conn;
    let mut orders = [Orders::default(), Orders::default()];
    let (mut to_pay, mut invoices, mut overdue, mut next_due) = (vec![], 0, 0, None::<Time>);
    for row in db.query_all_raw(app.db.sql(COUNTS, vec![own.0.into(), app.clock.now().into()])).await? {
        let (part, name, count): (i32, String, i64) = (row.try_get("", "part")?, row.try_get("", "name")?, row.try_get("", "n")?);
        let Some((orders, finished)) = usize::try_from(part).ok().and_then(|part| orders.get_mut(part).zip(FINISHED.get(part))) else {
            to_pay.push(Money::new(row.try_get("", "minor")?, Currency::parse("currency", &name)?));
            invoices += count;
            overdue += row.try_get::<i64>("", "late")?;
            next_due = [next_due, row.try_get("", "at")?].into_iter().flatten().min();
            continue;
        };
        orders.open += if finished.contains(&name.as_str()) { 0 } else { count };
        orders.by_status.insert(name, count);
    }
    to_pay.sort_by_key(|money| money.currency.code().to_owned());
    let [shipments, requests] = orders;
    let needs = need::of(app, own).await?;
    let unread = notifications::list::unread(db, actor).await?;
    Ok(Customer { shipments, requests, to_pay, invoices, overdue, next_due, needs, unread })
}
