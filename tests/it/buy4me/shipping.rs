//! What has arrived goes on to the customer.

use super::life::move_shipment;
use super::*;
use shared::shipments::Status;

#[tokio::test(flavor = "multi_thread")]
async fn instructions_make_one_shipment_of_what_was_packed() {
    let stage = Stage::new().await;
    let request = stage.ordered(basket()).await;
    stage.owner.patch(&path(&request), &instructions()).await.problem(409, "request-step-not-allowed");
    let parcel = json!({ "weight_kg": "2.5", "length_cm": "40", "width_cm": "30", "height_cm": "20", "contents": "Tea and cups" });
    stage.staff.patch(&path(&request), &json!({ "packed": { "parcels": [parcel] } })).await.expect(200);
    stage.step(&stage.staff, &request, "WAREHOUSE_ARRIVED").await.expect(200);
    let options = json!({ "gift": true });
    let mut body = instructions();
    body["shipping_instructions"]["service"] = "EXPRESS".into();
    body["shipping_instructions"]["options"] = options.clone();
    let sent = stage.owner.patch(&path(&request), &body).await.expect(200);
    assert_eq!(sent["shipping_instructions"]["options"], options);
    assert_eq!(sent["available_actions"], json!([]));
    let made = "service = 'EXPRESS' AND currency = 'USD' AND status = 'PENDING' AND CAST(package_details AS TEXT) LIKE '%2500%'";
    assert_eq!(stage.test.count("shipments", made).await, 1);
    stage.owner.patch(&path(&request), &body).await.problem(409, "request-has-shipment");
    stage.staff.patch(&path(&request), &json!({ "packed": { "parcels": [parcel] } })).await.problem(409, "request-step-not-allowed");
    for word in ["Fresno", "Main Street", "Diallo"] {
        assert_eq!(stage.test.count("audit_entries", &format!("CAST(detail AS TEXT) LIKE '%{word}%'")).await, 0, "{word} is masked");
    }
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_measures_a_parcel_is_guessed_and_called_a_guess() {
    let stage = Stage::new().await;
    let request = stage.arrived(basket()).await;
    stage.owner.patch(&path(&request), &instructions()).await.expect(200);
    let guessed = "CAST(package_details AS TEXT) LIKE '%estimated%' AND CAST(package_details AS TEXT) LIKE '%Tea, Cups%'";
    assert_eq!(stage.test.count("shipments", guessed).await, 1);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_paid_does_not_leave() {
    let stage = Stage::new().await;
    let request = stage.submitted(basket()).await;
    let forced = json!({ "status": "ORDER_PLACED", "override": true, "reason": "on account" });
    stage.staff.patch(&path(&request), &forced).await.expect(200);
    stage.step(&stage.staff, &request, "WAREHOUSE_ARRIVED").await.expect(200);
    stage.owner.patch(&path(&request), &instructions()).await.problem(409, "request-unpaid");
    stage.pay(&request).await;
    stage.owner.patch(&path(&request), &instructions()).await.expect(200);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_request_follows_its_shipment_however_often_and_in_whatever_order_it_is_told() {
    let stage = Stage::new().await;
    let request = stage.arrived(basket()).await;
    stage.owner.patch(&path(&request), &instructions()).await.expect(200);
    move_shipment(&stage, &request, Status::Processing).await;
    assert_eq!(stage.now(&request).await["status"], "WAREHOUSE_ARRIVED");
    // delivered before anybody heard that it had left
    move_shipment(&stage, &request, Status::Delivered).await;
    let delivered = stage.now(&request).await;
    assert_eq!((delivered["status"].as_str(), delivered["delivered_at"].is_string()), (Some("SHIPPED_TO_CUSTOMER"), true));
    // told again, and then that it was not so
    move_shipment(&stage, &request, Status::Delivered).await;
    assert_eq!(stage.now(&request).await["events"], delivered["events"]);
    move_shipment(&stage, &request, Status::InTransit).await;
    let corrected = stage.now(&request).await;
    assert_eq!((corrected["status"].as_str(), &corrected["delivered_at"]), (Some("SHIPPED_TO_CUSTOMER"), &Value::Null));
    assert_eq!(corrected["events"], delivered["events"]);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_shipment_asks_for_new_instructions() {
    let stage = Stage::new().await;
    let request = stage.arrived(basket()).await;
    stage.owner.patch(&path(&request), &instructions()).await.expect(200);
    let first = stage.now(&request).await["shipment_id"].clone();
    move_shipment(&stage, &request, Status::Cancelled).await;
    let waiting = stage.now(&request).await;
    assert_eq!((&waiting["shipment_id"], &waiting["available_actions"]), (&Value::Null, &json!(["ship"])), "{waiting}");

    let again = stage.owner.patch(&path(&request), &instructions()).await.expect(200);
    assert!(again["shipment_id"].is_string() && again["shipment_id"] != first);
    stage.test.done().await;
}
