//! Whole days, as people would play them.

use crate::support::TestApp;
use serde_json::json;

/// The main job, end to end: an invoice is created, paid in the sandbox, PAID, and the receipt is written.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_paid_in_the_sandbox_and_the_customer_gets_a_receipt() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let invoice = test.invoice(&user, "12.50").await;
    assert!(invoice["invoice_number"].as_str().unwrap().starts_with("INV-"), "{invoice}");
    assert_eq!((invoice["status"].as_str(), invoice["payment_status"].as_str()), (Some("OPEN"), Some("UNPAID")));

    let path = format!("/api/invoices/{}/", invoice["id"].as_str().unwrap());
    let payment = customer.post(&format!("{path}pay/"), &json!({ "gateway": "SANDBOX" })).await.expect(201);
    assert_eq!(payment["transaction"]["status"], "PENDING");
    let page = url::Url::parse(payment["redirect_url"].as_str().unwrap()).unwrap();
    let token = page.query_pairs().find(|(name, _)| name == "token").unwrap().1.into_owned();
    assert!(test.http.get(page.as_str()).await.text.contains("12.50 USD"));
    let form = format!("action=pay&token={token}");
    let chosen = test.http.post_raw(page.path(), form, &[("Content-Type", "application/x-www-form-urlencoded")]).await;
    assert!(chosen.status < 400, "{}", chosen.text);
    test.settle().await;

    let paid = customer.get(&path).await.expect(200);
    assert_eq!((paid["payment_status"].as_str(), paid["balance"].as_str()), (Some("PAID"), Some("0.00")), "{paid}");
    assert_eq!(paid["transactions"].as_array().unwrap().len(), 1);
    let mails = test.receipts();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].subject().contains(invoice["invoice_number"].as_str().unwrap()));
    assert!(mails[0].text().contains("12.50 USD") && mails[0].html().contains("Parcel"));
    // one trace from the click to the receipt
    let mut traces = vec![];
    for kind in ["billing.deliver_sandbox_event", "billing.apply_payment_event", "notifications.send_receipt"] {
        let [job] = test.jobs(kind).await.try_into().unwrap();
        traces.push(shared::trace::trace_id(job.trace_context.as_deref().unwrap()).unwrap().to_owned());
    }
    assert!(traces.iter().all(|trace| *trace == traces[0]), "{traces:?}");
    test.done().await;
}
