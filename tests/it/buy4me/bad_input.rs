//! Bad input: the right status, a named field, nothing stored.

use super::*;

/// What is wrong with the fields of an item.
fn wrong_items() -> Vec<(&'static str, Value)> {
    vec![
        ("product_name", json!("x".repeat(301))),
        ("product_name", json!("a\nb")),
        ("product_name", json!("a\u{0}b")),
        ("product_name", json!(7)),
        ("product_url", json!("")),
        ("product_url", json!("shop.example/tea")),
        ("product_url", json!("/tea")),
        ("product_url", json!("//shop.example/tea")),
        ("product_url", json!("file:///etc/passwd")),
        ("product_url", json!("javascript:alert(1)")),
        ("product_url", json!("data:text/html,<b>")),
        ("product_url", json!("ftp://shop.example/tea")),
        ("product_url", json!("gopher://shop.example/")),
        ("product_url", json!("https://")),
        ("product_url", json!("https:///tea")),
        ("product_url", json!("https:shop.example")),
        ("product_url", json!("https://amina@shop.example/tea")),
        ("product_url", json!("https://amina:secret@shop.example/tea")),
        ("product_url", json!("https://:secret@shop.example/tea")),
        ("product_url", json!("https://shop.example/a b")),
        ("product_url", json!("https://shop.example\\@evil.example/")),
        ("product_url", json!("https://shop.example/\ttea")),
        ("product_url", json!("https://shop.example/\"><script>")),
        ("product_url", json!("https://shop.example:99999/")),
        ("product_url", json!("https://[::1")),
        ("product_url", json!(format!("https://shop.example/{}", "x".repeat(2000)))),
        ("product_url", json!(["https://shop.example/"])),
        ("product_url", json!(null)),
        ("quantity", json!(0)),
        ("quantity", json!(-1)),
        ("quantity", json!(1000)),
        ("quantity", json!(1.5)),
        ("quantity", json!("1")),
        ("quantity", json!(null)),
        ("quantity", json!(10_000_000_000_u64)),
        ("color", json!("x".repeat(61))),
        ("color", json!("a\rb")),
        ("color", json!(1)),
        ("size", json!("x".repeat(61))),
        ("size", json!({})),
        ("alternatives", json!("x".repeat(501))),
        ("alternatives", json!(true)),
        ("unit_price", json!("-1")),
        ("unit_price", json!("0")),
        ("unit_price", json!("0.00")),
        ("unit_price", json!("1.001")),
        ("unit_price", json!("1e3")),
        ("unit_price", json!("1,5")),
        ("unit_price", json!("NaN")),
        ("unit_price", json!("10000000000.01")),
        ("unit_price", json!("999999999999999999999")),
        ("unit_price", json!(12.5)),
        ("currency", json!("usd")),
        ("currency", json!("XBT")),
        ("currency", json!("")),
        ("currency", json!(840)),
        ("vendor", json!("shop")),
        ("vendor", json!(7)),
        ("vendor", json!(uuid::Uuid::now_v7())),
        ("source", json!("GUESSED")),
        ("source", json!(1)),
        ("status", json!("RECEIVED!")),
        ("colour", json!("red")),
        ("id", json!(uuid::Uuid::now_v7())),
        ("charged", json!("0.01")),
    ]
}

