//! The product's books, read in one go, and what must hold over all invoices.

use super::check::Books;
use super::life::Life;
use super::world::World;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use shared::billing::transaction::{self, Model as Row};
use shared::billing::{Gateway, credit, invoice, review};
use shared::ids::InvoiceId;
use shared::notifications::notification;
use std::collections::{BTreeMap, HashMap};

/// Of no invoice.
const NOBODYS: InvoiceId = InvoiceId(uuid::Uuid::nil());

/// Each history with its books.
pub async fn books<'a>(world: &World, lives: &'a [Life]) -> Vec<(&'a Life, Books)> {
    let db = &world.test.app.db.conn;
    let invoices = invoice::Entity::find().all(db).await.expect("invoices");
    let mut invoices: HashMap<InvoiceId, invoice::Model> = invoices.into_iter().map(|row| (row.id, row)).collect();
    let mut rows: HashMap<InvoiceId, Vec<Row>> = HashMap::new();
    for row in transaction::Entity::find().order_by_asc(transaction::Column::Id).all(db).await.expect("rows") {
        rows.entry(row.invoice_id).or_default().push(row);
    }
    let mut notes: HashMap<InvoiceId, Vec<credit::Model>> = HashMap::new();
    for note in credit::Entity::find().all(db).await.expect("credit notes") {
        notes.entry(note.invoice_id).or_default().push(note);
    }
    let mut mails: BTreeMap<(String, String), i64> = BTreeMap::new();
    let by_mail = notification::Entity::find().filter(notification::Column::Channel.eq(notification::Channel::Email));
    for notice in by_mail.all(db).await.expect("notices") {
        let subject = notice.subject_id.map(|id| id.to_string()).unwrap_or_default();
        *mails.entry((notice.event, subject)).or_default() += i64::from(notice.status == notification::Status::Sent);
    }
    let mut cases: HashMap<InvoiceId, Vec<String>> = HashMap::new();
    for case in review::Entity::find().all(db).await.expect("cases") {
        if case.resolved_at.is_none() {
            let invoice = case.invoice_id.unwrap_or(NOBODYS);
            cases.entry(invoice).or_default().push(format!("{}: {} {}", case.reason, case.object_reference, case.detail));
        }
    }
    assert!(!cases.contains_key(&NOBODYS), "cases about no invoice: {:#?}", cases[&NOBODYS]);
    let of = |life: &'a Life| {
        let mut payments: Vec<_> = world.payments(life).into_iter().map(|(_, payment)| payment).collect();
        payments.extend(life.cash.clone());
        let id = life.invoice;
        let rows = rows.remove(&id).unwrap_or_default();
        sandbox_refunds(&mut payments, &rows);
        let books = Books {
            invoice: invoices.remove(&id).expect("its invoice"),
            rows,
            notes: notes.remove(&id).unwrap_or_default(),
            mails: mails.clone(),
            cases: cases.remove(&id).unwrap_or_default(),
            payments,
        };
        (life, books)
    };
    lives.iter().map(of).collect()
}

/// The sandbox keeps no books: what it was told to refund is believed.
fn sandbox_refunds(payments: &mut [super::model::Payment], rows: &[Row]) {
    use super::model::{Refund, RefundState};
    for row in rows.iter().filter(|row| row.gateway == Gateway::Sandbox && row.kind == transaction::Kind::Refund) {
        let charge = rows.iter().find(|charge| Some(charge.id) == row.parent_id).and_then(|charge| charge.transaction_reference.clone());
        let payment = payments.iter_mut().find(|payment| Some(&payment.reference) == charge.as_ref());
        if let (Some(payment), Some(reference)) = (payment, row.transaction_reference.clone()) {
            payment.refunds.push(Refund { reference, amount: row.amount_minor, state: RefundState::Arrived });
        }
    }
}

/// A row of money in one line.
pub fn line(row: &Row) -> String {
    let name = row.transaction_reference.as_deref().unwrap_or("(no name)");
    let (kind, status, gateway) = (row.kind, row.status, row.gateway);
    let of = row.parent_id.map(|id| format!(" of {id}")).unwrap_or_default();
    format!("{} {kind:?} {status:?} {gateway:?} {} {name}{of} {:?} sent {:?}", row.id, row.amount_minor, row.failure_code, row.sent_at)
}

/// What must hold over all: numbers without a gap and without a twin, no case that no history explains, each mail once.
pub async fn whole(world: &World, lives: &[Life]) {
    let test = &world.test;
    let numbered = [
        ("INV", "SELECT invoice_number AS number FROM invoices WHERE invoice_number IS NOT NULL"),
        ("CN", "SELECT number FROM credit_notes"),
        ("RCP", "SELECT receipt_number AS number FROM payment_transactions WHERE receipt_number IS NOT NULL"),
    ];
    for (series, sql) in numbered {
        let rows = test.app.db.conn.query_all_raw(test.app.db.sql(sql, vec![])).await.expect("numbers");
        let number = |row: &sea_orm::QueryResult| row.try_get::<String>("", "number").expect("a number");
        let mut numbers: Vec<String> = rows.iter().map(number).collect();
        numbers.sort_by_key(|number| (number[..number.len() - 6].to_owned(), number.clone()));
        let mut last: HashMap<String, u64> = HashMap::new();
        for number in &numbers {
            let (year, n) = number.rsplit_once('-').expect("SERIES-YEAR-NUMBER");
            let last = last.entry(year.to_owned()).or_default();
            *last += 1;
            assert_eq!(n.parse::<u64>().ok(), Some(*last), "{series}: {number} is not the next number");
        }
        if series == "INV" {
            assert_eq!(numbers.len(), lives.len());
        }
    }
    assert_eq!(test.count("notifications", "status <> 'SENT'").await, 0, "everybody was told");
    let mails = test.count("notifications", "channel = 'EMAIL'").await;
    assert_eq!(i64::try_from(test.mails().len()).ok(), Some(mails), "each mail left once");
    assert_eq!(test.count("webhook_events", "status = 'RECEIVED'").await, 0, "every event was applied");
}
