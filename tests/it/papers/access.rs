//! Who gets a paper, and how long they wait for it.

use super::{ask, issue, of_invoice, paper, title_and_language, words};
use crate::support::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_and_staff_read_an_invoice_as_it_was_issued() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let lines = json!([{ "description": "Parcel to Dakar", "quantity": 2, "unit_price": "12.50", "tax_rate": "7.25" }]);
    let invoice = issue(&test, &user, "USD", lines).await;
    let number = invoice["invoice_number"].as_str().unwrap();
    let (answer, pdf) = paper(&customer, &of_invoice(&invoice)).await;
    assert_eq!(answer.header("content-disposition"), format!("inline; filename=\"{number}.pdf\""));
    assert_eq!((answer.header("x-content-type-options"), answer.header("preference-applied")), ("nosniff", "wait=25"));
    assert_eq!(title_and_language(&pdf), (format!("Invoice {number}"), "en".to_owned()));
    let read = words(&pdf);
    for text in
        [number, "Amina Diallo", "amina@example.com", "Parcel to Dakar", "7.25%", "USD 25.00", "USD 1.81", "USD 26.81", "Page 1 of 1"]
    {
        assert!(read.contains(text), "{text}: {read}");
    }
    let etag = answer.header("etag").to_owned();
    let known = customer.send(reqwest::Method::GET, &of_invoice(&invoice), |request| request.header("If-None-Match", &etag)).await;
    assert_eq!((known.status, known.text.as_str(), known.header("etag")), (304, "", etag.as_str()));
    assert_eq!(paper(&test.admin().await, &of_invoice(&invoice)).await.1, pdf);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_find_nothing_and_what_is_no_document_yet_has_no_paper() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let (stranger, _) = test.customer("bilal@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    stranger.get(&of_invoice(&invoice)).await.problem(404, "not-found");
    test.http.get(&of_invoice(&invoice)).await.problem(401, "unauthenticated");
    let draft = json!({ "user": user["id"], "currency": "USD", "finalize": false, "lines": [{ "description": "x", "quantity": 1, "unit_price": "1" }] });
    let draft = admin.post("/api/invoices/", &draft).await.expect(201);
    assert!(draft["pdf_url"].is_null());
    admin.get(&of_invoice(&draft)).await.problem(409, "paper-of-draft");
    customer.get(&of_invoice(&draft)).await.problem(404, "not-found");
    let page = test.open_page(&customer, invoice["id"].as_str().unwrap()).await;
    let shown = customer.get(&format!("/api/invoices/{}/", invoice["id"].as_str().unwrap())).await.expect(200);
    let payment = format!("/api/payments/{}/receipt/", shown["transactions"][0]["id"].as_str().unwrap());
    customer.get(&payment).await.problem(409, "paper-of-no-payment");
    test.press_pay(&page).await;
    test.settle().await;
    let (answer, pdf) = paper(&customer, &payment).await;
    assert!(answer.header("content-disposition").contains("RCP-"), "{}", answer.header("content-disposition"));
    assert!(words(&pdf).contains("Receipt"));
    stranger.get(&payment).await.problem(404, "not-found");
    let problem = customer.get(&format!("{}?lang=xx", of_invoice(&invoice))).await.problem(400, "invalid");
    assert!(problem["errors"]["lang"].is_array());
    customer.get("/api/credit-notes/0190a5c0-0000-7000-8000-000000000000/pdf/").await.problem(404, "not-found");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_that_is_being_made_is_awaited_or_asked_for_again() {
    let mut test = TestApp::builder().without_worker().start().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    let path = of_invoice(&invoice);
    let coming = customer.get(&path).await;
    assert_eq!((coming.status, coming.header("location"), coming.header("retry-after")), (202, path.as_str(), "1"));
    assert!(coming.headers.get("preference-applied").is_none());
    let since = std::time::Instant::now();
    let coming = ask(&customer, &path, "respond-async, wait=1").await;
    assert_eq!((coming.status, coming.header("preference-applied")), (202, "wait=1"));
    assert!(since.elapsed() >= std::time::Duration::from_secs(1));
    assert_eq!(test.jobs("billing.render_paper").await.len(), 1, "asking again makes no second job");
    let (waiting, ()) = tokio::join!(ask(&customer, &path, "wait=25"), async { test.start_worker(worker::registry::registry()) });
    assert_eq!(waiting.status, 200);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_speaks_its_customers_language_and_another_on_demand() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let path = format!("/api/admin/users/{}/", user["id"].as_str().unwrap());
    admin.patch(&path, &json!({ "language": "fr" })).await.expect(200);
    let lines = json!([{ "description": "Colis", "quantity": 1, "unit_price": "1234.50" }]);
    let invoice = issue(&test, &user, "EUR", lines).await;
    let (_, french) = paper(&customer, &of_invoice(&invoice)).await;
    assert!(words(&french).contains("1 234,50 EUR"), "{}", words(&french));
    // whatever the customer speaks later
    admin.patch(&path, &json!({ "language": "en" })).await.expect(200);
    assert_eq!(paper(&customer, &of_invoice(&invoice)).await.1, french);
    for (language, amount) in [("de-AT", "1.234,50 EUR"), ("es", "1234,50 EUR"), ("en", "EUR 1,234.50"), ("ar", "1,234.50")] {
        let (_, pdf) = paper(&customer, &format!("{}?lang={language}", of_invoice(&invoice))).await;
        assert_eq!(title_and_language(&pdf).1, &language[..2]);
        assert!(words(&pdf).contains(amount), "{language}: {}", words(&pdf));
    }
    assert_eq!(test.count("papers", "kind = 'INVOICE'").await, 5);
    assert!(test.mails().iter().any(|mail| mail.subject().starts_with("Facture INV-")), "the mail went when the customer spoke French");
    test.done().await;
}
