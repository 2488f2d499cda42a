//! The life of a ticket.

use super::{AMINA, TICKETS, actions, allowed, ask, bodies, change, clerk, mails, path, shown, write};
use crate::support::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_resolved_and_closed() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let answer = customer.post(TICKETS, &super::question()).await;
    let ticket = answer.expect(201);
    assert_eq!((answer.header("location"), answer.header("etag")), (path(&ticket).as_str(), "\"1\""));
    let year = test.app.clock.now().format("%Y").to_string();
    assert_eq!(ticket["reference"], format!("TCK-{year}-000001"));
    let expected =
        json!({ "status": "OPEN", "category": "SHIPMENT", "priority": "NORMAL", "waiting_on": "STAFF", "assignee": null, "unread": 0 });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(ticket[field], *value, "{field}");
    }
    assert_eq!((&ticket["user"], actions(&ticket)), (&user["id"], vec!["reply", "attach", "close"]));
    assert!(ticket.get("resolution_due_at").is_none() && ticket.get("customer").is_none(), "{ticket}");

    let seen = shown(&admin, &ticket).await;
    let can = ["reply", "note", "attach", "assign", "edit", "close", "move:IN_PROGRESS", "move:RESOLVED", "move:CLOSED"];
    assert_eq!((actions(&seen), &seen["customer"]["email"]), (can.to_vec(), &json!(AMINA)));
    let answered = change(&admin, &ticket, json!({ "response": "On Wednesday." })).await.expect(200);
    assert_eq!((&answered["status"], &answered["waiting_on"]), (&json!("IN_PROGRESS"), &json!("CUSTOMER")));
    let thanks = write(&customer, &ticket, "Thank you!").await.expect(201);
    assert_eq!((&thanks["author"], thanks.get("internal")), (&json!({ "kind": "CUSTOMER", "name": "Amina Diallo" }), None));
    assert_eq!(shown(&admin, &ticket).await["waiting_on"], "STAFF");
    let body = json!({ "response": "You are welcome.", "status": "RESOLVED" });
    let resolved = change(&admin, &ticket, body).await.expect(200);
    assert_eq!((&resolved["status"], resolved["resolved_at"].is_string()), (&json!("RESOLVED"), true));
    customer.delete(&path(&ticket)).await.expect(204);
    let closed = shown(&customer, &ticket).await;
    assert_eq!((&closed["status"], actions(&closed)), (&json!("CLOSED"), vec!["reply", "attach", "reopen"]));
    let steps: Vec<&str> = closed["events"].as_array().unwrap().iter().map(|event| event["status"].as_str().unwrap()).collect();
    assert_eq!(steps, ["OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"]);
    for client in [&customer, &admin] {
        assert_eq!(bodies(client, &ticket).await, ["On Wednesday.", "Thank you!", "You are welcome."]);
    }
    test.settle().await;
    let reference = ticket["reference"].as_str().unwrap();
    let expected = [
        format!("Answer to “Where is my parcel?” ({reference})"),
        format!("Answer to “Where is my parcel?” ({reference})"),
        format!("{reference} is resolved: “Where is my parcel?”"),
    ];
    assert_eq!(mails(&test, reference), expected, "and none to whoever closed it");
    assert_eq!(test.count("audit_entries", "action = 'ticket.moved'").await, 3);
    assert_eq!(test.count("audit_entries", "action = 'ticket.answered'").await, 2);
    let said = "CAST(detail AS TEXT) LIKE '%parcel%' OR CAST(detail AS TEXT) LIKE '%welcome%'";
    assert_eq!(test.count("audit_entries", said).await, 0, "the audit is for ever, and what people write is not");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_illegal_move_says_which_are_legal() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    for status in ["IN_PROGRESS", "RESOLVED"] {
        let problem = change(&customer, &ticket, json!({ "status": status })).await.problem(409, "ticket-step");
        assert_eq!(allowed(&problem), ["CLOSED"], "{status}");
    }
    change(&admin, &ticket, json!({ "status": "IN_PROGRESS" })).await.expect(200);
    let problem = change(&admin, &ticket, json!({ "status": "OPEN" })).await.problem(409, "ticket-step");
    assert_eq!(allowed(&problem), ["RESOLVED", "CLOSED"]);
    // what is asked for is there already
    assert_eq!(change(&admin, &ticket, json!({ "status": "IN_PROGRESS" })).await.header("etag"), "\"2\"");
    change(&admin, &ticket, json!({ "status": "RESOLVED" })).await.expect(200);
    let problem = change(&admin, &ticket, json!({ "status": "OPEN" })).await.problem(409, "ticket-step");
    assert_eq!(allowed(&problem), ["IN_PROGRESS", "CLOSED"]);
    let back = change(&admin, &ticket, json!({ "status": "IN_PROGRESS" })).await.expect(200);
    assert_eq!((&back["waiting_on"], &back["resolved_at"]), (&json!("STAFF"), &Value::Null));
    for _ in 0..2 {
        admin.delete(&path(&ticket)).await.expect(204);
    }
    for status in ["OPEN", "IN_PROGRESS", "RESOLVED"] {
        let problem = change(&admin, &ticket, json!({ "status": status })).await.problem(409, "ticket-step");
        assert_eq!(allowed(&problem), [""; 0], "{status}");
    }
    write(&admin, &ticket, "One more thing").await.problem(409, "ticket-step");
    change(&admin, &ticket, json!({ "response": "One more thing" })).await.problem(409, "ticket-step");
    assert_eq!(bodies(&admin, &ticket).await, [""; 0], "what was refused was not written");
    super::note(&admin, &ticket, "Colleagues may still write to each other").await;
    assert_eq!(test.count("ticket_events", "status = 'CLOSED'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_another_version_is_refused() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    let with = async |tag: &str, body: Value| {
        admin.send(reqwest::Method::PATCH, &path(&ticket), |request| request.header("If-Match", tag).json(&body)).await
    };
    with("\"2\"", json!({ "priority": "HIGH" })).await.problem(409, "version-conflict");
    assert_eq!(with("\"1\"", json!({ "priority": "HIGH", "category": "BILLING" })).await.header("etag"), "\"2\"");
    with("\"1\"", json!({ "internal_note": "x" })).await.problem(409, "version-conflict");
    with("3", json!({ "priority": "LOW" })).await.problem(400, "invalid");
    admin
        .send(reqwest::Method::DELETE, &path(&ticket), |request| request.header("If-Match", "\"1\""))
        .await
        .problem(409, "version-conflict");
    assert_eq!(with("*", json!({ "priority": "HIGH" })).await.header("etag"), "\"2\"", "nothing changes");
    assert_eq!(test.count("audit_entries", "action = 'ticket.changed'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_open_tickets_for_customers_who_called() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer(AMINA).await;
    let (support, account) = clerk(&test, "clerk@example.com", &["SUPPORT"]).await;
    let mut body = super::question();
    assert!(support.post(TICKETS, &body).await.problem(400, "invalid")["errors"]["user"].is_array());
    body["user"] = user["id"].clone();
    body["priority"] = "URGENT".into();
    let ticket = support.post(TICKETS, &body).await.expect(201);
    assert_eq!((&ticket["user"], &ticket["created_by"], &ticket["status"]), (&user["id"], &account["id"], &json!("OPEN")));
    assert_eq!(shown(&customer, &ticket).await["priority"], "URGENT");
    body["user"] = account["id"].clone();
    assert!(support.post(TICKETS, &body).await.problem(400, "invalid")["errors"]["user"].is_array());
    test.done().await;
}
