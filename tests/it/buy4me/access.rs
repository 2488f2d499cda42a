//! Who may do what to a request, which version was seen, and what is sent twice.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn only_buy4me_customers_have_requests_and_staff_make_them_for_those() {
    let stage = Stage::new().await;
    let walk_in = json!({ "email": "walker@example.com", "password": PASSWORD, "first_name": "Ami", "last_name": "", "role": "WALK_IN" });
    let walker = stage.staff.post("/api/admin/users/", &walk_in).await.expect(201);
    let walk_in = stage.test.http.sign_in("walker@example.com", PASSWORD).await;
    walk_in.post(REQUESTS, &basket()).await.problem(403, "forbidden");
    assert_eq!(walk_in.get(REQUESTS).await.expect(200)["count"], 0);
    stage.test.http.post(REQUESTS, &basket()).await.problem(401, "unauthenticated");

    let for_user = |user: &Value| {
        let mut body = basket();
        body["user"] = user["id"].clone();
        body
    };
    let (_, other) = stage.test.customer("other@example.com").await;
    stage.owner.post(REQUESTS, &for_user(&other)).await.problem(403, "forbidden");
    stage.owner.post(REQUESTS, &for_user(&stage.user)).await.expect(201);
    let made = stage.staff.post(REQUESTS, &for_user(&stage.user)).await.expect(201);
    assert_eq!(made["user"], stage.user["id"]);
    for body in [for_user(&walker), basket(), for_user(&json!({ "id": uuid::Uuid::now_v7() }))] {
        let problem = stage.staff.post(REQUESTS, &body).await.problem(400, "invalid");
        assert!(problem["errors"]["user"].is_array(), "{problem}");
    }
    let warehouse = stage.with_set("WAREHOUSE").await;
    warehouse.post(REQUESTS, &for_user(&stage.user)).await.problem(403, "permission-missing");
    stage.staff.delete(&format!("/api/admin/users/{}/", stage.user["id"].as_str().unwrap())).await;
    let problem = stage.staff.post(REQUESTS, &for_user(&stage.user)).await.problem(400, "invalid");
    assert!(problem["errors"]["user"].is_array(), "nothing is made for a closed account");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_is_not_there() {
    let stage = Stage::new().await;
    let request = stage.paid(basket()).await;
    let (stranger, _) = stage.test.customer("stranger@example.com").await;
    let (request_path, item) = (path(&request), item_path(&request["items"][0]));
    let items = format!("{request_path}items/");
    let step = json!({ "status": "CANCELLED" });
    for answer in [
        stranger.get(&request_path).await,
        stranger.get(&items).await,
        stranger.get(&item).await,
        stranger.patch(&request_path, &step).await,
        stranger.patch(&request_path, &json!({ "status": "ORDER_PLACED" })).await,
        stranger.patch(&request_path, &json!({ "currency": "EUR" })).await,
        stranger.patch(&request_path, &instructions()).await,
        stranger.patch(&request_path, &json!({ "packed": { "parcels": [] } })).await,
        stranger.delete(&request_path).await,
        stranger.post(&items, &basket()["items"][0]).await,
        stranger.patch(&item, &json!({ "quantity": 3 })).await,
        stranger.patch(&item, &json!({ "status": "ORDERED" })).await,
        stranger.delete(&item).await,
        stranger.get(&format!("{REQUESTS}{}/", uuid::Uuid::now_v7())).await,
        stranger.get(&format!("{REQUESTS}1/")).await,
        stranger.patch(&format!("/api/buy4me/items/{}/", uuid::Uuid::now_v7()), &json!({})).await,
    ] {
        answer.problem(404, "not-found");
    }
    assert_eq!(stage.now(&request).await, request, "and nothing changed");
    assert!(stage.test.count("audit_entries", "action = 'access.denied' OR action LIKE '%denied%'").await > 0);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn buying_receiving_and_answering_for_a_price_are_different_peoples() {
    let stage = Stage::new().await;
    let (buyer, warehouse, support) = (stage.with_set("BUYER").await, stage.with_set("WAREHOUSE").await, stage.with_set("SUPPORT").await);
    let request = stage.submitted(basket()).await;
    let (door, tea) = (path(&request), item_path(&request["items"][0]));
    let forced = json!({ "status": "ORDER_PLACED", "override": true, "reason": "because" });
    for (who, body) in [
        (&stage.owner, json!({ "status": "ORDER_PLACED" })),
        (&stage.owner, json!({ "status": "WAREHOUSE_ARRIVED" })),
        (&stage.owner, json!({ "packed": { "parcels": [] } })),
        (&support, json!({ "status": "CANCELLED" })),
        (&support, json!({ "status": "ORDER_PLACED" })),
        (&warehouse, json!({ "status": "ORDER_PLACED" })),
        (&warehouse, json!({ "status": "DRAFT" })),
        (&buyer, json!({ "status": "WAREHOUSE_ARRIVED" })),
        (&buyer, json!({ "packed": { "parcels": [] } })),
        (&buyer, forced.clone()),
    ] {
        assert_eq!(who.patch(&door, &body).await.status, 403, "{body}");
    }
    for (who, body) in [
        (&stage.owner, json!({ "status": "OUT_OF_STOCK" })),
        (&stage.owner, json!({ "actual_unit_price": "0.01" })),
        (&stage.owner, json!({ "received_quantity": 1 })),
        (&stage.owner, json!({ "vendor_order_number": "1" })),
        (&support, json!({ "status": "ORDERED" })),
        (&warehouse, json!({ "actual_unit_price": "1.00" })),
        (&warehouse, json!({ "status": "VENDOR_SHIPPED" })),
        (&buyer, json!({ "received_quantity": 1 })),
        (&buyer, json!({ "status": "RECEIVED" })),
        (&warehouse, json!({ "received_quantity": 1, "vendor_order_number": "1" })),
    ] {
        assert_eq!(who.patch(&tea, &body).await.status, 403, "{body}");
    }
    stage.staff.patch(&door, &forced).await.expect(200);
    buyer.patch(&tea, &json!({ "vendor_order_number": "1", "status": "VENDOR_SHIPPED" })).await.expect(200);
    let seen = buyer.get(&tea).await.expect(200);
    assert_eq!(seen["available_actions"], json!(["mark_out_of_stock"]), "{seen}");
    let seen = warehouse.get(&tea).await.expect(200);
    assert_eq!(seen["available_actions"], json!(["receive"]));
    warehouse.patch(&door, &json!({ "status": "WAREHOUSE_ARRIVED" })).await.expect(200);
    assert_eq!(support.get(&door).await.expect(200)["available_actions"], json!([]));
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submitted_request_is_not_edited_any_more() {
    let stage = Stage::new().await;
    let request = stage.submitted(basket()).await;
    let tea = item_path(&request["items"][0]);
    stage.owner.patch(&tea, &json!({ "quantity": 3 })).await.problem(409, "request-not-editable");
    stage.owner.delete(&tea).await.problem(409, "request-not-editable");
    stage.owner.post(&format!("{}items/", path(&request)), &basket()["items"][0]).await.problem(409, "request-not-editable");
    stage.owner.patch(&path(&request), &json!({ "authorised_overage": "9.00" })).await.problem(409, "request-not-editable");
    let problem = stage.step(&stage.owner, &request, "SUBMITTED").await.problem(409, "request-step-not-allowed");
    assert_eq!(problem["allowed"], json!(["DRAFT", "CANCELLED"]));
    stage.step(&stage.owner, &request, "COMPLETED").await.problem(409, "request-step-not-allowed");
    let draft = stage.draft(basket()).await;
    stage.note(&draft["items"][0], json!({ "status": "ORDERED" })).await.problem(409, "item-step-not-allowed");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_a_version_that_is_gone_is_refused() {
    let stage = Stage::new().await;
    let draft = stage.draft(basket()).await;
    let tea = item_path(&draft["items"][0]);
    let edit = json!({ "quantity": 3 });
    let edited = send(&stage.owner, Method::PATCH, &tea, &edit, "\"1\"").await;
    assert_eq!((edited.expect(200)["quantity"].as_i64(), edited.header("etag")), (Some(3), "\"2\""));
    let same = send(&stage.owner, Method::PATCH, &tea, &edit, "\"2\"").await;
    assert_eq!((same.status, same.header("etag")), (200, "\"2\""), "what changes nothing is no new version");
    for (method, body) in [(Method::PATCH, &edit), (Method::DELETE, &json!({}))] {
        send(&stage.owner, method, &tea, body, "\"1\"").await.problem(409, "version-conflict");
    }
    let request = stage.owner.get(&path(&draft)).await;
    let version = request.header("etag").to_owned();
    assert_eq!(version, "\"2\"", "a changed item is a changed request");
    let bodies = [json!({ "status": "SUBMITTED" }), json!({ "authorised_overage": "1.00" }), instructions(), json!({ "packed": {} })];
    for body in &bodies {
        let who = if body.get("packed").is_some() { &stage.staff } else { &stage.owner };
        send(who, Method::PATCH, &path(&draft), body, "\"1\"").await.problem(409, "version-conflict");
        send(who, Method::PATCH, &path(&draft), body, "1").await.problem(400, "invalid");
    }
    send(&stage.owner, Method::DELETE, &path(&draft), &json!({}), "\"1\"").await.problem(409, "version-conflict");
    send(&stage.owner, Method::PATCH, &path(&draft), &bodies[0], &version).await.expect(200);
    send(&stage.staff, Method::PATCH, &tea, &json!({ "vendor_order_number": "1" }), "\"2\"").await.problem(409, "version-conflict");
    send(&stage.staff, Method::PATCH, &tea, &json!({ "vendor_order_number": "1" }), "\"3\"").await.expect(200);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_order_sent_twice_is_one_order() {
    let stage = Stage::new().await;
    let first = stage.owner.post_once(REQUESTS, "key-1", &basket()).await;
    let again = stage.owner.post_once(REQUESTS, "key-1", &basket()).await;
    assert_eq!((again.expect(201), again.header("idempotency-replayed")), (first.expect(201), "true"));
    assert_eq!(again.header("location"), first.header("location"));
    stage.owner.post_once(REQUESTS, "key-1", &json!({ "items": [] })).await.problem(422, "key-reused");
    let items = format!("{}items/", path(&first.json()));
    let pots = item("Pots", "5.00", "USD", 1);
    let added = stage.owner.post_once(&items, "key-2", &pots).await.expect(201);
    assert_eq!(stage.owner.post_once(&items, "key-2", &pots).await.expect(201), added);
    assert_eq!(stage.now(&first.json()).await["items_count"], 3);
    assert_eq!(stage.test.count("buy4me_requests", "1 = 1").await, 1);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_wins() {
    let stage = Stage::new().await;
    let request = stage.paid(basket()).await;
    let (one, two) = (stage.staff.clone(), stage.test.admin().await);
    let order = async |who: &Client| who.patch(&path(&request), &json!({ "status": "ORDER_PLACED" })).await.status;
    let mut ended = <[u16; 2]>::from(tokio::join!(order(&one), order(&two)));
    ended.sort();
    assert_eq!(ended, [200, 409]);
    let (give, cancel) =
        (async || stage.owner.patch(&path(&request), &instructions()).await.status, async || two.delete(&path(&request)).await.status);
    stage.step(&stage.staff, &request, "WAREHOUSE_ARRIVED").await.expect(200);
    let mut ended = <[u16; 2]>::from(tokio::join!(give(), give()));
    ended.sort();
    assert_eq!(ended, [200, 409]);
    let mut ended = <[u16; 2]>::from(tokio::join!(cancel(), cancel()));
    ended.sort();
    assert_eq!(ended, [204, 409]);
    assert_eq!(stage.promised(&request).await, 55_00);
    assert_eq!(stage.test.count("shipments", "status = 'CANCELLED'").await, 1, "the shipment goes with it");
    stage.test.done().await;
}
