//! Reports as PDF: they say what the report says, in the language of whoever asked, and nobody's text is markup.

use super::files::{ASK, fetched};
use crate::papers::{title_and_language, words};
use crate::support::{TestApp, id};
use serde_json::json;
use shared::policy::Actor;
use shared::reports::{Filter, NewFilter, Report, pages};
use worker::press::Press;

/// An invoice that is paid and half given back, one in euros, one in a currency that nobody knows a rate of.
async fn company() -> TestApp {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    test.rate("EUR", "USD", "1.25").await;
    let paid = test.invoice(&user, "1234.50").await;
    test.pay(&amina, id(&paid)).await;
    test.quiet().await;
    let admin = test.admin().await;
    admin.post(&format!("/api/invoices/{}/refunds/", id(&paid)), &json!({ "amount": "234.50", "reason": "scratched" })).await.expect(202);
    for currency in ["EUR", "KWD"] {
        let lines = json!([{ "description": "Customs", "quantity": 1, "unit_price": "10", "tax_rate": "20" }]);
        admin.post("/api/invoices/", &json!({ "user": user["id"], "currency": currency, "lines": lines })).await.expect(201);
    }
    test.quiet().await;
    test
}

async fn read(test: &TestApp, new: NewFilter) -> Report {
    let filter = Filter::read(&test.app, new).await.unwrap();
    shared::reports::report(&test.app, &Actor::system(), filter).await.unwrap()
}

/// Without the spaces, which a reader of PDF guesses.
fn close(text: &str) -> String {
    text.replace([' ', '\u{a0}', '\u{202f}', '\u{200e}', '\u{200f}', '\u{2068}', '\u{2069}'], "")
}

#[tokio::test(flavor = "multi_thread")]
async fn it_has_the_totals_of_the_report_in_english_and_in_arabic() {
    let test = company().await;
    let admin = test.admin().await;
    let report = admin.get("/api/admin/reports/?group_by=week").await.expect(200);
    let base = &report["totals"]["base"];
    assert_eq!((&base["net"], &base["unconverted"]), (&json!("1000.00"), &json!(1)), "{report}");
    let written = |amount: &str| amount.replace("1234", "1,234").replace("1000", "1,000").replace("1249", "1,249");
    for language in ["en", "ar"] {
        admin.patch("/api/users/me/", &json!({ "language": language })).await.expect(200);
        let (ready, pdf) = fetched(&test, "format=pdf&group_by=week").await;
        assert_eq!((&ready["format"], &ready["rows_total"]), (&json!("pdf"), &json!(report["groups"].as_array().unwrap().len())));
        assert!(pdf.starts_with(b"%PDF-") && String::from_utf8_lossy(&pdf).contains("pdfaid:part"), "fit for an archive");
        assert_eq!(title_and_language(&pdf).1, language);
        let said = close(&words(&pdf));
        for sum in ["billed", "revenue", "refunded", "net", "outstanding"] {
            let amount = written(base[sum].as_str().unwrap());
            assert!(said.contains(&amount), "{language}: {sum} {amount} in {said}");
        }
        for text in ["KWD", "12.000", "PARTIALLY_REFUNDED", "UNPAID"] {
            assert!(said.contains(text), "{language}: {text} in {said}");
        }
        if language == "en" {
            assert!(said.contains("For1invoiceorpaymentnoexchangeratewasknown"), "{said}");
        }
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_has_no_row_for_each_invoice() {
    let test = TestApp::builder().without_worker().start().await;
    let admin = test.admin().await;
    let problem = admin.get(&format!("{ASK}?format=pdf&detail=true")).await.problem(400, "invalid");
    assert_eq!(problem["errors"]["detail"], json!(["A PDF has no row for each invoice. Use csv or xlsx for that."]));
    admin.get(&format!("{ASK}?format=pdf&detail=false")).await.expect(202);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_report_makes_the_same_bytes() {
    let test = company().await;
    let report = read(&test, NewFilter::default()).await;
    for language in ["en", "ar"] {
        let pages = pages::compose(&test.app, &test.app.db.conn, &report, language).await.unwrap();
        let again = pages::compose(&test.app, &test.app.db.conn, &report, language).await.unwrap();
        assert!(Press::new(None).print(&pages).unwrap() == Press::new(None).print(&again).unwrap(), "{language}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_text_and_never_markup() {
    let test = TestApp::builder().without_worker().start().await;
    let hostile = "#emoji *x* $y$ = _z_ <a> @b";
    let shop =
        test.admin().await.post("/api/superadmin/vendors/", &json!({ "name": hostile, "url": "https://shop.example" })).await.expect(201);
    let report = read(&test, NewFilter { vendor: Some(id(&shop).to_owned()), ..NewFilter::default() }).await;
    let pages = pages::compose(&test.app, &test.app.db.conn, &report, "en").await.unwrap();
    let said = words(&Press::new(None).print(&pages).unwrap());
    assert!(close(&said).contains(&close(hostile)), "{said}");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_any_length_is_laid_out() {
    let test = company().await;
    for (from, group_by) in [("2026-01-31", "day"), ("2025-01-01", "day"), ("2000-01-01", "month")] {
        let [date_from, date_to, group_by] = [from, "2026-01-31", group_by].map(|text| Some(text.to_owned()));
        let new = NewFilter { date_from, date_to, group_by, ..NewFilter::default() };
        let report = read(&test, new).await;
        let mut pages = pages::compose(&test.app, &test.app.db.conn, &report, "ar").await.unwrap();
        assert!(pages.charts.iter().all(|chart| chart.bars.len() == report.groups.len() && (1..=12).contains(&chart.labels.len())));
        assert_eq!(pages.groups.table.rows.len(), report.groups.len() + 1);
        // without optimisation, four hundred rows take a minute and tell no more than fifty
        pages.groups.table.rows.truncate(50);
        Press::new(None).print(&pages).unwrap();
    }
    test.done().await;
}
