//! What sending costs: figures that a person has worked out by the tariff.

use super::{SHIPMENTS, books, parcel, priced, to_fresno};
use crate::support::TestApp;
use crate::support::client::Client;
use serde_json::{Value, json};

const QUOTE: &str = "/api/shipments/quote/";

/// Cost of each service.
async fn costs(client: &Client, country: &str, parcels: Value) -> Vec<String> {
    let body = json!({ "delivery_address": { "country": country }, "package_details": { "parcels": parcels } });
    let quote = client.post(QUOTE, &body).await.expect(200);
    quote["services"].as_array().unwrap().iter().map(|offer| offer["cost"].as_str().unwrap().to_owned()).collect()
}

fn sized(weight: &str, sides: [u32; 3]) -> Value {
    json!({ "weight_kg": weight, "length_cm": sides[0], "width_cm": sides[1], "height_cm": sides[2], "contents": "Chairs" })
}

#[tokio::test(flavor = "multi_thread")]
async fn weight_size_zone_and_surcharges_count_as_the_tariff_says() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let cases = [
        // 5 steps: 4.50 + 4.50 = 9.00 + 0.585 → 0.59; 12.00 + 10.00 = 22.00 + 1.43
        ("US", json!([parcel("2.5")]), ["9.59", "23.43"]),
        // 12.00 + 15.50 = 27.50 + 1.7875 → 1.79; 28.00 + 32.50 = 60.50 + 3.9325 → 3.93
        ("FR", json!([parcel("2.5")]), ["29.29", "64.43"]),
        // every other country: 15.00 + 21.00 = 36.00 + 2.34; 35.00 + 44.00 = 79.00 + 5.135 → 5.14
        ("SN", json!([parcel("2.5")]), ["38.34", "84.14"]),
        // one gram more is a step more: 9.90 + 0.6435 → 0.64; 24.00 + 1.56
        ("US", json!([parcel("2.501")]), ["10.54", "25.56"]),
        // light, but 60 × 40 × 40 cm = 96,000 cm³ count as 19.2 kg, so 19.5: 4.50 + 35.10 = 39.60 + 2.574; 12 + 78 = 90 + 5.85
        ("US", json!([sized("1", [60, 40, 40])]), ["42.17", "95.85"]),
        // 1.2 + 1.3 kg are 2.5 together: rounded up once
        ("US", json!([sized("1.1", [10, 10, 10]), sized("1.3", [10, 10, 10])]), ["9.59", "23.43"]),
        // a side of 130 cm: 18.00 once; 130 × 10 × 10 count as 2.6, so 3: 9.90 + 0.64 + 18; 24 + 1.56 + 18
        ("US", json!([sized("1", [130, 10, 10])]), ["28.54", "43.56"]),
        // 120 cm is not over 120: 2.4, so 2.5
        ("US", json!([sized("1", [120, 10, 10])]), ["9.59", "23.43"]),
        // heavier than 30 kg: 12.00; 62 steps: 4.50 + 55.80 = 60.30 + 3.9195 + 12; 12 + 124 = 136 + 8.84 + 12
        ("US", json!([sized("31", [40, 40, 40])]), ["76.22", "156.84"]),
    ];
    for (country, parcels, expected) in cases {
        assert_eq!(costs(&customer, country, parcels.clone()).await, expected, "{country} {parcels}");
    }
    // three alike: 7.5 kg, 15 steps: 4.50 + 13.50 = 18.00 + 1.17
    let mut three = parcel("2.5");
    three["quantity"] = 3.into();
    assert_eq!(costs(&customer, "US", json!([three])).await[0], "19.17");
    // surcharges for each of them: 1 kg × 130 cm, twice: 5.2, so 5.5: 4.50 + 9.90 = 14.40 + 0.936 → 0.94 + 2 × 18.00
    let mut long = sized("1", [130, 10, 10]);
    long["quantity"] = 2.into();
    assert_eq!(costs(&customer, "US", json!([long])).await[0], "51.34");
    // other units: 5 lb are 2.267… kg, 12 × 8 × 4 in are small
    let pounds = json!([{ "weight": "5", "weight_unit": "lb", "length": 12, "width": 8, "height": "4", "dimension_unit": "in", "contents": "Books" }]);
    assert_eq!(costs(&customer, "US", pounds).await[0], "9.59");
    let mut express = books();
    express["service"] = "EXPRESS".into();
    let one = customer.post(QUOTE, &express).await.expect(200);
    let [offer] = one["services"].as_array().unwrap().as_slice() else { panic!("one offer: {one}") };
    assert_eq!((&offer["service"], &offer["zone"]), (&json!("EXPRESS"), &json!("DOMESTIC")));
    assert_eq!((&offer["days_min"], &offer["days_max"], &offer["chargeable_weight_kg"]), (&json!(1), &json!(4), &json!("2.500")));
    assert_eq!(one["tariff_version"], 0);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_currencies_are_converted_line_by_line_and_the_exchange_is_a_line_of_its_own() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    test.rate("USD", "JPY", "150.25").await;
    test.rate("USD", "KWD", "0.3075").await;
    test.rate("USD", "ISK", "138").await;
    let made = async |currency: &str| {
        let mut body = books();
        body["currency"] = currency.into();
        customer.post(SHIPMENTS, &body).await
    };
    // 9.00 → 1352.25, 0.59 → 88.6475, two percent of 1441 are 28.82
    let yen = made("JPY").await.expect(201);
    assert_eq!((&yen["estimated_cost"], &yen["currency"]), (&json!("1470"), &json!("JPY")));
    let totals: Vec<String> = priced(&yen).into_iter().map(|(_, total)| total).collect();
    assert_eq!(totals, ["1352", "89", "29"]);
    assert_eq!(priced(&yen)[2].0, "Currency exchange fee, USD to JPY");
    assert_eq!((&yen["fx"]["rate"], &yen["fx"]["margin_bps"]), (&json!("150.25"), &json!(200)));
    // 9.00 → 2.7675, 0.59 → 0.181425, two percent of 2.949 are 0.05898
    let dinars = made("KWD").await.expect(201);
    assert_eq!(dinars["estimated_cost"], "3.008");
    assert!(made("USD").await.expect(201)["fx"].is_null());
    for (currency, why) in [("ISK", "take"), ("EUR", "no exchange rate"), ("XXX", "Unknown")] {
        let problem = made(currency).await.problem(400, "invalid");
        assert!(problem["errors"]["currency"][0].as_str().unwrap().contains(why), "{currency}: {problem}");
    }
    // the customer's own currency without being asked, if its worth is known
    test.sql("UPDATE users SET currency = 'JPY' WHERE email = 'amina@example.com'").await;
    assert_eq!(customer.post(SHIPMENTS, &books()).await.expect(201)["currency"], "JPY");
    test.sql("UPDATE users SET currency = 'EUR' WHERE email = 'amina@example.com'").await;
    assert_eq!(customer.post(SHIPMENTS, &books()).await.expect(201)["currency"], "USD");
    // a rate that moves does not move a price that was given: 3 kg at 150.25 are 9.90 → 1487.475, 0.64 → 96.16, margin 31.66
    test.rate("USD", "JPY", "300").await;
    let admin = test.admin().await;
    let measured = json!({ "status": "PROCESSING", "measured": { "parcels": [parcel("2.9")] } });
    let confirmed = super::moved(&admin, &yen, measured).await.expect(200);
    assert_eq!((&confirmed["cost"], &confirmed["status"]), (&json!("1615"), &json!("PROCESSING")));
    test.settle().await;
    let invoice = &super::shown(&customer, &yen).await["invoice"];
    assert_eq!((&invoice["amount"], &invoice["currency"]), (&json!("1615"), &json!("JPY")));
    assert_eq!(test.count("invoices", "fx IS NOT NULL").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_that_is_too_old_is_replaced_when_the_parcels_are_weighed() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    test.rate("USD", "JPY", "150.25").await;
    let mut body = books();
    body["currency"] = "JPY".into();
    let shipment = customer.post(SHIPMENTS, &body).await.expect(201);
    test.app.clock.advance(chrono::TimeDelta::days(15));
    let (customer, admin) = (test.http.sign_in("amina@example.com", crate::support::PASSWORD).await, {
        drop(admin);
        test.admin().await
    });
    test.rate("USD", "JPY", "300").await;
    let asked = super::moved(&admin, &shipment, json!({ "status": "PROCESSING" })).await.expect(200);
    // 2700 + 177 + 57.54
    assert_eq!((&asked["action_required"], &asked["proposal"]["after"]), (&json!("COST_APPROVAL"), &json!("2935")));
    let accepted = super::answered(&customer, &shipment, true).await.expect(200);
    assert_eq!((&accepted["cost"], &accepted["fx"]["rate"]), (&json!("2935"), &json!("300")));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_does_not_lead_there_and_a_country_nobody_goes_to_are_refused() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let all = admin.get("/api/superadmin/settings/").await.expect(200);
    let mut shipping = all["shipping"]["value"].clone();
    shipping["zones"].as_array_mut().unwrap().retain(|zone| zone["code"] != "WORLD");
    for service in [0, 1] {
        let tariffs = shipping["services"][service]["tariffs"].as_array_mut().unwrap();
        tariffs.retain(|tariff| tariff["zone"] != "WORLD" && (service == 1 || tariff["zone"] != "EUROPE"));
    }
    admin.put("/api/superadmin/settings/", &json!({ "shipping": shipping })).await.expect(200);
    assert_eq!(costs(&customer, "FR", json!([parcel("2.5")])).await, ["64.43"], "by the one service that leads there");
    let refused = async |country: &str, service: Value, field: &str| {
        let mut body = json!({ "delivery_address": to_fresno(), "package_details": { "parcels": [parcel("1")] }, "service": service });
        body["delivery_address"]["country"] = country.into();
        body["delivery_address"]["region"] = Value::Null;
        for path in [QUOTE, SHIPMENTS] {
            let problem = customer.post(path, &body).await.problem(400, "invalid");
            assert!(problem["errors"][field].is_array(), "{path} {country}: {problem}");
        }
    };
    refused("SN", Value::Null, "delivery_address.country").await;
    refused("FR", "STANDARD".into(), "service").await;
    refused("US", "PIGEON".into(), "service").await;
    let made = customer.post(SHIPMENTS, &books()).await.expect(201);
    assert_eq!(made["tariff_version"], 1, "the version it was priced by");
    test.done().await;
}
