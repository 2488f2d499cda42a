//! What a credit note says.

use super::sheet::{Sender, Sheet, buyer};
use crate::billing::{credit, invoice};
use crate::i18n::words::Words;
use crate::{Error, Result};

/// `notes` are all credit notes of the invoice, in any order.
pub(super) fn compose(
    words: &Words,
    from: Sender,
    invoice: &invoice::Model,
    note: &credit::Model,
    notes: &[credit::Model],
) -> Result<Sheet> {
    let (Some(of), Some(issued_at)) = (&invoice.invoice_number, invoice.issued_at) else {
        return Err(Error::internal(format!("credit note {} is of an invoice that was not issued", note.number)));
    };
    let mut sheet = words.sheet("paper-credit-note", &note.number, note.created_at, from, buyer(invoice)?);
    sheet.facts = vec![
        (words.say("paper-number"), note.number.clone()),
        (words.say("paper-date"), words.pen.day(note.created_at)?),
        (words.say("paper-of-invoice"), of.clone()),
        (words.say("paper-of-invoice-date"), words.pen.day(issued_at)?),
    ];
    if !note.reason.trim().is_empty() {
        sheet.facts.push((words.say("paper-reason"), note.reason.clone()));
    }
    let before = notes.iter().filter(|other| given(other) < given(note)).map(|other| other.amount_minor).sum();
    let tax = tax_within(invoice, before, note.amount_minor);
    if tax != 0 {
        sheet.totals.push((words.say("paper-tax-included"), words.pen.amount(invoice.money(tax)?)?));
    }
    sheet.totals.push((words.say("paper-credited"), words.pen.amount(invoice.money(note.amount_minor)?)?));
    Ok(sheet)
}

/// The order in which the notes of an invoice were given: that of their numbers, whatever clocks said.
fn given(note: &credit::Model) -> (usize, &str) {
    (note.number.len(), &note.number)
}

/// The tax within `minor` that are credited after `before` were: the tax up to here less the tax up to there, each rounded
/// half-up, so that the notes of an invoice that was credited wholly take back exactly its tax.
fn tax_within(invoice: &invoice::Model, before: i64, minor: i64) -> i64 {
    let (tax, whole) = (i128::from(invoice.tax_minor), i128::from(invoice.amount_minor));
    if whole <= 0 {
        return 0;
    }
    let up_to = |credited: i64| (2 * tax * i128::from(credited) + whole) / (2 * whole);
    i64::try_from(up_to(before + minor) - up_to(before)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::status::{InvoiceStatus, PaymentStatus};
    use crate::clock::Clock;
    use crate::ids::{InvoiceId, UserId};
    use proptest::prelude::*;

    fn invoice(tax_minor: i64, amount_minor: i64) -> invoice::Model {
        let now = Clock::default().now();
        invoice::Model {
            id: InvoiceId::new(),
            invoice_number: None,
            user_id: UserId::new(),
            billing_snapshot: None,
            kind: "MANUAL".into(),
            status: InvoiceStatus::Open,
            payment_status: PaymentStatus::Unpaid,
            currency: "USD".into(),
            subtotal_minor: amount_minor - tax_minor,
            tax_minor,
            amount_minor,
            paid_minor: 0,
            refunded_minor: 0,
            credited_minor: 0,
            payment_method: None,
            related_shipment: None,
            related_buy4me_request: None,
            created_by: None,
            source_key: None,
            fx: None,
            customer_type: None,
            country: None,
            region: None,
            base_currency: None,
            base_rate: None,
            company_version: 0,
            due_at: now,
            issued_at: None,
            paid_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    proptest! {
        #[test]
        fn the_tax_of_all_parts_is_the_tax_of_the_whole(parts in prop::collection::vec(1i64..1_000_000, 1..12), share in 0i64..=100) {
            let amount: i64 = parts.iter().sum();
            let invoice = invoice(amount * share / 100, amount);
            let mut credited = 0;
            let mut taxes = 0;
            for part in parts {
                let tax = tax_within(&invoice, credited, part);
                prop_assert!((0..=part).contains(&tax), "{tax} of {part}");
                taxes += tax;
                credited += part;
            }
            prop_assert_eq!(taxes, invoice.tax_minor);
        }
    }
}
