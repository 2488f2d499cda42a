//! Bad input: the right status, a named field, nothing stored.

use crate::support::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_new_invoice_is_checked_and_named() {
    let test = TestApp::new().await;
    let (_, user) = test.customer("a@example.com").await;
    let admin = test.admin().await;
    let good = json!({ "user": user["id"], "currency": "USD", "lines": [{ "description": "x", "quantity": 1, "unit_price": "5", "tax_rate": "5" }] });
    let long = "x".repeat(501);
    let cases: &[(&str, Value, &str)] = &[
        ("/user", json!("me"), "user"),
        ("/user", json!(null), "user"),
        ("/user", json!(7), "user"),
        ("/user", json!(uuid::Uuid::now_v7()), "user"),
        ("/currency", json!("usd"), "currency"),
        ("/currency", json!(5), "currency"),
        ("/currency", json!("XBT"), "currency"),
        ("/lines", json!([]), "lines"),
        ("/lines", json!("x"), "lines"),
        ("/lines", json!([1]), "lines[0]"),
        ("/lines/0/description", json!(""), "lines[0].description"),
        ("/lines/0/description", json!("   "), "lines[0].description"),
        ("/lines/0/description", json!(long), "lines[0].description"),
        ("/lines/0/description", json!("a\u{0}b"), "lines[0].description"),
        ("/lines/0/quantity", json!(0), "lines[0].quantity"),
        ("/lines/0/quantity", json!(-1), "lines[0].quantity"),
        ("/lines/0/quantity", json!(1.5), "lines[0].quantity"),
        ("/lines/0/quantity", json!("1"), "lines[0].quantity"),
        ("/lines/0/quantity", json!(10_000_000_000_u64), "lines[0].quantity"),
        ("/lines/0/unit_price", json!("-5"), "lines[0].unit_price"),
        ("/lines/0/unit_price", json!(5), "lines[0].unit_price"),
        ("/lines/0/unit_price", json!("5.001"), "lines[0].unit_price"),
        ("/lines/0/unit_price", json!("123456789012345678901234567890"), "lines[0].unit_price"),
        ("/lines/0/unit_price", json!("1e5"), "lines[0].unit_price"),
        ("/lines/0/tax_rate", json!("101"), "lines[0].tax_rate"),
        ("/lines/0/tax_rate", json!("-1"), "lines[0].tax_rate"),
        ("/lines/0/tax_rate", json!(5), "lines[0].tax_rate"),
        ("/due_at", json!("2001-01-01T00:00:00Z"), "due_at"),
        ("/due_at", json!("tomorrow"), "due_at"),
        ("/finalize", json!("yes"), "finalize"),
        ("/related_shipment", json!(uuid::Uuid::now_v7()), "related_shipment"),
        ("/colour", json!("red"), "colour"),
        ("/lines/0/colour", json!("red"), "lines[0].colour"),
    ];
    for (pointer, value, field) in cases {
        let mut body = good.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value.clone();
        let problem = admin.post("/api/invoices/", &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{pointer} = {value}: {problem}");
    }
    for field in ["user", "currency", "lines"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(field);
        assert!(admin.post("/api/invoices/", &body).await.problem(400, "invalid")["errors"][field].is_array());
    }
    assert_eq!(test.count("invoices", "1 = 1").await, 0);
    assert_eq!(test.count("invoice_lines", "1 = 1").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_json_object_are_refused_in_words() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let json = [("Content-Type", "application/json")];
    for body in ["", "{", "{\"a\":}", "nul", "\u{feff}{}", "{\"user\":\"a\",\"user\":\"b\"}"] {
        let answer = admin.post_raw("/api/invoices/", body, &json).await;
        assert_eq!(answer.status, 400, "{body:?}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    assert_eq!(admin.post_raw("/api/invoices/", vec![0xff, 0xfe, 0x00], &json).await.status, 400);
    admin.post_raw("/api/invoices/", "[]", &json).await.problem(400, "invalid");
    admin.post_raw("/api/invoices/", "{", &json).await.problem(400, "malformed-json");
    admin.post_raw("/api/invoices/", "{}", &[("Content-Type", "text/plain")]).await.problem(415, "unsupported-media-type");
    admin.post_raw("/api/invoices/", "{}", &[]).await.problem(415, "unsupported-media-type");
    let large = format!("{{\"user\":\"{}\"}}", "x".repeat(300 * 1024));
    admin.post_raw("/api/invoices/", large, &json).await.problem(413, "payload-too-large");
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(admin.post_raw("/api/invoices/", deep, &json).await.status, 400);
    assert_eq!(test.count("invoices", "1 = 1").await, 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_makes_no_sense_is_refused() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("a@example.com").await;
    let invoice = test.invoice(&user, "5.00").await;
    let pay = format!("/api/invoices/{}/pay/", invoice["id"].as_str().unwrap());
    let cases: &[(Value, &str)] = &[
        (json!({}), "gateway"),
        (json!({ "gateway": "CASH" }), "gateway"),
        (json!({ "gateway": "PAYPAL" }), "gateway"),
        (json!({ "gateway": "SANDBOX", "amount": "0" }), "amount"),
        (json!({ "gateway": "SANDBOX", "amount": "-1" }), "amount"),
        (json!({ "gateway": "SANDBOX", "amount": "5.01" }), "amount"),
        (json!({ "gateway": "SANDBOX", "amount": 5 }), "amount"),
        (json!({ "gateway": "SANDBOX", "amount": "999999999999999999999999999999" }), "amount"),
        (json!({ "gateway": "SANDBOX", "return_url": "javascript:alert(1)" }), "return_url"),
        (json!({ "gateway": "SANDBOX", "cancel_url": "/relative" }), "cancel_url"),
        (json!({ "gateway": "SANDBOX", "currency": "USD" }), "currency"),
    ];
    for (body, field) in cases {
        let problem = customer.post(&pay, body).await.problem(400, "invalid");
        assert!(problem["errors"][*field].is_array(), "{body}: {problem}");
    }
    for path in ["/api/invoices/1/pay/", "/api/invoices/%00/pay/", &format!("/api/invoices/{}/pay/", uuid::Uuid::now_v7())] {
        customer.post(path, &json!({ "gateway": "SANDBOX" })).await.problem(404, "not-found");
    }
    assert_eq!(test.count("payment_transactions", "1 = 1").await, 0);
    test.done().await;
}
