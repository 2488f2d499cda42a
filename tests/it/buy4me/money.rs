//! Figures that are computed here by hand.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn yen_and_dinars_have_their_own_digits() {
    let stage = Stage::new().await;
    for (base, target, rate) in [("USD", "JPY", "150"), ("KWD", "JPY", "490"), ("USD", "KWD", "0.307")] {
        stage.test.rate(base, target, rate).await;
    }
    // 3 × 1.250 KWD × 490 = 1837.5 → 1838, margin 2 % = 36.76 → 37; 980 JPY as it is; 8 % of 2818 = 225.44; at least 5 USD = 750
    let body = json!({ "currency": "JPY", "items": [item("Dates", "1.250", "KWD", 3), item("Tea", "980", "JPY", 1)] });
    let yen = stage.submitted(body).await;
    let expected = [("ITEM", "1838", "0"), ("ITEM", "980", "0"), ("FX_MARGIN", "37", "0"), ("SERVICE_FEE", "750", "0")];
    assert_eq!((three(&lines(&yen)), yen["total_cost"].as_str()), (expected.to_vec(), Some("3605")), "{yen}");
    assert_eq!(yen["items"][0]["charged"], "1875", "its line and its part of the exchange");
    // 2 × 9.99 USD × 0.307 = 6.13386 → 6.134; margin 0.12268 → 0.123; the fee is at least 5 USD = 1.535
    let body = json!({ "currency": "KWD", "items": [item("Tea", "9.99", "USD", 2)] });
    let dinars = stage.submitted(body).await;
    let expected = [("ITEM", "6.134", "0.000"), ("FX_MARGIN", "0.123", "0.000"), ("SERVICE_FEE", "1.535", "0.000")];
    assert_eq!((three(&lines(&dinars)), dinars["total_cost"].as_str()), (expected.to_vec(), Some("7.792")), "{dinars}");
    assert_eq!(dinars["breakdown"][0]["description"], "Tea: 2 × USD\u{a0}9.99");
    let dinars = stage.now(&dinars).await;
    assert_eq!(three(&invoices(&dinars)), [("OPEN", "7.792", "7.792")]);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fees_deliveries_and_taxes_are_those_of_the_settings_and_their_versions_are_kept() {
    let stage = Stage::new().await;
    stage
        .settings(json!({
            "buy4me": {
                "currency": "USD", "fee_percent": "10", "fee_minimum": "4.00", "fee_maximum": "20.00", "vendor_delivery": "3.50",
                "quote_hours": 24, "complete_after_days": 7
            },
            "taxes": { "rate": "7.25", "on": ["SERVICE_FEE", "VENDOR_DELIVERY"] },
        }))
        .await;
    let total = async |price: &str| {
        let mut other = item("Cups", "10.00", "USD", 1);
        other["product_url"] = json!("https://www.other.example/cups");
        let mut again = item("Pots", "10.00", "USD", 1);
        again["product_url"] = json!("https://other.example/pots");
        stage.submitted(json!({ "currency": "USD", "items": [item("Tea", price, "USD", 1), other, again] })).await
    };
    let usual = total("50.00").await;
    // two shops: 7.00 + 7.25 % = 0.5075; the fee 10 % of 70 = 7.00
    let expected = [
        ("ITEM", "50.00", "0.00"),
        ("ITEM", "10.00", "0.00"),
        ("ITEM", "10.00", "0.00"),
        ("VENDOR_DELIVERY", "7.00", "0.51"),
        ("SERVICE_FEE", "7.00", "0.51"),
    ];
    assert_eq!((three(&lines(&usual)), usual["total_cost"].as_str()), (expected.to_vec(), Some("85.02")), "{usual}");
    assert_eq!((&usual["fee_version"], &usual["tax_version"]), (&json!(1), &json!(1)));
    let fee = |request: &Value| lines(request).into_iter().find(|line| line.0 == "SERVICE_FEE").unwrap().1;
    assert_eq!(fee(&total("1.00").await), "4.00", "at least");
    assert_eq!(fee(&total("1000.00").await), "20.00", "at most");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_rate_stays_when_the_rate_changes_and_the_next_request_has_the_new_one() {
    let stage = Stage::new().await;
    stage.test.rate("EUR", "USD", "1.1").await;
    let body = || json!({ "currency": "USD", "authorised_overage": "100.00", "items": [item("Tea", "100.00", "EUR", 1)] });
    let first = stage.submitted(body()).await;
    assert_eq!(first["total_cost"], "121.00", "110.00 + 2.20 + 8.80");
    stage.test.rate("EUR", "USD", "2").await;
    assert_eq!(stage.submitted(body()).await["total_cost"], "220.00", "200.00 + 4.00 + 16.00");
    let first = stage.now(&first).await;
    assert_eq!((first["total_cost"].as_str(), first["fx"][0]["rate"].as_str()), (Some("121.00"), Some("1.1")), "{first}");
    // dearer by 10.00 EUR: 11.00 and 0.22 at the locked rate
    stage.note(&first["items"][0], json!({ "actual_unit_price": "110.00" })).await.expect(200);
    stage.test.settle().await;
    let first = stage.now(&first).await;
    assert_eq!(first["total_cost"], "132.22", "the fee stays as it was quoted");
    assert_eq!(three(&invoices(&first)), [("OPEN", "121.00", "121.00"), ("OPEN", "11.22", "11.22")]);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_currency_that_we_have_no_rate_for_is_a_problem_of_its_item() {
    let stage = Stage::new().await;
    let request = stage.draft_of(json!([item("Tea", "1.00", "USD", 1), item("Cups", "1.00", "CHF", 1)])).await;
    assert_eq!(request["estimated_total"], Value::Null);
    let problem = stage.step(&stage.owner, &request, "SUBMITTED").await.problem(400, "invalid");
    assert!(problem["errors"]["items[1].currency"].is_array(), "{problem}");
    assert_eq!(stage.now(&request).await["status"], "DRAFT");
    stage.test.done().await;
}
