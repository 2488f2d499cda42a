//! What staff see first.

use super::{DASHBOARD, with_a_past};
use crate::support::{PASSWORD, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_number_is_what_its_list_counts() {
    let test = with_a_past().await;
    // what a demo leaves nothing of
    for (table, from, to) in [
        ("shipments", "DELIVERED", "status = 'PENDING'"),
        ("shipments", "DELIVERED", "status = 'PENDING', action_required = 'COST_APPROVAL'"),
        ("shipments", "DELIVERED", "status = 'ON_HOLD'"),
        ("shipments", "DELIVERED", "status = 'RETURNED'"),
        ("buy4me_requests", "COMPLETED", "status = 'SUBMITTED'"),
        ("buy4me_requests", "COMPLETED", "status = 'SUBMITTED', action_required = 'PRICE_APPROVAL'"),
        ("tickets", "CLOSED", "status = 'OPEN', assignee_id = NULL"),
        (
            "tickets",
            "CLOSED",
            "status = 'OPEN', waiting_on = 'STAFF', assignee_id = (SELECT id FROM users WHERE email = 'root@example.com')",
        ),
        ("tickets", "CLOSED", "status = 'OPEN', overdue_at = created_at"),
        ("shipments", "DELIVERED", "status = 'PROCESSING', action_required = 'COST_APPROVAL'"),
        ("buy4me_requests", "COMPLETED", "status = 'WAREHOUSE_ARRIVED', shipment_id = NULL"),
        ("payment_transactions", "SUCCESS", "status = 'PENDING', kind = 'DISPUTE'"),
    ] {
        test.sql(&format!(
            "UPDATE {table} SET {to} WHERE id IN (SELECT id FROM {table} WHERE status = '{from}' ORDER BY created_at LIMIT 3)"
        ))
        .await;
    }
    let owner = test.admin().await;
    let shown = owner.get(DASHBOARD).await.expect(200);
    let work = shown["work"].as_array().unwrap();
    assert_eq!(work.len(), 16, "{shown}");
    let mut full = vec![];
    for list in work {
        let url = list["url"].as_str().unwrap();
        let found = owner.get(&format!("{url}&page_size=100")).await.expect(200);
        assert_eq!(found["count"], list["count"], "{url}");
        if list["count"] != 0 {
            full.push(list["what"].as_str().unwrap());
            let since = if list["what"] == "INVOICES_OVERDUE" { "due_at" } else { "created_at" };
            let oldest = list["oldest_at"].as_str().unwrap();
            let times = found["results"].as_array().unwrap().iter().filter_map(|row| row[since].as_str());
            assert!(times.clone().all(|at| at >= oldest), "{url}");
            if found["next"].is_null() {
                assert!(times.clone().next().is_none() || times.clone().any(|at| at == oldest), "{url}");
            }
        }
    }
    // a demo leaves work of most kinds
    for what in
        ["SHIPMENTS_TO_CONFIRM", "SHIPMENTS_TO_SEND", "REQUESTS_TO_ORDER", "REQUESTS_TO_RECEIVE", "INVOICES_OVERDUE", "TICKETS_UNASSIGNED"]
    {
        assert!(full.contains(&what), "{what} is empty: {full:?}");
    }
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_staff_sees_the_lists_they_work_on_in_their_language() {
    let test = TestApp::builder().without_worker().start().await;
    let owner = test.admin().await;
    let sets = ["WAREHOUSE", "BUYER", "SUPPORT", "FINANCE", "ADMIN"];
    let mut lists = vec![];
    for set in sets {
        let email = format!("{}@example.com", set.to_lowercase());
        let body = json!({
            "email": email, "password": PASSWORD, "first_name": "Fatou", "last_name": "", "role": "ADMIN", "permission_sets": [set],
            "language": "de",
        });
        owner.post("/api/superadmin/admins/", &body).await.expect(201);
        let client = test.http.sign_in(&email, PASSWORD).await;
        let (shown, cost) = test.cost(client.get(DASHBOARD)).await;
        let shown = shown.expect(200);
        assert!(cost <= 3, "{set}: {cost} statements");
        assert_eq!((&shown["customer"], &shown["company"]), (&Value::Null, &Value::Null), "{set}");
        for list in shown["work"].as_array().unwrap() {
            client.get(list["url"].as_str().unwrap()).await.expect(200);
            lists.push(format!("{set}: {} – {}", list["what"].as_str().unwrap(), list["title"].as_str().unwrap()));
        }
    }
    insta::assert_snapshot!("work_of_each_set", lists.join("\n"));
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn super_admins_see_the_last_thirty_days_beside_the_thirty_before() {
    let test = with_a_past().await;
    let owner = test.admin().await;
    let (shown, cost) = test.cost(owner.get(DASHBOARD)).await;
    let company = &shown.expect(200)["company"];
    assert!(cost <= 60, "{cost} statements");
    let (_, cost) = test.cost(owner.get(DASHBOARD)).await;
    assert!(cost <= 3, "{cost} statements");
    let today = test.app.clock.now().date_naive();
    let report = async |from: i64, to: i64| {
        let (from, to) = (today - TimeDelta::days(from), today - TimeDelta::days(to));
        owner.get(&format!("/api/admin/reports/?date_from={from}&date_to={to}")).await.expect(200)["totals"].clone()
    };
    for (part, totals) in [("value", report(29, 0).await), ("before", report(59, 30).await)] {
        assert_eq!(company["revenue"][part], totals["base"]["revenue"], "{part}");
        assert_eq!(company["net"][part], totals["base"]["net"], "{part}");
        assert_eq!(company["shipments"][part], totals["shipments"]["count"].to_string(), "{part}");
        assert_eq!(company["buy4me_requests"][part], totals["buy4me_requests"]["count"].to_string(), "{part}");
    }
    assert_ne!(company["revenue"]["before"], "0.00");
    assert_eq!(company["days"].as_array().unwrap().len(), 30);
    assert_eq!(company["days"][29]["to"], today.to_string());
    let number = |text: &Value| text.as_str().unwrap().parse::<f64>().unwrap();
    let (now, before) = (number(&company["shipments"]["value"]), number(&company["shipments"]["before"]));
    assert!((number(&company["shipments"]["change"]) - (now / before - 1.0) * 100.0).abs() < 0.06, "{company}");
    test.close().await;
}
