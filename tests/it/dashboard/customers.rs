//! What customers see first.

use super::{DASHBOARD, with_a_past};
use crate::support::{PASSWORD, TestApp, id};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Lists of one's own, whole.
async fn all(client: &crate::support::client::Client, list: &str) -> Vec<Value> {
    let found = client.get(&format!("{list}page_size=100")).await.expect(200);
    assert!(found["next"].is_null(), "{list}");
    found["results"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_sees_what_the_own_lists_say() {
    let test = with_a_past().await;
    // whoever has most to see
    let sql = "SELECT u.email FROM users u JOIN invoices i ON i.user_id = u.id WHERE u.role = 'BUY4ME' AND i.status = 'OPEN' \
               AND i.payment_status = 'UNPAID' GROUP BY u.email ORDER BY count(*) DESC, u.email LIMIT 3";
    let rows = sea_orm::ConnectionTrait::query_all_raw(&test.app.db.conn, test.app.db.sql(sql, vec![])).await.unwrap();
    let emails: Vec<String> = rows.iter().map(|row| row.try_get("", "email").unwrap()).collect();
    assert_eq!(emails.len(), 3);
    // most customers of a demo have no password
    let known = format!("SELECT password_hash FROM users WHERE email = '{}'", shared::demo::OWNER);
    test.sql(&format!("UPDATE users SET password_hash = ({known}) WHERE role = 'BUY4ME'")).await;
    for email in emails {
        let client = test.http.sign_in(&email, shared::demo::PASSWORD).await;
        let (shown, cost) = test.cost(client.get(DASHBOARD)).await;
        let shown = shown.expect(200);
        assert!(cost <= 5, "{cost} statements");
        assert_eq!((&shown["work"], &shown["company"]), (&Value::Null, &Value::Null));
        let mine = &shown["customer"];
        for (part, list, finished) in [
            ("shipments", "/api/shipments/?", ["DELIVERED", "CANCELLED"]),
            ("buy4me_requests", "/api/buy4me/requests/?", ["COMPLETED", "CANCELLED"]),
        ] {
            let mut by_status = BTreeMap::<String, i64>::new();
            for row in all(&client, list).await {
                *by_status.entry(row["status"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            let open: i64 = by_status.iter().filter(|(status, _)| !finished.contains(&status.as_str())).map(|(_, count)| count).sum();
            assert_eq!(mine[part], json!({ "open": open, "by_status": by_status }), "{email} {part}");
        }
        let owed = all(&client, "/api/invoices/?status=OPEN&payment_status__in=UNPAID,PARTIALLY_PAID&ordering=due_at&").await;
        let late = all(&client, "/api/invoices/?overdue=true&").await;
        assert_eq!((&mine["to_pay"]["invoices"], &mine["to_pay"]["overdue"]), (&json!(owed.len()), &json!(late.len())), "{email}");
        let told: Vec<_> =
            mine["needs_you"].as_array().unwrap().iter().filter(|need| need["what"].as_str().unwrap().starts_with("PAY_")).collect();
        assert_eq!(told.len(), late.len().min(10) + (owed.len() - late.len()).min(10), "{email}");
        for need in &told {
            let invoice = client.get(need["url"].as_str().unwrap()).await.expect(200);
            assert_eq!((&need["amount"], &need["currency"], &need["at"]), (&invoice["balance"], &invoice["currency"], &invoice["due_at"]));
            assert!(need["title"].as_str().unwrap().contains(invoice["invoice_number"].as_str().unwrap()));
        }
    }
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_customer_is_told_the_most_pressing_first() {
    let test = TestApp::builder().without_worker().start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let staff = test.admin().await;
    let empty = amina.get(DASHBOARD).await.expect(200);
    assert_eq!(empty["customer"]["needs_you"], json!([]));
    assert_eq!(empty["customer"]["to_pay"], json!({ "invoices": 0, "overdue": 0, "next_due_at": null, "money": {} }));
    let draft = json!({ "items": [{ "product_name": "Radio", "product_url": "https://shop.example/radio", "quantity": 1, "unit_price": "9.00", "currency": "USD" }] });
    let request = amina.post("/api/buy4me/requests/", &draft).await.expect(201);
    let soon = test.invoice(&user, "12.50").await;
    let late = test.invoice(&user, "7.50").await;
    let due = (test.app.clock.now() - TimeDelta::days(3)).to_rfc3339();
    test.sql(&format!("UPDATE invoices SET due_at = '{due}' WHERE invoice_number = '{}'", late["invoice_number"].as_str().unwrap())).await;
    let ticket = json!({ "subject": "Where is it?", "description": "It was to come on Monday.", "category": "SHIPMENT" });
    let ticket = amina.post("/api/support/tickets/", &ticket).await.expect(201);
    let reply = json!({ "body": "Which number is on the label?" });
    staff.post(&format!("/api/support/tickets/{}/messages/", id(&ticket)), &reply).await.expect(201);
    test.sql("UPDATE buy4me_requests SET action_required = 'PRICE_APPROVAL'").await;

    let shown = amina.get(DASHBOARD).await.expect(200);
    let needs: Vec<_> =
        shown["customer"]["needs_you"].as_array().unwrap().iter().map(|need| (need["what"].clone(), need["id"].clone())).collect();
    let told = [
        ("PAY_OVERDUE_INVOICE", &late),
        ("APPROVE_PRICE", &request),
        ("ANSWER_TICKET", &ticket),
        ("PAY_INVOICE", &soon),
        ("SUBMIT_REQUEST", &request),
    ];
    assert_eq!(needs, told.map(|(what, about)| (json!(what), about["id"].clone())));
    assert_eq!(
        shown["customer"]["to_pay"],
        json!({ "invoices": 2, "overdue": 1, "next_due_at": soon["due_at"], "money": { "USD": "20.00" } })
    );
    for need in shown["customer"]["needs_you"].as_array().unwrap() {
        amina.get(need["url"].as_str().unwrap()).await.expect(200);
        assert!(need["title"].as_str().unwrap().contains(need["reference"].as_str().unwrap()), "{need}");
    }
    // goods that have arrived wait for an address, until a shipment is made
    test.sql("UPDATE buy4me_requests SET action_required = NULL, status = 'WAREHOUSE_ARRIVED'").await;
    let forward = "/api/buy4me/requests/?task=FORWARD";
    let what = async || amina.get(DASHBOARD).await.expect(200)["customer"]["needs_you"][1]["what"].clone();
    assert_eq!((what().await, &staff.get(forward).await.expect(200)["count"]), (json!("GIVE_INSTRUCTIONS"), &json!(1)));
    test.sql("UPDATE buy4me_requests SET shipment_id = id").await;
    assert_eq!((what().await, &staff.get(forward).await.expect(200)["count"]), (json!("ANSWER_TICKET"), &json!(0)));
    // nobody sees anything of somebody else
    let (other, _) = test.customer("binta@example.com").await;
    assert_eq!(other.get(DASHBOARD).await.expect(200)["customer"], empty["customer"]);
    amina.patch("/api/users/me/", &json!({ "language": "ar" })).await.expect(200);
    let arabic = test.http.sign_in("amina@example.com", PASSWORD).await.get(DASHBOARD).await.expect(200);
    assert!(arabic["customer"]["needs_you"][0]["title"].as_str().unwrap().starts_with("الفاتورة INV-"), "{arabic}");
    test.close().await;
}
