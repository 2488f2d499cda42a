//! Writing invoices: those that staff make by hand, and the drafts of bills.

use super::bill::{self, Bill, PricedLine};
use super::status::{InvoiceStatus, PaymentStatus};
use super::{finalize, invoice, line};
use crate::clock::Time;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::{InvoiceId, UserId};
use crate::money::{Currency, MAX_MINOR, Money};
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, accounts, audit, settings};
use chrono::TimeDelta;
use rust_decimal::Decimal;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

const MAX_LINES: usize = 200;

/// An invoice as staff describe it.
#[derive(Debug)]
pub struct NewInvoice {
    /// Who pays.
    pub user: UserId,
    /// ISO 4217.
    pub currency: String,
    /// At least one.
    pub lines: Vec<NewLine>,
    /// As many days from now as the settings say when absent.
    pub due_at: Option<Time>,
    /// Of another domain; must exist.
    pub related_shipment: Option<Uuid>,
    /// Of another domain; must exist.
    pub related_buy4me_request: Option<Uuid>,
    /// Issue it at once.
    pub finalize: bool,
}

/// A line as staff describe it.
#[derive(Debug)]
pub struct NewLine {
    /// Up to 500 characters.
    pub description: String,
    /// 1 to 999,999.
    pub quantity: i32,
    /// Decimal string.
    pub unit_price: String,
    /// Percent, decimal string; none is 0.
    pub tax_rate: Option<String>,
}

/// Staff create an invoice; by default it is issued in the same breath.
pub async fn create_invoice(tx: &Tx, actor: &Actor, new: NewInvoice) -> Result<invoice::Model> {
    actor.may(Permission::ManageInvoices)?;
    let now = tx.now();
    let mut problems = Problems::default();
    let currency = problems.take(Currency::parse("currency", &new.currency))?;
    problems.check(!new.lines.is_empty(), "lines", "error-required");
    problems.check(new.lines.len() <= MAX_LINES, "lines", Message::new("error-too-many").with("max", MAX_LINES));
    problems.check(new.due_at.is_none_or(|due| due >= now), "due_at", "error-due-in-past");
    let mut lines = vec![];
    for (i, new_line) in new.lines.iter().enumerate().take(MAX_LINES) {
        let priced = price(&mut problems, i, new_line, currency)?;
        lines.extend(priced);
    }
    problems.take(bill::total("lines", &lines))?;
    // locked: an account that is being erased must get no invoice in between
    let user = accounts::user::lock_shared(tx, new.user).await?;
    problems.check(user.is_some_and(|user| user.is_active), "user", "error-unknown-user");
    for (field, table, id) in
        [("related_shipment", "shipments", new.related_shipment), ("related_buy4me_request", "buy4me_requests", new.related_buy4me_request)]
    {
        problems.check(belongs(tx, table, id, new.user).await?, field, "error-not-found");
    }
    problems.finish()?;
    let currency = currency.ok_or_else(|| Error::internal("a problem of the currency was lost"))?;

    let sheet = Sheet {
        user: new.user,
        kind: "MANUAL",
        currency,
        lines,
        due_at: new.due_at,
        related_shipment: new.related_shipment,
        related_buy4me_request: new.related_buy4me_request,
        fx: None,
        source_key: None,
    };
    let created = insert(tx, actor, sheet).await??;
    let detail = serde_json::json!({ "amount": created.money(created.amount_minor)?.to_string(), "user": new.user });
    audit::record(tx, actor, "invoice.created", "invoice", created.id.0, Some(detail)).await?;
    if new.finalize { finalize(tx, actor, created.id).await } else { Ok(created) }
}

/// Whether the document that a new invoice is about is the payer's and still wanted; it stays so until the transaction ends.
/// Of their tables billing knows no more than this.
async fn belongs(tx: &Tx, table: &str, id: Option<Uuid>, user: UserId) -> Result<bool> {
    let Some(id) = id else { return Ok(true) };
    let lock = if tx.get_database_backend() == sea_orm::DbBackend::Postgres { "FOR SHARE" } else { "" };
    let sql = format!("SELECT 1 FROM {table} WHERE id = $1 AND user_id = $2 AND status <> 'CANCELLED' {lock}");
    Ok(tx.query_one_raw(tx.app.db.sql(&sql, vec![id.into(), user.into()])).await?.is_some())
}

/// A draft about to be written, its lines priced.
pub(super) struct Sheet {
    user: UserId,
    kind: &'static str,
    currency: Currency,
    lines: Vec<PricedLine>,
    due_at: Option<Time>,
    related_shipment: Option<Uuid>,
    related_buy4me_request: Option<Uuid>,
    fx: Option<Json>,
    source_key: Option<String>,
}

