//! What a receipt says: how much came when and how, and what was still owed then.

use super::sheet::{Sender, Sheet, buyer};
use crate::billing::transaction::{Kind, Model as Transaction, TransactionStatus};
use crate::billing::{Gateway, credit, invoice};
use crate::clock::Time;
use crate::i18n::words::Words;
use crate::{Error, Result, i18n};

/// `rows` are all rows of money of the invoice, `notes` all its credit notes.
pub(super) fn compose(
    words: &Words,
    from: Sender,
    invoice: &invoice::Model,
    charge: &Transaction,
    rows: &[Transaction],
    notes: &[credit::Model],
) -> Result<Sheet> {
    let (Some(number), Some(of)) = (&charge.receipt_number, &invoice.invoice_number) else {
        return Err(Error::internal(format!("charge {} has no number for its receipt", charge.id)));
    };
    let paid_at = came_at(charge);
    let mut sheet = words.sheet("paper-receipt", number, paid_at, from, buyer(invoice)?);
    sheet.facts = vec![
        (words.say("paper-number"), number.clone()),
        (words.say("paper-paid-on"), words.pen.day(paid_at)?),
        (words.say("paper-method"), method(words.language, charge)),
        (words.say("paper-of-invoice"), of.clone()),
    ];
    if let Some(reference) = &charge.transaction_reference {
        sheet.facts.push((words.say("paper-reference"), reference.clone()));
    }
    let owed = invoice.money(owed_then(invoice, paid_at, rows, notes))?;
    sheet.totals = vec![
        (words.say("paper-invoice-total"), words.pen.amount(invoice.money(invoice.amount_minor)?)?),
        (words.say("paper-still-owed"), words.pen.amount(owed)?),
        (words.say("paper-received"), words.pen.amount(charge.amount()?)?),
    ];
    Ok(sheet)
}

fn came_at(charge: &Transaction) -> Time {
    charge.settled_at.unwrap_or(charge.created_at)
}

/// What was owed when this charge had come: later payments and credits change nothing on it.
fn owed_then(invoice: &invoice::Model, then: Time, rows: &[Transaction], notes: &[credit::Model]) -> i64 {
    let is_money = |row: &&Transaction| row.kind == Kind::Charge && row.status == TransactionStatus::Success && came_at(row) <= then;
    let paid: i64 = rows.iter().filter(is_money).map(|row| row.amount_minor).sum();
    let credited: i64 = notes.iter().filter(|note| note.created_at <= then).map(|note| note.amount_minor).sum();
    (invoice.amount_minor - credited - paid).max(0)
}

/// How it was paid, in words where we have some.
pub fn method(language: &str, charge: &Transaction) -> String {
    let say = |id: &str| i18n::text(language, id, &[]);
    let code = charge.method.as_deref().unwrap_or_default().to_ascii_uppercase();
    match (code.as_str(), charge.gateway) {
        ("CARD", _) | ("", Gateway::Stripe) => say("paper-method-card"),
        ("CASH", _) => say("paper-method-cash"),
        ("BANK_TRANSFER", _) => say("paper-method-bank-transfer"),
        ("CHEQUE" | "CHECK", _) => say("paper-method-cheque"),
        ("" | "PAYPAL", Gateway::Paypal) => "PayPal".to_owned(),
        ("", Gateway::Sandbox | Gateway::Manual) => charge.gateway.name().to_owned(),
        (_, _) => charge.method.clone().unwrap_or_default(),
    }
}
