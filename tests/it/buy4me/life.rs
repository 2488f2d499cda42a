//! The whole life of a request.

use super::*;
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use shared::buy4me::jobs::{CompleteDelivered, FollowShipment};
use shared::ids::ShipmentId;
use shared::shipments::{Status, shipment};

/// Puts the linked shipment where a test wants it, ways that staff cannot go included, and tells the request.
pub async fn move_shipment(stage: &Stage, request: &Value, status: Status) {
    let id = ShipmentId(stage.now(request).await["shipment_id"].as_str().unwrap().parse().unwrap());
    let tx = stage.test.app.begin().await.unwrap();
    let row = shipment::Entity::find_by_id(id).one(&tx).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.status = Set(status);
    row.delivered_at = Set((status == Status::Delivered).then(|| tx.now()));
    row.update(&tx).await.unwrap();
    tx.enqueue(FollowShipment { shipment: id }).await.unwrap();
    tx.commit().await.unwrap();
    stage.test.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_are_quoted_paid_bought_received_forwarded_and_complete() {
    let stage = Stage::new().await;
    stage.test.rate("EUR", "USD", "1.1").await;
    let body = json!({
        "currency": "USD", "authorised_overage": "10.00",
        "items": [item("Tea", "19.99", "EUR", 2), item("Cups", "10.00", "USD", 3)],
    });
    let created = stage.owner.post(REQUESTS, &body).await;
    let draft = created.expect(201);
    assert_eq!((created.header("location"), created.header("etag")), (path(&draft).as_str(), "\"1\""));
    assert!(draft["reference"].as_str().unwrap().starts_with("B4M-"), "{draft}");
    assert_eq!((draft["status"].as_str(), &draft["total_cost"]), (Some("DRAFT"), &Value::Null));
    assert_eq!(draft["available_actions"], json!(["edit", "submit", "cancel"]));
    assert_eq!(draft["estimated_total"], "80.78", "{draft}");

    // 39.98 EUR × 1.1 = 43.98, its margin of 2 % 0.88, the other goods 30.00, 8 % of 73.98 = 5.92
    let quoted = stage.step(&stage.owner, &draft, "SUBMITTED").await.expect(200);
    assert_eq!((quoted["status"].as_str(), quoted["total_cost"].as_str()), (Some("SUBMITTED"), Some("80.78")), "{quoted}");
    stage.test.settle().await;
    let quoted = stage.now(&draft).await;
    assert_eq!(three(&invoices(&quoted)), [("OPEN", "80.78", "80.78")]);
    assert_eq!(quoted["invoices"][0]["kind"], "BUY4ME");
    stage.step(&stage.staff, &draft, "ORDER_PLACED").await.problem(409, "request-unpaid");

    stage.pay(&draft).await;
    let ordered = stage.step(&stage.staff, &draft, "ORDER_PLACED").await.expect(200);
    assert_eq!(ordered["progress"], json!({ "ORDERED": 2 }));
    for status in ["VENDOR_SHIPPED", "RECEIVED"] {
        for item in ordered["items"].as_array().unwrap() {
            stage.note(item, json!({ "status": status })).await.expect(200);
        }
    }
    let arrived = stage.now(&draft).await;
    assert_eq!((arrived["status"].as_str(), &arrived["progress"]), (Some("WAREHOUSE_ARRIVED"), &json!({ "RECEIVED": 2 })));
    assert_eq!(arrived["available_actions"], json!(["ship"]));

    let sent = stage.owner.patch(&path(&draft), &instructions()).await.expect(200);
    assert!(sent["shipment"]["reference"].as_str().unwrap().starts_with("SHP-"), "{sent}");
    let shipment = format!("/api/shipments/{}/status/", sent["shipment_id"].as_str().unwrap());
    let measured = json!({ "parcels": [{ "weight_kg": "1", "length_cm": "30", "width_cm": "20", "height_cm": "15", "contents": "Tea" }] });
    stage.staff.patch(&shipment, &json!({ "status": "PROCESSING", "measured": measured })).await.expect(200);
    stage.test.settle().await;
    let billed = stage.owner.get("/api/invoices/?payment_status=UNPAID").await.expect(200);
    stage.pay_invoice(&billed["results"][0]["id"]).await;
    stage.staff.patch(&shipment, &json!({ "status": "IN_TRANSIT" })).await.expect(200);
    stage.test.settle().await;
    let gone = stage.now(&draft).await;
    assert_eq!((gone["status"].as_str(), &gone["progress"]), (Some("SHIPPED_TO_CUSTOMER"), &json!({ "SHIPPED": 2 })));
    stage.staff.patch(&shipment, &json!({ "status": "DELIVERED" })).await.expect(200);
    stage.test.settle().await;
    let delivered = stage.now(&draft).await;
    assert!(delivered["delivered_at"].is_string() && delivered["status"] == "SHIPPED_TO_CUSTOMER", "{delivered}");
    let done = stage.step(&stage.owner, &draft, "COMPLETED").await.expect(200);
    assert_eq!((done["status"].as_str(), &done["available_actions"]), (Some("COMPLETED"), &json!([])));

    let own = |event: &&Value| event["item"].is_null();
    let steps: Vec<&str> = done["events"].as_array().unwrap().iter().filter(own).map(|event| event["status"].as_str().unwrap()).collect();
    let expected =
        ["DRAFT", "SUBMITTED", "ORDER_PLACED", "IN_TRANSIT", "WAREHOUSE_ARRIVED", "WAREHOUSE_ARRIVED", "SHIPPED_TO_CUSTOMER", "COMPLETED"];
    assert_eq!(steps, expected);
    for time in ["submitted_at", "ordered_at", "in_transit_at", "arrived_at", "shipped_at", "delivered_at", "completed_at"] {
        assert!(done[time].is_string(), "{time}: {done}");
    }
    stage.test.settle().await;
    let subjects: Vec<String> = stage.test.mails().iter().map(|mail| mail.subject()).collect();
    for part in ["your quote", "your goods are ordered", "on their way to us", "your goods are here", "on their way to you", "is complete"]
    {
        assert!(subjects.iter().any(|subject| subject.contains(part)), "{part}: {subjects:?}");
    }
    assert_eq!(stage.test.count("audit_entries", "action = 'buy4me.status_changed'").await, 6);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_delivered_completes_by_itself_after_seven_days_and_not_before() {
    let mut stage = Stage::new().await;
    let request = stage.arrived(basket()).await;
    stage.owner.patch(&path(&request), &instructions()).await.expect(200);
    move_shipment(&stage, &request, Status::InTransit).await;
    assert_eq!(later(&mut stage, &request, TimeDelta::days(30)).await, "SHIPPED_TO_CUSTOMER", "what is on its way is not complete");
    move_shipment(&stage, &request, Status::Delivered).await;
    assert_eq!(later(&mut stage, &request, TimeDelta::days(7) - TimeDelta::minutes(1)).await, "SHIPPED_TO_CUSTOMER");
    assert_eq!(later(&mut stage, &request, TimeDelta::minutes(2)).await, "COMPLETED");
    let completed = "action = 'buy4me.status_changed' AND CAST(detail AS TEXT) LIKE '%COMPLETED%'";
    assert_eq!(stage.test.count("audit_entries", completed).await, 1, "once, however often it is looked at");
    stage.test.done().await;
}

/// The request's status after some time, looked at twice.
async fn later(stage: &mut Stage, request: &Value, time: TimeDelta) -> String {
    stage.test.app.clock.advance(time);
    let tx = stage.test.app.begin().await.unwrap();
    tx.enqueue(CompleteDelivered {}).await.unwrap();
    tx.enqueue(CompleteDelivered {}).await.unwrap();
    tx.commit().await.unwrap();
    stage.test.settle().await;
    stage.sign_in_again().await;
    stage.now(request).await["status"].as_str().unwrap().to_owned()
}
