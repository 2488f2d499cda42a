//! What staff write to each other, and who reads and types.

use super::{desk, enter, messages};
use crate::support::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn no_frame_tells_a_customer_of_a_note() {
    let test = TestApp::new().await;
    let (customer, staff, ticket) = desk(&test).await;
    let (mut hers, mut ours) = (enter(&customer, &ticket, "", 0).await.0, enter(&staff, &ticket, "", 0).await.0);
    ours.send(json!({ "type": "typing", "internal": true })).await;
    ours.send(json!({ "type": "message", "body": "She is right", "internal": true })).await;
    ours.expect("sent").await;
    let note = ours.expect("message").await["message"].clone();
    assert_eq!(note["internal"], true);
    ours.send(json!({ "type": "read" })).await;
    staff.post(&messages(&ticket), &json!({ "body": "By request", "internal": true })).await.expect(201);
    ours.expect("message").await;
    hers.say("Hello?").await;
    let before = hers.until_said("Hello?").await;
    assert_eq!(before.iter().map(|frame| frame["type"].as_str().unwrap()).collect::<Vec<_>>(), ["sent"], "{before:?}");
    let (_, lines) = enter(&customer, &ticket, "", 1).await;
    assert_eq!((&lines[0]["body"], lines[0].get("internal")), (&json!("Hello?"), None));
    let refused = customer.chat(&ticket, &format!("?after={}", note["id"].as_str().unwrap())).await.err().unwrap();
    refused.problem(400, "invalid");
    hers.send(json!({ "type": "read", "message": note["id"] })).await;
    assert!(hers.expect("error").await["errors"]["message"].is_array(), "it is not there");
    for frame in [json!({ "type": "message", "body": "x", "internal": true }), json!({ "type": "typing", "internal": true })] {
        hers.send(frame).await;
        assert_eq!(hers.expect("error").await["code"], "permission-missing");
    }
    assert_eq!(test.count("audit_entries", "action = 'access.denied'").await, 2, "as of requests");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_and_reading_are_told_to_the_others_by_names_that_they_may_know() {
    let test = TestApp::new().await;
    let (customer, staff, ticket) = desk(&test).await;
    let (mut hers, mut ours) = (enter(&customer, &ticket, "", 0).await.0, enter(&staff, &ticket, "", 0).await.0);
    for _ in 0..5 {
        hers.send(json!({ "type": "typing" })).await;
    }
    let typing = ours.expect("typing").await;
    assert_eq!(typing["by"], json!({ "kind": "CUSTOMER", "id": ticket["user"], "name": "Amina Diallo" }));
    hers.say("Hello?").await;
    hers.expect("sent").await;
    let first = hers.expect("message").await["message"].clone();
    assert_eq!(ours.expect("message").await["message"]["body"], "Hello?", "typing was told once a second");
    ours.send(json!({ "type": "read" })).await;
    let read = hers.expect("read").await;
    assert_eq!((&read["by"]["kind"], read["by"].get("id"), &read["message"]), (&json!("STAFF"), None, &first["id"]));
    // a mark never goes back, and the same mark is no news
    ours.send(json!({ "type": "read", "message": first["id"] })).await;
    ours.send(json!({ "type": "message", "body": "A note", "internal": true })).await;
    ours.send(json!({ "type": "read" })).await;
    ours.send(json!({ "type": "typing" })).await;
    let next = hers.expect("typing").await;
    assert_eq!((&next["by"]["kind"], next["by"].get("id")), (&json!("STAFF"), None), "of the note that was read nothing is told");
    // by request
    ours.say("Here").await;
    hers.expect("message").await;
    hers.expect("ticket").await;
    customer.post(&format!("{}read/", super::path(&ticket)), &json!({})).await.expect(200);
    let read = ours.until("read").await;
    assert_eq!(read["by"]["name"], "Amina Diallo");
    test.done().await;
}
