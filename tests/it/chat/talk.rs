//! Two people talk.

use super::{AMINA, TICKETS, ask, desk, enter, messages, path, write};
use crate::support::{PASSWORD, TestApp};
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn two_people_talk_and_what_is_written_by_request_appears_too() {
    let test = TestApp::new().await;
    let (customer, staff, ticket) = desk(&test).await;
    let (mut hers, mut ours) = (enter(&customer, &ticket, "", 0).await.0, enter(&staff, &ticket, "", 0).await.0);
    hers.send(json!({ "type": "message", "body": "Hello?", "ref": "m-1" })).await;
    let sent = hers.expect("sent").await;
    assert_eq!(sent["ref"], "m-1");
    let own = hers.expect("message").await;
    assert_eq!((&own["message"]["id"], &own["message"]["body"]), (&sent["message"], &json!("Hello?")));
    let seen = ours.expect("message").await["message"].clone();
    assert_eq!(seen["author"], json!({ "kind": "CUSTOMER", "id": ticket["user"], "name": "Amina Diallo" }));
    ours.say("Hello Amina").await;
    ours.expect("sent").await;
    assert_eq!(ours.expect("message").await["message"]["body"], "Hello Amina");
    assert_eq!(ours.expect("ticket").await["status"], "IN_PROGRESS");
    let answer = hers.expect("message").await["message"].clone();
    let taken = hers.expect("ticket").await;
    assert_eq!((&taken["status"], &taken["available_actions"]), (&json!("IN_PROGRESS"), &json!(["reply", "attach", "close"])));
    // the same shape as by request, whichever way it came
    let by_request = write(&customer, &ticket, "By request").await;
    assert_eq!(hers.expect("message").await["message"], by_request);
    assert_eq!(ours.expect("message").await["message"]["body"], "By request");
    let list = customer.get(&messages(&ticket)).await.expect(200);
    assert_eq!(list["results"], json!([own["message"], answer, by_request]));
    // it moves by request, too
    staff.patch(&path(&ticket), &json!({ "status": "RESOLVED" })).await.expect(200);
    assert_eq!(hers.expect("ticket").await["status"], "RESOLVED");
    assert!(ours.expect("ticket").await["available_actions"].as_array().unwrap().contains(&json!("move:CLOSED")));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_begins_with_its_ticket_and_the_newest_fifty_or_what_follows_a_message() {
    let test = TestApp::new().await;
    let (customer, staff, ticket) = desk(&test).await;
    let mut written = vec![];
    for number in 0..120 {
        written.push(write(&customer, &ticket, &number.to_string()).await);
    }
    let mut chat = staff.chat(&ticket, "").await.unwrap_or_else(|answer| panic!("{}", answer.text));
    let hello = chat.expect("hello").await;
    assert_eq!((&hello["unread"], &hello["ticket"]), (&json!(120), &staff.get(TICKETS).await.expect(200)["results"][0]));
    let newest: Vec<String> = (70..120).map(|number| number.to_string()).collect();
    assert_eq!(chat.bodies(50).await, newest);
    let after = format!("?after={}", written[9]["id"].as_str().unwrap());
    let (mut chat, lines) = enter(&customer, &ticket, &after, 110).await;
    assert_eq!(lines, written[10..]);
    chat.say("And now").await;
    chat.expect("sent").await;
    assert_eq!(chat.bodies(1).await, ["And now"]);
    let other = ask(&customer).await;
    let stranger = write(&customer, &other, "Elsewhere").await;
    for after in [stranger["id"].as_str().unwrap(), "x", ""] {
        let refused = customer.chat(&ticket, &format!("?after={after}")).await.err().unwrap();
        assert!(refused.problem(400, "invalid")["errors"]["after"].is_array(), "{after}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_for_whoever_sees_the_ticket() {
    let test = TestApp::builder().config(|config| config.cors_allowed_origins = vec!["https://shop.example/".into()]).start().await;
    let (customer, staff, ticket) = desk(&test).await;
    let (foreign, _) = test.customer("fatou@example.com").await;
    foreign.chat(&ticket, "").await.err().unwrap().problem(404, "not-found");
    customer.chat(&json!({ "id": "nonsense" }), "").await.err().unwrap().problem(404, "not-found");
    test.http.chat(&ticket, "").await.err().unwrap().problem(401, "unauthenticated");
    let buyer =
        json!({ "email": "buyer@example.com", "password": PASSWORD, "first_name": "B", "last_name": "", "permission_sets": ["BUYER"] });
    staff.post("/api/superadmin/admins/", &buyer).await.expect(201);
    let buyer = test.http.sign_in("buyer@example.com", PASSWORD).await;
    buyer.chat(&ticket, "").await.err().unwrap().problem(404, "not-found");
    customer.chat(&ticket, "?x=1").await.err().unwrap().problem(400, "invalid");
    let door = format!("/api/ws/chat/{}/", ticket["id"].as_str().unwrap());
    customer.get(&door).await.problem(400, "websocket-expected");

    let given = customer.call("/api/events/ticket/").await.expect(200)["ticket"].as_str().unwrap().to_owned();
    // what is malformed or from a strange page costs no ticket
    test.http.get(&format!("{door}?ticket={given}")).await.problem(400, "websocket-expected");
    let by_ticket = format!("{door}?ticket={given}");
    for strange in ["https://evil.example", "null", "https://shop.example.evil.example", "http://shop.example"] {
        test.http.socket(&by_ticket, &[("origin", strange)]).await.err().unwrap().problem(403, "origin");
    }
    let mut chat = test.http.socket(&by_ticket, &[("origin", "https://shop.example")]).await.unwrap_or_else(|a| panic!("{}", a.text));
    assert_eq!(chat.expect("hello").await["ticket"]["id"], ticket["id"]);
    test.http.socket(&by_ticket, &[]).await.err().unwrap().problem(401, "ticket");
    let ours = test.app.config.public_url.origin().ascii_serialization();
    customer.socket(&door, &[("origin", &ours)]).await.map(drop).unwrap_or_else(|answer| panic!("{}", answer.text));
    assert_eq!(test.count("audit_entries", "action = 'access.denied'").await, 2, "who asked for what is another's");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_opens_a_resolved_ticket_again_and_is_refused_when_it_is_closed_for_too_long() {
    let test = TestApp::new().await;
    let (customer, staff, ticket) = desk(&test).await;
    staff.patch(&path(&ticket), &json!({ "status": "RESOLVED" })).await.expect(200);
    let (mut chat, _) = enter(&customer, &ticket, "", 0).await;
    chat.say("Not at all").await;
    chat.expect("sent").await;
    chat.expect("message").await;
    assert_eq!(chat.expect("ticket").await["status"], "OPEN");
    customer.delete(&path(&ticket)).await.expect(204);
    assert_eq!(chat.expect("ticket").await["status"], "CLOSED");
    test.app.clock.advance(TimeDelta::days(8));
    let customer = test.http.sign_in(AMINA, PASSWORD).await;
    let (mut chat, _) = enter(&customer, &ticket, "", 1).await;
    chat.send(json!({ "type": "message", "body": "And now?", "ref": "late" })).await;
    let refused = chat.expect("error").await;
    assert_eq!(
        (&refused["code"], &refused["allowed"], &refused["ref"]),
        (&json!("ticket-closed"), &json!(["open_new_ticket"]), &json!("late"))
    );
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_along_with_a_message() {
    let test = TestApp::new().await;
    let (customer, staff, ticket) = desk(&test).await;
    let (mut hers, mut ours) = (enter(&customer, &ticket, "", 0).await.0, enter(&staff, &ticket, "", 0).await.0);
    let upload = format!("{TICKETS}{}/attachments/?filename=a.txt", ticket["id"].as_str().unwrap());
    let file = customer.post_raw(&upload, "words", &[("Content-Type", "text/plain")]).await.expect(201);
    let frame = json!({ "type": "message", "body": "Look", "attachments": [file["id"]] });
    hers.send(frame.clone()).await;
    hers.expect("sent").await;
    assert_eq!(ours.expect("message").await["message"]["attachments"], json!([file]));
    hers.expect("message").await;
    hers.send(frame).await;
    assert_eq!(hers.expect("error").await["errors"].as_object().unwrap().len(), 1, "it belongs to a message already");
    test.done().await;
}