impl From<Bill> for Sheet {
    fn from(bill: Bill) -> Self {
        Self {
            user: bill.user,
            kind: bill.kind,
            currency: bill.currency,
            lines: bill.lines,
            due_at: None,
            related_shipment: bill.related_shipment,
            related_buy4me_request: bill.related_buy4me_request,
            fx: bill.fx,
            source_key: Some(bill.source_key),
        }
    }
}

/// Writes the draft with its lines; the inner error is the database's, for the caller to read a violated index from.
pub(super) async fn insert(tx: &Tx, actor: &Actor, sheet: Sheet) -> Result<Result<invoice::Model, DbErr>> {
    let now = tx.now();
    let due_at = match sheet.due_at {
        Some(due_at) => due_at,
        None => default_due(tx).await?,
    };
    let id = InvoiceId::new();
    let sum = |part: fn(&PricedLine) -> i64| sheet.lines.iter().map(part).sum::<i64>();
    let row = invoice::ActiveModel {
        id: Set(id),
        invoice_number: Set(None),
        user_id: Set(sheet.user),
        billing_snapshot: Set(None),
        kind: Set(sheet.kind.to_owned()),
        status: Set(InvoiceStatus::Draft),
        payment_status: Set(PaymentStatus::Unpaid),
        currency: Set(sheet.currency.code().to_owned()),
        subtotal_minor: Set(sum(|line| line.net_minor)),
        tax_minor: Set(sum(|line| line.tax_minor)),
        amount_minor: Set(sum(|line| line.total_minor)),
        paid_minor: Set(0),
        refunded_minor: Set(0),
        credited_minor: Set(0),
        payment_method: Set(None),
        related_shipment: Set(sheet.related_shipment),
        related_buy4me_request: Set(sheet.related_buy4me_request),
        created_by: Set(actor.user.map(|user| user.0)),
        source_key: Set(sheet.source_key),
        fx: Set(sheet.fx),
        customer_type: Set(None),
        country: Set(None),
        region: Set(None),
        base_currency: Set(None),
        base_rate: Set(None),
        company_version: Set(0),
        due_at: Set(due_at),
        issued_at: Set(None),
        paid_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let created = match row.insert(tx).await {
        Ok(created) => created,
        Err(error) => return Ok(Err(error)),
    };
    let rows = sheet.lines.into_iter().enumerate().map(|(i, line)| line::ActiveModel {
        id: Set(Uuid::now_v7()),
        invoice_id: Set(id),
        position: Set(i as i32),
        kind: Set(line.kind),
        description: Set(line.description),
        quantity: Set(line.quantity),
        unit_price_minor: Set(line.unit_price_minor),
        tax_rate: Set(line.tax_rate.to_string()),
        net_minor: Set(line.net_minor),
        tax_minor: Set(line.tax_minor),
        total_minor: Set(line.total_minor),
    });
    line::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(Ok(created))
}

/// When an invoice that begins now is due, unless somebody says otherwise.
pub(super) async fn default_due(tx: &Tx) -> Result<Time> {
    let days = settings::read::<settings::Invoices>(&tx.app, tx).await?.value.due_days;
    Ok(tx.now() + TimeDelta::days(i64::from(days)))
}

/// Checks and prices a line: tax is rounded half-up on each line, so that lines sum to the total exactly.
fn price(problems: &mut Problems, i: usize, new: &NewLine, currency: Option<Currency>) -> Result<Option<PricedLine>> {
    let field = |name: &str| format!("lines[{i}].{name}");
    let description = new.description.trim();
    problems.check(!description.is_empty(), field("description"), "error-blank");
    problems.check(description.chars().count() <= 500, field("description"), Message::new("error-too-long").with("max", 500));
    problems.check(!description.chars().any(char::is_control), field("description"), "error-control-characters");
    let quantity_fits = (1..=999_999).contains(&new.quantity);
    problems.check(quantity_fits, field("quantity"), "error-out-of-range");
    let tax_rate = new.tax_rate.as_deref().unwrap_or("0");
    let plain = tax_rate.len() <= 8 && !tax_rate.is_empty() && tax_rate.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let tax_rate = tax_rate.parse::<Decimal>().ok().filter(|rate| plain && *rate <= Decimal::ONE_HUNDRED && rate.scale() <= 4);
    problems.check(tax_rate.is_some(), field("tax_rate"), "error-out-of-range");
    let Some(currency) = currency else { return Ok(None) };
    let unit_price = problems.take(Money::parse(&field("unit_price"), &new.unit_price, currency))?;
    let (Some(unit_price), Some(tax_rate), true) = (unit_price, tax_rate, quantity_fits) else { return Ok(None) };
    let fits = unit_price.times(i64::from(new.quantity)).is_ok_and(|net| net.minor <= MAX_MINOR);
    problems.check(fits, field("unit_price"), "error-amount-too-large");
    if !fits {
        return Ok(None);
    }
    PricedLine::with_rate("MANUAL", description.to_owned(), new.quantity, unit_price, tax_rate).map(Some)
}
