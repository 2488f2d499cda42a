//! Money that people take and hand back.

use crate::support::TestApp;
use serde_json::{Value, json};

fn path(invoice: &Value, verb: &str) -> String {
    format!("/api/invoices/{}/{verb}", invoice["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn cash_pays_an_invoice_and_the_same_receipt_pays_once() {
    let test = TestApp::new().await;
    let (customer, user) = test.walk_in("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    let door = path(&invoice, "record-payment/");
    let cash = |amount: &str, reference: &str| json!({ "amount": amount, "method": "CASH", "reference": reference });
    for (field, body) in [("amount", cash("10.01", "R 1")), ("amount", cash("-1", "R 1")), ("reference", cash("1.00", " "))] {
        let problem = staff.post(&door, &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{problem}");
    }
    let body = cash("4.00", "R 1");
    let (one, two) = tokio::join!(staff.post(&door, &body), staff.post(&door, &body));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", one.text, two.text);
    staff.post(&door, &cash("1.00", "R 1")).await.problem(409, "payment-already-recorded");
    let partly = customer.get(&path(&invoice, "")).await.expect(200);
    assert_eq!((&partly["payment_status"], &partly["available_actions"]), (&json!("PARTIALLY_PAID"), &json!(["pay"])));
    assert!(partly["transactions"][0]["receipt_url"].as_str().unwrap().contains("/papers/receipts/"), "{partly}");
    staff.post(&door, &cash("6.00", "R 2")).await.expect(201);
    test.settle().await;
    let paid = customer.get(&path(&invoice, "")).await.expect(200);
    assert_eq!((&paid["payment_status"], &paid["payment_method"]), (&json!("PAID"), &json!("CASH")));
    assert_eq!(test.receipts().len(), 1);
    let mails = test.mails();
    let parts: Vec<_> = mails.iter().filter(|mail| mail.subject().starts_with("We received")).collect();
    let [part] = parts.as_slice() else { panic!("one mail for the part, and the receipt for the rest: {}", parts.len()) };
    assert!(part.text().contains("USD 4.00") && part.text().contains("USD 6.00 is still to be paid"), "{}", part.text());
    assert!(part.html().contains("/papers/receipts/"), "{}", part.html());
    staff.post(&door, &cash("1.00", "R 3")).await.problem(409, "invoice-not-payable");
    assert_eq!(customer.post(&door, &cash("1.00", "R 3")).await.status, 403);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_that_is_too_much_waits_to_be_sent_back_until_somebody_confirms_it() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("a@example.com").await;
    let staff = test.admin().await;
    let invoice = test.invoice(&user, "10.00").await;
    let transfer = json!({ "amount": "12.00", "method": "BANK_TRANSFER", "reference": "SEPA 1" });
    staff.post(&path(&invoice, "record-payment/"), &transfer).await.expect(201);
    test.settle().await;
    let paid = customer.get(&path(&invoice, "")).await.expect(200);
    assert_eq!((&paid["payment_status"], &paid["overpaid"], &paid["balance"]), (&json!("PAID"), &json!("2.00"), &json!("0.00")));
    let refunds = staff.get(&path(&invoice, "refunds/")).await.expect(200)["results"].clone();
    assert_eq!(
        (&refunds[0]["status"], &refunds[0]["amount"], &refunds[0]["gateway"]),
        (&json!("PENDING"), &json!("2.00"), &json!("MANUAL"))
    );
    let confirm = format!("/api/payments/{}/confirm/", refunds[0]["id"].as_str().unwrap());
    let handed = json!({ "reference": "SEPA 2" });
    assert_eq!(customer.post(&confirm, &handed).await.status, 403);
    staff.post(&confirm, &json!({ "reference": "" })).await.problem(400, "invalid");
    assert_eq!(staff.get(&format!("{}?page_size=1", path(&invoice, "refunds/"))).await.expect(200)["count"], 1);
    staff.get(&format!("{}?color=red", path(&invoice, "refunds/"))).await.problem(400, "invalid");
    assert_eq!(refunds[0]["available_actions"], json!(["confirm", "withdraw"]));
    let done = staff.post_once(&confirm, "hand-back-1", &handed).await.expect(200);
    let again = staff.post_once(&confirm, "hand-back-1", &handed).await;
    assert_eq!((again.expect(200), again.header("idempotency-replayed")), (done.clone(), "true"));
    assert_eq!((&done["status"], &done["transaction_reference"]), (&json!("SUCCESS"), &json!("SEPA 2")));
    staff.post(&confirm, &handed).await.problem(409, "refund-not-confirmable");
    test.settle().await;
    let after = customer.get(&path(&invoice, "")).await.expect(200);
    assert_eq!((&after["overpaid"], &after["refunded"]), (&json!("0.00"), &json!("2.00")));
    let mails = test.mails();
    let refunds: Vec<_> = mails.iter().filter(|mail| mail.subject().starts_with("Refund of USD 2.00")).collect();
    assert_eq!(refunds.len(), 1);
    assert!(refunds[0].text().contains("have given USD 2.00") && !refunds[0].text().contains("the way you paid"), "{}", refunds[0].text());
    test.done().await;
}