#[track_caller]
fn names(answer: &Answer, field: &str, what: &str) {
    assert_eq!(answer.status, 400, "{what}: {}", answer.text);
    let problem = answer.problem(400, "invalid");
    assert!(problem["errors"][field].is_array(), "{what}: {problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_an_item_is_checked_and_named() {
    let stage = Stage::new().await;
    let draft = stage.draft(basket()).await;
    let (items, tea) = (format!("{}items/", path(&draft)), item_path(&draft["items"][0]));
    let before = stage.now(&draft).await;
    for (field, value) in wrong_items() {
        let mut good = item("Tea", "1.00", "USD", 1);
        good[field] = value.clone();
        let what = format!("{field} = {value}");
        names(&stage.owner.post(&items, &good).await, field, &what);
        let inline = json!({ "currency": "USD", "items": [item("Cups", "1.00", "USD", 1), good] });
        names(&stage.owner.post(REQUESTS, &inline).await, &format!("items[1].{field}"), &what);
        names(&stage.owner.patch(&tea, &json!({ field: value })).await, field, &what);
    }
    for field in ["product_name", "product_url", "quantity", "unit_price", "currency"] {
        let mut good = item("Tea", "1.00", "USD", 1);
        good.as_object_mut().unwrap().remove(field);
        names(&stage.owner.post(&items, &good).await, field, field);
        names(&stage.owner.patch(&tea, &json!({ field: null })).await, field, field);
    }
    let mut huge = item("Tea", "10000000000.00", "USD", 2);
    names(&stage.owner.post(&items, &huge).await, "unit_price", "all pieces together");
    huge["quantity"] = json!(1);
    stage.owner.post(&items, &huge).await.expect(201);
    let mut several = item("", "-1", "XBT", 0);
    several["product_url"] = "file:///etc/passwd".into();
    let problem = stage.owner.post(&items, &several).await.problem(400, "invalid");
    let named: Vec<&String> = problem["errors"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["currency", "product_name", "product_url", "quantity"], "all at once");
    assert_eq!(stage.now(&draft).await["items"][0], before["items"][0]);
    assert_eq!(stage.test.count("buy4me_requests", "1 = 1").await, 1);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_request_is_checked_and_named() {
    let stage = Stage::new().await;
    let cases: &[(&str, Value)] = &[
        ("user", json!("me")),
        ("user", json!(7)),
        ("items", json!("x")),
        ("items", json!({})),
        ("items", json!(vec![item("Tea", "1.00", "USD", 1); 101])),
        ("items[0]", json!([1])),
        ("currency", json!("usd")),
        ("currency", json!("XXX")),
        ("currency", json!("BTN")),
        ("currency", json!(5)),
        ("authorised_overage", json!("-1")),
        ("authorised_overage", json!("1.001")),
        ("authorised_overage", json!(5)),
        ("authorised_overage", json!("99999999999999999999")),
        ("status", json!("SUBMITTED")),
        ("total_cost", json!("0.01")),
    ];
    for (field, value) in cases {
        let mut body = basket();
        body[field.split('[').next().unwrap()] = value.clone();
        names(&stage.owner.post(REQUESTS, &body).await, field, &format!("{field} = {value}"));
    }
    assert_eq!(stage.test.count("buy4me_requests", "1 = 1").await, 0);
    let full = json!({ "currency": "USD", "items": vec![item("Tea", "1.00", "USD", 1); 100] });
    let full = stage.owner.post(REQUESTS, &full).await.expect(201);
    names(&stage.owner.post(&format!("{}items/", path(&full)), &item("Tea", "1.00", "USD", 1)).await, "items", "one too many");
    let empty = stage.owner.post(REQUESTS, &json!({})).await.expect(201);
    names(&stage.step(&stage.owner, &empty, "SUBMITTED").await, "items", "nothing to buy");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_request_is_checked_and_named() {
    let stage = Stage::new().await;
    let draft = stage.draft(basket()).await;
    let before = stage.now(&draft).await;
    let long = "x".repeat(501);
    let cases: &[(Value, &str)] = &[
        (json!({}), "status"),
        (json!({ "status": "submitted" }), "status"),
        (json!({ "status": 1 }), "status"),
        (json!({ "status": null }), "status"),
        (json!({ "note": "hello" }), "status"),
        (json!({ "status": "SUBMITTED", "note": long }), "note"),
        (json!({ "status": "SUBMITTED", "note": "a\u{7}b" }), "note"),
        (json!({ "status": "SUBMITTED", "note": 5 }), "note"),
        (json!({ "status": "SUBMITTED", "reason": long }), "reason"),
        (json!({ "status": "SUBMITTED", "reason": [] }), "reason"),
        (json!({ "status": "SUBMITTED", "override": "yes" }), "override"),
        (json!({ "status": "SUBMITTED", "override": true, "reason": "x" }), "override"),
        (json!({ "status": "ORDER_PLACED", "override": true }), "reason"),
        (json!({ "currency": "usd" }), "currency"),
        (json!({ "currency": "BTN" }), "currency"),
        (json!({ "currency": null }), "currency"),
        (json!({ "authorised_overage": "-1" }), "authorised_overage"),
        (json!({ "authorised_overage": 1 }), "authorised_overage"),
        (json!({ "currency": "JPY", "authorised_overage": "1.50" }), "authorised_overage"),
        (json!({ "status": "SUBMITTED", "currency": "EUR" }), "body"),
        (json!({ "status": "SUBMITTED", "packed": {} }), "body"),
        (json!({ "currency": "EUR", "shipping_instructions": { "delivery_address": address() } }), "body"),
        (json!({ "packed": [] }), "packed"),
        (json!({ "packed": {} }), "packed.parcels"),
        (json!({ "items": [] }), "items"),
        (json!({ "total_cost": "1.00" }), "total_cost"),
    ];
    let ordered = stage.ordered(basket()).await;
    for (body, field) in cases {
        let target = if body.get("packed").is_some() && body.get("status").is_none() { &ordered } else { &draft };
        names(&stage.staff.patch(&path(target), body).await, field, &body.to_string());
    }
    assert_eq!(stage.now(&draft).await, before);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_instructions_parcels_and_answers_is_checked_and_named() {
    let stage = Stage::new().await;
    let request = stage.arrived(basket()).await;
    let cases: &[(&str, Value, &str)] = &[
        ("/shipping_instructions", json!("home"), "shipping_instructions"),
        ("/shipping_instructions", json!(null), "shipping_instructions"),
        ("/shipping_instructions/delivery_address", json!("home"), "shipping_instructions.delivery_address"),
        ("/shipping_instructions/delivery_address/recipient", json!(""), "shipping_instructions.delivery_address.recipient"),
        ("/shipping_instructions/delivery_address/recipient", json!(null), "shipping_instructions.delivery_address.recipient"),
        ("/shipping_instructions/delivery_address/line1", json!("x".repeat(201)), "shipping_instructions.delivery_address.line1"),
        ("/shipping_instructions/delivery_address/line2", json!(2), "shipping_instructions.delivery_address.line2"),
        ("/shipping_instructions/delivery_address/city", json!(" "), "shipping_instructions.delivery_address.city"),
        ("/shipping_instructions/delivery_address/phone", json!("555"), "shipping_instructions.delivery_address.phone"),
        ("/shipping_instructions/delivery_address/region", json!("CA-ON"), "shipping_instructions.delivery_address.region"),
        (
            "/shipping_instructions/delivery_address/postal_code",
            json!("x".repeat(21)),
            "shipping_instructions.delivery_address.postal_code",
        ),
        ("/shipping_instructions/delivery_address/country", json!("ZZ"), "shipping_instructions.delivery_address.country"),
        ("/shipping_instructions/delivery_address/planet", json!("Mars"), "shipping_instructions.delivery_address.planet"),
        ("/shipping_instructions/service", json!("ROCKET"), "shipping_instructions.service"),
        ("/shipping_instructions/service", json!(1), "shipping_instructions.service"),
        ("/shipping_instructions/options", json!("gift"), "shipping_instructions.options"),
        ("/shipping_instructions/options", json!({ "note": "x".repeat(20_000) }), "shipping_instructions.options"),
        ("/shipping_instructions/speed", json!(1), "shipping_instructions.speed"),
    ];
    for (pointer, value, field) in cases {
        let mut body = instructions();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value.clone();
        names(&stage.owner.patch(&path(&request), &body).await, field, &format!("{pointer} = {value}"));
    }
    let parcel = json!({ "weight_kg": "2", "length_cm": "4", "width_cm": "3", "height_cm": "2", "contents": "Tea" });
    for (name, value) in [("weight_kg", json!(0)), ("length_cm", json!("wide")), ("contents", json!("")), ("height_cm", json!(null))] {
        let mut wrong = parcel.clone();
        wrong[name] = value;
        names(
            &stage.staff.patch(&path(&request), &json!({ "packed": { "parcels": [wrong] } })).await,
            &format!("packed.parcels[0].{name}"),
            name,
        );
    }
    let long = "x".repeat(501);
    for (body, field) in [
        (json!({}), "accept"),
        (json!({ "accept": "yes" }), "accept"),
        (json!({ "accept": true, "price": "1" }), "price"),
        (json!({ "accept": true }), "amount"),
        (json!({ "accept": true, "amount": null }), "amount"),
        (json!({ "accept": true, "amount": 59 }), "amount"),
        (json!({ "accept": true, "amount": "1.001" }), "amount"),
        (json!({ "accept": true, "amount": "-1" }), "amount"),
        (json!({ "accept": false, "amount": "1e3" }), "amount"),
        (json!({ "accept": true, "amount": "1.00", "reason": 5 }), "reason"),
        (json!({ "accept": true, "amount": "1.00", "reason": long }), "reason"),
        (json!({ "accept": true, "amount": "1.00", "reason": "a\u{7}b" }), "reason"),
    ] {
        names(&stage.owner.post(&format!("{}answer/", path(&request)), &body).await, field, &body.to_string());
    }
    assert_eq!(stage.test.count("shipments", "1 = 1").await, 0);
    assert_eq!(stage.now(&request).await, request);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_staff_note_is_checked_and_named() {
    let stage = Stage::new().await;
    let request = stage.ordered(basket()).await;
    let cases: &[(Value, &str)] = &[
        (json!({ "actual_unit_price": "0" }), "actual_unit_price"),
        (json!({ "actual_unit_price": "-1" }), "actual_unit_price"),
        (json!({ "actual_unit_price": "1.001" }), "actual_unit_price"),
        (json!({ "actual_unit_price": 5 }), "actual_unit_price"),
        (json!({ "actual_unit_price": null }), "actual_unit_price"),
        (json!({ "actual_unit_price": "99999999999999999999" }), "actual_unit_price"),
        (json!({ "actual_unit_price": "9999999999.99" }), "actual_unit_price"),
        (json!({ "vendor_order_number": "x".repeat(101) }), "vendor_order_number"),
        (json!({ "vendor_order_number": " " }), "vendor_order_number"),
        (json!({ "vendor_order_number": 7 }), "vendor_order_number"),
        (json!({ "status": "ordered" }), "status"),
        (json!({ "status": null }), "status"),
        (json!({ "received_quantity": -1 }), "received_quantity"),
        (json!({ "received_quantity": 3 }), "received_quantity"),
        (json!({ "received_quantity": "1" }), "received_quantity"),
        (json!({ "vendor": uuid::Uuid::now_v7(), "reason": "other shop" }), "vendor"),
        (json!({ "vendor": "shop", "reason": "other shop" }), "vendor"),
        (json!({ "reason": "x".repeat(501) }), "reason"),
        (json!({ "reason": " " }), "reason"),
        (json!({ "reason": 1 }), "reason"),
        (json!({ "status": "RECEIVED", "quantity": 3 }), "body"),
    ];
    for (body, field) in cases {
        names(&stage.note(&request["items"][0], body.clone()).await, field, &body.to_string());
    }
    for status in ["PENDING", "SHIPPED", "REFUNDED"] {
        stage.note(&request["items"][0], json!({ "status": status })).await.problem(409, "item-step-not-allowed");
    }
    assert_eq!(stage.now(&request).await, request);
    stage.test.done().await;
}
