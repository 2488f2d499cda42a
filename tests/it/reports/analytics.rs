//! Analytics through the API.

use crate::support::{PASSWORD, TestApp, id};
use chrono::TimeDelta;
use serde_json::{Value, json};

const ANALYTICS: &str = "/api/superadmin/analytics/";

fn quoted(text: &Value) -> String {
    format!("'{}'", text.as_str().unwrap())
}

impl TestApp {
    /// After what is kept for some seconds.
    async fn watch_anew(&self, query: &str) -> Value {
        self.app.clock.advance(TimeDelta::seconds(4));
        self.admin().await.get(&format!("{ANALYTICS}?{query}")).await.expect(200)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_seen_within_five_seconds_and_costs_nothing_in_between() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    test.walk_in("binta@example.com").await;
    let admin = test.admin().await;
    let before = admin.get(ANALYTICS).await.expect(200);
    assert_eq!(before["users"], json!({ "active_day": 2, "active_week": 2, "active_month": 2, "joined": 2 }));
    assert_eq!(
        (&before["refund_rate"], &before["payments"]["failure_rate"], &before["conversion"]["rate"]),
        (&json!(null), &json!(null), &json!(null))
    );
    let invoice = test.invoice(&user, "12.50").await;
    test.pay(&amina, id(&invoice)).await;
    test.quiet().await;
    let before = admin.get(ANALYTICS).await.expect(200);
    let (same, cost) = test.cost(admin.get(ANALYTICS)).await;
    assert_eq!(same.expect(200)["as_of"], before["as_of"]);
    // who asks is looked up, and nothing else
    assert!(cost <= 2, "{cost} statements");
    test.app.clock.advance(TimeDelta::seconds(4));
    let (read, cost) = test.cost(admin.get(ANALYTICS)).await;
    let read = read.expect(200);
    assert!(cost <= 22, "{cost} statements");
    assert_eq!(
        (&read["money"]["revenue"], &read["payments"]),
        (&json!("12.50"), &json!({ "succeeded": 1, "failed": 0, "failure_rate": "0.0" }))
    );
    let today = read["series"].as_array().unwrap().last().unwrap();
    assert_eq!(read["series"].as_array().unwrap().len(), 30);
    for (name, value) in [
        ("active_users", json!(2)),
        ("joined_users", json!(2)),
        ("invoices", json!(1)),
        ("revenue", json!("12.50")),
        ("payments_succeeded", json!(1)),
    ] {
        assert_eq!(today[name], value, "{name}: {today}");
    }
    let refund = json!({ "amount": "2.50", "reason": "scratched" });
    admin.post(&format!("/api/invoices/{}/refunds/", id(&invoice)), &refund).await.expect(202);
    test.quiet().await;
    let read = test.watch_anew("").await;
    assert_eq!((&read["refund_rate"], &read["money"]["net"]), (&json!("20.0"), &json!("10.00")));
    assert_eq!(read["queues"].as_array().unwrap().iter().map(|queue| queue["dead"].as_i64().unwrap()).sum::<i64>(), 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_count_once_a_day_and_staff_do_not() {
    let test = TestApp::builder().without_worker().start().await;
    test.customer("amina@example.com").await;
    test.walk_in("binta@example.com").await;
    let signed_in = test.http.post("/api/auth/login/", &json!({ "username": "amina@example.com", "password": PASSWORD })).await.expect(200);
    test.app.clock.advance(TimeDelta::days(1));
    test.http.post("/api/auth/refresh/", &json!({ "refresh": signed_in["refresh"] })).await.expect(200);
    test.http.sign_in("binta@example.com", PASSWORD).await;
    test.app.clock.advance(TimeDelta::days(8));
    test.http.sign_in("binta@example.com", PASSWORD).await;
    let read = test.watch_anew("").await;
    let active = |read: &Value| ["active_day", "active_week", "active_month"].map(|name| read["users"][name].as_i64().unwrap());
    assert_eq!(active(&read), [1, 1, 2]);
    let course: Vec<i64> = read["series"].as_array().unwrap().iter().map(|day| day["active_users"].as_i64().unwrap()).collect();
    assert_eq!(course[20..], [2, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
    // by week and month each counts once, also when the count of a past group is known already
    for _ in 0..2 {
        let read = test.watch_anew("group_by=month").await;
        let months: i64 = read["series"].as_array().unwrap().iter().map(|month| month["active_users"].as_i64().unwrap()).sum();
        assert!((2..=4).contains(&months), "{read}");
    }
    let yesterday = (test.app.clock.now() - TimeDelta::days(1)).date_naive();
    assert_eq!(active(&test.watch_anew(&format!("date_to={yesterday}")).await), [0, 0, 2]);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_owed_is_told_by_how_late_it_is_and_what_failed_by_the_day() {
    let test = TestApp::builder().without_worker().start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    test.rate("EUR", "USD", "1.25").await;
    let now = test.app.clock.now();
    for (days, amount) in [(-5, "1.00"), (3, "2.00"), (31, "4.00"), (61, "8.00"), (91, "16.00"), (400, "32.00")] {
        let invoice = test.invoice(&user, amount).await;
        let due = (now - TimeDelta::days(days)).to_rfc3339();
        test.sql(&format!("UPDATE invoices SET due_at = '{due}' WHERE invoice_number = {}", quoted(&invoice["invoice_number"]))).await;
    }
    let lines = json!([{ "description": "Customs", "quantity": 1, "unit_price": "10" }]);
    test.admin().await.post("/api/invoices/", &json!({ "user": user["id"], "currency": "EUR", "lines": lines })).await.expect(201);
    // what staff book is no try; one that was left, one that failed for good, one that was refused and may still come
    let invoice = test.invoice(&user, "64.00").await;
    for (status, code) in [("CANCELLED", "'expired'"), ("FAILED", "NULL"), ("PENDING", "'card_declined'")] {
        test.open_page(&amina, id(&invoice)).await;
        test.sql(&format!(
            "UPDATE payment_transactions SET status = '{status}', failure_code = {code} WHERE status = 'PENDING' AND failure_code IS NULL"
        ))
        .await;
    }
    // half of it is paid and a part of that given back: the rest is owed all the same
    let cash = json!({ "amount": "40.00", "method": "CASH", "reference": "till 1" });
    let booked = test.admin().await.post(&format!("/api/invoices/{}/record-payment/", id(&invoice)), &cash).await;
    booked.expect(201);
    test.sql("UPDATE invoices SET refunded_minor = 1000, payment_status = 'PARTIALLY_REFUNDED' WHERE paid_minor = 4000").await;
    let read = test.watch_anew("").await;
    let owed: Vec<_> =
        read["outstanding"].as_array().unwrap().iter().map(|due| json!([due["age"], due["invoices"], due["money"], due["base"]])).collect();
    assert_eq!(
        owed,
        [
            json!(["NOT_DUE", 3, { "USD": "25.00", "EUR": "10.00" }, "37.50"]),
            json!(["OVERDUE_1_30", 1, { "USD": "2.00" }, "2.00"]),
            json!(["OVERDUE_31_60", 1, { "USD": "4.00" }, "4.00"]),
            json!(["OVERDUE_61_90", 1, { "USD": "8.00" }, "8.00"]),
            json!(["OVERDUE_OVER_90", 2, { "USD": "48.00" }, "48.00"]),
        ]
    );
    assert_eq!(read["payments"], json!({ "succeeded": 0, "failed": 2, "failure_rate": "100.0" }));
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_super_admins_see_them_and_a_wrong_time_is_named() {
    let test = TestApp::builder().without_worker().start().await;
    let admin = test.admin().await;
    for (query, field) in [
        ("date_from=yesterday", "date_from"),
        ("date_to=2026-02-30", "date_to"),
        ("date_from=2020-01-01&date_to=2026-01-01", "group_by"),
        ("group_by=year", "group_by"),
        ("currency=USD", "currency"),
    ] {
        let problem = admin.get(&format!("{ANALYTICS}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{query}: {problem}");
    }
    for query in [
        "date_from=2090-01-01&date_to=2090-01-31",
        "date_from=1990-01-01&date_to=1990-12-31",
        "date_from=1900-01-01&group_by=month&date_to=1933-01-01",
    ] {
        let read = admin.get(&format!("{ANALYTICS}?{query}")).await.expect(200);
        assert_eq!((&read["money"]["revenue"], &read["users"]["joined"]), (&json!("0.00"), &json!(0)), "{query}");
    }
    let (customer, _) = test.customer("amina@example.com").await;
    customer.get(ANALYTICS).await.problem(403, "permission-missing");
    test.close().await;
}
