//! The life of one invoice: it is drafted, issued, paid, credited, ended. Each step takes the time at which it happened, in order;
//! the figures at the end are what the product derives from the rows.

use super::customer::Customer;
use super::dice::Dice;
use super::rates::Rates;
use super::rows::Rows;
use super::world::World;
use crate::Result;
use crate::billing::PricedLine;
use crate::billing::credit;
use crate::billing::invoice::Model as Invoice;
use crate::billing::line;
use crate::billing::review;
use crate::billing::status::{InvoiceStatus, PaymentStatus, derive};
use crate::billing::transaction::{Kind, Model as Transaction, TransactionStatus};
use crate::clock::Time;
use crate::fx::locked_rate;
use crate::ids::{CreditNoteId, InvoiceId, UserId};
use crate::money::Currency;
use chrono::TimeDelta;
use sea_orm::prelude::{Json, Uuid};

/// An invoice as it begins.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) kind: &'static str,
    pub(super) currency: Currency,
    pub(super) lines: Vec<PricedLine>,
    pub(super) related_shipment: Option<Uuid>,
    pub(super) related_buy4me_request: Option<Uuid>,
    pub(super) fx: Option<Json>,
    pub(super) source_key: Option<String>,
    pub(super) created_by: Option<UserId>,
    pub(super) due_days: i64,
}

/// An invoice and what belongs to it.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) invoice: Invoice,
    pub(super) currency: Currency,
    pub(super) rows: Vec<Transaction>,
    lines: Vec<line::Model>,
    credits: Vec<credit::Model>,
    pub(super) reviews: Vec<review::Model>,
}

impl Ledger {
    /// A draft.
    pub(super) fn new(dice: &mut Dice, customer: &Customer, at: Time, sheet: Sheet) -> Self {
        let id = InvoiceId(dice.id(at));
        let sum = |part: fn(&PricedLine) -> i64| sheet.lines.iter().map(part).sum::<i64>();
        let invoice = Invoice {
            id,
            invoice_number: None,
            user_id: customer.user.id,
            billing_snapshot: None,
            kind: sheet.kind.to_owned(),
            status: InvoiceStatus::Draft,
            payment_status: PaymentStatus::Unpaid,
            currency: sheet.currency.code().to_owned(),
            subtotal_minor: sum(|line| line.net_minor),
            tax_minor: sum(|line| line.tax_minor),
            amount_minor: sum(|line| line.total_minor),
            paid_minor: 0,
            refunded_minor: 0,
            credited_minor: 0,
            payment_method: None,
            related_shipment: sheet.related_shipment,
            related_buy4me_request: sheet.related_buy4me_request,
            created_by: sheet.created_by.map(|user| user.0),
            source_key: sheet.source_key,
            fx: sheet.fx,
            customer_type: None,
            country: None,
            region: None,
            base_currency: None,
            base_rate: None,
            company_version: 0,
            due_at: at + TimeDelta::days(sheet.due_days),
            issued_at: None,
            paid_at: None,
            created_at: at,
            updated_at: at,
        };
        let line = |(position, line): (i32, PricedLine)| line::Model {
            id: dice.id(at),
            invoice_id: id,
            position,
            kind: line.kind,
            description: line.description,
            quantity: line.quantity,
            unit_price_minor: line.unit_price_minor,
            tax_rate: line.tax_rate.to_string(),
            net_minor: line.net_minor,
            tax_minor: line.tax_minor,
            total_minor: line.total_minor,
        };
        let lines = (0..).zip(sheet.lines).map(line).collect();
        Self { invoice, currency: sheet.currency, rows: vec![], lines, credits: vec![], reviews: vec![] }
    }

    /// Gives a draft another id.
    pub(super) fn take_id(&mut self, id: Uuid) {
        self.invoice.id = InvoiceId(id);
        self.lines.iter_mut().for_each(|line| line.invoice_id = InvoiceId(id));
    }

    /// DRAFT → OPEN; its number comes when it is written.
    pub(super) fn issue(&mut self, customer: &Customer, at: Time) {
        let user = &customer.user;
        self.invoice.status = InvoiceStatus::Open;
        self.invoice.issued_at = Some(at);
        self.invoice.billing_snapshot =
            Some(serde_json::json!({ "name": user.full_name(), "email": user.email, "phone_number": user.phone_number }));
        self.touch(at);
    }

