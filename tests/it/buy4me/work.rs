//! What staff do to items, and how the request follows.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_request_shows_the_item_that_is_least_far() {
    let stage = Stage::new().await;
    let request = stage.paid(basket()).await;
    let (tea, cups) = (&request["items"][0], &request["items"][1]);
    let steps = [
        (tea, "ORDERED", "SUBMITTED"),
        (cups, "ORDERED", "ORDER_PLACED"),
        (tea, "VENDOR_SHIPPED", "ORDER_PLACED"),
        (tea, "RECEIVED", "ORDER_PLACED"),
        (cups, "VENDOR_SHIPPED", "IN_TRANSIT"),
        (cups, "RECEIVED", "WAREHOUSE_ARRIVED"),
    ];
    for (item, status, shown) in steps {
        stage.note(item, json!({ "status": status })).await.expect(200);
        assert_eq!(stage.now(&request).await["status"], shown, "after {status}");
    }
    stage.note(tea, json!({ "status": "ORDERED" })).await.problem(409, "item-step-not-allowed");
    stage.note(tea, json!({ "status": "OUT_OF_STOCK" })).await.problem(409, "item-step-not-allowed");
    let skipped = stage.now(&request).await;
    assert!(skipped["in_transit_at"].is_string() && skipped["arrived_at"].is_string());
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_arrives_piece_by_piece() {
    let stage = Stage::new().await;
    let request = stage.ordered(json!({ "currency": "USD", "items": [item("Tea", "1.00", "USD", 5)] })).await;
    let tea = &request["items"][0];
    let some = stage.note(tea, json!({ "received_quantity": 3 })).await.expect(200);
    assert_eq!((some["status"].as_str(), some["received_quantity"].as_i64()), (Some("ORDERED"), Some(3)));
    assert_eq!(stage.now(&request).await["status"], "ORDER_PLACED");
    let problem = stage.note(tea, json!({ "received_quantity": 6 })).await.problem(400, "invalid");
    assert!(problem["errors"]["received_quantity"].is_array(), "{problem}");
    stage.note(tea, json!({ "status": "RECEIVED", "received_quantity": 4 })).await.problem(400, "invalid");
    let all = stage.note(tea, json!({ "received_quantity": 5 })).await.expect(200);
    assert_eq!(all["status"], "RECEIVED");
    assert_eq!(stage.now(&request).await["status"], "WAREHOUSE_ARRIVED");
    stage.note(tea, json!({ "received_quantity": 5 })).await.problem(409, "item-step-not-allowed");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_take_a_request_along_with_all_its_items() {
    let stage = Stage::new().await;
    let request = stage.ordered(basket()).await;
    assert_eq!(statuses(&request), ("ORDER_PLACED".into(), vec!["ORDERED".into(), "ORDERED".into()]));
    stage.note(&request["items"][1], json!({ "status": "RECEIVED" })).await.expect(200);
    let transit = stage.step(&stage.staff, &request, "IN_TRANSIT").await.expect(200);
    assert_eq!(statuses(&transit), ("IN_TRANSIT".into(), vec!["VENDOR_SHIPPED".into(), "RECEIVED".into()]));
    let problem = stage.step(&stage.staff, &request, "ORDER_PLACED").await.problem(409, "request-step-not-allowed");
    assert_eq!(problem["allowed"], json!(["WAREHOUSE_ARRIVED", "CANCELLED"]));
    let arrived = stage.step(&stage.staff, &request, "WAREHOUSE_ARRIVED").await.expect(200);
    assert_eq!(statuses(&arrived), ("WAREHOUSE_ARRIVED".into(), vec!["RECEIVED".into(), "RECEIVED".into()]));
    assert_eq!(arrived["items"][0]["received_quantity"], 2);
    stage.step(&stage.staff, &request, "SHIPPED_TO_CUSTOMER").await.problem(409, "request-step-not-allowed");
    stage.step(&stage.staff, &request, "COMPLETED").await.problem(409, "request-step-not-allowed");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_request_is_ordered_only_if_somebody_answers_for_it() {
    let stage = Stage::new().await;
    let request = stage.submitted(basket()).await;
    let order = json!({ "status": "ORDER_PLACED" });
    stage.staff.patch(&path(&request), &order).await.problem(409, "request-unpaid");
    stage.note(&request["items"][0], json!({ "status": "ORDERED" })).await.problem(409, "request-unpaid");
    let silent = json!({ "status": "ORDER_PLACED", "override": true });
    for reason in [Value::Null, json!(" ")] {
        let mut body = silent.clone();
        body["reason"] = reason;
        let problem = stage.staff.patch(&path(&request), &body).await.problem(400, "invalid");
        assert!(problem["errors"]["reason"].is_array(), "{problem}");
    }
    let forced = json!({ "status": "ORDER_PLACED", "override": true, "reason": "paid by transfer, seen at the bank" });
    let ordered = stage.staff.patch(&path(&request), &forced).await.expect(200);
    let reason = |request: &Value| request["events"].as_array().unwrap().iter().any(|event| event["reason"].is_string());
    assert!(ordered["status"] == "ORDER_PLACED" && reason(&ordered), "{ordered}");
    assert!(!reason(&stage.now(&request).await), "the customer is not shown what staff say to each other");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_out_of_stock_is_credited_with_its_part_of_exchange_fee_and_tax() {
    let stage = Stage::new().await;
    stage.test.rate("EUR", "USD", "1.1").await;
    stage.settings(json!({ "taxes": { "rate": "10", "on": ["ITEM", "FX_MARGIN", "SERVICE_FEE"] } })).await;
    // 110.00 + 11.00 and 90.00 + 9.00; margin 2.20 + 0.22; the fee 8 % of 200.00 = 16.00 + 1.60
    let body = json!({ "currency": "USD", "items": [item("Tea", "100.00", "EUR", 1), item("Cups", "90.00", "USD", 1)] });
    let request = stage.paid(body).await;
    assert_eq!(request["total_cost"], "240.02");
    let gone = stage.note(&request["items"][0], json!({ "status": "OUT_OF_STOCK", "reason": "the shop says so" })).await.expect(200);
    assert_eq!((gone["status"].as_str(), gone["charged"].as_str()), (Some("OUT_OF_STOCK"), Some("0.00")));
    // what is left: 90.00 + 9.00, 7.20 + 0.72
    let left = stage.now(&request).await;
    assert_eq!((left["total_cost"].as_str(), left["status"].as_str()), (Some("106.92"), Some("SUBMITTED")), "{left}");
    assert_eq!((stage.credited(&request).await, stage.promised(&request).await), (13_310, 13_310));
    stage.note(&request["items"][0], json!({ "status": "OUT_OF_STOCK" })).await.expect(200);
    assert_eq!(stage.credited(&request).await, 13_310, "once");
    stage.test.settle().await;
    assert!(stage.test.mails().iter().any(|mail| mail.subject().contains("out of stock") && mail.text().contains("Tea")));

    // the other one too: nothing is left, and all that was paid goes back
    stage.note(&request["items"][1], json!({ "status": "OUT_OF_STOCK" })).await.expect(200);
    stage.test.settle().await;
    let ended = stage.now(&request).await;
    assert_eq!(statuses(&ended), ("CANCELLED".into(), vec!["REFUNDED".into(), "REFUNDED".into()]));
    assert_eq!((stage.credited(&request).await, stage.promised(&request).await), (24_002, 24_002));
    stage.note(&request["items"][1], json!({ "status": "ORDERED" })).await.problem(409, "item-step-not-allowed");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_late_item_that_falls_away_lets_the_request_arrive() {
    let stage = Stage::new().await;
    let request = stage.ordered(basket()).await;
    stage.note(&request["items"][0], json!({ "status": "RECEIVED" })).await.expect(200);
    stage.note(&request["items"][1], json!({ "status": "CANCELLED" })).await.expect(200);
    stage.test.quiet().await;
    let now = stage.now(&request).await;
    assert_eq!(statuses(&now), ("WAREHOUSE_ARRIVED".into(), vec!["RECEIVED".into(), "REFUNDED".into()]));
    assert_eq!(stage.promised(&request).await, 30_00);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_is_out_of_stock_needs_no_answer_about_its_price() {
    let stage = Stage::new().await;
    let request = stage.paid(basket()).await;
    stage.note(&request["items"][0], json!({ "actual_unit_price": "99.00" })).await.expect(200);
    assert_eq!(stage.now(&request).await["action_required"], "PRICE_APPROVAL");
    stage.note(&request["items"][0], json!({ "status": "OUT_OF_STOCK" })).await.expect(200);
    let now = stage.now(&request).await;
    assert_eq!((&now["action_required"], &now["proposal"]), (&Value::Null, &Value::Null));
    assert_eq!(stage.credited(&request).await, 20_00, "what was charged, not what was proposed");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_delivers_may_turn_out_later_and_costs_nothing() {
    let stage = Stage::new().await;
    let fees = json!({
        "currency": "USD", "fee_percent": "8", "fee_minimum": "5.00", "fee_maximum": null, "vendor_delivery": "3.00",
        "quote_hours": 72, "complete_after_days": 7
    });
    stage.settings(json!({ "buy4me": fees })).await;
    let vendor = json!({ "name": "Tea House", "url": "https://tea.example.com" });
    let vendor = stage.staff.post("/api/superadmin/vendors/", &vendor).await.expect(201);
    let request = stage.paid(basket()).await;
    assert_eq!(request["total_cost"], "58.00", "both come from one shop");
    let tea = &request["items"][0];
    let noted = stage.note(tea, json!({ "vendor": vendor["id"] })).await.expect(200);
    assert_eq!(noted["vendor"], vendor["id"]);
    stage.note(tea, json!({ "status": "OUT_OF_STOCK" })).await.expect(200);
    assert_eq!((stage.credited(&request).await, stage.now(&request).await["total_cost"].as_str()), (20_00, Some("38.00")));
    stage.owner.patch(&item_path(tea), &json!({ "vendor": null })).await.problem(403, "permission-missing");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_changed_item_by_item_and_in_what_it_is_paid() {
    let stage = Stage::new().await;
    stage.test.rate("USD", "EUR", "0.5").await;
    let mut body = basket();
    body["authorised_overage"] = "7.00".into();
    let draft = stage.draft(body).await;
    let (door, tea) = (path(&draft), item_path(&draft["items"][0]));
    let euro = stage.owner.patch(&door, &json!({ "currency": "EUR" })).await.expect(200);
    assert_eq!(
        (euro["currency"].as_str(), euro["authorised_overage"].as_str()),
        (Some("EUR"), Some("0.00")),
        "what 7.00 means has changed"
    );
    let more = stage.owner.patch(&door, &json!({ "authorised_overage": "9.50" })).await.expect(200);
    assert_eq!(more["authorised_overage"], "9.50");
    // 25.00, margin 0.20 + 0.30, fee 2.50
    assert_eq!(more["estimated_total"], "28.00");
    let changes =
        json!({ "quantity": 4, "color": "green", "size": null, "alternatives": "any tea", "unit_price": "7.25", "product_name": "Sencha" });
    let changed = stage.owner.patch(&tea, &changes).await.expect(200);
    for (field, value) in changes.as_object().unwrap() {
        assert_eq!(&changed[field], value, "{field}");
    }
    // staff may help
    stage.staff.patch(&tea, &json!({ "color": null })).await.expect(200);
    assert_eq!(stage.now(&draft).await["items"][0]["color"], Value::Null);
    let found = stage.owner.get(&format!("{REQUESTS}?search=sencha")).await.expect(200);
    assert_eq!(found["count"], 1, "a new name is found");
    stage.test.done().await;
}
