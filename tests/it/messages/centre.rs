//! The centre.

use super::{happens, ship};
use crate::support::TestApp;
use serde_json::json;
use shared::notifications::Event;
use uuid::Uuid;

const CENTRE: &str = "/api/notifications/";

#[tokio::test(flavor = "multi_thread")]
async fn people_see_what_they_were_told_in_their_own_language_and_nothing_of_others() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let (_, other) = test.customer("bilal@example.com").await;
    let subject = ship(&test, &user).await;
    ship(&test, &other).await;
    let invoice = json!({ "number": "INV-2026-000001", "amount": "1234.50 USD", "due": "2026-11-23" });
    happens(&test, &user, Event::InvoiceIssued, invoice).await;
    test.settle().await;

    let seen = amina.get(CENTRE).await.expect(200);
    assert_eq!(seen["count"], 2);
    let (newest, oldest) = (&seen["results"][0], &seen["results"][1]);
    assert_eq!(newest["title"].as_str().unwrap().replace('\u{a0}', " "), "Invoice INV-2026-000001 for USD 1,234.50");
    assert!(newest["body"].as_str().unwrap().contains("November 23, 2026"), "{newest}");
    assert_eq!(oldest["event"], "shipment.status");
    assert_eq!(oldest["subject"], json!(subject));
    assert_eq!(oldest["title"], "Shipment SHP-2026-000123 is on its way");
    assert!(oldest["read_at"].is_null());

    let german = amina.get(&format!("{CENTRE}?lang=de")).await.expect(200);
    assert!(german["results"][0]["title"].as_str().unwrap().replace('\u{a0}', " ").contains("1.234,50 USD"), "{german}");
    amina.patch("/api/users/me/", &json!({ "language": "ar" })).await.expect(200);
    let arabic = amina.get(CENTRE).await.expect(200);
    let title = arabic["results"][1]["title"].as_str().unwrap();
    assert!(title.contains("SHP-2026-000123") && title.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c)), "{title}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_stays_read_and_is_counted_no_more() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let (bilal, other) = test.customer("bilal@example.com").await;
    for _ in 0..3 {
        ship(&test, &user).await;
    }
    ship(&test, &other).await;
    test.settle().await;
    assert_eq!(amina.get("/api/notifications/unread/").await.expect(200), json!({ "unread": 3 }));

    let foreign = bilal.get(CENTRE).await.expect(200)["results"][0]["id"].clone();
    let mine = amina.get(CENTRE).await.expect(200)["results"][2]["id"].clone();
    let left = amina.post("/api/notifications/read/", &json!({ "ids": [mine, foreign, Uuid::now_v7()] })).await.expect(200);
    assert_eq!(left, json!({ "unread": 2 }));
    assert_eq!(bilal.get("/api/notifications/unread/").await.expect(200), json!({ "unread": 1 }), "it is not for others to read");
    amina.post(&format!("/api/notifications/{}/read/", foreign.as_str().unwrap()), &json!({})).await.problem(404, "not-found");

    let first = amina.get(&format!("{CENTRE}?unread=false")).await.expect(200);
    assert_eq!((&first["count"], &first["results"][0]["id"]), (&json!(1), &mine));
    test.app.clock.advance(chrono::TimeDelta::minutes(5));
    let again = amina.post(&format!("/api/notifications/{}/read/", mine.as_str().unwrap()), &json!({})).await.expect(200);
    assert_eq!(again, json!({ "unread": 2 }));
    assert_eq!(amina.get(&format!("{CENTRE}?unread=false")).await.expect(200), first, "read once, and then");

    assert_eq!(amina.post("/api/notifications/read/", &json!({ "all": true })).await.expect(200), json!({ "unread": 0 }));
    assert_eq!(amina.get(&format!("{CENTRE}?unread=true")).await.expect(200)["count"], 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_named() {
    let test = TestApp::new().await;
    let (amina, _) = test.customer("amina@example.com").await;
    for (query, field) in
        [("unread=yes", "unread"), ("event=party", "event"), ("page=0", "page"), ("page_size=101", "page_size"), ("x=1", "x")]
    {
        let problem = amina.get(&format!("{CENTRE}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{query}: {problem}");
    }
    let many: Vec<Uuid> = (0..101).map(|_| Uuid::now_v7()).collect();
    for (body, field) in [
        (json!({}), "ids"),
        (json!({ "ids": [], "all": true }), "all"),
        (json!({ "all": false }), "ids"),
        (json!({ "ids": many }), "ids"),
        (json!({ "ids": ["7"] }), "ids[0]"),
        (json!({ "ids": null, "everything": true }), "everything"),
    ] {
        let problem = amina.post("/api/notifications/read/", &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{body}: {problem}");
    }
    test.http.get(CENTRE).await.problem(401, "unauthenticated");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_costs_as_many_statements_as_a_row() {
    // a worker asks now and then, whoever counts
    let test = TestApp::builder().without_worker().start().await;
    let (amina, user) = test.customer("amina@example.com").await;
    let mut costs = vec![];
    for rows in [1, 29] {
        for _ in 0..rows {
            ship(&test, &user).await;
        }
        let (page, cost) = test.cost(amina.get(&format!("{CENTRE}?page_size=100"))).await;
        page.expect(200);
        costs.push(cost);
    }
    assert_eq!(costs[0], costs[1]);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_how_every_message_ended_and_customers_do_not() {
    let test = TestApp::new().await;
    let (amina, user) = test.customer("amina@example.com").await;
    ship(&test, &user).await;
    test.settle().await;
    let all = format!("/api/admin/notifications/?user={}", user["id"].as_str().unwrap());
    let admin = test.admin().await;
    let seen = admin.get(&format!("{all}&channel=EMAIL&status=SENT")).await.expect(200);
    assert_eq!(seen["count"], 1, "{seen}");
    assert_eq!((&seen["results"][0]["address"], &seen["results"][0]["event"]), (&json!(null), &json!("shipment.status")));
    assert!(seen["results"][0]["message_id"].as_str().unwrap().starts_with('<'), "{seen}");
    assert_eq!(admin.get(&format!("{all}&status=BOUNCED")).await.expect(200)["count"], 0);
    assert_eq!(admin.get(&format!("{all}&created_at__lt=2020-01-01T00:00:00Z")).await.expect(200)["count"], 0);
    amina.get(&all).await.problem(403, "permission-missing");
    test.done().await;
}
