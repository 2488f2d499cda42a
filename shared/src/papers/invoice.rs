//! What an invoice says: what it said when it was issued. Payments and credits are papers of their own.

use super::sheet::{Note, Sender, Sheet, Table, buyer};
use crate::billing::{invoice, line};
use crate::i18n::words::Words;
use crate::{Error, Result};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub(super) fn compose(words: &Words, from: Sender, invoice: &invoice::Model, lines: &[line::Model]) -> Result<Sheet> {
    let (Some(number), Some(issued_at)) = (&invoice.invoice_number, invoice.issued_at) else {
        return Err(Error::internal(format!("invoice {} was not issued", invoice.id)));
    };
    let bank: Vec<String> = from.company.bank_lines.iter().filter(|line| !line.trim().is_empty()).cloned().collect();
    let mut sheet = words.sheet("paper-invoice", number, issued_at, from, buyer(invoice)?);
    let days = (invoice.due_at.date_naive() - issued_at.date_naive()).num_days().max(0);
    let terms = [("days", days.to_string()), ("date", words.pen.day(invoice.due_at)?)];
    sheet.facts = vec![
        (words.say("paper-number"), number.clone()),
        (words.say("paper-date"), words.pen.day(issued_at)?),
        (words.say("paper-due"), words.say_with_all("paper-terms", &terms)),
    ];
    sheet.table = Some(table(words, invoice, lines)?);
    sheet.totals = totals(words, invoice, lines)?;
    if !bank.is_empty() {
        let hint = words.say_with("paper-bank-hint", "number", number);
        sheet.notes.push(Note { label: words.say("paper-bank"), lines: bank.into_iter().chain([hint]).collect() });
    }
    Ok(sheet)
}

/// The lines; the column of tax rates only where something is taxed.
fn table(words: &Words, invoice: &invoice::Model, lines: &[line::Model]) -> Result<Table> {
    let is_taxed = lines.iter().any(|line| line.tax_minor != 0);
    let mut heads = vec![words.say("paper-description"), words.say("paper-quantity"), words.say("paper-unit-price")];
    if is_taxed {
        heads.push(words.say("paper-tax-rate"));
    }
    heads.push(words.say_with("paper-net", "currency", &invoice.currency));
    let row = |line: &line::Model| {
        let mut cells =
            vec![line.description.clone(), words.pen.count(line.quantity)?, words.pen.number(invoice.money(line.unit_price_minor)?)?];
        if is_taxed {
            cells.push(words.pen.percent(rate(line)?)?);
        }
        cells.push(words.pen.number(invoice.money(line.net_minor)?)?);
        Ok(cells)
    };
    Ok(Table { heads, rows: lines.iter().map(row).collect::<Result<_>>()? })
}

/// Without tax, the tax of each rate, with tax; only the last where nothing is taxed.
fn totals(words: &Words, invoice: &invoice::Model, lines: &[line::Model]) -> Result<Vec<(String, String)>> {
    let mut taxes: BTreeMap<Decimal, i64> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.tax_minor != 0) {
        *taxes.entry(rate(line)?).or_default() += line.tax_minor;
    }
    let amount = |minor: i64| words.pen.amount(invoice.money(minor)?);
    let mut totals = vec![];
    if !taxes.is_empty() {
        totals.push((words.say("paper-subtotal"), amount(invoice.subtotal_minor)?));
    }
    for (rate, minor) in taxes {
        totals.push((words.say_with("paper-tax", "rate", &words.pen.percent(rate)?), amount(minor)?));
    }
    totals.push((words.say("paper-total"), amount(invoice.amount_minor)?));
    Ok(totals)
}

fn rate(line: &line::Model) -> Result<Decimal> {
    line.tax_rate.parse().map_err(|_| Error::internal(format!("line {} is taxed at {:?}", line.id, line.tax_rate)))
}
