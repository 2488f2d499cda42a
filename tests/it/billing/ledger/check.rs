//! What must hold when everything has come to rest: rows = the providers' books = the invoice's figures, and each mail once.

use super::history::Step;
use super::life::Life;
use super::model::{self, DisputeState, Figures, Payment, RefundState};
use shared::billing::credit;
use shared::billing::transaction::{Kind, Model as Row, TransactionStatus as Status};
use shared::billing::{Gateway, invoice};
use std::collections::BTreeMap;

/// Everything the checks of one invoice need, read before.
pub struct Books {
    pub invoice: invoice::Model,
    pub rows: Vec<Row>,
    pub notes: Vec<credit::Model>,
    /// Notices about it, or about its rows, by event and subject.
    pub mails: BTreeMap<(String, String), i64>,
    /// Open cases about it, by reason.
    pub cases: Vec<String>,
    /// What whoever took the money has in the own books.
    pub payments: Vec<Payment>,
}

/// All that is wrong with an invoice.
pub fn faults(life: &Life, books: &Books) -> Vec<String> {
    let mut faults = vec![];
    let mut must = |holds: bool, what: String| {
        if !holds {
            faults.push(what);
        }
    };
    let seen = seen(books);
    let expected = model::figures(life.history.amount.minor, life.credited, life.document, &books.payments);
    must(seen == expected, format!("figures are {seen:?}, must be {expected:?}"));
    must(books.notes.iter().map(|note| note.amount_minor).sum::<i64>() == life.credited, "credit notes do not sum".to_owned());
    must(document(books) == life.document, format!("the document is {:?}, must be {:?}", books.invoice.status, life.document));
    let is_paid = expected.balance == 0 && expected.paid > 0;
    must(is_paid || !life.history.steps.contains(&Step::MustBePaid), "it is not paid".to_owned());
    for fault in rows_against_payments(books) {
        must(false, fault);
    }
    for fault in promises(books) {
        must(false, fault);
    }
    for fault in mails(books, &expected) {
        must(false, fault);
    }
    for case in &books.cases {
        must(EXPECTED_CASES.iter().any(|expected| case.starts_with(expected)), format!("a case {case} that nothing in this history made"));
    }
    faults
}

/// What a history may leave to a person. Any other reason is a fault.
const EXPECTED_CASES: [&str; 4] = ["refund_failed", "dispute_opened", "payment_reversed", "refund_insufficient_funds"];

fn seen(books: &Books) -> Figures {
    let invoice = &books.invoice;
    let payment_status = serde_json::to_value(invoice.payment_status).expect("a name");
    let known = ["UNPAID", "PARTIALLY_PAID", "PAID", "PARTIALLY_REFUNDED", "REFUNDED"];
    Figures {
        paid: invoice.paid_minor,
        refunded: invoice.refunded_minor,
        credited: invoice.credited_minor,
        balance: invoice.balance_minor(),
        overpaid: invoice.overpaid_minor(),
        payment_status: known.into_iter().find(|name| payment_status == *name).unwrap_or("?"),
    }
}

fn document(books: &Books) -> model::Document {
    use shared::billing::status::InvoiceStatus;
    match books.invoice.status {
        InvoiceStatus::Void => model::Document::Void,
        InvoiceStatus::Uncollectible => model::Document::Uncollectible,
        InvoiceStatus::Open | InvoiceStatus::Draft => model::Document::Open,
    }
}

