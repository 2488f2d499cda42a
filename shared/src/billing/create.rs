//! Creating invoices by hand.

use super::status::{InvoiceStatus, PaymentStatus};
use super::{finalize, invoice, line};
use crate::clock::Time;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::{InvoiceId, UserId};
use crate::money::{Currency, MAX_MINOR, Money};
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, accounts, audit};
use chrono::TimeDelta;
use rust_decimal::Decimal;
use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

/// Days until an invoice is due unless it says otherwise.
const DUE_DAYS: i64 = 14;
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
    /// Two weeks from now when absent.
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
    problems.check(new.related_shipment.is_none(), "related_shipment", "error-not-found");
    problems.check(new.related_buy4me_request.is_none(), "related_buy4me_request", "error-not-found");
    let mut lines = vec![];
    for (i, new_line) in new.lines.iter().enumerate().take(MAX_LINES) {
        let priced = price(&mut problems, i, new_line, currency)?;
        lines.extend(priced);
    }
    let total: i128 = lines.iter().map(|line| i128::from(line.total)).sum();
    problems.check(total <= i128::from(MAX_MINOR), "lines", "error-amount-too-large");
    // locked: an account that is being erased must get no invoice in between
    let user = accounts::user::Entity::find_by_id(new.user).lock_shared().one(tx).await?;
    problems.check(user.is_some_and(|user| user.is_active), "user", "error-unknown-user");
    problems.finish()?;
    let currency = currency.ok_or_else(|| Error::internal("a problem of the currency was lost"))?;

    let id = InvoiceId::new();
    let sum = |part: fn(&PricedLine) -> i64| lines.iter().map(part).sum::<i64>();
    let row = invoice::ActiveModel {
        id: Set(id),
        invoice_number: Set(None),
        user_id: Set(new.user),
        billing_snapshot: Set(None),
        kind: Set("MANUAL".to_owned()),
        status: Set(InvoiceStatus::Draft),
        payment_status: Set(PaymentStatus::Unpaid),
        currency: Set(currency.code().to_owned()),
        subtotal_minor: Set(sum(|line| line.net)),
        tax_minor: Set(sum(|line| line.tax)),
        amount_minor: Set(sum(|line| line.total)),
        paid_minor: Set(0),
        refunded_minor: Set(0),
        payment_method: Set(None),
        related_shipment: Set(new.related_shipment),
        related_buy4me_request: Set(new.related_buy4me_request),
        created_by: Set(actor.user.map(|user| user.0)),
        due_at: Set(new.due_at.unwrap_or(now + TimeDelta::days(DUE_DAYS))),
        issued_at: Set(None),
        paid_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let created = row.insert(tx).await?;
    let rows = lines.into_iter().zip(&new.lines).enumerate().map(|(i, (priced, new_line))| priced.row(id, i as i32, new_line));
    line::Entity::insert_many(rows).exec_without_returning(tx).await?;
    let detail = serde_json::json!({ "amount": created.money(created.amount_minor)?.to_string(), "user": new.user });
    audit::record(tx, actor, "invoice.created", "invoice", id.0, Some(detail)).await?;
    if new.finalize { finalize(tx, actor, id).await } else { Ok(created) }
}

struct PricedLine {
    unit_price: i64,
    tax_rate: Decimal,
    net: i64,
    tax: i64,
    total: i64,
}

impl PricedLine {
    fn row(self, invoice_id: InvoiceId, position: i32, new: &NewLine) -> line::ActiveModel {
        line::ActiveModel {
            id: Set(Uuid::now_v7()),
            invoice_id: Set(invoice_id),
            position: Set(position),
            kind: Set("MANUAL".to_owned()),
            description: Set(new.description.trim().to_owned()),
            quantity: Set(new.quantity),
            unit_price_minor: Set(self.unit_price),
            tax_rate: Set(self.tax_rate.to_string()),
            net_minor: Set(self.net),
            tax_minor: Set(self.tax),
            total_minor: Set(self.total),
        }
    }
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
    let net = unit_price.times(i64::from(new.quantity)).ok().filter(|net| net.minor <= MAX_MINOR);
    problems.check(net.is_some(), field("unit_price"), "error-amount-too-large");
    let Some(net) = net else { return Ok(None) };
    let tax = net.percent(tax_rate)?;
    Ok(Some(PricedLine { unit_price: unit_price.minor, tax_rate, net: net.minor, tax: tax.minor, total: net.plus(tax)?.minor }))
}
