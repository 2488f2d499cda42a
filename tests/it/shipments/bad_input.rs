//! Bad input: the right status, a named field, nothing stored.

use super::{SHIPMENTS, answered, books, moved, parcel, path, ship, shown};
use crate::support::TestApp;
use serde_json::{Value, json};

/// `body` with another value at `pointer`.
fn with(body: &Value, pointer: &str, value: &Value) -> Value {
    let mut body = body.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value.clone(),
        fields => fields[name] = value.clone(),
    }
    body
}

/// What can be wrong with parcels: where below `package_details`, what, and which field is named.
fn parcels() -> Vec<(&'static str, Value, &'static str)> {
    let many = vec![parcel("1"); 51];
    vec![
        ("", json!("x"), ""),
        ("", json!([]), ""),
        ("", json!({}), ".parcels"),
        ("", json!({ "parcels": null }), ".parcels"),
        ("/parcels", json!([]), ".parcels"),
        ("/parcels", json!({}), ".parcels"),
        ("/parcels", json!(many), ".parcels"),
        ("/parcels/0", json!(1), ".parcels[0]"),
        ("/parcels/0/weight_kg", json!(null), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!(0), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!(-1), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!("-1"), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!("2,5"), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!("1e3"), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!(""), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!("٣"), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!(1e300), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!("99999999999999999999999999999999999"), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!("2.5001"), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!(70.001), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!(true), ".parcels[0].weight_kg"),
        ("/parcels/0/weight_kg", json!([2]), ".parcels[0].weight_kg"),
        ("/parcels/0/weight", json!(2), ".parcels[0].weight"),
        ("/parcels/0/weight_unit", json!("stone"), ".parcels[0].weight_unit"),
        ("/parcels/0/weight_unit", json!(1), ".parcels[0].weight_unit"),
        ("/parcels/0/dimension_unit", json!("ft"), ".parcels[0].dimension_unit"),
        ("/parcels/0/length_cm", json!(null), ".parcels[0].length_cm"),
        ("/parcels/0/length_cm", json!(0), ".parcels[0].length_cm"),
        ("/parcels/0/length_cm", json!(30.25), ".parcels[0].length_cm"),
        ("/parcels/0/length_cm", json!(1000.1), ".parcels[0].length_cm"),
        ("/parcels/0/length_cm", json!("long"), ".parcels[0].length_cm"),
        ("/parcels/0/length", json!(2), ".parcels[0].length"),
        ("/parcels/0/width_cm", json!(null), ".parcels[0].width_cm"),
        ("/parcels/0/width_cm", json!("0.0"), ".parcels[0].width_cm"),
        ("/parcels/0/width", json!(2), ".parcels[0].width"),
        ("/parcels/0/height_cm", json!({}), ".parcels[0].height_cm"),
        ("/parcels/0/height_cm", json!("1001"), ".parcels[0].height_cm"),
        ("/parcels/0/height", json!(2), ".parcels[0].height"),
        ("/parcels/0/contents", json!(" "), ".parcels[0].contents"),
        ("/parcels/0/contents", json!(7), ".parcels[0].contents"),
        ("/parcels/0/contents", json!("x".repeat(201)), ".parcels[0].contents"),
        ("/parcels/0/contents", json!("a\nb"), ".parcels[0].contents"),
        ("/parcels/0/contents", json!("a\u{0}b"), ".parcels[0].contents"),
        ("/parcels/0/declared_value", json!("x"), ".parcels[0].declared_value"),
        ("/parcels/0/declared_value", json!(-5), ".parcels[0].declared_value"),
        ("/parcels/0/declared_value", json!("5.001"), ".parcels[0].declared_value"),
        ("/parcels/0/declared_value", json!("12345678901234567890"), ".parcels[0].declared_value"),
        ("/parcels/0/currency", json!("usd"), ".parcels[0].currency"),
        ("/parcels/0/currency", json!(5), ".parcels[0].currency"),
        ("/parcels/0/quantity", json!(0), ".parcels[0].quantity"),
        ("/parcels/0/quantity", json!(101), ".parcels[0].quantity"),
        ("/parcels/0/quantity", json!(1.5), ".parcels[0].quantity"),
        ("/parcels/0/quantity", json!("1"), ".parcels[0].quantity"),
        ("/parcels/0/metadata", json!("x"), ".parcels[0].metadata"),
        ("/metadata", json!([]), ".metadata"),
        ("/more", json!("x".repeat(17 * 1024)), ""),
        ("/more", json!([[[[[[[[[1]]]]]]]]]), ""),
    ]
}

