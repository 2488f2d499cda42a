//! Who sees and does what.

use super::{SHIPMENTS, answered, books, clerk, moved, path, processed, ship, shown};
use crate::support::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn another_customers_shipment_is_not_there() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let (stranger, _) = test.customer("b@example.com").await;
    let clerk = clerk(&test, "clerk@example.com", &["FINANCE"]).await;
    let shipment = ship(&customer).await;
    let unknown = json!({ "id": Uuid::now_v7() });
    for shipment in [&shipment, &unknown] {
        let path = path(shipment);
        stranger.get(&path).await.problem(404, "not-found");
        stranger.patch(&path, &json!({ "service": "EXPRESS" })).await.problem(404, "not-found");
        stranger.delete(&path).await.problem(404, "not-found");
        answered(&stranger, shipment, true).await.problem(404, "not-found");
        moved(&stranger, shipment, json!({ "status": "CANCELLED" })).await.problem(403, "permission-missing");
    }
    stranger.get(&format!("{SHIPMENTS}1/")).await.problem(404, "not-found");
    assert_eq!(stranger.get(SHIPMENTS).await.expect(200)["count"], 0);
    for path in [SHIPMENTS.to_owned(), path(&shipment)] {
        test.http.get(&path).await.problem(401, "unauthenticated");
    }
    test.http.post(SHIPMENTS, &books()).await.problem(401, "unauthenticated");
    test.http.post("/api/shipments/quote/", &books()).await.problem(401, "unauthenticated");
    // finance sees everything and moves nothing
    assert_eq!(shown(&clerk, &shipment).await["available_actions"], json!([]));
    clerk.patch(&path(&shipment), &json!({ "service": "EXPRESS" })).await.problem(403, "permission-missing");
    clerk.delete(&path(&shipment)).await.problem(403, "permission-missing");
    answered(&clerk, &shipment, true).await.problem(403, "permission-missing");
    moved(&clerk, &shipment, json!({ "status": "PROCESSING" })).await.problem(403, "permission-missing");
    assert_eq!(shown(&customer, &shipment).await, shipment);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_never_move_and_never_ship_for_others() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let (_, other) = test.customer("b@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    for status in ["PROCESSING", "CANCELLED", "DELIVERED"] {
        moved(&customer, &shipment, json!({ "status": status })).await.problem(403, "permission-missing");
    }
    let mut body = books();
    body["user"] = other["id"].clone();
    for path in [SHIPMENTS, "/api/shipments/quote/"] {
        customer.post(path, &body).await.problem(403, "permission-missing");
    }
    customer.get(&format!("{SHIPMENTS}?user={}", other["id"].as_str().unwrap())).await.problem(403, "permission-missing");
    // staff say for whom, and it must be a customer who is still one
    let me = admin.get("/api/users/me/").await.expect(200);
    for user in [Value::Null, me["id"].clone(), json!(Uuid::now_v7())] {
        let mut body = books();
        body["user"] = user.clone();
        let problem = admin.post(SHIPMENTS, &body).await.problem(400, "invalid");
        assert!(problem["errors"]["user"].is_array(), "{user}: {problem}");
    }
    admin.delete(&format!("/api/admin/users/{}/", other["id"].as_str().unwrap())).await.expect(204);
    assert!(admin.post(SHIPMENTS, &body).await.problem(400, "invalid")["errors"]["user"].is_array());
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_about_a_shipment_are_for_staff() {
    let test = TestApp::new().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = processed(&test, &customer, &admin).await;
    let mut body =
        json!({ "user": user["id"], "currency": "USD", "lines": [{ "description": "Crate", "quantity": 1, "unit_price": "4" }] });
    body["related_shipment"] = shipment["id"].clone();
    body["finalize"] = false.into();
    admin.post("/api/invoices/", &body).await.expect(201);
    assert_eq!(shown(&customer, &shipment).await["invoices"].as_array().unwrap().len(), 1);
    assert_eq!(shown(&admin, &shipment).await["invoices"].as_array().unwrap().len(), 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bills_are_for_their_customer_and_for_staff_who_may_see_invoices() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let warehouse = clerk(&test, "clerk@example.com", &["WAREHOUSE"]).await;
    let shipment = ship(&customer).await;
    super::go(&admin, &shipment, "PROCESSING").await;
    test.settle().await;
    for (client, count) in [(&customer, 1), (&admin, 1), (&warehouse, 0)] {
        let seen = shown(client, &shipment).await;
        assert_eq!(seen["invoices"].as_array().unwrap().len(), count);
        let row = client.get(SHIPMENTS).await.expect(200)["results"][0].clone();
        for view in [&seen, &row] {
            assert_eq!(view["invoice"].is_null(), count == 0, "{view}");
            assert_eq!(view["available_actions"].as_array().unwrap().contains(&json!("pay")), count == 1, "{view}");
        }
    }
    assert!(shown(&customer, &shipment).await.get("created_by").is_none());
    assert!(shown(&warehouse, &shipment).await["created_by"].is_string());
    test.done().await;
}
