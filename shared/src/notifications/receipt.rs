//! The receipt of a paid invoice, as HTML and as plain text, in the customer's language.

use crate::accounts::user;
use crate::billing::transaction::{self, Kind, TransactionStatus};
use crate::billing::{invoice, line};
use crate::clients::mail::Mail;
use crate::i18n::{self, text};
use crate::ids::{InvoiceId, JobId};
use crate::{App, Error, Result, papers};
use askama::Template;
use sea_orm::entity::prelude::*;

/// What both forms of the receipt show.
#[derive(Template)]
#[template(path = "receipt.html")]
struct Html<'a> {
    receipt: &'a Receipt,
}

#[derive(Template)]
#[template(path = "receipt.txt")]
struct Text<'a> {
    receipt: &'a Receipt,
}

struct Receipt {
    language: String,
    number: String,
    greeting: String,
    thanks: String,
    rows: Vec<Row>,
    totals: Vec<(String, String)>,
    /// Label and address of each paper.
    papers: Vec<(String, String)>,
}

struct Row {
    description: String,
    quantity: i32,
    total: String,
}

impl Receipt {
    fn t(&self, id: &str) -> String {
        text(&self.language, id, &[])
    }
}

/// The receipt mail of an invoice. Its Message-ID comes from the job, so every try of one receipt carries the same.
/// `None` when the account was erased meanwhile, and its address with it.
pub async fn compose(app: &App, job: JobId, id: InvoiceId) -> Result<Option<Mail>> {
    let db = &app.db.conn;
    let found = invoice::Entity::find_by_id(id).find_also_related(user::Entity).one(db).await?;
    let Some((invoice, Some(user))) = found else { return Err(Error::NotFound) };
    if user.erased_at.is_some() {
        return Ok(None);
    }
    let lines = line::of(db, id).await?;
    let number = invoice.invoice_number.clone().unwrap_or_default();
    // some languages are spoken on papers only
    let language = i18n::choose(Some(&user.language), None, None).to_owned();
    let say = |id: &str, args: &[(&'static str, String)]| text(&language, id, args);
    let name = user.full_name();
    let amount = invoice.money(invoice.due_minor())?.to_string();
    let greeting = match name.is_empty() {
        true => say("receipt-greeting-nameless", &[]),
        false => say("receipt-greeting", &[("name", name.clone())]),
    };
    let mut totals = vec![(say("receipt-total", &[]), invoice.money(invoice.amount_minor)?.to_string())];
    if invoice.credited_minor > 0 {
        totals.push((say("receipt-credited", &[]), invoice.money(-invoice.credited_minor)?.to_string()));
        totals.push((say("receipt-due", &[]), amount.clone()));
    }
    if invoice.tax_minor > 0 {
        totals.push((say("receipt-tax", &[]), invoice.money(invoice.tax_minor)?.to_string()));
    }
    if let Some(paid_at) = invoice.paid_at {
        totals.push((say("receipt-paid-at", &[]), paid_at.format("%Y-%m-%d %H:%M UTC").to_string()));
    }
    if let Some(method) = &invoice.payment_method {
        totals.push((say("receipt-method", &[]), method.clone()));
    }
    let is_money = |row: &transaction::Model| row.kind == Kind::Charge && row.status == TransactionStatus::Success;
    let charges = transaction::of(db, id).await?.into_iter().filter(is_money);
    let mut papers = vec![(say("receipt-invoice-pdf", &[]), papers::link(app, papers::Kind::Invoice, id.0))];
    papers.extend(charges.map(|row| (say("receipt-pdf", &[]), papers::link(app, papers::Kind::Receipt, row.id.0))));
    let rows = lines.iter().map(|line| {
        Ok(Row { description: line.description.clone(), quantity: line.quantity, total: invoice.money(line.total_minor)?.decimal() })
    });
    let receipt = Receipt {
        greeting,
        thanks: say("receipt-thanks", &[("amount", amount), ("number", number.clone())]),
        rows: rows.collect::<Result<_>>()?,
        totals,
        papers,
        number: number.clone(),
        language: language.clone(),
    };
    Ok(Some(Mail {
        to: user.email.clone(),
        to_name: name,
        subject: say("receipt-subject", &[("number", number)]),
        text: Text { receipt: &receipt }.render().map_err(Error::internal)?,
        html: Html { receipt: &receipt }.render().map_err(Error::internal)?,
        id: job.to_string(),
    }))
}
