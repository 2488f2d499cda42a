//! What is kept: files that stay the same whatever changes, and come back when they are lost.

use super::{ahead, of_invoice, paper, words};
use crate::support::TestApp;
use serde_json::json;
use shared::billing::jobs::RenderPaper;
use shared::ids::PaperId;
use std::path::PathBuf;

/// The files of papers, whole or not.
fn files(test: &TestApp) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(test.app.config.data_dir.join("papers")).into_iter().flatten();
    let folders = folders.map(|folder| folder.unwrap().path());
    folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_changes_later_changes_a_paper() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let mut company = admin.get("/api/superadmin/settings/").await.expect(200)["company"]["value"].clone();
    company["name"] = "Before Ltd".into();
    company["bank_lines"] = json!(["IBAN SN08 0000"]);
    admin.put("/api/superadmin/settings/", &json!({ "company": company })).await.expect(200);
    let invoice = test.invoice(&user, "12.50").await;
    let (before, pdf) = paper(&customer, &of_invoice(&invoice)).await;
    assert!(words(&pdf).contains("Before Ltd") && words(&pdf).contains("IBAN SN08 0000"), "{}", words(&pdf));
    company["name"] = "After Ltd".into();
    admin.put("/api/superadmin/settings/", &json!({ "company": company })).await.expect(200);
    admin.patch(&format!("/api/admin/users/{}/", user["id"].as_str().unwrap()), &json!({ "first_name": "Zeynab" })).await.expect(200);
    test.pay(&customer, invoice["id"].as_str().unwrap()).await;
    test.settle().await;
    // even if it has to be laid out again
    test.sql("UPDATE papers SET file = NULL, sha256 = NULL, rendered_at = NULL").await;
    let (after, again) = paper(&customer, &of_invoice(&invoice)).await;
    assert_eq!((before.header("etag"), &pdf), (after.header("etag"), &again));
    let next = test.invoice(&user, "1.00").await;
    let read = words(&paper(&customer, &of_invoice(&next)).await.1);
    assert!(read.contains("After Ltd") && read.contains("Zeynab"), "{read}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_lost_or_damaged_is_made_again() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    let (before, pdf) = paper(&customer, &of_invoice(&invoice)).await;
    let [file] = files(&test).try_into().expect("one file");
    std::fs::write(&file, &pdf[..pdf.len() / 2]).unwrap();
    assert_eq!(paper(&customer, &of_invoice(&invoice)).await.0.header("etag"), before.header("etag"));
    assert_eq!(std::fs::read(&file).unwrap(), pdf);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(paper(&customer, &of_invoice(&invoice)).await.1, pdf);
    assert_eq!(files(&test), [file], "no other file, and none half written");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_that_is_made_many_times_is_one_row_and_one_file() {
    let test = ahead().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    test.pay(&customer, invoice["id"].as_str().unwrap()).await;
    test.settle().await;
    // the workers died after the file and before the commit
    test.sql("UPDATE papers SET file = NULL, sha256 = NULL, rendered_at = NULL").await;
    let jobs = test.jobs("billing.render_paper").await;
    let papers: Vec<PaperId> = jobs.iter().map(|job| serde_json::from_value(job.args["paper"].clone()).unwrap()).collect();
    let tx = test.app.begin().await.unwrap();
    for paper in papers.iter().cycle().take(3 * papers.len()) {
        tx.enqueue(RenderPaper { paper: *paper }).await.unwrap();
    }
    tx.commit().await.unwrap();
    test.settle().await;
    assert_eq!((papers.len(), test.count("papers", "rendered_at IS NOT NULL").await, files(&test).len()), (2, 2, 2));
    assert_eq!(test.count("invoice_counters", "series = 'RCP' AND last = 1").await, 1);
    test.done().await;
}
