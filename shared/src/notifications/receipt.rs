//! What the mail of a paid invoice has beside its words: the lines, the totals, the papers.

use super::letter::{Letter, Table};
use crate::billing::transaction::{Kind, TransactionStatus};
use crate::billing::{invoice, line, transaction};
use crate::i18n::format::Pen;
use crate::ids::InvoiceId;
use crate::{App, Error, Result, papers};
use sea_orm::entity::prelude::*;

/// Makes a letter a receipt.
pub(super) async fn complete(app: &App, letter: &mut Letter, id: InvoiceId) -> Result<()> {
    let db = &app.db.conn;
    let invoice = invoice::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let lines = line::of(db, id).await?;
    let is_money = |row: &transaction::Model| row.kind == Kind::Charge && row.status == TransactionStatus::Success;
    let charges: Vec<_> = transaction::of(db, id).await?.into_iter().filter(is_money).collect();
    letter.table = Some(table(letter, &invoice, &lines, charges.last())?);
    letter.papers.push((letter.say("receipt-invoice-pdf", &[]), papers::link(app, papers::Kind::Invoice, id.0)));
    for charge in charges {
        letter.papers.push((letter.say("receipt-pdf", &[]), papers::link(app, papers::Kind::Receipt, charge.id.0)));
    }
    letter.notes.push(letter.say("receipt-closing", &[]));
    Ok(())
}

fn table(letter: &Letter, invoice: &invoice::Model, lines: &[line::Model], paid_by: Option<&transaction::Model>) -> Result<Table> {
    let pen = Pen::new(letter.language())?;
    let amount = |minor: i64| pen.amount(invoice.money(minor)?);
    let mut totals = vec![(letter.say("receipt-total", &[]), amount(invoice.amount_minor)?)];
    if invoice.credited_minor > 0 {
        totals.push((letter.say("receipt-credited", &[]), amount(-invoice.credited_minor)?));
        totals.push((letter.say("receipt-due", &[]), amount(invoice.due_minor())?));
    }
    if invoice.tax_minor > 0 {
        totals.push((letter.say("receipt-tax", &[]), amount(invoice.tax_minor)?));
    }
    if let Some(paid_at) = invoice.paid_at {
        totals.push((letter.say("receipt-paid-at", &[]), pen.moment(paid_at)?));
    }
    if let Some(charge) = paid_by {
        totals.push((letter.say("receipt-method", &[]), papers::method(letter.language(), charge)));
    }
    let row = |line: &line::Model| Ok((line.description.clone(), pen.count(line.quantity)?, pen.number(invoice.money(line.total_minor)?)?));
    Ok(Table { rows: lines.iter().map(row).collect::<Result<_>>()?, totals })
}
