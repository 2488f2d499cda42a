//! Money and goods at the edges: what is ordered is not cancelled, what is asked is answered knowingly, what came back waits.

use super::*;
use chrono::TimeDelta;
use shared::buy4me::jobs::{ExpireQuotes, FollowShipment};

async fn answer(who: &Client, request: &Value, body: Value) -> Answer {
    who.post(&format!("{}answer/", path(request)), &body).await
}

/// Moves the linked shipment as staff do.
async fn ship(stage: &Stage, shipment: &str, status: &str) {
    let mut body = json!({ "status": status, "reason": "as it is" });
    if status == "PROCESSING:first" {
        let parcel = json!({ "weight_kg": "1", "length_cm": "30", "width_cm": "20", "height_cm": "15", "contents": "Tea" });
        body = json!({ "status": "PROCESSING", "measured": { "parcels": [parcel] } });
    }
    stage.staff.patch(&format!("/api/shipments/{shipment}/status/"), &body).await.expect(200);
    stage.test.settle().await;
}

/// A request whose shipment is paid and on its way.
async fn sent(stage: &Stage) -> (Value, String) {
    let request = stage.arrived(basket()).await;
    let sent = stage.owner.patch(&path(&request), &instructions()).await.expect(200);
    let shipment = sent["shipment_id"].as_str().unwrap().to_owned();
    ship(stage, &shipment, "PROCESSING:first").await;
    let bill = stage.owner.get(&format!("/api/shipments/{shipment}/")).await.expect(200)["invoices"][0]["id"].clone();
    stage.pay_invoice(&bill).await;
    ship(stage, &shipment, "IN_TRANSIT").await;
    (stage.now(&request).await, shipment)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ordered_in_part_is_not_cancelled_or_withdrawn_by_its_owner() {
    let stage = Stage::new().await;
    for status in ["ORDERED", "RECEIVED"] {
        let request = stage.paid(basket()).await;
        stage.note(&request["items"][0], json!({ "status": "ORDERED" })).await.expect(200);
        if status != "ORDERED" {
            stage.note(&request["items"][0], json!({ "status": status })).await.expect(200);
        }
        let now = stage.now(&request).await;
        assert_eq!((now["status"].as_str(), &now["available_actions"]), (Some("SUBMITTED"), &json!([])));
        for step in ["CANCELLED", "DRAFT"] {
            let problem = stage.step(&stage.owner, &request, step).await.problem(409, "request-step-not-allowed");
            assert_eq!(problem["allowed"], json!([]));
            stage.owner.get(&format!("{REQUESTS}?search={}", request["reference"].as_str().unwrap())).await.expect(200);
        }
        stage.owner.delete(&path(&request)).await.problem(409, "request-step-not-allowed");
        assert_eq!(stage.promised(&request).await, 0);
        stage.step(&stage.staff, &request, "DRAFT").await.problem(409, "request-step-not-allowed");
        stage.step(&stage.staff, &request, "CANCELLED").await.expect(200);
        assert_eq!(stage.promised(&request).await, 55_00);
    }
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_cancels_does_not_end_what_staff_billed_by_hand() {
    let stage = Stage::new().await;
    let by_hand = async |request: &Value, finalize: bool| {
        let body = json!({
            "user": stage.user["id"], "currency": "USD", "lines": [{ "description": "Customs", "quantity": 1, "unit_price": "7.00" }],
            "related_buy4me_request": request["id"], "finalize": finalize,
        });
        stage.staff.post("/api/invoices/", &body).await.expect(201)
    };
    let own = stage.submitted(basket()).await;
    by_hand(&own, true).await;
    stage.step(&stage.owner, &own, "CANCELLED").await.expect(200);
    assert_eq!(three(&invoices(&stage.now(&own).await)), [("VOID", "55.00", "0.00"), ("OPEN", "7.00", "7.00")]);
    let theirs = stage.submitted(basket()).await;
    by_hand(&theirs, true).await;
    stage.step(&stage.staff, &theirs, "CANCELLED").await.expect(200);
    assert_eq!(three(&invoices(&stage.now(&theirs).await)), [("VOID", "55.00", "0.00"), ("VOID", "7.00", "0.00")]);

    // drafts are for those who write them; and invoices for those who may see invoices
    let open = stage.submitted(basket()).await;
    by_hand(&open, false).await;
    let seen = async |who: &Client| {
        let detail = who.get(&path(&open)).await.expect(200);
        (detail["invoices"].as_array().unwrap().len(), detail["available_actions"].as_array().unwrap().contains(&json!("pay")))
    };
    assert_eq!(seen(&stage.owner).await, (1, true));
    assert_eq!(seen(&stage.staff).await, (2, true));
    assert_eq!(seen(&stage.with_set("WAREHOUSE").await).await, (0, false));
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_that_came_back_wait_for_new_instructions() {
    let stage = Stage::new().await;
    let (request, shipment) = sent(&stage).await;
    assert_eq!(statuses(&request).0, "SHIPPED_TO_CUSTOMER");
    ship(&stage, &shipment, "DELIVERED").await;
    assert!(stage.now(&request).await["delivered_at"].is_string());
    ship(&stage, &shipment, "IN_TRANSIT").await;
    assert_eq!(stage.now(&request).await["delivered_at"], Value::Null, "it was a mistake");
    for status in ["RETURNED", "PROCESSING", "CANCELLED"] {
        ship(&stage, &shipment, status).await;
    }
    let back = stage.now(&request).await;
    assert_eq!(statuses(&back), ("WAREHOUSE_ARRIVED".into(), vec!["RECEIVED".into(), "RECEIVED".into()]));
    let cleared = ["delivered_at", "shipped_at", "shipment_id", "shipping_instructions", "shipment"];
    assert!(cleared.iter().all(|name| back[name].is_null()), "{back}");
    assert_eq!(back["available_actions"], json!(["ship"]));
    let again = stage.owner.patch(&path(&request), &instructions()).await.expect(200);
    assert!(again["shipment_id"].is_string() && again["shipment_id"] != shipment.as_str());
    // told late about the one before
    let tx = stage.test.app.begin().await.unwrap();
    tx.enqueue(FollowShipment { shipment: shared::ids::ShipmentId(shipment.parse().unwrap()) }).await.unwrap();
    tx.commit().await.unwrap();
    stage.test.settle().await;
    assert_eq!(stage.now(&request).await["shipment_id"], again["shipment_id"]);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_price_that_was_seen_is_accepted() {
    let stage = Stage::new().await;
    let request = stage.paid(basket()).await;
    let tea = &request["items"][0];
    stage.note(tea, json!({ "actual_unit_price": "12.00" })).await.expect(200);
    let seen = stage.owner.get(&path(&request)).await;
    let amount = seen.expect(200)["proposal"]["total_after"].clone();
    stage.note(tea, json!({ "actual_unit_price": "15.00" })).await.expect(200);
    let problem = answer(&stage.owner, &request, json!({ "accept": true })).await.problem(400, "invalid");
    assert!(problem["errors"]["amount"].is_array(), "{problem}");
    answer(&stage.owner, &request, json!({ "accept": true, "amount": amount })).await.problem(409, "request-proposal-changed");
    let new = json!({ "accept": true, "amount": "65.00" });
    let old = send(&stage.owner, Method::POST, &format!("{}answer/", path(&request)), &new, seen.header("etag")).await;
    old.problem(409, "version-conflict");

    // nobody accepts for the owner without answering for it
    let problem = answer(&stage.staff, &request, new.clone()).await.problem(400, "invalid");
    assert!(problem["errors"]["reason"].is_array(), "{problem}");
    let buyer = stage.with_set("BUYER").await;
    let spoken = json!({ "accept": true, "amount": "65.00", "reason": "said so on the telephone" });
    answer(&buyer, &request, spoken.clone()).await.problem(403, "permission-missing");
    let taken = answer(&stage.staff, &request, spoken).await.expect(200);
    assert_eq!(taken["total_cost"], "65.00");
    let told: Vec<&str> = taken["events"].as_array().unwrap().iter().filter_map(|event| event["note"].as_str()).collect();
    assert_eq!(told.iter().filter(|note| note.contains("We have asked you")).count(), 2, "{told:?}");
    assert!(told.iter().any(|note| note.contains("was accepted")), "{told:?}");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_with_an_open_question_stays_where_it_is() {
    let stage = Stage::new().await;
    let request = stage.ordered(basket()).await;
    let (tea, cups) = (&request["items"][0], &request["items"][1]);
    let both = json!({ "actual_unit_price": "12.00", "status": "VENDOR_SHIPPED" });
    stage.note(tea, both).await.problem(409, "request-decision-pending");
    assert_eq!(stage.now(&request).await["action_required"], Value::Null, "all or nothing");
    stage.note(tea, json!({ "actual_unit_price": "12.00" })).await.expect(200);
    for body in [json!({ "status": "VENDOR_SHIPPED" }), json!({ "status": "RECEIVED" }), json!({ "received_quantity": 1 })] {
        stage.note(tea, body).await.problem(409, "request-decision-pending");
    }
    for step in ["IN_TRANSIT", "WAREHOUSE_ARRIVED"] {
        stage.step(&stage.staff, &request, step).await.problem(409, "request-decision-pending");
    }
    stage.note(cups, json!({ "status": "VENDOR_SHIPPED" })).await.expect(200);
    answer(&stage.owner, &request, json!({ "accept": false })).await.expect(200);
    stage.test.quiet().await;
    assert_eq!(statuses(&stage.now(&request).await), ("IN_TRANSIT".into(), vec!["REFUNDED".into(), "VENDOR_SHIPPED".into()]));
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_that_arrived_stay_when_the_rest_is_given_up() {
    let stage = Stage::new().await;
    for status in ["OUT_OF_STOCK", "CANCELLED"] {
        let request = stage.ordered(json!({ "currency": "USD", "items": [item("Tea", "10.00", "USD", 5)] })).await;
        let tea = &request["items"][0];
        stage.note(tea, json!({ "received_quantity": 3 })).await.expect(200);
        stage.note(tea, json!({ "actual_unit_price": "9.00" })).await.problem(409, "item-step-not-allowed");
        stage.note(tea, json!({ "status": status, "received_quantity": 5 })).await.problem(400, "invalid");
        let kept = stage.note(tea, json!({ "status": status })).await.expect(200);
        let figures = (kept["status"].as_str(), kept["quantity"].as_i64(), kept["received_quantity"].as_i64(), kept["charged"].as_str());
        assert_eq!(figures, (Some("RECEIVED"), Some(3), Some(3), Some("30.00")));
        let now = stage.now(&request).await;
        assert_eq!((now["status"].as_str(), now["total_cost"].as_str()), (Some("WAREHOUSE_ARRIVED"), Some("35.00")));
        assert_eq!((stage.credited(&request).await, stage.promised(&request).await), (20_00, 20_00));
        let notes = now["events"].as_array().unwrap();
        assert!(notes.iter().any(|event| event["note"] == "2 of 5 did not come."), "{now}");
        stage.note(tea, json!({ "status": status })).await.problem(409, "item-step-not-allowed");
        assert_eq!(stage.credited(&request).await, 20_00);
    }
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn overage_is_given_back_by_the_item_that_took_it() {
    let stage = Stage::new().await;
    let mut body = basket();
    body["authorised_overage"] = "5.00".into();
    let request = stage.paid(body).await;
    let (tea, cups) = (&request["items"][0], &request["items"][1]);
    stage.note(tea, json!({ "actual_unit_price": "12.50" })).await.expect(200);
    stage.note(cups, json!({ "actual_unit_price": "20.00" })).await.expect(200);
    assert_eq!(stage.now(&request).await["overage_used"], "5.00", "what the cups cost less is not the tea's");
    stage.note(tea, json!({ "actual_unit_price": "12.51" })).await.expect(200);
    let asked = stage.now(&request).await;
    assert_eq!(asked["action_required"], "PRICE_APPROVAL");
    let amount = asked["proposal"]["total_after"].clone();
    let accepted = answer(&stage.owner, &request, json!({ "accept": true, "amount": amount })).await.expect(200);
    assert_eq!(accepted["overage_used"], "0.00", "what was approved takes nothing");
    stage.note(cups, json!({ "actual_unit_price": "34.00" })).await.expect(200);
    assert_eq!(stage.now(&request).await["overage_used"], "4.00");
    stage.note(cups, json!({ "status": "OUT_OF_STOCK" })).await.expect(200);
    assert_eq!(stage.now(&request).await["overage_used"], "0.00");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_quote_expires_with_its_question_and_long_after_a_page_that_nobody_used() {
    let mut stage = Stage::new().await;
    let (asked, begun) = (stage.submitted(basket()).await, stage.submitted(basket()).await);
    stage.note(&asked["items"][0], json!({ "actual_unit_price": "99.00" })).await.expect(200);
    stage.test.open_page(&stage.owner, stage.now(&begun).await["invoices"][0]["id"].as_str().unwrap()).await;
    stage.test.app.clock.advance(TimeDelta::days(6));
    let tx = stage.test.app.begin().await.unwrap();
    tx.enqueue(ExpireQuotes {}).await.unwrap();
    tx.commit().await.unwrap();
    stage.test.settle().await;
    stage.sign_in_again().await;
    let expired = stage.now(&asked).await;
    assert_eq!(
        (expired["status"].as_str(), &expired["action_required"], &expired["proposal"]),
        (Some("DRAFT"), &Value::Null, &Value::Null)
    );
    assert_eq!(stage.now(&begun).await["status"], "DRAFT");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_nobody_speaks_of_stays_though_it_is_closed() {
    let stage = Stage::new().await;
    let vendor = async |name: &str| {
        let body = json!({ "name": name, "url": format!("https://{}.example.com", name.to_lowercase()) });
        stage.staff.post("/api/superadmin/vendors/", &body).await.expect(201)
    };
    let (tea, cups) = (vendor("Tea").await, vendor("Cups").await);
    let mut body = basket();
    body["items"][0]["vendor"] = tea["id"].clone();
    let draft = stage.draft(body).await;
    let door = item_path(&draft["items"][0]);
    let shop = format!("/api/superadmin/vendors/{}/", tea["id"].as_str().unwrap());
    stage.staff.patch(&shop, &json!({ "active": false })).await.expect(200);
    let changed = stage.owner.patch(&door, &json!({ "quantity": 3 })).await.expect(200);
    assert_eq!(changed["vendor"], tea["id"]);
    let problem = stage.owner.patch(&door, &json!({ "vendor": tea["id"] })).await.problem(400, "invalid");
    assert!(problem["errors"]["vendor"].is_array(), "{problem}");
    let moved = json!({ "product_url": "https://elsewhere.example/cups", "vendor": cups["id"] });
    assert_eq!(stage.owner.patch(&door, &moved).await.expect(200)["vendor"], cups["id"]);
    let moved = json!({ "product_url": "https://other.example/cups", "vendor": cups["id"] });
    assert_eq!(stage.owner.patch(&door, &moved).await.expect(200)["vendor"], cups["id"], "said in so many words");
    stage.test.done().await;
}
