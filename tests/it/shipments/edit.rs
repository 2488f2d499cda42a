//! Changing what was asked for.

use super::{books, go, if_match, parcel, path, processed, ship, shown, to_fresno};
use crate::support::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_shipment_is_changed_and_priced_again() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let shipment = ship(&customer).await;
    let same = customer.patch(&path(&shipment), &books()).await;
    assert_eq!((same.expect(200), same.header("etag")), (shipment.clone(), "\"1\""), "what changes nothing is no new version");
    let express = customer.patch(&path(&shipment), &json!({ "service": "EXPRESS" })).await;
    assert_eq!((&express.expect(200)["estimated_cost"], express.header("etag")), (&json!("23.43"), "\"2\""));
    let abroad = json!({ "delivery_address": { "recipient": "Fatou Diallo", "line1": "7 Baobab Road", "city": "Thiès", "country": "SN" } });
    let moved = customer.patch(&path(&shipment), &abroad).await.expect(200);
    assert_eq!((&moved["estimated_cost"], &moved["delivery_address"]["postal_code"]), (&json!("84.14"), &Value::Null));
    for (query, count) in [("search=thi%C3%A8s", 1), ("search=fresno", 0), ("country=SN", 1), ("region=US-CA", 0)] {
        assert_eq!(customer.get(&format!("/api/shipments/?{query}")).await.expect(200)["count"], count, "{query}");
    }
    // what we answer may be sent back
    let back = json!({ "package_details": moved["package_details"] });
    assert_eq!(customer.patch(&path(&shipment), &back).await.header("etag"), "\"3\"");
    assert_eq!(test.count("audit_entries", "action = 'shipment.changed'").await, 2);
    for word in ["Baobab", "Fresno", "Main Street", "Fatou", "Diallo"] {
        assert_eq!(test.count("audit_entries", &format!("CAST(detail AS TEXT) LIKE '%{word}%'")).await, 0, "{word} is masked");
    }
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_we_do_not_know_are_kept() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let mut body = books();
    body["package_details"]["fragile"] = true.into();
    body["package_details"]["parcels"][0]["colour"] = json!({ "outside": "red", "n": 1 });
    body["package_details"]["parcels"][0]["declared_value"] = json!(49.9);
    let shipment = customer.post("/api/shipments/", &body).await.expect(201);
    let kept = &shipment["package_details"];
    assert_eq!(kept["metadata"], json!({ "fragile": true }));
    assert_eq!(kept["parcels"][0]["metadata"], json!({ "colour": { "outside": "red", "n": 1 } }));
    assert_eq!((&kept["parcels"][0]["declared_value"], &kept["parcels"][0]["currency"]), (&json!("49.90"), &json!("USD")));
    // and what staff weigh says nothing about them
    let admin = test.admin().await;
    let body = json!({ "status": "PROCESSING", "measured": { "parcels": [{ "weight_kg": 2, "length_cm": 30, "width_cm": 20, "height_cm": 10 }] } });
    let weighed = super::moved(&admin, &shipment, body).await.expect(200);
    assert_eq!(weighed["package_details"]["metadata"], kept["metadata"]);
    let mut expected = kept["parcels"][0].clone();
    expected["weight_kg"] = "2.000".into();
    assert_eq!(weighed["package_details"]["parcels"][0], expected);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_change_until_it_is_confirmed_and_staff_until_it_leaves() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = processed(&test, &customer, &admin).await;
    let mut there = to_fresno();
    there["city"] = "Clovis".into();
    let body = json!({ "delivery_address": there });
    customer.patch(&path(&shipment), &body).await.problem(409, "shipment-not-editable");
    let changed = admin.patch(&path(&shipment), &body).await.expect(200);
    assert_eq!((&changed["delivery_address"]["city"], &changed["cost"]), (&json!("Clovis"), &json!("9.59")));
    go(&admin, &shipment, "ON_HOLD").await;
    admin.patch(&path(&shipment), &json!({ "delivery_address": to_fresno() })).await.expect(200);
    go(&admin, &shipment, "PROCESSING").await;
    go(&admin, &shipment, "IN_TRANSIT").await;
    admin.patch(&path(&shipment), &body).await.problem(409, "shipment-not-editable");
    go(&admin, &shipment, "ON_HOLD").await;
    admin.patch(&path(&shipment), &body).await.problem(409, "shipment-not-editable");
    // the carrier is named at any time before the end, by staff
    let carrier = json!({ "carrier": "Post", "carrier_tracking_number": "PX 1234" });
    customer.patch(&path(&shipment), &carrier).await.problem(403, "permission-missing");
    let named = admin.patch(&path(&shipment), &carrier).await.expect(200);
    assert_eq!((&named["carrier"], &named["carrier_tracking_number"]), (&json!("Post"), &json!("PX 1234")));
    assert_eq!(customer.get("/api/shipments/?search=px%201234&carrier=Post").await.expect(200)["count"], 1);
    let cleared = admin.patch(&path(&shipment), &json!({ "carrier_tracking_number": null })).await.expect(200);
    assert_eq!((&cleared["carrier"], &cleared["carrier_tracking_number"]), (&json!("Post"), &Value::Null));
    go(&admin, &shipment, "IN_TRANSIT").await;
    go(&admin, &shipment, "DELIVERED").await;
    admin.patch(&path(&shipment), &carrier).await.problem(409, "shipment-not-editable");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_an_older_version_is_refused() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let shipment = ship(&customer).await;
    let door = path(&shipment);
    let (express, heavy) = (json!({ "service": "EXPRESS" }), json!({ "package_details": { "parcels": [parcel("4")] } }));
    for bad in ["1", "\"1", ""] {
        let problem = if_match(&customer, Method::PATCH, &door, bad, &express).await.problem(400, "invalid");
        assert!(problem["errors"]["If-Match"].is_array(), "{problem}");
    }
    if_match(&customer, Method::PATCH, &door, "\"2\"", &express).await.problem(409, "version-conflict");
    let (one, two) = tokio::join!(
        if_match(&customer, Method::PATCH, &door, "\"1\"", &express),
        if_match(&customer, Method::PATCH, &door, "\"1\"", &heavy)
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text, two.text);
    assert_eq!(customer.get(&door).await.header("etag"), "\"2\"");
    if_match(&customer, Method::DELETE, &door, "\"1\"", &Value::Null).await.problem(409, "version-conflict");
    assert_eq!(if_match(&customer, Method::DELETE, &door, "\"2\"", &Value::Null).await.status, 204);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_changes_what_they_are_asked_about_is_no_longer_asked() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    let body = json!({ "status": "PROCESSING", "measured": { "parcels": [parcel("9")] } });
    assert_eq!(super::moved(&admin, &shipment, body).await.expect(200)["action_required"], "COST_APPROVAL");
    let changed = customer.patch(&path(&shipment), &json!({ "package_details": { "parcels": [parcel("9")] } })).await.expect(200);
    assert_eq!((&changed["action_required"], &changed["proposal"], &changed["status"]), (&Value::Null, &Value::Null, &json!("PENDING")));
    assert_eq!(go(&admin, &shipment, "PROCESSING").await["cost"], changed["estimated_cost"]);
    assert_eq!(shown(&customer, &shipment).await["available_actions"], json!([]));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_who_change_what_is_pending_do_not_move_what_the_customer_was_told() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    let weighs = |weight: &str| json!({ "package_details": { "parcels": [parcel(weight)] } });
    let heavier = admin.patch(&path(&shipment), &weighs("5")).await.expect(200);
    assert_eq!((&heavier["estimated_cost"], &heavier["status"]), (&json!("9.59"), &json!("PENDING")));
    let asked = super::moved(&admin, &shipment, json!({ "status": "PROCESSING" })).await.expect(200);
    assert_eq!((&asked["proposal"]["before"], &asked["proposal"]["after"]), (&json!("9.59"), &json!("14.38")));
    let asked = admin.patch(&path(&shipment), &weighs("6")).await.expect(200);
    assert_eq!(asked["proposal"]["after"], "16.29", "the newest cost is asked about");
    let told = test.count("notifications", "event LIKE 'shipment%' AND channel = 'EMAIL'").await;
    let withdrawn = admin.patch(&path(&shipment), &weighs("2.5")).await.expect(200);
    assert_eq!((&withdrawn["proposal"], &withdrawn["estimated_cost"]), (&Value::Null, &json!("9.59")));
    assert_eq!(
        test.count("notifications", "event LIKE 'shipment%' AND channel = 'EMAIL'").await,
        told + 1,
        "who was asked hears that it is over"
    );
    test.done().await;
}
