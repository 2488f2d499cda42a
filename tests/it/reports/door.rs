//! Reports through the API.

use crate::support::{TestApp, id};
use serde_json::{Value, json};

const REPORT: &str = "/api/admin/reports/";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sold_paid_and_given_back_is_in_the_figures_of_the_day() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    test.rate("EUR", "USD", "1.25").await;
    let paid = test.invoice(&user, "12.50").await;
    test.pay(&amina, id(&paid)).await;
    test.quiet().await;
    admin.post(&format!("/api/invoices/{}/refunds/", id(&paid)), &json!({ "amount": "2.50", "reason": "scratched" })).await.expect(202);
    let lines = json!([{ "description": "Customs", "quantity": 1, "unit_price": "10", "tax_rate": "20" }]);
    admin.post("/api/invoices/", &json!({ "user": user["id"], "currency": "EUR", "lines": lines })).await.expect(201);
    test.quiet().await;

    let report = admin.get(&format!("{REPORT}?group_by=day")).await.expect(200);
    let today = &report["groups"][29];
    assert_eq!(report["groups"].as_array().unwrap().len(), 30);
    assert_eq!((&today["from"], &today["to"]), (&report["filters"]["date_to"], &report["filters"]["date_to"]));
    let money = |code: &str| today["money"].as_array().unwrap().iter().find(|row| row["currency"] == code).unwrap().clone();
    let sums =
        |row: &Value| ["billed", "tax", "outstanding", "revenue", "refunded", "net"].map(|sum| row[sum].as_str().unwrap().to_owned());
    assert_eq!(sums(&money("USD")), ["12.50", "0.00", "0.00", "12.50", "2.50", "10.00"]);
    assert_eq!(sums(&money("EUR")), ["12.00", "2.00", "12.00", "0.00", "0.00", "0.00"]);
    assert_eq!(sums(&today["base"]), ["27.50", "2.50", "15.00", "12.50", "2.50", "10.00"]);
    assert_eq!(today["base"]["unconverted"], 0);
    assert_eq!(today["invoices"]["by_status"], json!({ "PARTIALLY_REFUNDED": 1, "UNPAID": 1 }));
    assert_eq!((&today["invoices"]["count"], &today["invoices"]["ended"]), (&json!(2), &json!(1)));
    assert_eq!((&report["totals"]["base"], &report["groups"][0]["money"]), (&today["base"], &json!([])));
    let euros = admin.get(&format!("{REPORT}?currency=EUR&status=UNPAID&customer_type=BUY4ME")).await.expect(200);
    assert_eq!((&euros["totals"]["invoices"]["count"], euros["totals"]["money"].as_array().unwrap().len()), (&json!(1), 1));
    let walk_in = admin.get(&format!("{REPORT}?customer_type=WALK_IN")).await.expect(200);
    assert_eq!((&walk_in["totals"]["invoices"]["count"], &walk_in["totals"]["money"]), (&json!(0), &json!([])));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_says_nothing_sensible_is_named() {
    let test = TestApp::builder().without_worker().start().await;
    let admin = test.admin().await;
    for (query, field) in [
        ("date_from=yesterday", "date_from"),
        ("date_to=2026-02-30", "date_to"),
        ("date_to=9999-12-31", "date_to"),
        ("date_from=2026-3-1", "date_from"),
        ("date_from=2026-03-02&date_to=2026-03-01", "date_to"),
        ("date_from=2020-01-01&date_to=2026-01-01&group_by=day", "group_by"),
        ("group_by=year", "group_by"),
        ("customer_type=ADMIN", "customer_type"),
        ("vendor=x", "vendor"),
        ("vendor=0197a000-0000-7000-8000-000000000000", "vendor"),
        ("region=Berlin", "region"),
        ("status=DONE", "status"),
        ("currency=usd", "currency"),
        ("colour=red", "colour"),
        ("status=PAID&status=VOID", "status"),
    ] {
        let problem = admin.get(&format!("{REPORT}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{query}: {problem}");
    }
    let (customer, _) = test.customer("amina@example.com").await;
    customer.get(REPORT).await.problem(403, "permission-missing");
    // a day that does not exist yet is empty, and so is a time before there was anything
    for query in ["date_from=2090-01-01&date_to=2090-01-31", "date_from=1990-01-01&date_to=1990-12-31"] {
        let report = admin.get(&format!("{REPORT}?{query}")).await.expect(200);
        assert_eq!(report["totals"]["money"], json!([]), "{query}");
    }
    test.done().await;
}
