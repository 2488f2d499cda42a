//! Everything that is sent twice, or at the same time.

use super::{AMINA, TICKETS, ask, bodies, change, messages, path, question, shown, write};
use crate::support::TestApp;
use futures::future::join_all;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_twice_is_done_once_and_answered_twice() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let first = customer.post_once(TICKETS, "a", &question()).await;
    let again = customer.post_once(TICKETS, "a", &question()).await;
    let ticket = first.expect(201);
    assert_eq!(again.expect(201), ticket);
    for header in ["location", "etag"] {
        assert_eq!(first.header(header), again.header(header));
    }
    assert_eq!(again.header("idempotency-replayed"), "true");
    let other = json!({ "subject": "x", "description": "y" });
    customer.post_once(TICKETS, "a", &other).await.problem(422, "key-reused");

    let body = json!({ "body": "Hello" });
    let first = customer.post_once(&messages(&ticket), "b", &body).await.expect(201);
    assert_eq!(customer.post_once(&messages(&ticket), "b", &body).await.expect(201), first);
    customer.post_once(&messages(&ticket), "b", &json!({ "body": "Hello!" })).await.problem(422, "key-reused");

    let upload = format!("{}attachments/?filename=a.txt", path(&ticket));
    let send = async |path: &str, kind: &str, bytes: &'static str| {
        customer.post_raw(path, bytes, &[("Content-Type", kind), ("Idempotency-Key", "c")]).await
    };
    let first = send(&upload, "text/plain", "words").await;
    let file = first.expect(201);
    let again = send(&upload, "text/plain; charset=utf-8", "words").await;
    assert_eq!((again.expect(201), again.header("location")), (file.clone(), first.header("location")));
    assert_eq!(customer.get(first.header("location")).await.text, "words");
    send(&upload, "text/plain", "other words").await.problem(422, "key-reused");
    send(&upload.replace("a.txt", "b.txt"), "text/plain", "words").await.problem(422, "key-reused");
    send(&upload, "application/pdf", "words").await.problem(422, "key-reused");
    // a refusal leaves its key free
    let refused = [("Content-Type", "text/plain"), ("Idempotency-Key", "d")];
    customer.post_raw(&upload, "PK\x03\x04", &refused).await.problem(415, "attachment-type");
    customer.post_raw(&upload, "words", &refused).await.expect(201);

    let body = json!({ "body": "With a file", "attachments": [file["id"]] });
    let first = customer.post_once(&messages(&ticket), "e", &body).await.expect(201);
    assert_eq!(customer.post_once(&messages(&ticket), "e", &body).await.expect(201), first);
    assert_eq!(customer.post_once(&messages(&ticket), "f", &body).await.problem(400, "invalid")["errors"].as_object().unwrap().len(), 1);
    for _ in 0..2 {
        change(&admin, &ticket, json!({ "status": "RESOLVED" })).await.expect(200);
        customer.delete(&path(&ticket)).await.expect(204);
        customer.delete(&path(&ticket)).await.expect(204);
        write(&customer, &ticket, "Again").await.expect(201);
    }
    for (table, count) in [("tickets", 1), ("ticket_messages", 4), ("ticket_attachments", 2)] {
        assert_eq!(test.count(table, "1 = 1").await, count, "{table}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_upload_at_the_same_time_is_one_file() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let ticket = ask(&customer).await;
    let upload = format!("{}attachments/", path(&ticket));
    let headers = [("Content-Type", "text/plain"), ("Idempotency-Key", "a")];
    let answers = join_all((0..6).map(|_| customer.post_raw(&upload, "words", &headers))).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)), "{answers:?}");
    assert!(answers.iter().any(|answer| answer.status == 201));
    assert_eq!(test.count("ticket_attachments", "stored_at IS NOT NULL").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_at_the_same_time_are_all_kept_each_at_its_place() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    let clients = [&customer, &admin];
    let answers = join_all((0..12).map(|n| write(clients[n % 2], &ticket, if n % 2 == 0 { "asked" } else { "answered" }))).await;
    for answer in &answers {
        answer.expect(201);
    }
    let written = bodies(&customer, &ticket).await;
    assert_eq!((written.len(), written.iter().filter(|body| *body == "asked").count()), (12, 6));
    let seen = shown(&admin, &ticket).await;
    let turn = if written[11] == "asked" { "STAFF" } else { "CUSTOMER" };
    assert_eq!((&seen["waiting_on"], &seen["status"]), (&json!(turn), &json!("IN_PROGRESS")));
    assert_eq!(test.count("ticket_messages", "position BETWEEN 1 AND 12").await, 12);
    assert_eq!(test.count("tickets", "version = 13").await, 1);
    assert_eq!(test.count("ticket_events", "status = 'IN_PROGRESS'").await, 1, "it was taken on once");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_moves_at_the_same_time_one_is_made() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    let body: Value = json!({ "status": "RESOLVED" });
    let answers = join_all((0..4).map(|_| change(&admin, &ticket, body.clone()))).await;
    for answer in &answers {
        answer.expect(200);
    }
    test.settle().await;
    assert_eq!(test.count("ticket_events", "status = 'RESOLVED'").await, 1);
    assert_eq!(super::mails(&test, "is resolved").len(), 1);
    test.done().await;
}
