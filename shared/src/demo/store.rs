//! Writes many rows at once. PostgreSQL takes a table's rows as one JSON text: one parameter whatever their number, where a statement
//! has room for 65,535; it is read by the database's own code, in the types of the table. SQLite, whose file nobody fills with
//! millions, takes as many rows a statement as its parameters allow.

use super::numbers;
use super::rows::Rows;
use crate::ids::UserId;
use crate::queue;
use crate::{App, Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, DbBackend, IntoActiveModel, Iterable, Value};
use std::collections::{BTreeSet, HashMap};

/// Parameters of one statement on SQLite.
const PARAMETERS: usize = 32_766;
/// Any number that no other user of advisory locks in this database takes.
const LOCK: i64 = 0x0042_7579_344d_6532;

/// Two who make demo data at once take turns, batch by batch.
pub(super) async fn lock(tx: &Tx) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    }
    Ok(())
}

/// Writes a batch with fresh references, unless it is there: then how many rows it has is nobody's concern. How many were written.
pub(super) async fn write(tx: &Tx, mut rows: Rows, marker: Marker) -> Result<u64> {
    lock(tx).await?;
    if marker.is_there(tx).await? {
        return Ok(0);
    }
    let mut first = HashMap::new();
    for (series, year, count) in numbers::needed(&rows) {
        first.insert((series, year), take(tx, series, year, count).await?);
    }
    numbers::give(&mut rows, &first);
    let there = active_days(&rows);
    let mut written = 0;
    macro_rules! tables {
        ($($entity:path => $rows:ident),+ $(,)?) => { $(written += insert::<$entity>(tx, rows.$rows, false).await?;)+ };
    }
    // what others refer to comes first
    tables! {
        crate::accounts::user::Entity => users,
        crate::accounts::address::Entity => addresses,
        crate::buy4me::request::Entity => requests,
        crate::buy4me::item::Entity => items,
        crate::buy4me::event::Entity => request_events,
        crate::buy4me::bill::Entity => bills,
        crate::shipments::shipment::Entity => shipments,
        crate::shipments::event::Entity => shipment_events,
        crate::billing::invoice::Entity => invoices,
        crate::billing::line::Entity => lines,
        crate::billing::transaction::Entity => transactions,
        crate::billing::credit::Entity => credits,
        crate::billing::review::Entity => reviews,
        crate::feedback::answer::Entity => feedback,
        crate::support::ticket::Entity => tickets,
        crate::support::event::Entity => ticket_events,
        crate::support::message::Entity => messages,
    }
    for some in rows.reminders.chunks(PARAMETERS / 3) {
        let sql = format!("INSERT INTO invoice_reminders (invoice_id, days, created_at) VALUES {}", queue::rows(some.len(), 3));
        let values = some.iter().flat_map(|(invoice, days, at)| [(*invoice).into(), (*days).into(), (*at).into()]).collect();
        written += tx.execute_raw(tx.app.db.sql(&sql, values)).await?.rows_affected();
    }
    for some in there.chunks(PARAMETERS / 2) {
        let sql = format!("INSERT INTO active_days (day, user_id) VALUES {} ON CONFLICT DO NOTHING", queue::rows(some.len(), 2));
        let values = some.iter().flat_map(|(day, user)| [day.as_str().into(), user.0.into()]).collect();
        written += tx.execute_raw(tx.app.db.sql(&sql, values)).await?.rows_affected();
    }
    Ok(written)
}

/// Days on which customers were there: when they asked for something, and when they paid.
fn active_days(rows: &Rows) -> Vec<(String, UserId)> {
    let requests = rows.requests.iter().map(|row| (row.created_at, row.user_id));
    let shipments = rows.shipments.iter().map(|row| (row.created_at, row.user_id));
    let paid = rows.invoices.iter().filter_map(|row| Some((row.paid_at?, row.user_id)));
    let days: BTreeSet<_> = requests.chain(shipments).chain(paid).map(|(at, user)| (at.date_naive().to_string(), user)).collect();
    days.into_iter().collect()
}

/// Takes so many numbers of a series at once: the first of them. The counter stays locked until the transaction ends, as for one.
async fn take(tx: &Tx, series: &str, year: i32, count: i64) -> Result<i64> {
    let sql = "INSERT INTO invoice_counters (series, year, last) VALUES ($1, $2, $3) \
               ON CONFLICT (series, year) DO UPDATE SET last = invoice_counters.last + $3 RETURNING last";
    let row = tx.query_one_raw(tx.app.db.sql(sql, vec![series.into(), year.into(), count.into()])).await?;
    let last: i64 = row.ok_or_else(|| Error::internal("the counter answered nothing"))?.try_get("", "last")?;
    Ok(last - count + 1)
}

