//! Bad input: the right status, a named field, nothing stored.

use super::{AMINA, TICKETS, ask, change, messages, path, question, shown};
use crate::support::TestApp;
use serde_json::{Value, json};

fn texts(field: &'static str, max: usize) -> Vec<(&'static str, Value)> {
    let mut wrong =
        vec![json!(""), json!(" \n\t"), json!("x".repeat(max + 1)), json!("a\u{0}b"), json!("a\u{1b}[2Jb"), json!(7), json!(null)];
    wrong.push(json!(["x"]));
    wrong.into_iter().map(|value| (field, value)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_new_ticket_is_checked_and_named() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let mut cases = [texts("subject", 200), texts("description", 10_000)].concat();
    cases.extend([
        ("subject", json!("two\nlines")),
        ("category", json!("parcel")),
        ("category", json!(1)),
        ("priority", json!("normal")),
        ("priority", json!({})),
        ("user", json!("me")),
        ("status", json!("CLOSED")),
        ("assignee", json!(null)),
        ("colour", json!("red")),
    ]);
    for (field, value) in &cases {
        let mut body = question();
        body[field] = value.clone();
        let problem = customer.post(TICKETS, &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} = {value}: {problem}");
    }
    for field in ["subject", "description"] {
        let mut body = question();
        body.as_object_mut().unwrap().remove(field);
        assert!(customer.post(TICKETS, &body).await.problem(400, "invalid")["errors"][field].is_array(), "{field}");
    }
    let problem = customer.post(TICKETS, &json!({ "subject": "", "description": "" })).await.problem(400, "invalid");
    assert_eq!(problem["errors"].as_object().unwrap().keys().collect::<Vec<_>>(), ["description", "subject"], "all at once");
    customer.post_raw(TICKETS, "{", &[("Content-Type", "application/json")]).await.problem(400, "malformed-json");
    customer.post_raw(TICKETS, "{}", &[("Content-Type", "text/plain")]).await.problem(415, "unsupported-media-type");
    assert_eq!(test.count("tickets", "1 = 1").await, 0);
    // the longest that fit, in any script, tidied
    let body =
        json!({ "subject": format!(" {} ", "ж".repeat(200)), "description": format!("{}\r\n\n", "😀".repeat(10_000)), "category": null });
    let ticket = customer.post(TICKETS, &body).await.expect(201);
    assert_eq!((&ticket["subject"], &ticket["description"]), (&json!("ж".repeat(200)), &json!("😀".repeat(10_000))));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_message_and_of_a_change_is_checked_and_named() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    let mut cases = texts("body", 10_000);
    cases.extend([
        ("internal", json!("yes")),
        ("attachments", json!("x")),
        ("attachments", json!(null)),
        ("attachments[0]", json!(["x"])),
        ("author", json!("STAFF")),
    ]);
    for (field, value) in &cases {
        let mut body = json!({ "body": "x" });
        body[field.split('[').next().unwrap()] = value.clone();
        let problem = admin.post(&messages(&ticket), &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} = {value}: {problem}");
    }
    assert!(customer.post(&messages(&ticket), &json!({})).await.problem(400, "invalid")["errors"]["body"].is_array());
    let mut cases = [texts("response", 10_000), texts("internal_note", 10_000)].concat();
    cases.extend([
        ("status", json!("open")),
        ("status", json!(null)),
        ("assignee", json!("x")),
        ("category", json!("x")),
        ("category", json!(null)),
        ("priority", json!("x")),
        ("priority", json!(null)),
        ("subject", json!("x")),
        ("waiting_on", json!("STAFF")),
    ]);
    for (field, value) in &cases {
        let mut body = json!({ "priority": "HIGH" });
        body[field] = value.clone();
        let problem = change(&admin, &ticket, body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} = {value}: {problem}");
    }
    for body in [json!({ "message": "x" }), json!({ "message": 7 }), json!({ "message": null, "upto": 1 }), json!([])] {
        admin.post(&format!("{}read/", path(&ticket)), &body).await.problem(400, "invalid");
    }
    assert_eq!(change(&admin, &ticket, json!({})).await.header("etag"), "\"1\"");
    assert_eq!(shown(&customer, &ticket).await, ticket);
    assert_eq!(test.count("ticket_messages", "1 = 1").await, 0);
    test.done().await;
}
