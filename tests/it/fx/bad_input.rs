//! Bad input: the right status, a named field, nothing stored.

use super::{Market, RATES};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_rate_is_checked_and_named() {
    let market = Market::open().await;
    let good = json!({ "base_currency": "USD", "target_currency": "AED", "rate": "3.6725", "pinned": true });
    let cases: &[(&str, Value)] = &[
        ("base_currency", json!("usd")),
        ("base_currency", json!("XBT")),
        ("base_currency", json!("")),
        ("base_currency", json!("DOLLARS")),
        ("base_currency", json!("US\u{0}")),
        ("base_currency", json!(840)),
        ("base_currency", json!(null)),
        ("target_currency", json!("aed")),
        ("target_currency", json!("USD")),
        ("target_currency", json!(["AED"])),
        ("target_currency", json!(null)),
        ("rate", json!("0")),
        ("rate", json!(0)),
        ("rate", json!("-1")),
        ("rate", json!(-1.5)),
        ("rate", json!("1e3")),
        ("rate", json!("1,5")),
        ("rate", json!("")),
        ("rate", json!("NaN")),
        ("rate", json!("1000000000.01")),
        ("rate", json!("0.0000000000001")),
        ("rate", json!("9".repeat(60))),
        ("rate", json!(1e300)),
        ("rate", json!(null)),
        ("rate", json!(true)),
        ("rate", json!({ "value": "1" })),
        ("rate", json!(["1"])),
        ("pinned", json!("yes")),
        ("pinned", json!(null)),
        ("pinned", json!(1)),
        ("source", json!("ECB")),
    ];
    for (field, value) in cases {
        let mut body = good.clone();
        body[field] = value.clone();
        let problem = market.admin.post(RATES, &body).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} = {value}: {problem}");
    }
    for field in ["base_currency", "target_currency", "rate"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(field);
        assert!(market.admin.post(RATES, &body).await.problem(400, "invalid")["errors"][field].is_array());
    }
    let all = market.admin.post(RATES, &json!({ "base_currency": "x", "target_currency": "y", "rate": "z" })).await.problem(400, "invalid");
    assert_eq!(all["errors"].as_object().unwrap().len(), 3, "all at once: {all}");
    assert_eq!(market.stored().await, 0);
    market.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_pair_is_checked_and_named() {
    let market = Market::open().await;
    let good = json!({ "base_currency": "USD", "target_currency": "AED" });
    for field in ["base_currency", "target_currency"] {
        for value in [json!("usd"), json!("XBT"), json!(""), json!(7), json!(null), json!([])] {
            let mut body = good.clone();
            body[field] = value.clone();
            let problem = market.admin.post(&format!("{RATES}unpin/"), &body).await.problem(400, "invalid");
            assert!(problem["errors"][field].is_array(), "{field} = {value}: {problem}");
        }
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(field);
        assert!(market.admin.post(&format!("{RATES}unpin/"), &body).await.problem(400, "invalid")["errors"][field].is_array());
    }
    let unknown = json!({ "base_currency": "USD", "target_currency": "AED", "rate": "1" });
    assert!(market.admin.post(&format!("{RATES}unpin/"), &unknown).await.problem(400, "invalid")["errors"]["rate"].is_array());
    market.test.done().await;
}
