//! The invoices behind a report, a page at a time: whoever writes a file of a million holds some thousands.

use super::filter::{Filter, label};
use super::table::Cell;
use crate::billing::invoice::balance;
use crate::billing::status::{InvoiceStatus, PaymentStatus};
use crate::clock::Time;
use crate::money::{Currency, Money};
use crate::{App, Result};
use sea_orm::prelude::Uuid;
use sea_orm::{ActiveEnum, ConnectionTrait, Iterable, QueryResult, Value};

/// Rows of a page.
pub const PAGE: u64 = 2_000;

/// The last row of a page.
pub type Place = (Time, Uuid);

/// How many there are.
pub async fn count(app: &App, db: &impl ConnectionTrait, filter: &Filter) -> Result<u64> {
    let (conditions, values) = conditions(filter);
    let sql = format!("SELECT count(*) AS n FROM invoices WHERE {conditions}");
    let row = db.query_one_raw(app.db.sql(&sql, values)).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get::<i64>("", "n"))? as u64)
}

/// Those after a place, in the order in which they were issued, with the place of the last; empty at the end.
pub async fn page(app: &App, db: &impl ConnectionTrait, filter: &Filter, after: Option<Place>) -> Result<(Vec<Vec<Cell>>, Option<Place>)> {
    let (mut conditions, mut values) = conditions(filter);
    if let Some((at, id)) = after {
        conditions.push_str(&format!(" AND (issued_at, id) > (${}, ${})", values.len() + 1, values.len() + 2));
        values.extend([at.into(), id.into()]);
    }
    let sql = format!(
        "SELECT id, invoice_number, issued_at, billing_snapshot, customer_type, country, status, payment_status, currency, amount_minor, \
         tax_minor, credited_minor, paid_minor, refunded_minor FROM invoices WHERE {conditions} ORDER BY issued_at, id LIMIT {PAGE}"
    );
    let rows = db.query_all_raw(app.db.sql(&sql, values)).await?;
    let last = match rows.last() {
        Some(row) => Some((row.try_get("", "issued_at")?, row.try_get("", "id")?)),
        None => None,
    };
    Ok((rows.iter().map(cells).collect::<Result<_>>()?, last))
}

fn cells(row: &QueryResult) -> Result<Vec<Cell>> {
    let text = |column: &str| Ok::<_, crate::Error>(row.try_get::<Option<String>>("", column)?.map_or(Cell::Empty, Cell::Text));
    let status: InvoiceStatus = row.try_get("", "status")?;
    let payment: PaymentStatus = row.try_get("", "payment_status")?;
    let currency = Currency::parse("currency", &row.try_get::<String>("", "currency")?)?;
    let minor = |column: &str| row.try_get::<i64>("", column);
    let (amount, credited, paid) = (minor("amount_minor")?, minor("credited_minor")?, minor("paid_minor")?);
    let owed = balance(status, amount, credited, paid);
    let money = |minor| Cell::Amount(Money::new(minor, currency));
    let billed: Option<serde_json::Value> = row.try_get("", "billing_snapshot")?;
    let name = billed.as_ref().and_then(|billed| billed["name"].as_str()).unwrap_or_default();
    Ok(vec![
        text("invoice_number")?,
        Cell::Moment(row.try_get("", "issued_at")?),
        Cell::Text(name.to_owned()),
        text("customer_type")?,
        text("country")?,
        Cell::Text(label(status, payment)),
        Cell::Text(currency.code().to_owned()),
        money(amount),
        money(minor("tax_minor")?),
        money(credited),
        money(paid),
        money(minor("refunded_minor")?),
        money(owed),
    ])
}

/// What the invoices of a report have in common.
fn conditions(filter: &Filter) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = filter.moments().map(Value::from).into();
    let mut sql = "issued_at >= $1 AND issued_at < $2".to_owned();
    let mut narrow = |condition: &str, value: Value| {
        values.push(value);
        sql.push_str(&format!(" AND {}", condition.replace('?', &format!("${}", values.len()))));
    };
    if let Some(role) = filter.customer_type {
        narrow("customer_type = ?", role.to_value().into());
    }
    if let Some(currency) = filter.currency {
        narrow("currency = ?", currency.code().into());
    }
    if let Some(place) = &filter.region {
        narrow(if place.len() == 2 { "country = ?" } else { "region = ?" }, place.as_str().into());
    }
    if let Some(vendor) = filter.vendor {
        let bought = "EXISTS (SELECT 1 FROM buy4me_items i WHERE i.request_id = related_buy4me_request AND i.vendor_id = ?)";
        narrow(bought, vendor.0.into());
    }
    if let Some(status) = &filter.status {
        let is_payment = PaymentStatus::iter().any(|payment| payment.to_value() == *status);
        narrow(if is_payment { "status = 'OPEN' AND payment_status = ?" } else { "status = ?" }, status.as_str().into());
    }
    (sql, values)
}
