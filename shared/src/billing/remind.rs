//! Reminders of unpaid invoices: a ladder of days before and after the due date (setting `invoices.reminder_days`).
//!
//! Table `invoice_reminders` keeps which steps an invoice has behind it, so none is said twice, whatever runs twice. Of steps
//! that were missed only the latest is said: three mails at once help nobody.

use super::invoice::{self, Model as Invoice};
use super::status::{InvoiceStatus, PaymentStatus};
use super::transaction;
use crate::clock::Time;
use crate::ids::InvoiceId;
use crate::notifications::{self, Event};
use crate::queue::rows;
use crate::{App, Result, Tx, settings};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::{TryGetable, Value};

/// Invoices of one page.
const PAGE: i64 = 500;
/// How long after its last step an invoice is still looked at; older ones are for people.
const LATE: TimeDelta = TimeDelta::days(30);

/// Where a page ended.
pub type Mark = (Time, InvoiceId);

/// The steps as the company wants them now, ascending.
pub async fn ladder(app: &App) -> Result<Vec<i16>> {
    Ok(settings::read::<settings::Invoices>(app, &app.db.conn).await?.value.reminder_days)
}

/// The latest step that is due, unless its moment was over when the invoice was issued: that mail has just been read.
fn step_of(ladder: &[i16], due_at: Time, issued_at: Time, now: Time) -> Option<i16> {
    let moment = |days: i16| due_at + TimeDelta::days(i64::from(days));
    let latest = ladder.iter().rev().copied().find(|days| moment(*days) <= now);
    latest.filter(|days| moment(*days) > issued_at)
}

/// One page of invoices that have a step before them, in the order of their due dates, and where the page ended (`None`: it was
/// the last). Customers who cannot read it are left alone.
pub async fn due(app: &App, ladder: &[i16], after: Option<Mark>) -> Result<(Vec<InvoiceId>, Option<Mark>)> {
    let (Some(first), Some(last)) = (ladder.first(), ladder.last()) else { return Ok((vec![], None)) };
    let now = app.clock.now();
    let newest = now - TimeDelta::days(i64::from(*first));
    let oldest = now - TimeDelta::days(i64::from(*last)) - LATE;
    let (from, beyond) = after.unwrap_or((oldest, InvoiceId(Uuid::nil())));
    let sql = "SELECT i.id, i.due_at, i.issued_at, (SELECT MAX(r.days) FROM invoice_reminders AS r WHERE r.invoice_id = i.id) AS told \
               FROM invoices AS i JOIN users AS u ON u.id = i.user_id \
               WHERE i.status = 'OPEN' AND i.issued_at IS NOT NULL AND i.payment_status IN ('UNPAID', 'PARTIALLY_PAID') AND i.due_at <= $1 \
               AND i.due_at >= $2 AND (i.due_at > $2 OR i.id > $3) AND u.is_active AND u.erased_at IS NULL \
               ORDER BY i.due_at, i.id LIMIT $4";
    let values: Vec<Value> = vec![newest.into(), from.into(), beyond.into(), PAGE.into()];
    let rows = app.db.conn.query_all_raw(app.db.sql(sql, values)).await?;
    let page: Vec<Candidate> = rows.iter().map(Candidate::read).collect::<Result<_, _>>()?;
    let mark = page.last().filter(|_| page.len() as i64 == PAGE).map(|last| (last.due_at, last.id));
    let waits = |one: &&Candidate| {
        let step = step_of(ladder, one.due_at, one.issued_at, now);
        step.is_some_and(|step| one.told.is_none_or(|told| told < i32::from(step)))
    };
    Ok((page.iter().filter(waits).map(|one| one.id).collect(), mark))
}

/// An invoice that may have a step before it.
struct Candidate {
    id: InvoiceId,
    due_at: Time,
    issued_at: Time,
    /// The latest step behind it.
    told: Option<i32>,
}

impl Candidate {
    fn read(row: &sea_orm::QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            id: InvoiceId::try_get_by(row, "id").map_err(DbErr::from)?,
            due_at: row.try_get("", "due_at")?,
            issued_at: row.try_get("", "issued_at")?,
            told: row.try_get("", "told")?,
        })
    }
}

/// Says the latest step that is due to whoever owes the invoice, if it is still owed and the step was not said yet.
pub async fn remind(tx: &Tx, ladder: &[i16], id: InvoiceId) -> Result<()> {
    let invoice = invoice::lock(tx, id).await?;
    let now = tx.now();
    let Some(issued_at) = invoice.issued_at else { return Ok(()) };
    let Some(step) = step_of(ladder, invoice.due_at, issued_at, now) else { return Ok(()) };
    // what a bank is still working on is not asked for
    let owed = invoice.balance_minor() - transaction::on_its_way(&transaction::of(tx, id).await?);
    if !is_owed(&invoice) || owed <= 0 {
        return Ok(());
    }
    let sql = "SELECT MAX(days) AS told FROM invoice_reminders WHERE invoice_id = $1";
    let row = tx.query_one_raw(tx.app.db.sql(sql, vec![id.into()])).await?;
    let told: Option<i32> = row.map(|row| row.try_get("", "told")).transpose()?.flatten();
    if told.is_some_and(|told| told >= i32::from(step)) {
        return Ok(());
    }
    let behind: Vec<i32> = ladder.iter().filter(|days| **days <= step).map(|days| i32::from(*days)).collect();
    let values = behind.iter().flat_map(|days| [id.into(), (*days).into(), now.into()]).collect();
    let sql =
        format!("INSERT INTO invoice_reminders (invoice_id, days, created_at) VALUES {} ON CONFLICT DO NOTHING", rows(behind.len(), 3));
    tx.execute_raw(tx.app.db.sql(&sql, values)).await?;
    // as people count: by the calendar, whatever the hour
    let days = (now.date_naive() - invoice.due_at.date_naive()).num_days();
    let facts = serde_json::json!({
        "number": invoice.invoice_number,
        "amount": invoice.money(owed)?.to_string(),
        "due": invoice.due_at.format("%Y-%m-%d").to_string(),
        "when": if days < 0 { "before" } else if days == 0 { "today" } else { "after" },
        "days": days.abs().to_string(),
    });
    notifications::tell(tx, invoice.user_id, Event::InvoiceReminder, id.0, facts).await
}

fn is_owed(invoice: &Invoice) -> bool {
    let is_open = matches!(invoice.payment_status, PaymentStatus::Unpaid | PaymentStatus::PartiallyPaid);
    invoice.status == InvoiceStatus::Open && is_open && invoice.balance_minor() > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn of_several_steps_the_latest_is_due() {
        let due = chrono::Utc.with_ymd_and_hms(2026, 11, 24, 12, 0, 0).single().expect("a time");
        let issued = due - TimeDelta::days(30);
        let at = |days: i64| step_of(&[-3, 1, 7], due, issued, due + TimeDelta::days(days));
        assert_eq!([at(-4), at(-3), at(0), at(1), at(6), at(300)], [None, Some(-3), Some(-3), Some(1), Some(1), Some(7)]);
        assert_eq!(step_of(&[], due, issued, due), None);
        let short = |days: i64| step_of(&[-3, 1, 7], due, due - TimeDelta::days(1), due + TimeDelta::days(days));
        assert_eq!([short(-1), short(0), short(1)], [None, None, Some(1)], "a step before it was issued is none");
    }
}
