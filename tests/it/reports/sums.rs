//! Files add up: what is in them, beside what one reckons from a plain list of the documents.

use super::world::{CURRENCIES, Doc, World};
use crate::support::client::Client;
use crate::support::{PASSWORD, TestApp, eventually, id};
use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::Duration;

const ASK: &str = "/api/admin/reports/export/";

/// The file, once it is written.
async fn written(client: &Client, query: &str) -> (Value, Vec<u8>) {
    let asked = client.get(&format!("{ASK}?{query}")).await.expect(202);
    let path = format!("/api/admin/reports/exports/{}/", id(&asked));
    let ready = || async { Some(client.get(&path).await.expect(200)).filter(|row| row["status"] == "READY") };
    let ready = eventually("the file is written", Duration::from_secs(60), ready).await;
    let bytes = client.bytes(&format!("{path}download/")).await;
    (ready, bytes)
}

/// Minor units of an amount with the digits of its currency.
fn minor(text: &str) -> i64 {
    text.replace(['.', ','], "").parse().unwrap_or_else(|_| panic!("{text} is no amount"))
}

/// Columns by their head.
fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.split_terminator("\r\n");
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines.map(|line| head.iter().map(|name| (*name).to_owned()).zip(line.split(',').map(str::to_owned)).collect()).collect()
}

/// Sums of a list of documents by currency: billed, tax, credited, outstanding, revenue, refunded, disputed, fees.
fn reckoned(docs: &[Doc]) -> BTreeMap<String, [i64; 8]> {
    let mut sums = BTreeMap::<String, [i64; 8]>::new();
    for doc in docs.iter().filter(|doc| ["INVOICE", "MONEY"].contains(&doc.kind)) {
        let sum = sums.entry(CURRENCIES[doc.currency].0.to_owned()).or_default();
        sum.iter_mut().zip(doc.sums).for_each(|(sum, own)| *sum += own);
    }
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn files_add_up_to_what_one_reckons_from_the_documents() {
    let seed: u64 = std::env::var("REPORT_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
    println!("REPORT_SEED={seed}");
    let mut world = World::new(seed).await;
    world.grow(200).await;
    world.test.start_worker(worker::registry::registry());
    let admin = world.test.admin().await;
    let wanted = reckoned(&world.docs);
    let invoices: Vec<&Doc> = world.docs.iter().filter(|doc| doc.kind == "INVOICE").collect();
    let from = world.test.app.clock.now().date_naive() - chrono::Days::new(60);
    let span = format!("date_from={from}&group_by=week");
    let names = ["Billed", "Tax", "Credited", "Outstanding", "Payments", "Refunded", "Disputed", "Fees"];

    // the summary: the rows of the groups come to the totals, and these to the documents
    let (_, bytes) = written(&admin, &format!("format=csv&{span}")).await;
    let rows = table(&String::from_utf8(bytes).unwrap());
    for (code, sums) in &wanted {
        let of: Vec<_> = rows.iter().filter(|row| row["Currency"] == *code).collect();
        for (name, sum) in names.iter().zip(sums) {
            let values: Vec<i64> = of.iter().map(|row| minor(&row[*name])).collect();
            assert_eq!((values.iter().sum::<i64>(), values.last()), (2 * sum, Some(sum)), "{code} {name}");
        }
    }
    let base = rows.iter().find(|row| row["Currency"].starts_with("All in")).unwrap();
    for (place, name) in names.iter().enumerate() {
        let sum: i64 = world.docs.iter().filter(|doc| ["INVOICE", "MONEY"].contains(&doc.kind)).filter_map(|doc| doc.base(place)).sum();
        assert_eq!(minor(&base[*name]), sum, "{name} in USD");
    }

    // the list: every invoice once; what is void stays visible and counts for nothing
    let (ready, bytes) = written(&admin, &format!("format=csv&detail=true&{span}")).await;
    let rows = table(&String::from_utf8(bytes).unwrap());
    assert_eq!((rows.len(), &ready["rows_total"]), (invoices.len(), &json!(invoices.len())));
    let mut sums = BTreeMap::<String, [i64; 4]>::new();
    for row in rows.iter().filter(|row| row["Status"] != "VOID") {
        let sum = sums.entry(row["Currency"].clone()).or_default();
        for (sum, name) in sum.iter_mut().zip(["Amount", "Tax", "Credited", "Outstanding"]) {
            *sum += minor(&row[name]);
        }
    }
    for (code, sum) in &sums {
        assert_eq!(*sum, wanted[code][..4], "{code}");
    }

    // the same as numbers, read by another program
    let (_, bytes) = written(&admin, &format!("format=xlsx&detail=true&{span}")).await;
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("Summary").unwrap();
    let head: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let column = |name: &str| head.iter().position(|own| own == name).unwrap();
    for (code, sums) in &wanted {
        let last = sheet.rows().rfind(|row| row[column("Currency")] == Data::String(code.clone())).unwrap();
        let digits = [("JPY", 1.0), ("KWD", 1000.0)].iter().find(|(own, _)| own == code).map_or(100.0, |(_, digits)| *digits);
        for (name, sum) in names.iter().zip(sums) {
            let Data::Float(value) = last[column(name)] else { panic!("{name} is no number: {last:?}") };
            assert_eq!((value * digits).round() as i64, *sum, "{code} {name}");
        }
    }
    assert_eq!(book.worksheet_range("Invoices").unwrap().height(), invoices.len() + 1);
    world.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_with_the_rights_of_whom_it_was_made_for() {
    let test = TestApp::new().await;
    let owner = test.admin().await;
    let body = json!({
        "email": "finance@example.com", "password": PASSWORD, "first_name": "Fatou", "last_name": "", "role": "ADMIN",
        "permission_sets": ["FINANCE"],
    });
    let person = owner.post("/api/superadmin/admins/", &body).await.expect(201);
    let client = test.http.sign_in("finance@example.com", PASSWORD).await;
    let (ready, bytes) = written(&client, "format=csv").await;
    let link: url::Url = ready["download_url"].as_str().unwrap().parse().unwrap();
    let door = format!("{}?{}", link.path(), link.query().unwrap());
    assert_eq!(test.http.bytes(&door).await, bytes);
    owner.patch(&format!("/api/superadmin/admins/{}/", id(&person)), &json!({ "permission_sets": ["SUPPORT"] })).await.expect(200);
    test.http.get(&door).await.problem(409, "report-link-expired");
    owner.patch(&format!("/api/superadmin/admins/{}/", id(&person)), &json!({ "permission_sets": ["FINANCE"] })).await.expect(200);
    assert_eq!(test.http.bytes(&door).await, bytes);
    test.done().await;
}
