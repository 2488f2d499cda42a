//! Jobs that are delivered twice.

use super::*;
use shared::buy4me::jobs::IssueInvoice;
use shared::ids::RequestId;

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_is_issued_once_however_often_its_job_runs() {
    let stage = Stage::new().await;
    let request = stage.submitted(basket()).await;
    let id = RequestId(request["id"].as_str().unwrap().parse().unwrap());
    let tx = stage.test.app.begin().await.unwrap();
    tx.enqueue(IssueInvoice { request: id, bill: 1 }).await.unwrap();
    tx.enqueue(IssueInvoice { request: id, bill: 1 }).await.unwrap();
    tx.commit().await.unwrap();
    stage.test.settle().await;
    assert_eq!(stage.test.jobs("buy4me.issue_invoice").await.len(), 3);
    assert_eq!(three(&invoices(&stage.now(&request).await)), [("OPEN", "55.00", "55.00")]);
    assert_eq!(stage.test.count("audit_entries", "action = 'invoice.finalized'").await, 1);

    stage.step(&stage.owner, &request, "CANCELLED").await.expect(200);
    let tx = stage.test.app.begin().await.unwrap();
    tx.enqueue(IssueInvoice { request: id, bill: 1 }).await.unwrap();
    tx.commit().await.unwrap();
    stage.test.settle().await;
    assert_eq!(three(&invoices(&stage.now(&request).await)), [("VOID", "55.00", "0.00")], "late, it changes nothing");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bill_of_a_request_says_what_the_quote_says() {
    let stage = Stage::new().await;
    let request = stage.submitted(basket()).await;
    let invoice = stage.now(&request).await["invoices"][0]["id"].clone();
    let invoice = stage.owner.get(&format!("/api/invoices/{}/", invoice.as_str().unwrap())).await.expect(200);
    let told = |line: &Value| ["kind", "description", "net", "tax", "total"].map(|name| line[name].as_str().unwrap().to_owned());
    let all = |lines: &Value| lines.as_array().unwrap().iter().map(told).collect::<Vec<_>>();
    assert_eq!(all(&invoice["lines"]), all(&request["breakdown"]));
    assert_eq!((&invoice["related_buy4me_request"], &invoice["amount"]), (&request["id"], &request["total_cost"]));
    stage.test.done().await;
}