    /// What reports need to know of it, as the product notes it when it is issued: who it is for, where its parcel goes, and what
    /// its currency is worth.
    pub(super) fn note(invoice: &mut Invoice, customer: &Customer, base: Currency, rates: &mut Rates) -> Result<()> {
        let Some(at) = invoice.issued_at else { return Ok(()) };
        let currency = invoice.currency()?;
        let rate = match locked_rate(invoice.fx.as_ref(), currency, base)? {
            Some(rate) => rate,
            None => rates.quote(currency, base, at, 1)?.mid,
        };
        invoice.customer_type = Some(customer.user.role);
        invoice.base_currency = Some(base.code().to_owned());
        invoice.base_rate = Some(rate.to_string());
        if invoice.related_shipment.is_some() {
            (invoice.country, invoice.region) = (Some(customer.home.country.clone()), customer.home.region.clone());
        }
        Ok(())
    }

    /// Nobody pays it any more.
    pub(super) fn end(&mut self, status: InvoiceStatus, at: Time) {
        self.invoice.status = status;
        self.touch(at);
    }

    /// What still has to be paid.
    pub(super) fn owed(&self) -> i64 {
        (self.invoice.due_minor() - self.paid()).max(0)
    }

    fn paid(&self) -> i64 {
        derive(self.invoice.due_minor(), &self.rows).paid_minor
    }

    /// Adds a row of money that changed last at `at`.
    pub(super) fn book(&mut self, row: Transaction, method: Option<String>, at: Time) {
        let is_charge = row.kind == Kind::Charge && row.status == TransactionStatus::Success;
        self.rows.push(row);
        if is_charge {
            self.invoice.payment_method = method;
            if self.invoice.paid_at.is_none() && self.paid() >= self.invoice.due_minor() {
                self.invoice.paid_at = Some(at);
            }
        }
        self.touch(at);
    }

    /// A credit note. Its number, and the reference in its reason, come when it is written.
    pub(super) fn credit(&mut self, dice: &mut Dice, at: Time, minor: i64, credit: (String, String, Option<UserId>)) {
        let (reason, source_key, by) = credit;
        self.credits.push(credit::Model {
            id: CreditNoteId(dice.id(at)),
            number: String::new(),
            invoice_id: self.invoice.id,
            amount_minor: minor,
            currency: self.invoice.currency.clone(),
            reason,
            source_key,
            created_by: by.map(|user| user.0),
            company_version: 0,
            created_at: at,
        });
        self.invoice.credited_minor += minor;
        let paid = self.paid();
        if self.invoice.paid_at.is_none() && paid > 0 && paid >= self.invoice.due_minor() {
            self.invoice.paid_at = Some(at);
        }
        self.touch(at);
    }

    fn touch(&mut self, at: Time) {
        self.invoice.updated_at = self.invoice.updated_at.max(at);
    }

    /// The figures as the product derives them, and the marks of reminders; then into the batch.
    pub(super) fn finish(mut self, world: &World, into: &mut Rows) {
        let invoice = &mut self.invoice;
        if invoice.status != InvoiceStatus::Draft {
            let figures = derive(invoice.amount_minor - invoice.credited_minor, &self.rows);
            invoice.paid_minor = figures.paid_minor;
            invoice.refunded_minor = figures.refunded_minor;
            invoice.payment_status = figures.payment_status;
        }
        remind(invoice, world, into);
        into.invoices.push(self.invoice);
        into.lines.extend(self.lines);
        into.transactions.extend(self.rows);
        into.credits.extend(self.credits);
        into.reviews.extend(self.reviews);
    }
}

/// Steps of the ladder that were said while it was owed. What is owed still has the others behind it as well: nobody is there to
/// read them.
fn remind(invoice: &Invoice, world: &World, into: &mut Rows) {
    let Some(issued_at) = invoice.issued_at else { return };
    let until = world.calendar.until;
    let is_owed = invoice.status == InvoiceStatus::Open && invoice.balance_minor() > 0;
    let ended = if invoice.status == InvoiceStatus::Open { invoice.paid_at } else { Some(invoice.updated_at) };
    let ended = ended.unwrap_or(until).min(until);
    for days in &world.ladder {
        let moment = invoice.due_at + TimeDelta::days(i64::from(*days));
        if (moment > issued_at && moment < ended) || is_owed {
            into.reminders.push((invoice.id, i32::from(*days), moment.max(issued_at).min(until)));
        }
    }
}
