//! What is sent twice.

use super::{desk, enter, messages};
use crate::support::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_ref_is_one_message_now_at_the_same_time_and_after_coming_back() {
    let test = TestApp::new().await;
    let (customer, _, ticket) = desk(&test).await;
    let frame = json!({ "type": "message", "body": "Hello?", "ref": "m-1" });
    let (mut one, mut two) = (enter(&customer, &ticket, "", 0).await.0, enter(&customer, &ticket, "", 0).await.0);
    tokio::join!(one.send(frame.clone()), two.send(frame.clone()));
    let sent = one.until("sent").await;
    assert_eq!(two.until("sent").await, sent);
    one.send(frame.clone()).await;
    assert_eq!(one.until("sent").await, sent);
    drop((one, two));
    let (mut again, _) = enter(&customer, &ticket, "", 1).await;
    // written otherwise, it is the same
    again.send_text(r#"{"ref": "m-1", "attachments": [], "internal": false, "body": "Hello?", "type": "message"}"#).await;
    assert_eq!(again.expect("sent").await, sent);
    again.send(json!({ "type": "message", "body": "Other", "ref": "m-1" })).await;
    let refused = again.expect("error").await;
    assert_eq!((&refused["code"], &refused["ref"]), (&json!("key-reused"), &json!("m-1")));
    // the refs of tickets and the keys of requests are other keys
    let other = super::ask(&customer).await;
    let (mut elsewhere, _) = enter(&customer, &other, "", 0).await;
    elsewhere.send(frame).await;
    assert_ne!(elsewhere.expect("sent").await["message"], sent["message"]);
    customer.post_once(&messages(&ticket), "m-1", &json!({ "body": "By request" })).await.expect(201);
    assert_eq!(test.count("ticket_messages", "body = 'Hello?'").await, 2);
    // a refusal leaves its ref free
    again.send(json!({ "type": "message", "body": " ", "ref": "m-2" })).await;
    assert!(again.until("error").await["errors"]["body"].is_array());
    again.send(json!({ "type": "message", "body": "Better", "ref": "m-2" })).await;
    again.until("sent").await;
    test.done().await;
}
