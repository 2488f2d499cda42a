//! Reports as files: what is in them, and that there is one of each whatever happens.

use super::world::World;
use crate::support::{TestApp, eventually, id};
use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use shared::reports::export::{self, ExportStatus};
use std::io::Cursor;
use std::time::Duration;

pub(super) const ASK: &str = "/api/admin/reports/export/";

fn path(export: &Value) -> String {
    format!("/api/admin/reports/exports/{}/", id(export))
}

/// An invoice for somebody whose name is a formula.
async fn company() -> TestApp {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let body = json!({ "email": "cmd@example.com", "first_name": "=cmd|' /C calc'!A0", "last_name": "@SUM(A1)", "role": "BUY4ME" });
    let user = admin.post("/api/admin/users/", &body).await.expect(201);
    let lines = |price: &str| json!([{ "description": "x", "quantity": 1, "unit_price": price, "tax_rate": "10" }]);
    for (currency, price) in [("USD", "12.50"), ("JPY", "1250"), ("KWD", "1.255")] {
        let body = json!({ "user": user["id"], "currency": currency, "lines": lines(price) });
        admin.post("/api/invoices/", &body).await.expect(201);
    }
    test.quiet().await;
    test
}

/// Asks for a file and waits until it is written; the answer, and the bytes behind its link.
pub(super) async fn fetched(test: &TestApp, query: &str) -> (Value, Vec<u8>) {
    let admin = test.admin().await;
    let asked = admin.get(&format!("{ASK}?{query}")).await;
    assert_eq!(asked.header("location"), path(&asked.json()));
    let asked = asked.expect(202);
    test.quiet().await;
    let ready = admin.get(&path(&asked)).await.expect(200);
    assert_eq!((&ready["status"], &ready["percent"]), (&json!("READY"), &json!(100)), "{ready}");
    let link: url::Url = ready["download_url"].as_str().unwrap().parse().unwrap();
    let door = format!("{}?{}", link.path(), link.query().unwrap());
    assert_eq!(test.http.get(&door).await.header("cache-control"), "private, no-store");
    let bytes = test.http.bytes(&door).await;
    assert_eq!(bytes.len() as i64, ready["bytes"].as_i64().unwrap());
    (ready, bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_has_every_invoice_and_no_formula() {
    let test = company().await;
    let (ready, bytes) = fetched(&test, "format=csv&detail=true").await;
    assert_eq!((&ready["rows_done"], &ready["rows_total"]), (&json!(3), &json!(3)));
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].starts_with("Invoice,Issued,Customer,"), "{text}");
    assert!(lines.iter().skip(1).all(|line| line.contains(",'=cmd|' /C calc'!A0 @SUM(A1),BUY4ME,")), "{text}");
    for (line, ending) in
        lines[1..].iter().zip(["USD,13.75,1.25,0.00,0.00,0.00,13.75", "JPY,1375,125,0,0,0,1375", "KWD,1.381,0.126,0.000,0.000,0.000,1.381"])
    {
        assert!(line.ends_with(ending), "{line}");
    }
    let (_, bytes) = fetched(&test, "format=csv&group_by=day&currency=JPY").await;
    let text = String::from_utf8(bytes).unwrap();
    let row = text.lines().nth(1).unwrap();
    assert!(row.ends_with(",JPY,0,0,1,1375,125,0,1375,0,0,0,0,0"), "{text}");
    let admin = test.admin().await;
    let told = admin.get("/api/notifications/").await.expect(200);
    assert!(told["results"].as_array().unwrap().iter().any(|row| row["event"] == "report.ready"), "{told}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_has_typed_cells_a_summary_and_the_invoices() {
    let test = company().await;
    let (_, bytes) = fetched(&test, "format=xlsx&detail=true").await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["Summary", "Invoices"]);
    let invoices = book.worksheet_range("Invoices").unwrap();
    assert_eq!(invoices.get_size(), (4, 13));
    assert_eq!(invoices.get_value((1, 2)), Some(&Data::String("=cmd|' /C calc'!A0 @SUM(A1)".to_owned())), "a text, not a formula");
    assert_eq!(invoices.get_value((1, 7)), Some(&Data::Float(13.75)));
    assert_eq!(invoices.get_value((3, 7)), Some(&Data::Float(1.381)));
    assert!(matches!(invoices.get_value((1, 1)), Some(Data::DateTime(_))));
    assert_eq!(book.worksheet_formula("Invoices").map(|range| range.used_cells().count()).unwrap_or_default(), 0);
    let summary = book.worksheet_range("Summary").unwrap();
    let (rows, _) = summary.get_size();
    let last = |column: u32| summary.get_value((rows as u32 - 1, column)).cloned();
    assert_eq!(
        (last(2), last(5), last(6)),
        (Some(Data::String("All in USD".to_owned())), Some(Data::Float(3.0)), Some(Data::Float(13.75)))
    );
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_many_pages_has_each_invoice_once_and_is_written_again_when_its_writer_dies() {
    let mut world = World::new(11).await;
    let admin = world.test.admin().await;
    let mut wanted = std::collections::BTreeSet::new();
    for _ in 0..120 {
        wanted.insert(world.invoice().await.to_string());
    }
    let from = world.test.app.clock.now().date_naive() - chrono::Days::new(60);
    let asked = admin.get(&format!("{ASK}?format=csv&detail=true&date_from={from}")).await.expect(202);
    // somebody began to write, and died
    let row = export::Entity::find().one(&world.test.app.db.conn).await.unwrap().unwrap();
    let tx = world.test.app.begin().await.unwrap();
    export::begin(&tx, row.id).await.unwrap();
    tx.commit().await.unwrap();
    std::mem::forget(world.test.app.storage.draft(&row.file()).await.unwrap());
    world.test.start_worker(worker::registry::registry());
    let written = || async { Some(admin.get(&path(&asked)).await.expect(200)).filter(|row| row["status"] == "READY") };
    eventually("the file is written", Duration::from_secs(30), written).await;
    let bytes = world.test.app.storage.get(&row.file()).await.unwrap().unwrap();
    let mut lines =
        String::from_utf8(bytes).unwrap().lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines.len(), wanted.len());
    lines.sort_unstable();
    assert_eq!(lines, wanted.into_iter().collect::<Vec<_>>());
    let folder = world.test.app.config.data_dir.join("reports");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "one file, and nothing of the one that was begun");
    world.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_cancelled_expires_and_is_its_owners_alone() {
    let test = TestApp::builder().without_worker().start().await;
    let admin = test.admin().await;
    let asked = admin.get(&format!("{ASK}?format=xlsx")).await.expect(202);
    admin.get(&format!("{}download/", path(&asked))).await.problem(409, "export-not-ready");
    for _ in 0..2 {
        assert_eq!(admin.delete(&path(&asked)).await.expect(200)["status"], "CANCELLED");
    }
    for _ in 0..5 {
        admin.get(&format!("{ASK}?format=csv")).await.expect(202);
    }
    admin.get(&format!("{ASK}?format=csv")).await.problem(409, "report-exports-full");
    assert_eq!(admin.get("/api/admin/reports/exports/").await.expect(200)["count"], 6);
    for (query, field) in
        [("", "format"), ("format=doc", "format"), ("format=csv&detail=perhaps", "detail"), ("format=csv&status=x", "status")]
    {
        let problem = admin.get(&format!("{ASK}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{query}: {problem}");
    }
    test.close().await;

    let test = company().await;
    let (ready, _) = fetched(&test, "format=csv").await;
    let admin = test.admin().await;
    admin.delete(&path(&ready)).await.problem(409, "report-export-finished");
    let link: url::Url = ready["download_url"].as_str().unwrap().parse().unwrap();
    let (until, token) = link.query().unwrap().split_once('&').unwrap();
    let at = link.path();
    for query in [format!("{until}&token=0"), format!("until=99999999999&{token}"), token.to_owned(), until.to_owned()] {
        test.http.get(&format!("{at}?{query}")).await.problem(404, "not-found");
    }
    test.http.get(at).await.problem(401, "unauthenticated");
    let expires: DateTime<Utc> = ready["expires_at"].as_str().unwrap().parse().unwrap();
    test.app.clock.advance(TimeDelta::days(2));
    test.http.get(&format!("{at}?{until}&{token}")).await.problem(409, "report-link-expired");
    test.app.clock.advance(expires - test.app.clock.now() + TimeDelta::seconds(1));
    assert_eq!(test.admin().await.get(&path(&ready)).await.expect(200)["status"], "EXPIRED");
    let row = export::Entity::find().one(&test.app.db.conn).await.unwrap().unwrap();
    for job in [shared::queue::NewJob::new(&shared::reports::jobs::SweepExports {})] {
        let tx = test.app.begin().await.unwrap();
        tx.enqueue_job(job).await.unwrap();
        tx.commit().await.unwrap();
    }
    test.quiet().await;
    assert!(test.app.storage.get(&row.file()).await.unwrap().is_none());
    let row = export::Entity::find().one(&test.app.db.conn).await.unwrap().unwrap();
    assert_eq!(row.status, ExportStatus::Expired);
    test.close().await;
}
