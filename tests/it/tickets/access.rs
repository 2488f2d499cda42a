//! Who sees and does what.

use super::{AMINA, TICKETS, actions, ask, bodies, change, clerk, id, messages, path, question, shown, write};
use crate::support::TestApp;
use serde_json::json;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn another_customers_ticket_is_not_there() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let (stranger, _) = test.customer("b@example.com").await;
    let (buyer, _) = clerk(&test, "clerk@example.com", &["BUYER", "WAREHOUSE", "FINANCE"]).await;
    let ticket = ask(&customer).await;
    let file = customer.post_raw(&format!("{}attachments/", path(&ticket)), "words", &[("Content-Type", "text/plain")]).await.expect(201);
    let unknown = json!({ "id": Uuid::now_v7() });
    for client in [&stranger, &buyer] {
        for ticket in [&ticket, &unknown] {
            let path = path(ticket);
            client.get(&path).await.problem(404, "not-found");
            client.get(&messages(ticket)).await.problem(404, "not-found");
            client.get(&format!("{path}attachments/{}/", id(&file))).await.problem(404, "not-found");
            client.delete(&path).await.problem(404, "not-found");
            change(client, ticket, json!({ "status": "CLOSED" })).await.problem(404, "not-found");
            change(client, ticket, json!({ "response": "x" })).await.problem(404, "not-found");
            write(client, ticket, "x").await.problem(404, "not-found");
            client.post(&format!("{path}read/"), &json!({})).await.problem(404, "not-found");
            let upload = format!("{path}attachments/");
            client.post_raw(&upload, "words", &[("Content-Type", "text/plain")]).await.problem(404, "not-found");
        }
        assert_eq!(client.get(TICKETS).await.expect(200)["count"], 0);
    }
    customer.get(&format!("{TICKETS}1/")).await.problem(404, "not-found");
    for path in [TICKETS.to_owned(), path(&ticket), messages(&ticket)] {
        test.http.get(&path).await.problem(401, "unauthenticated");
    }
    test.http.post(TICKETS, &question()).await.problem(401, "unauthenticated");
    assert_eq!((shown(&customer, &ticket).await, bodies(&customer, &ticket).await.len()), (ticket, 0));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_staff_is_for_staff_who_manage_tickets() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer(AMINA).await;
    let (_, other) = test.customer("b@example.com").await;
    let (support, account) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let ticket = ask(&customer).await;
    for body in [
        json!({ "assignee": account["id"] }),
        json!({ "assignee": null }),
        json!({ "category": "BILLING" }),
        json!({ "priority": "URGENT" }),
        json!({ "response": "x" }),
        json!({ "internal_note": "x" }),
        json!({ "status": "CLOSED", "priority": "LOW" }),
    ] {
        change(&customer, &ticket, body).await.problem(403, "permission-missing");
    }
    let mut body = question();
    body["user"] = other["id"].clone();
    customer.post(TICKETS, &body).await.problem(403, "permission-missing");
    body["user"] = user["id"].clone();
    customer.post(TICKETS, &body).await.expect(201);
    for query in [format!("user={}", id(&user)), "assignee=me".into(), "unassigned=true".into(), "overdue=true".into()] {
        customer.get(&format!("{TICKETS}?{query}")).await.problem(403, "permission-missing");
    }
    assert_eq!(support.get(TICKETS).await.expect(200)["count"], 2);
    assert!(actions(&shown(&support, &ticket).await).contains(&"move:RESOLVED"));
    // customers read first names and no ids of those who help them
    change(&support, &ticket, json!({ "assignee": account["id"], "response": "Hello" })).await.expect(200);
    let seen = shown(&customer, &ticket).await;
    assert_eq!(seen["assignee"], json!({ "name": "Fatou" }));
    assert!(seen["events"].as_array().unwrap().iter().all(|event| event.get("created_by").is_none()));
    let page = customer.get(&messages(&ticket)).await;
    assert_eq!(page.expect(200)["results"][0]["author"], json!({ "kind": "STAFF", "name": "Fatou" }));
    let list = customer.get(TICKETS).await;
    for text in [&page.text, &list.text] {
        assert!(!text.contains("Sow") && !text.contains(id(&account)) && !text.contains("clerk@"), "{text}");
    }
    assert_eq!(shown(&support, &ticket).await["assignee"], json!({ "id": account["id"], "name": "Fatou Sow" }));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_opens_twenty_tickets_a_day() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer(AMINA).await;
    let (other, _) = test.customer("b@example.com").await;
    for _ in 0..3 {
        let wrong = json!({ "subject": "", "description": "x" });
        customer.post(TICKETS, &wrong).await.problem(400, "invalid");
    }
    for number in 0..20 {
        customer.post_once(TICKETS, &format!("key-{number}"), &question()).await.expect(201);
    }
    let refused = customer.post_once(TICKETS, "key-20", &question()).await;
    refused.problem(429, "too-many-tickets");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 3600);
    // what was done before is answered, others and staff are not kept out
    customer.post_once(TICKETS, "key-7", &question()).await.expect(201);
    other.post(TICKETS, &question()).await.expect(201);
    let mut body = question();
    body["user"] = user["id"].clone();
    test.admin().await.post(TICKETS, &body).await.expect(201);
    assert_eq!(test.count("tickets", "1 = 1").await, 22);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_writes_two_hundred_messages_an_hour() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let ticket = ask(&customer).await;
    for _ in 0..200 {
        write(&customer, &ticket, "Hello?").await.expect(201);
    }
    write(&customer, &ticket, "Hello?").await.problem(429, "too-many-messages");
    write(&test.admin().await, &ticket, "Hello").await.expect(201);
    test.app.clock.advance(chrono::TimeDelta::hours(1));
    // the counters of a fleet keep Redis' time
    if !test.store.is_postgres() {
        write(&test.http.sign_in(AMINA, crate::support::PASSWORD).await, &ticket, "Hello?").await.expect(201);
    }
    test.done().await;
}
