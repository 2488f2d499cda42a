//! Creating, issuing, listing and seeing invoices.

use crate::support::TestApp;
use serde_json::{Value, json};

fn draft(user: &Value, lines: Value) -> Value {
    json!({ "user": user["id"], "currency": "USD", "lines": lines, "finalize": false })
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_sum_to_the_total_with_tax_rounded_on_each() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let lines = json!([
        { "description": "Parcel", "quantity": 3, "unit_price": "0.99", "tax_rate": "7.25" },
        { "description": "Crate", "quantity": 1, "unit_price": "10", "tax_rate": "19" },
        { "description": "Gift", "quantity": 1, "unit_price": "0" }
    ]);
    let invoice = test.admin().await.post("/api/invoices/", &draft(&user, lines)).await.expect(201);
    assert_eq!(invoice["status"], "DRAFT");
    assert!(invoice["invoice_number"].is_null());
    // 2.97 × 7.25 % = 0.215… → 0.22
    let figures: Vec<&str> = ["subtotal", "tax", "amount", "balance"].iter().map(|f| invoice[f].as_str().unwrap()).collect();
    assert_eq!(figures, ["12.97", "2.12", "15.09", "15.09"]);
    let yen = json!({ "user": user["id"], "currency": "JPY", "lines": [{ "description": "x", "quantity": 2, "unit_price": "1250" }] });
    assert_eq!(test.admin().await.post("/api/invoices/", &yen).await.expect(201)["amount"], "2500");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_have_no_gap_when_many_are_issued_at_once_and_some_fail() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let admin = test.admin().await;
    let body = json!({ "user": user["id"], "currency": "USD", "lines": [{ "description": "x", "quantity": 1, "unit_price": "1" }] });
    let wrong = json!({ "user": user["id"], "currency": "USD", "lines": [] });
    let all = (0..40).map(|i| admin.post("/api/invoices/", if i % 4 == 3 { &wrong } else { &body }));
    let answers = futures::future::join_all(all).await;
    let mut numbers: Vec<String> =
        answers.iter().filter(|a| a.status == 201).map(|a| a.json()["invoice_number"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    let year = &numbers[0][4..8];
    let expected: Vec<String> = (1..=30).map(|n| format!("INV-{year}-{n:06}")).collect();
    assert_eq!(numbers, expected);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_issued_once_and_customers_see_it_only_then() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("a@example.com").await;
    let (stranger, _) = test.customer("b@example.com").await;
    let admin = test.admin().await;
    let lines = json!([{ "description": "x", "quantity": 1, "unit_price": "5" }]);
    let invoice = admin.post("/api/invoices/", &draft(&user, lines)).await.expect(201);
    let path = format!("/api/invoices/{}/", invoice["id"].as_str().unwrap());
    assert_eq!(admin.get(&path).await.expect(200)["available_actions"], json!(["finalize", "void"]));
    customer.get(&path).await.problem(404, "not-found");
    customer.post(&format!("{path}finalize/"), &json!({})).await.problem(403, "permission-missing");
    let finalize = format!("{path}finalize/");
    let (first, second) = tokio::join!(admin.post_raw(&finalize, "", &[]), admin.post_raw(&finalize, "", &[]));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", first.text, second.text);
    assert_eq!(customer.get(&path).await.expect(200)["available_actions"], json!(["pay"]));
    // both slash forms, and nobody else's business
    customer.get(path.trim_end_matches('/')).await.expect(200);
    stranger.get(&path).await.problem(404, "not-found");
    stranger.post(&format!("{path}pay/"), &json!({ "gateway": "SANDBOX" })).await.problem(404, "not-found");
    test.http.get(&path).await.problem(401, "unauthenticated");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_pay_is_paid_at_once() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "0.00").await;
    assert_eq!((invoice["payment_status"].as_str(), invoice["status"].as_str()), (Some("PAID"), Some("OPEN")));
    test.settle().await;
    assert_eq!(test.receipts().len(), 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_takes_the_same_statements_whatever_its_length() {
    let test = TestApp::builder().without_worker().start().await;
    let (customer, user) = test.customer("a@example.com").await;
    test.customer("b@example.com").await;
    for _ in 0..30 {
        test.invoice(&user, "1.00").await;
    }
    let mut sent = vec![];
    for size in [1, 30] {
        let (answer, cost) = test.cost(customer.get(&format!("/api/invoices/?page_size={size}"))).await;
        let page = answer.expect(200);
        sent.push(cost);
        assert_eq!((page["count"].as_u64(), page["results"].as_array().unwrap().len()), (Some(30), size));
    }
    assert_eq!(sent, [3, 3], "one to recognise the caller, one to count, one to list");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_paged_filtered_ordered_and_refuses_what_it_does_not_know() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("a@example.com").await;
    let (_, other) = test.customer("b@example.com").await;
    for amount in ["3.00", "1.00", "2.00"] {
        test.invoice(&user, amount).await;
    }
    test.invoice(&other, "9.00").await;
    let admin = test.admin().await;
    let amounts =
        |page: &Value| page["results"].as_array().unwrap().iter().map(|i| i["amount"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let list = async |query: &str| customer.get(&format!("/api/invoices/?{query}")).await.expect(200);
    assert_eq!(amounts(&list("").await), ["2.00", "1.00", "3.00"], "newest first, own only");
    assert_eq!(amounts(&list("ordering=amount").await), ["1.00", "2.00", "3.00"]);
    assert_eq!(amounts(&list("status__in=OPEN,VOID&payment_status=UNPAID&ordering=-amount&page_size=2").await), ["3.00", "2.00"]);
    let second = list("ordering=-amount&page_size=2&page=2").await;
    assert_eq!((amounts(&second), second["next"].is_null()), (vec!["1.00".to_owned()], true));
    let previous = second["previous"].as_str().unwrap();
    assert_eq!(amounts(&customer.get(previous).await.expect(200)), ["3.00", "2.00"], "the link works: {previous}");
    assert_eq!(list("payment_status=PAID").await["count"], 0);
    assert_eq!(list("created_at__gte=2020-01-01T00:00:00Z&created_at__lt=2021-01-01T00:00:00Z").await["count"], 0);
    assert_eq!(list("search=inv-").await["count"], 3);
    assert_eq!(admin.get("/api/invoices/").await.expect(200)["count"], 4);
    assert_eq!(admin.get(&format!("/api/invoices/?user={}", other["id"].as_str().unwrap())).await.expect(200)["count"], 1);
    for (query, field) in [
        ("colour=red", "colour"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("page_size=101", "page_size"),
        ("status=open", "status"),
        ("status__in=OPEN,x", "status__in"),
        ("ordering=user", "ordering"),
        ("created_at__gte=yesterday", "created_at__gte"),
        ("page=1&page=2", "page"),
    ] {
        let problem = customer.get(&format!("/api/invoices/?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{query}: {problem}");
    }
    test.done().await;
}
