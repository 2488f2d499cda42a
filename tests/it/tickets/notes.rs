//! What staff write to each other leaves no trace that a customer could find.

use super::{AMINA, TICKETS, ask, bodies, change, later, messages, note, path, shown, write};
use crate::support::TestApp;
use crate::support::client::Client;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Everything a customer can read about tickets, headers that tell versions included.
async fn everything(customer: &Client, ticket: &Value) -> Vec<(String, String)> {
    let mut read = vec![];
    for path in [
        path(ticket),
        messages(ticket),
        TICKETS.to_owned(),
        format!("{TICKETS}?ordering=-last_message_at"),
        format!("{TICKETS}?ordering=-updated_at"),
        format!("{TICKETS}?search=parcel"),
        format!("{}?page_size=1", messages(ticket)),
        "/api/notifications/".to_owned(),
    ] {
        let answer = customer.get(&path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        read.push((answer.headers.get("etag").map(|tag| tag.to_str().unwrap().to_owned()).unwrap_or_default(), answer.text));
    }
    read
}

#[tokio::test(flavor = "multi_thread")]
async fn an_internal_note_changes_nothing_that_its_customer_can_see() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    write(&admin, &ticket, "On Wednesday.").await.expect(201);
    let asked = write(&customer, &ticket, "Of which week?").await.expect(201);
    test.settle().await;
    let before = everything(&customer, &ticket).await;
    let (mails, events) = (test.mails().len(), test.count("live_events", "1 = 1").await);

    let (customer, admin) = later(&test, TimeDelta::hours(1)).await;
    let upload = format!("{}attachments/", path(&ticket));
    let file = admin.post_raw(&upload, "a secret list", &[("Content-Type", "text/plain")]).await.expect(201);
    let body = json!({ "body": "A liar, this one", "internal": true, "attachments": [file["id"]] });
    let internal = admin.post(&messages(&ticket), &body).await.expect(201);
    assert_eq!((&internal["internal"], &internal["author"]["kind"]), (&json!(true), &json!("STAFF")));
    assert_eq!(change(&admin, &ticket, json!({ "internal_note": "Indeed" })).await.header("etag"), "\"3\"");
    test.settle().await;
    assert_eq!(everything(&customer, &ticket).await, before);
    assert_eq!(test.count("live_events", "1 = 1").await, events, "no screen moves: nobody cares for the ticket yet");
    assert_eq!(shown(&customer, &ticket).await["unread"], 1);
    assert_eq!(customer.call(&format!("{}read/", path(&ticket))).await.expect(200)["unread"], 0);
    assert_eq!(test.mails().len(), mails, "nobody is told");
    assert_eq!(bodies(&admin, &ticket).await, ["On Wednesday.", "Of which week?", "A liar, this one", "Indeed"]);

    // nor can it be named
    let file = format!("{upload}{}/", file["id"].as_str().unwrap());
    customer.get(&file).await.problem(404, "not-found");
    assert_eq!(admin.get(&file).await.text, "a secret list");
    let named = internal["id"].as_str().unwrap();
    let unknown = uuid::Uuid::now_v7().to_string();
    let ask = async |id: &str| {
        let list = customer.get(&format!("{}?after={id}", messages(&ticket))).await.problem(400, "invalid");
        let read = customer.post(&format!("{}read/", path(&ticket)), &json!({ "message": id })).await.problem(400, "invalid");
        (list["errors"].clone(), read["errors"].clone())
    };
    assert_eq!(ask(named).await, ask(&unknown).await);
    let after = format!("{}?after={}", messages(&ticket), asked["id"].as_str().unwrap());
    assert_eq!(customer.get(&after).await.expect(200)["count"], 0);
    assert_eq!(admin.get(&after).await.expect(200)["count"], 2);

    // and the next public message is the next one
    write(&admin, &ticket, "Of this one.").await.expect(201);
    assert_eq!(bodies(&customer, &ticket).await, ["On Wednesday.", "Of which week?", "Of this one."]);
    let export = customer.post("/api/users/me/export/", &json!({})).await.expect(202);
    test.settle().await;
    let export = customer.get(&format!("/api/users/me/export/{}/", export["id"].as_str().unwrap())).await.expect(200);
    let copy = customer.get(export["download_url"].as_str().unwrap()).await.text;
    assert!(copy.contains("Of this one.") && !copy.contains("liar") && !copy.contains("Indeed") && !copy.contains("secret list"), "{copy}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_write_no_internal_notes() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let ticket = ask(&customer).await;
    customer.post(&messages(&ticket), &json!({ "body": "x", "internal": true })).await.problem(403, "permission-missing");
    customer.post(&messages(&ticket), &json!({ "body": "x", "internal": false })).await.expect(201);
    assert_eq!(bodies(&customer, &ticket).await, ["x"]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_no_answer_and_starts_no_work() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    note(&admin, &ticket, "Who knows?").await;
    let seen = shown(&admin, &ticket).await;
    assert_eq!((&seen["status"], &seen["first_responded_at"], &seen["waiting_on"]), (&json!("OPEN"), &Value::Null, &json!("STAFF")));
    assert_eq!(test.count("audit_entries", "action = 'ticket.noted'").await, 1);
    // on a resolved ticket it is no word that keeps it open
    change(&admin, &ticket, json!({ "status": "RESOLVED" })).await.expect(200);
    let (_, admin) = later(&test, TimeDelta::days(6)).await;
    note(&admin, &ticket, "Nobody answered").await;
    test.app.clock.advance(TimeDelta::days(1));
    super::run(&test, &shared::support::jobs::CloseResolved {}, 1).await;
    assert_eq!(test.count("tickets", "status = 'CLOSED'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_moves_the_screens_of_staff_alone() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    let me = admin.get("/api/users/me/").await.expect(200)["id"].clone();
    change(&admin, &ticket, json!({ "assignee": me })).await.expect(200);
    let (mut hers, mut his) = (customer.events("", None).await.unwrap(), admin.events("", None).await.unwrap());
    hers.expect("hello").await;
    his.expect("hello").await;
    let note = note(&admin, &ticket, "A liar, this one").await;
    assert_eq!(his.expect("ticket.message").await.data["id"], note["id"]);
    let word = write(&admin, &ticket, "On Wednesday.").await.expect(201);
    assert_eq!(hers.expect("ticket.message").await.data["id"], word["id"], "the first that she hears of");
    assert_eq!(hers.expect("ticket.changed").await.data["id"], ticket["id"]);
    test.done().await;
}
