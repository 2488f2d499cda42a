//! What is stored is what the product derives.

use super::{end, seed};
use crate::support::TestApp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shared::billing::status::{InvoiceStatus, derive};
use shared::billing::transaction::{Kind, TransactionStatus};
use shared::billing::{credit, invoice, line, transaction};
use shared::buy4me::state::stage;
use shared::buy4me::{item, request};
use shared::shipments::{shipment, tracking};
use std::collections::BTreeMap;

/// Numbers of each series and year go from 1 to what the counter says.
pub(super) async fn numbers(test: &TestApp) {
    use sea_orm::ConnectionTrait;
    let db = &test.app.db.conn;
    let sql = "SELECT invoice_number AS n FROM invoices WHERE invoice_number IS NOT NULL UNION ALL SELECT reference FROM shipments \
               UNION ALL SELECT reference FROM buy4me_requests UNION ALL SELECT reference FROM tickets UNION ALL SELECT number FROM credit_notes";
    let mut given: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in db.query_all_raw(test.app.db.sql(sql, vec![])).await.unwrap() {
        let reference: String = row.try_get("", "n").unwrap();
        let (series, number) = reference.rsplit_once('-').unwrap();
        given.entry(series.to_owned()).or_default().push(number.parse().unwrap());
    }
    let counters = db.query_all_raw(test.app.db.sql("SELECT series, year, last FROM invoice_counters", vec![])).await.unwrap();
    assert_eq!(counters.len(), given.len());
    for row in counters {
        let (series, year): (String, i32) = (row.try_get("", "series").unwrap(), row.try_get("", "year").unwrap());
        let numbers = given.get_mut(&format!("{series}-{year}")).expect("documents");
        numbers.sort_unstable();
        let last: i64 = row.try_get("", "last").unwrap();
        assert_eq!(*numbers, (1..=last).collect::<Vec<_>>(), "{series}-{year}");
    }
}

#[tokio::test]
async fn every_invoice_is_what_its_lines_and_rows_say() {
    let test = TestApp::builder().without_worker().start().await;
    seed(&test).await;
    let (db, end) = (&test.app.db.conn, end());
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for invoice in invoice::Entity::find().order_by_asc(invoice::Column::Id).all(db).await.unwrap() {
        let lines = line::of(db, invoice.id).await.unwrap();
        let rows = transaction::of(db, invoice.id).await.unwrap();
        let sum = |part: fn(&line::Model) -> i64| lines.iter().map(part).sum::<i64>();
        assert_eq!(
            (sum(|line| line.net_minor), sum(|line| line.tax_minor), sum(|line| line.total_minor)),
            (invoice.subtotal_minor, invoice.tax_minor, invoice.amount_minor),
            "{invoice:?}"
        );
        assert!(invoice.amount_minor > 0 && !lines.is_empty());
        let credits = credit::Entity::find().filter(credit::Column::InvoiceId.eq(invoice.id)).all(db).await.unwrap();
        assert_eq!(credits.iter().map(|note| note.amount_minor).sum::<i64>(), invoice.credited_minor);
        assert!(credits.iter().all(|note| !note.reason.contains('\u{1}') && !note.reason.is_empty()));
        let figures = derive(invoice.amount_minor - invoice.credited_minor, &rows);
        let issued = invoice.status != InvoiceStatus::Draft;
        if issued {
            assert_eq!(
                (figures.paid_minor, figures.refunded_minor, figures.payment_status),
                (invoice.paid_minor, invoice.refunded_minor, invoice.payment_status),
                "{invoice:?} {rows:#?}"
            );
        }
        assert_eq!((issued, issued), (invoice.issued_at.is_some(), invoice.invoice_number.is_some()));
        assert!(invoice.status != InvoiceStatus::Void || invoice.payment_method.is_none(), "nothing was paid for what is void");
        assert!(invoice.overpaid_minor() == 0 || rows.iter().any(|row| row.status == TransactionStatus::Pending), "{invoice:?} {rows:#?}");
        for row in &rows {
            assert_eq!(
                (row.settled_at.is_some(), row.invoice_id, &row.currency),
                (row.status == TransactionStatus::Success, invoice.id, &invoice.currency)
            );
            assert!(row.created_at >= invoice.issued_at.unwrap() && row.updated_at < end, "{invoice:?} {row:?}");
            assert!(row.kind == Kind::Charge || rows.iter().any(|charge| Some(charge.id) == row.parent_id && charge.kind == Kind::Charge));
        }
        assert!(invoice.updated_at < end && invoice.paid_at.is_none_or(|at| at <= invoice.updated_at));
        *kinds.entry(invoice.kind).or_default() += 1;
        *seen.entry(invoice.currency).or_default() += 1;
    }
    for kind in ["MANUAL", "SHIPMENT", "BUY4ME"] {
        assert!(kinds.get(kind).is_some_and(|count| *count > 10), "{kinds:?}");
    }
    for code in ["USD", "EUR", "GBP", "JPY", "KWD", "AED"] {
        assert!(seen.contains_key(code), "{seen:?}");
    }
    numbers(&test).await;
    test.close().await;
}

#[tokio::test]
async fn shipments_and_requests_are_what_their_parts_say() {
    let test = TestApp::builder().without_worker().start().await;
    seed(&test).await;
    let (db, end) = (&test.app.db.conn, end());
    for row in shipment::Entity::find().all(db).await.unwrap() {
        assert_eq!(tracking::read(&row.tracking_number).expect("its check character is right"), row.tracking_number);
        assert_eq!(row.cost_lines.0.iter().map(|line| line.total_minor).sum::<i64>(), row.price_minor(), "{row:?}");
        assert!(row.searched.starts_with(&row.reference.to_lowercase()) && row.updated_at < end);
        let events = shared::shipments::event::of(db, row.id).await.unwrap();
        assert_eq!(events.last().map(|event| event.status), Some(row.status));
        assert!(events.is_sorted_by_key(|event| event.occurred_at) && events.len() == row.version as usize, "{events:?}");
    }
    for row in request::Entity::find().all(db).await.unwrap() {
        let items = item::of(db, row.id).await.unwrap();
        let charged: i64 = items.iter().filter_map(|item| item.charged_minor).sum();
        assert!(row.total_minor.is_none_or(|total| charged <= total), "{row:?} {items:?}");
        let begun = !["DRAFT", "SUBMITTED"].contains(&row.status.code());
        let is_done = ["COMPLETED", "CANCELLED"].contains(&row.status.code());
        assert!(!begun || is_done || stage(items.iter().map(|item| item.status)) == row.status, "{row:?} {items:?}");
        assert!(row.searched.starts_with(&row.reference.to_lowercase()) && row.updated_at < end);
        assert!(row.status.code() != "SHIPPED_TO_CUSTOMER" || row.delivered_at.is_none());
    }
    test.close().await;
}
