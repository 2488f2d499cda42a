//! What requests say about a person: told to that person, forgotten with the account.

use super::*;
use crate::support::eventually;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_of_the_data_has_the_requests_with_their_items_and_history() {
    let stage = Stage::new().await;
    let request = stage.submitted(basket()).await;
    let (other, _) = stage.test.customer("other@example.com").await;
    other.post(REQUESTS, &json!({ "items": [item("Secret", "1.00", "USD", 1)] })).await.expect(201);
    let export = stage.owner.call("/api/users/me/export/").await.expect(202);
    let door = format!("/api/users/me/export/{}/", export["id"].as_str().unwrap());
    let ready = || async { Some(stage.owner.get(&door).await.expect(200)).filter(|export| export["status"] == "READY") };
    eventually("the export is ready", Duration::from_secs(30), ready).await;
    let copy = stage.owner.get(&format!("{door}download/")).await.expect(200);
    let requests = copy["buy4me_requests"].as_array().unwrap();
    assert_eq!((requests.len(), &requests[0]["reference"]), (1, &request["reference"]));
    assert_eq!((requests[0]["total"].as_str(), requests[0]["items"][0]["unit_price"].as_str()), (Some("55.00"), Some("10.00")));
    assert_eq!(requests[0]["events"].as_array().unwrap().len(), 2);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_forgotten_while_a_request_is_open_and_then_where_goods_went_is() {
    let stage = Stage::new().await;
    let request = stage.arrived(basket()).await;
    stage.owner.patch(&path(&request), &instructions()).await.expect(200);
    let erase = async || {
        let door = format!("/api/admin/users/{}/erase/", stage.user["id"].as_str().unwrap());
        stage.staff.post(&door, &json!({ "reason": "asked by letter" })).await
    };
    assert_eq!(erase().await.status, 409);
    super::life::move_shipment(&stage, &request, shared::shipments::Status::Delivered).await;
    erase().await.problem(409, "account-has-open-requests");
    let done = json!({ "status": "COMPLETED", "note": "Thanks from Fresno" });
    stage.owner.patch(&path(&request), &done).await.expect(200);
    erase().await.expect(200);
    let kept = "shipping_instructions IS NULL AND packed IS NULL AND searched NOT LIKE '%tea%'";
    assert_eq!(stage.test.count("buy4me_requests", kept).await, 1);
    assert_eq!(stage.test.count("buy4me_events", "note IS NOT NULL").await, 0);
    assert_eq!(stage.test.count("buy4me_items", "product_name = 'Tea'").await, 1, "the books stay");
    stage.test.done().await;
}
