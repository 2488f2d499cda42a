//! What clients get wrong.

use super::{desk, enter};
use crate::support::TestApp;
use futures::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_frame_is_named_and_the_connection_stays() {
    let test = TestApp::new().await;
    let (customer, _, ticket) = desk(&test).await;
    let (mut chat, _) = enter(&customer, &ticket, "", 0).await;
    let long = json!({ "type": "message", "body": "x".repeat(10_001) }).to_string();
    let cases: Vec<(&str, &str, Option<&str>)> = vec![
        ("", "malformed-json", None),
        ("{", "malformed-json", None),
        ("hello", "malformed-json", None),
        ("[]", "invalid", Some("body")),
        ("1", "invalid", Some("body")),
        ("{}", "invalid", Some("type")),
        (r#"{"type":"shout"}"#, "invalid", Some("type")),
        (r#"{"type":7}"#, "invalid", Some("type")),
        (r#"{"type":"message"}"#, "invalid", Some("body")),
        (r#"{"type":"message","body":""}"#, "invalid", Some("body")),
        (r#"{"type":"message","body":7}"#, "invalid", Some("body")),
        (r#"{"type":"message","body":"a\u0000b"}"#, "invalid", Some("body")),
        (&long, "invalid", Some("body")),
        (r#"{"type":"message","body":"x","body":"y"}"#, "invalid", Some("body")),
        (r#"{"type":"message","body":"x","colour":"red"}"#, "invalid", Some("colour")),
        (r#"{"type":"message","body":"x","ref":""}"#, "invalid", Some("ref")),
        (r#"{"type":"message","body":"x","ref":"é"}"#, "invalid", Some("ref")),
        (r#"{"type":"message","body":"x","attachments":["y"]}"#, "invalid", Some("attachments[0]")),
        (r#"{"type":"message","body":"x","attachments":["0199d2a0-0000-7000-8000-000000000000"]}"#, "invalid", Some("attachments[0]")),
        (r#"{"type":"typing","body":"x"}"#, "invalid", Some("body")),
        (r#"{"type":"read","message":"x"}"#, "invalid", Some("message")),
        (r#"{"type":"read","message":"0199d2a0-0000-7000-8000-000000000000"}"#, "invalid", Some("message")),
    ];
    for (text, code, field) in cases {
        chat.send_text(text).await;
        let error = chat.expect("error").await;
        assert_eq!(error["code"], code, "{text}: {error}");
        assert!(error["detail"].as_str().is_some_and(|detail| !detail.is_empty()) && error.get("status").is_none(), "{error}");
        if let Some(field) = field {
            assert!(error["errors"][field].is_array(), "{text}: {error}");
        }
    }
    chat.say("Still here").await;
    chat.expect("sent").await;
    // in the reader's words
    let (mut german, _) = enter(&customer, &ticket, "?lang=de", 1).await;
    german.send_text("{}").await;
    assert_eq!(german.expect("error").await["errors"]["type"], json!(["Dieses Feld ist erforderlich."]));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_and_what_is_too_large_end_it_and_a_goodbye_is_answered() {
    let test = TestApp::new().await;
    let (customer, _, ticket) = desk(&test).await;
    let fits = json!({ "type": "message", "body": "ж".repeat(8000) }).to_string();
    let padded = format!("{fits}{}", " ".repeat(16 * 1024 - fits.len()));
    let (mut chat, _) = enter(&customer, &ticket, "", 0).await;
    chat.send_text(&padded).await;
    chat.expect("sent").await;
    for (frame, code) in [
        (Message::text(format!("{padded} ")), 1009),
        (Message::text(" ".repeat(100_000)), 1009),
        (Message::text(" ".repeat(2_000_000)), 1009),
        (Message::binary(vec![1, 2, 3]), 1003),
    ] {
        let (mut chat, _) = enter(&customer, &ticket, "", 1).await;
        // of one that is far too large not all is taken
        let _ = chat.socket.send(frame).await;
        assert_eq!(chat.end().await, code);
    }
    let (mut chat, _) = enter(&customer, &ticket, "", 1).await;
    chat.socket.send(Message::Ping(vec![7].into())).await.unwrap();
    chat.socket.send(Message::Close(None)).await.unwrap();
    let mut last: Option<u16> = None;
    while let Err(code) = chat.next().await {
        if code == 1006 {
            break;
        }
        last = Some(code);
    }
    assert_eq!(last, Some(1005), "answered as it was said");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_refused_and_then_ended() {
    let test = TestApp::new().await;
    let (customer, _, ticket) = desk(&test).await;
    let (mut chat, _) = enter(&customer, &ticket, "", 0).await;
    for _ in 0..101 {
        let _ = chat.socket.send(Message::text("{}")).await;
    }
    let mut errors: Vec<Value> = vec![];
    let code = loop {
        match chat.next().await {
            Ok(frame) => errors.push(frame),
            Err(code) => break code,
        }
    };
    assert_eq!((code, errors.len()), (1008, 100));
    assert!(errors[..30].iter().all(|error| error["code"] == "invalid"));
    assert!(errors[30..].iter().all(|error| error["code"] == "too-many-requests" && error["retry_after"].is_number()));
    test.done().await;
}