fn addresses() -> Vec<(&'static str, Value)> {
    vec![
        ("recipient", json!("")),
        ("recipient", json!(null)),
        ("recipient", json!("x".repeat(151))),
        ("recipient", json!(7)),
        ("phone", json!("555 123")),
        ("phone", json!(15_551_234_567_i64)),
        ("line1", json!(" ")),
        ("line1", json!("x".repeat(201))),
        ("line1", json!({})),
        ("line2", json!("x".repeat(201))),
        ("line2", json!(2)),
        ("city", json!("")),
        ("city", json!("x".repeat(101))),
        ("city", json!(false)),
        ("region", json!("CA-ON")),
        ("region", json!(1)),
        ("postal_code", json!("x".repeat(21))),
        ("postal_code", json!(93_650)),
        ("country", json!("us")),
        ("country", json!("ZZ")),
        ("country", json!(840)),
        ("country", json!(null)),
        ("label", json!("Home")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_new_shipment_and_of_a_change_is_checked_and_named() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let shipment = ship(&customer).await;
    let mut cases: Vec<(String, Value, String)> = vec![];
    for (at, value, field) in parcels() {
        cases.push((format!("/package_details{at}"), value, format!("package_details{field}")));
    }
    for (field, value) in addresses() {
        cases.push((format!("/delivery_address/{field}"), value, format!("delivery_address.{field}")));
    }
    for (field, value) in [
        ("delivery_address", json!("x")),
        ("delivery_address", json!(null)),
        ("package_details", json!(null)),
        ("service", json!("PIGEON")),
        ("service", json!(7)),
        ("colour", json!("red")),
        ("status", json!("DELIVERED")),
        ("cost", json!("1")),
        ("tracking_number", json!("B4")),
    ] {
        cases.push((format!("/{field}"), value, field.to_owned()));
    }
    for (pointer, value, field) in &cases {
        let body = with(&books(), pointer, value);
        let top = pointer.split('/').nth(1).unwrap();
        let one = json!({ top: body[top] });
        for (method, answer) in [("POST", customer.post(SHIPMENTS, &body).await), ("PATCH", customer.patch(&path(&shipment), &one).await)] {
            let problem = answer.problem(400, "invalid");
            assert!(problem["errors"][field].is_array(), "{method} {pointer} = {value}: {problem}");
        }
    }
    for (field, value) in [
        ("user", json!("me")),
        ("user", json!(7)),
        ("currency", json!("usd")),
        ("currency", json!("XBT")),
        ("currency", json!(5)),
        ("currency", json!("ISK")),
    ] {
        let problem = customer.post(SHIPMENTS, &with(&books(), &format!("/{field}"), &value)).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} = {value}: {problem}");
    }
    for field in ["delivery_address", "package_details"] {
        let mut body = books();
        body.as_object_mut().unwrap().remove(field);
        assert!(customer.post(SHIPMENTS, &body).await.problem(400, "invalid")["errors"][field].is_array());
    }
    // all at once
    let mut body = books();
    body["delivery_address"]["city"] = "".into();
    body["package_details"]["parcels"][0]["weight_kg"] = 0.into();
    body["currency"] = "XXX".into();
    let problem = customer.post(SHIPMENTS, &body).await.problem(400, "invalid");
    let named: Vec<&String> = problem["errors"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["currency", "delivery_address.city", "package_details.parcels[0].weight_kg"]);
    let staff = test.admin().await;
    for (field, value) in [
        ("carrier", json!("x".repeat(61))),
        ("carrier", json!("a\tb")),
        ("carrier", json!(7)),
        ("carrier_tracking_number", json!("x".repeat(61))),
        ("carrier_tracking_number", json!("a\u{0}b")),
        ("carrier_tracking_number", json!({})),
        ("service", json!(null)),
    ] {
        let problem = staff.patch(&path(&shipment), &json!({ field: value })).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} = {value}: {problem}");
    }
    assert_eq!(test.count("shipments", "1 = 1").await, 1);
    assert_eq!(shown(&customer, &shipment).await, shipment);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_quote_is_checked_and_named() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let quote = "/api/shipments/quote/";
    for (at, value, field) in parcels() {
        let problem = customer.post(quote, &with(&books(), &format!("/package_details{at}"), &value)).await.problem(400, "invalid");
        assert!(problem["errors"][format!("package_details{field}")].is_array(), "{at} = {value}: {problem}");
    }
    for (pointer, value, field) in [
        ("/delivery_address/country", json!("us"), "delivery_address.country"),
        ("/delivery_address/country", json!(1), "delivery_address.country"),
        ("/delivery_address/recipient", json!(1), "delivery_address.recipient"),
        ("/delivery_address/colour", json!("red"), "delivery_address.colour"),
        ("/delivery_address", json!({}), "delivery_address.country"),
        ("/service", json!("PIGEON"), "service"),
        ("/currency", json!("usd"), "currency"),
        ("/user", json!("me"), "user"),
        ("/colour", json!("red"), "colour"),
    ] {
        let problem = customer.post(quote, &with(&books(), pointer, &value)).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{pointer} = {value}: {problem}");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_move_and_of_an_answer_is_checked_and_named() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    let good = json!({ "status": "PROCESSING", "reason": "x", "measured": { "parcels": [parcel("2.5")] } });
    let mut cases: Vec<(String, Value, String)> = vec![];
    for (at, value, field) in parcels() {
        // what is not said about contents stays
        cases.push((format!("/measured{at}"), value, format!("measured{field}")));
    }
    for (field, value) in [
        ("status", json!("SENT")),
        ("status", json!("pending")),
        ("status", json!(1)),
        ("status", json!(null)),
        ("note", json!("x".repeat(501))),
        ("note", json!("a\u{0}b")),
        ("note", json!(7)),
        ("location", json!("x".repeat(201))),
        ("location", json!("a\nb")),
        ("location", json!([])),
        ("reason", json!("x".repeat(501))),
        ("reason", json!({})),
        ("occurred_at", json!("yesterday")),
        ("occurred_at", json!("2001-01-01T00:00:00Z")),
        ("occurred_at", json!("2999-01-01T00:00:00Z")),
        ("occurred_at", json!(0)),
        ("measured", json!("x")),
        ("cost", json!(5)),
        ("cost", json!("-5")),
        ("cost", json!("5.001")),
        ("cost", json!("1e5")),
        ("cost", json!("123456789012345678901234567890")),
        ("override", json!("yes")),
        ("override", json!(1)),
        ("colour", json!("red")),
    ] {
        cases.push((format!("/{field}"), value, field.to_owned()));
    }
    for (pointer, value, field) in &cases {
        let problem = moved(&admin, &shipment, with(&good, pointer, value)).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{pointer} = {value}: {problem}");
    }
    for body in [json!({}), json!({ "status": "PROCESSING", "cost": "5" }), json!({ "status": "PROCESSING", "override": true })] {
        let field = if body == json!({}) { "status" } else { "reason" };
        let problem = moved(&admin, &shipment, body.clone()).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{body}: {problem}");
    }
    for field in ["measured", "cost"] {
        let value = if field == "cost" { json!("5") } else { good["measured"].clone() };
        let problem = moved(&admin, &shipment, json!({ "status": "CANCELLED", "reason": "x", field: value })).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{field} is for confirmations: {problem}");
    }
    let body = json!({ "status": "CANCELLED", "reason": "x", "override": true });
    assert!(moved(&admin, &shipment, body).await.problem(400, "invalid")["errors"]["override"].is_array());
    for body in [json!({}), json!({ "accept": "yes" }), json!({ "accept": null }), json!({ "accept": 1 })] {
        let problem = customer.post(&format!("{}cost/", path(&shipment)), &body).await.problem(400, "invalid");
        assert!(problem["errors"]["accept"].is_array(), "{body}: {problem}");
    }
    let problem =
        customer.post(&format!("{}cost/", path(&shipment)), &json!({ "accept": true, "cost": "1" })).await.problem(400, "invalid");
    assert!(problem["errors"]["cost"].is_array());
    answered(&customer, &shipment, true).await.problem(409, "shipment-nothing-to-approve");
    assert_eq!(shown(&customer, &shipment).await, shipment);
    test.done().await;
}
