//! Moves: allowed, refused, backwards, on hold, by two at once.

use super::{clerk, go, if_match, moved, parcel, path, processed, ship, shown};
use crate::support::TestApp;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_follow_is_refused_and_says_what_does() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    let all = ["PENDING", "PROCESSING", "IN_TRANSIT", "DELIVERED", "RETURNED", "ON_HOLD", "CANCELLED"];
    let check = async |at: &str, ways: Value| {
        assert_eq!(shown(&admin, &shipment).await["status"], at);
        for to in all {
            if ways.as_array().unwrap().iter().any(|way| way == to) {
                continue;
            }
            let problem = moved(&admin, &shipment, json!({ "status": to, "reason": "x" })).await.problem(409, "shipment-step");
            assert_eq!(problem["allowed"], ways, "{at} to {to}");
        }
    };
    check("PENDING", json!(["PROCESSING", "CANCELLED"])).await;
    go(&admin, &shipment, "PROCESSING").await;
    check("PROCESSING", json!(["IN_TRANSIT", "ON_HOLD", "CANCELLED", "PENDING"])).await;
    go(&admin, &shipment, "ON_HOLD").await;
    check("ON_HOLD", json!(["PROCESSING"])).await;
    go(&admin, &shipment, "PROCESSING").await;
    let body = json!({ "status": "IN_TRANSIT", "override": true, "reason": "pays on delivery" });
    moved(&admin, &shipment, body).await.expect(200);
    check("IN_TRANSIT", json!(["DELIVERED", "RETURNED", "ON_HOLD", "PROCESSING"])).await;
    assert_eq!(go(&admin, &shipment, "ON_HOLD").await["held_from"], "IN_TRANSIT");
    check("ON_HOLD", json!(["IN_TRANSIT"])).await;
    go(&admin, &shipment, "IN_TRANSIT").await;
    go(&admin, &shipment, "DELIVERED").await;
    check("DELIVERED", json!(["IN_TRANSIT"])).await;
    let other = ship(&customer).await;
    go(&admin, &other, "CANCELLED").await;
    for to in all {
        let problem = moved(&admin, &other, json!({ "status": to, "reason": "x" })).await.problem(409, "shipment-step");
        assert_eq!(problem["allowed"], json!([]));
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn holds_overrides_and_steps_backwards_need_a_reason_and_some_a_permission() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let warehouse = clerk(&test, "clerk@example.com", &["WAREHOUSE"]).await;
    let shipment = processed(&test, &customer, &warehouse).await;
    let reasonless = async |body: Value| {
        let problem = moved(&admin, &shipment, body.clone()).await.problem(400, "invalid");
        assert!(problem["errors"]["reason"].is_array(), "{body}: {problem}");
    };
    reasonless(json!({ "status": "ON_HOLD" })).await;
    reasonless(json!({ "status": "ON_HOLD", "reason": "  " })).await;
    reasonless(json!({ "status": "PENDING" })).await;
    reasonless(json!({ "status": "IN_TRANSIT", "override": true })).await;
    moved(&warehouse, &shipment, json!({ "status": "IN_TRANSIT", "override": true, "reason": "x" }))
        .await
        .problem(403, "permission-missing");
    go(&warehouse, &shipment, "IN_TRANSIT").await;
    assert_eq!(
        shown(&warehouse, &shipment).await["available_actions"],
        json!(["edit_carrier", "move:DELIVERED", "move:RETURNED", "move:ON_HOLD"]),
        "no steps backwards"
    );
    reasonless(json!({ "status": "PROCESSING" })).await;
    moved(&warehouse, &shipment, json!({ "status": "PROCESSING", "reason": "x" })).await.problem(403, "permission-missing");
    let back = moved(&admin, &shipment, json!({ "status": "PROCESSING", "reason": "it never left" })).await.expect(200);
    assert!(back["shipped_at"].is_null() && back["confirmed_at"].is_string(), "{back}");
    moved(&admin, &shipment, json!({ "status": "PENDING", "reason": "x" })).await.problem(409, "shipment-paid");
    go(&admin, &shipment, "IN_TRANSIT").await;
    go(&admin, &shipment, "DELIVERED").await;
    let back = moved(&admin, &shipment, json!({ "status": "IN_TRANSIT", "reason": "another parcel" })).await.expect(200);
    assert!(back["delivered_at"].is_null() && back["shipped_at"].is_string(), "{back}");
    assert_eq!(test.count("audit_entries", "action = 'shipment.moved' AND CAST(detail AS TEXT) LIKE '%another parcel%'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_confirmed_by_mistake_is_taken_back_with_its_bill_and_billed_anew() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    let measured = json!({ "status": "PROCESSING", "measured": { "parcels": [parcel("3")] } });
    moved(&admin, &shipment, measured).await.expect(200);
    test.settle().await;
    let back = moved(&admin, &shipment, json!({ "status": "PENDING", "reason": "the wrong parcel" })).await.expect(200);
    assert_eq!((&back["cost"], &back["estimated_cost"], &back["confirmed_at"]), (&Value::Null, &json!("9.59"), &Value::Null));
    assert_eq!(shown(&customer, &shipment).await["invoice"]["status"], "VOID");
    assert_eq!(shown(&customer, &shipment).await["available_actions"], json!(["edit", "cancel"]));
    assert_eq!(go(&admin, &shipment, "PROCESSING").await["cost"], "10.54");
    test.settle().await;
    let billed = shown(&customer, &shipment).await;
    assert_eq!((&billed["invoice"]["amount"], &billed["invoice"]["status"]), (&json!("10.54"), &json!("OPEN")));
    assert_eq!(billed["invoices"].as_array().unwrap().len(), 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_move_it_at_once_one_wins() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let (admin, clerk) = (test.admin().await, clerk(&test, "clerk@example.com", &["WAREHOUSE"]).await);
    for _ in 0..3 {
        let shipment = ship(&customer).await;
        let body = || json!({ "status": "PROCESSING" });
        let (one, two) = tokio::join!(moved(&admin, &shipment, body()), moved(&clerk, &shipment, body()));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.text, two.text);
    }
    test.settle().await;
    assert_eq!(test.count("invoices", "1 = 1").await, 3);
    // of two who have read the same version, too
    let shipment = ship(&customer).await;
    let door = format!("{}status/", path(&shipment));
    let (on, off) = (json!({ "status": "PROCESSING" }), json!({ "status": "CANCELLED" }));
    let (one, two) =
        tokio::join!(if_match(&admin, Method::PATCH, &door, "\"1\"", &on), if_match(&clerk, Method::PATCH, &door, "\"1\"", &off));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text, two.text);
    if_match(&admin, Method::PATCH, &door, "\"1\"", &on).await.problem(409, "version-conflict");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_may_have_happened_earlier_but_not_before_the_shipment_or_tomorrow() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let shipment = ship(&customer).await;
    test.app.clock.advance(TimeDelta::minutes(10));
    let admin = test.admin().await;
    let now = test.app.clock.now();
    let at = |minutes: i64| (now + TimeDelta::minutes(minutes)).to_rfc3339();
    for wrong in [at(60), at(-60)] {
        let body = json!({ "status": "CANCELLED", "occurred_at": wrong });
        let problem = moved(&admin, &shipment, body).await.problem(400, "invalid");
        assert!(problem["errors"]["occurred_at"].is_array(), "{problem}");
    }
    let earlier = moved(&admin, &shipment, json!({ "status": "CANCELLED", "occurred_at": at(-5) })).await.expect(200);
    let told: shared::clock::Time = earlier["cancelled_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(told.timestamp(), (now - TimeDelta::minutes(5)).timestamp());
    test.done().await;
}
