//! Bad input: the right status, a named field, nothing stored.

use super::{SHOPS, add, path};
use crate::support::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_shop_is_checked_and_named() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let shop = add(&admin, "Shop", "https://shop.example/").await;
    let good = json!({ "name": "Other", "url": "https://other.example/", "active": true });
    let long = format!("https://other.example/{}", "x".repeat(479));
    // few characters, many when they are written as the wire wants them
    let grows = format!("https://other.example/{}", "é".repeat(200));
    let cases: &[(&str, Value)] = &[
        ("name", json!(null)),
        ("name", json!(7)),
        ("name", json!([])),
        ("name", json!("")),
        ("name", json!("   ")),
        ("name", json!("x".repeat(121))),
        ("name", json!("a\u{0}b")),
        ("name", json!("a\nb")),
        ("url", json!(null)),
        ("url", json!(7)),
        ("url", json!({})),
        ("url", json!("")),
        ("url", json!("other.example")),
        ("url", json!("//other.example/")),
        ("url", json!("ftp://other.example/")),
        ("url", json!("javascript:alert(1)")),
        ("url", json!("file:///etc/passwd")),
        ("url", json!("https://other/")),
        ("url", json!("https://localhost/")),
        ("url", json!("https://192.0.2.1/")),
        ("url", json!("https://3232235777/")),
        ("url", json!("https://[2001:db8::1]/")),
        ("url", json!("https://user@other.example/")),
        ("url", json!("https://user:secret@other.example/")),
        ("url", json!("https://other.example/a b")),
        ("url", json!("https://other.example/a\tb")),
        ("url", json!("https://other.example/a\u{0}b")),
        ("url", json!("https://other..example/")),
        ("url", json!(long)),
        ("url", json!(grows)),
        ("active", json!("yes")),
        ("active", json!(1)),
        ("colour", json!("red")),
        ("host", json!("other.example")),
        ("logo", json!("https://other.example/logo.png")),
    ];
    for (field, value) in cases {
        let mut body = good.clone();
        body[*field] = value.clone();
        let patch = json!({ *field: value });
        for answer in [admin.post(SHOPS, &body).await, admin.put(&path(&shop), &body).await, admin.patch(&path(&shop), &patch).await] {
            let problem = answer.problem(400, "invalid");
            assert!(problem["errors"][*field].is_array(), "{field} = {value}: {problem}");
        }
    }
    for field in ["name", "url"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(field);
        for answer in [admin.post(SHOPS, &body).await, admin.put(&path(&shop), &body).await] {
            assert!(answer.problem(400, "invalid")["errors"][field].is_array(), "without {field}");
        }
    }
    let problem = admin.post(SHOPS, &json!({ "name": " ", "url": "x" })).await.problem(400, "invalid");
    assert!(problem["errors"]["name"].is_array() && problem["errors"]["url"].is_array(), "all at once: {problem}");
    let null = admin.patch(&path(&shop), &json!({ "active": null })).await.problem(400, "invalid");
    assert!(null["errors"]["active"].is_array(), "what is required cannot be cleared: {null}");
    assert_eq!(admin.get(&path(&shop)).await.expect(200), shop);
    assert_eq!(test.count("vendors", "1 = 1").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_name_and_address_fit() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (name, url) = ("é".repeat(120), format!("https://long.example/{}", "x".repeat(479)));
    assert_eq!(url.len(), 500);
    let shop = add(&admin, &name, &url).await;
    assert_eq!((shop["name"].as_str(), shop["url"].as_str()), (Some(name.as_str()), Some(url.as_str())));
    test.done().await;
}