/// Writes the rows that are not there yet.
pub(super) async fn insert_new<E>(tx: &Tx, rows: Vec<E::Model>) -> Result<u64>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + ModelTrait<Entity = E>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    insert::<E>(tx, rows, true).await
}

async fn insert<E>(tx: &Tx, rows: Vec<E::Model>, is_patient: bool) -> Result<u64>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + ModelTrait<Entity = E>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    if rows.is_empty() {
        return Ok(0);
    }
    let unless = if is_patient { "ON CONFLICT DO NOTHING" } else { "" };
    if tx.get_database_backend() == DbBackend::Postgres {
        let entity = E::default();
        let table = entity.table_name();
        let columns = E::Column::iter().map(|column| column.as_str().to_owned()).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, CAST($1 AS json)) {unless}"
        );
        let text = json::<E>(&rows)?;
        return Ok(tx.execute_raw(tx.app.db.sql(&sql, vec![text.into()])).await?.rows_affected());
    }
    let mut written = 0;
    let some = PARAMETERS / E::Column::iter().count();
    let mut rows = rows.into_iter().map(|row| row.into_active_model().reset_all()).peekable();
    while rows.peek().is_some() {
        let insert = E::insert_many(rows.by_ref().take(some));
        written += match is_patient {
            true => insert.on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(tx).await?,
            false => insert.exec_without_returning(tx).await?,
        };
    }
    Ok(written)
}

/// The rows as the database's own reader of JSON takes them.
fn json<E>(rows: &[E::Model]) -> Result<String>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
{
    let columns: Vec<(E::Column, String)> = E::Column::iter().map(|column| (column, column.as_str().to_owned())).collect();
    let mut text = Vec::with_capacity(rows.len() * 600);
    for row in rows {
        text.push(if text.is_empty() { b'[' } else { b',' });
        let mut before = b'{';
        for (column, name) in &columns {
            let length = text.len();
            text.push(before);
            serde_json::to_writer(&mut text, name).map_err(Error::internal)?;
            text.push(b':');
            put(&mut text, row.get(*column))?;
            // what is not said is NULL
            match text.ends_with(b":null") {
                true => text.truncate(length),
                false => before = b',',
            }
        }
        text.push(b'}');
    }
    text.push(b']');
    String::from_utf8(text).map_err(Error::internal)
}

fn put(text: &mut Vec<u8>, value: Value) -> Result<()> {
    let done = match value {
        Value::Bool(value) => serde_json::to_writer(text, &value),
        Value::Int(value) => serde_json::to_writer(text, &value),
        Value::BigInt(value) => serde_json::to_writer(text, &value),
        Value::String(value) => serde_json::to_writer(text, &value),
        Value::Json(value) => serde_json::to_writer(text, &value),
        Value::Uuid(value) => serde_json::to_writer(text, &value),
        Value::ChronoDateTimeUtc(value) => serde_json::to_writer(text, &value),
        other => return Err(Error::internal(format!("no column of the demo holds {other:?}"))),
    };
    done.map_err(Error::internal)
}

/// A row by which it is known that its whole batch is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marker {
    pub(super) table: &'static str,
    pub(super) id: Uuid,
}

impl Marker {
    /// Whether it is there.
    pub(super) async fn is_there(&self, db: &impl ConnectionTrait) -> Result<bool> {
        let sql = format!("SELECT 1 FROM {} WHERE id = $1", self.table);
        let sql = sea_orm::Statement::from_sql_and_values(db.get_database_backend(), sql, [self.id.into()]);
        Ok(db.query_one_raw(sql).await?.is_some())
    }
}

/// How many rows the tables have that people ask about.
pub(super) async fn counts(app: &App) -> Result<Vec<(&'static str, i64)>> {
    let tables = [
        "users",
        "vendors",
        "exchange_rates",
        "shipments",
        "buy4me_requests",
        "invoices",
        "payment_transactions",
        "credit_notes",
        "tickets",
        "feedback",
    ];
    let mut counts = vec![];
    for table in tables {
        let row = app.db.conn.query_one_raw(app.db.sql(&format!("SELECT COUNT(*) AS n FROM {table}"), vec![])).await?;
        counts.push((table, row.ok_or_else(|| Error::internal("a count answered nothing"))?.try_get("", "n")?));
    }
    Ok(counts)
}

/// After so many rows at once the planner must not go by what it knew before.
pub(super) async fn analyze(app: &App) -> Result<()> {
    let _writing = app.db.writing().await;
    app.db.conn.execute_unprepared("ANALYZE").await?;
    Ok(())
}