/// Both directions, object by object: each payment, refund and dispute is one row (two, when a refund came back), and no row
/// says of money what nobody else says.
fn rows_against_payments(books: &Books) -> Vec<String> {
    let mut faults = vec![];
    let mut left: BTreeMap<(u8, String), Vec<&Row>> = BTreeMap::new();
    for row in &books.rows {
        let is_money = row.status == Status::Success || (row.kind != Kind::Charge && row.status == Status::Pending);
        // a promise without a name is not at the provider yet
        if is_money && let Some(reference) = &row.transaction_reference {
            let name = reference.trim_end_matches("/returned").to_owned();
            left.entry((row.kind as u8, name)).or_default().push(row);
        }
    }
    let mut take = |kind: Kind, reference: &str, expected: i64, states: &[Status]| {
        let rows = left.remove(&(kind as u8, reference.to_owned())).unwrap_or_default();
        let sum: i64 = rows.iter().map(|row| row.amount_minor).sum();
        if sum != expected || !rows.iter().all(|row| states.contains(&row.status)) {
            let rows: Vec<_> = rows.iter().map(|row| (row.status, row.amount_minor)).collect();
            faults.push(format!("{kind:?} {reference}: the provider says {expected}, our rows {rows:?}"));
        }
    };
    for payment in &books.payments {
        take(Kind::Charge, &payment.reference, payment.captured, &[Status::Success]);
        for refund in &payment.refunds {
            match refund.state {
                RefundState::OnItsWay => take(Kind::Refund, &refund.reference, refund.amount, &[Status::Pending]),
                RefundState::Arrived => take(Kind::Refund, &refund.reference, refund.amount, &[Status::Success]),
                RefundState::Failed => take(Kind::Refund, &refund.reference, 0, &[Status::Success]),
            }
        }
        for dispute in &payment.disputes {
            match dispute.state {
                DisputeState::Open => take(Kind::Dispute, &dispute.reference, dispute.amount, &[Status::Pending]),
                DisputeState::Lost => take(Kind::Dispute, &dispute.reference, dispute.amount, &[Status::Success]),
                DisputeState::Won => take(Kind::Dispute, &dispute.reference, 0, &[]),
            }
        }
    }
    faults.extend(left.into_iter().map(|((_, name), rows)| format!("{name}: {} rows that nobody else knows of", rows.len())));
    faults
}

/// Promises and what was sent never exceed what is held, and what is held beyond what is owed is promised, unless a refund failed
/// or the payer's bank claims the money.
fn promises(books: &Books) -> Vec<String> {
    let mut faults = vec![];
    let of = |charge: &Row, which: &dyn Fn(&Row) -> bool| -> i64 {
        books.rows.iter().filter(|row| row.parent_id == Some(charge.id) && which(row)).map(|row| row.amount_minor).sum()
    };
    let goes_back = |row: &Row| row.kind == Kind::Refund && matches!(row.status, Status::Pending | Status::Success);
    let waits = |row: &Row| row.kind == Kind::Refund && row.status == Status::Pending && row.transaction_reference.is_none();
    let claimed = |row: &Row| row.kind == Kind::Dispute && matches!(row.status, Status::Pending | Status::Success);
    let mut free = 0;
    for charge in books.rows.iter().filter(|row| row.kind == Kind::Charge && row.status == Status::Success) {
        let (back, waiting, claimed) = (of(charge, &goes_back), of(charge, &waits), of(charge, &claimed));
        let held = charge.amount_minor - (back - waiting) - claimed;
        if back > charge.amount_minor || (waiting > held.max(0) && waiting > 0) {
            faults.push(format!("of {} {back} goes back, {waiting} of it promised, {claimed} claimed", charge.amount_minor));
        }
        if charge.gateway != Gateway::Manual && waiting > 0 {
            faults.push(format!("{waiting} was promised and never sent"));
        }
        free += held - waiting;
    }
    let failed = |row: &Row| row.kind == Kind::Refund && (row.status == Status::Failed || row.amount_minor < 0);
    if free > books.invoice.due_minor() && !books.rows.iter().any(failed) {
        faults.push(format!("{free} is held, {} is due, and nobody gives the rest back", books.invoice.due_minor()));
    }
    faults
}

/// One receipt for an invoice that became paid, one mail for each refund that arrived.
fn mails(books: &Books, expected: &Figures) -> Vec<String> {
    let mut faults = vec![];
    let invoice = &books.invoice;
    let told = |event: &str, subject: String| books.mails.get(&(event.to_owned(), subject)).copied().unwrap_or_default();
    let receipts = told("invoice.paid", invoice.id.to_string());
    if receipts != i64::from(invoice.paid_at.is_some()) {
        faults.push(format!("{receipts} receipts, paid at {:?}", invoice.paid_at));
    }
    let captured: i64 = books.payments.iter().map(|payment| payment.captured).sum();
    let due = invoice.amount_minor - invoice.credited_minor;
    if expected.paid > 0 && expected.paid >= due && document(books) != model::Document::Void && receipts == 0 {
        faults.push("paid, and no receipt".to_owned());
    }
    if captured < due && receipts > 0 {
        faults.push("a receipt, and never paid".to_owned());
    }
    for row in books.rows.iter().filter(|row| row.kind == Kind::Refund && row.amount_minor > 0) {
        let (mails, arrived) = (told("refund.sent", row.id.to_string()), i64::from(row.status == Status::Success));
        if mails != arrived {
            faults.push(format!("refund {:?}: {mails} mails for {arrived}", row.transaction_reference));
        }
    }
    faults
}
