//! Adding, showing, listing and deleting shops, and matching products to them.

use super::{OFFER, SHOPS, add, buy_at, names, path};
use crate::support::TestApp;
use serde_json::json;
use shared::vendors;

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_added_shown_to_everybody_and_found() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let answer = admin.post(SHOPS, &json!({ "name": "  Bücher & more ", "url": " https://www.Bücher.example/welcome " })).await;
    let shop = answer.expect(201);
    assert_eq!((answer.header("etag"), answer.header("location")), ("\"1\"", path(&shop).as_str()));
    assert_eq!(shop["name"], "Bücher & more");
    assert_eq!(shop["url"], "https://www.xn--bcher-kva.example/welcome");
    assert_eq!((&shop["host"], &shop["active"], &shop["logo"]), (&json!("xn--bcher-kva.example"), &json!(true), &json!(null)));
    let shown = admin.get(&path(&shop)).await;
    assert_eq!((shown.expect(200), shown.header("etag")), (shop.clone(), "\"1\""));

    let offer = test.http.get(OFFER).await;
    let list = offer.expect(200);
    assert_eq!(list["results"], json!([{ "id": shop["id"], "name": shop["name"], "url": shop["url"], "logo": null }]), "no more than that");
    assert_eq!(offer.header("cache-control"), "public, max-age=60");
    for (search, found) in [("b%C3%BCcher", 1), ("MORE", 1), ("xn--bcher", 1), ("%25", 0), ("_", 0), ("elsewhere", 0)] {
        assert_eq!(names(&test.http, &format!("{OFFER}?search={search}")).await.len(), found, "{search}");
    }
    let entry = "action = 'vendor.created' AND object_type = 'vendor'";
    assert_eq!(test.count("audit_entries", entry).await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_ordered_paged_filtered_and_cost_the_same_whatever_their_size() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    for (i, name) in ["Delta", "Alpha", "Echo", "Bravo", "Charlie"].iter().enumerate() {
        let active = i != 2;
        let url = format!("https://{}.example/", name.to_lowercase());
        admin.post(SHOPS, &json!({ "name": name, "url": url, "active": active })).await.expect(201);
        test.app.clock.advance(chrono::TimeDelta::seconds(1));
    }
    assert_eq!(names(&test.http, OFFER).await, ["Alpha", "Bravo", "Charlie", "Delta"]);
    assert_eq!(names(&test.http, &format!("{OFFER}?ordering=-created_at")).await, ["Charlie", "Bravo", "Alpha", "Delta"]);
    assert_eq!(names(&test.http, &format!("{OFFER}?page_size=3&page=2")).await, ["Delta"]);
    assert_eq!(names(&admin, SHOPS).await, ["Alpha", "Bravo", "Charlie", "Delta", "Echo"]);
    assert_eq!(names(&admin, &format!("{SHOPS}?active=false")).await, ["Echo"]);
    assert_eq!(names(&admin, &format!("{SHOPS}?active=true&ordering=-name&search=ALPHA")).await, ["Alpha"]);
    for (query, field) in [("active=yes", "active"), ("ordering=host", "ordering"), ("page=0", "page"), ("colour=red", "colour")] {
        let problem = admin.get(&format!("{SHOPS}?{query}")).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{query}: {problem}");
    }
    test.http.get(&format!("{OFFER}?active=false")).await.problem(400, "invalid");
    let cost = async |path: &str| {
        let (answer, cost) = test.cost(test.http.get(path)).await;
        answer.expect(200);
        cost
    };
    assert_eq!(cost(&format!("{OFFER}?page_size=1")).await, cost(&format!("{OFFER}?page_size=100")).await);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_manage_shops_reach_behind_their_door() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (customer, _) = test.customer("a@example.com").await;
    let staff = json!({ "email": "staff@example.com", "password": crate::support::PASSWORD, "first_name": "Amina", "last_name": "Diallo" });
    admin.post("/api/superadmin/admins/", &staff).await.expect(201);
    let staff = test.http.sign_in("staff@example.com", crate::support::PASSWORD).await;
    let shop = add(&admin, "Shop", "https://shop.example/").await;
    let (body, logo) = (json!({ "name": "Mine", "url": "https://mine.example/" }), format!("{}logo/", path(&shop)));
    for client in [&customer, &staff] {
        client.get(SHOPS).await.problem(403, "permission-missing");
        client.post(SHOPS, &body).await.problem(403, "permission-missing");
        client.get(&path(&shop)).await.problem(403, "permission-missing");
        client.put(&path(&shop), &body).await.problem(403, "permission-missing");
        client.patch(&path(&shop), &json!({ "active": false })).await.problem(403, "permission-missing");
        client.delete(&path(&shop)).await.problem(403, "permission-missing");
        client.delete(&logo).await.problem(403, "permission-missing");
        let put = client.send(reqwest::Method::PUT, &logo, |r| r.header("Content-Type", "image/png").body("x")).await;
        put.problem(403, "permission-missing");
    }
    test.http.get(SHOPS).await.problem(401, "unauthenticated");
    test.http.delete(&path(&shop)).await.problem(401, "unauthenticated");
    assert_eq!(test.count("audit_entries", "action = 'access.denied'").await, 16);
    assert_eq!(admin.get(&path(&shop)).await.expect(200), shop, "nothing changed");
    let gone = format!("{SHOPS}{}/", uuid::Uuid::now_v7());
    admin.get(&gone).await.problem(404, "not-found");
    admin.patch(&gone, &json!({ "active": false })).await.problem(404, "not-found");
    admin.delete(&gone).await.problem(404, "not-found");
    admin.get(&format!("{SHOPS}7/")).await.problem(404, "not-found");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_nobody_bought_at_goes_and_one_that_somebody_did_is_no_longer_offered() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (fresh, used) = (add(&admin, "Fresh", "https://fresh.example/").await, add(&admin, "Used", "https://used.example/").await);
    buy_at(&test, &used).await;
    for shop in [&fresh, &used, &used] {
        let answer = admin.delete(&path(shop)).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    }
    admin.get(&path(&fresh)).await.problem(404, "not-found");
    admin.delete(&path(&fresh)).await.problem(404, "not-found");
    let kept = admin.get(&path(&used)).await;
    assert_eq!((kept.expect(200)["active"].as_bool(), kept.header("etag")), (Some(false), "\"2\""), "the second time changed nothing");
    assert_eq!(names(&test.http, OFFER).await, Vec::<String>::new());
    assert_eq!(test.count("buy4me_items", "vendor_id IS NOT NULL").await, 1);
    for (action, times) in [("vendor.deleted", 1), ("vendor.deactivated", 1)] {
        assert_eq!(test.count("audit_entries", &format!("action = '{action}'")).await, times, "{action}");
    }
    // its domain is still taken, and it can come back
    admin.post(SHOPS, &json!({ "name": "Again", "url": "https://used.example/" })).await.problem(400, "invalid");
    admin.patch(&path(&used), &json!({ "active": true })).await.expect(200);
    add(&admin, "Again", "https://fresh.example/").await;
    assert_eq!(names(&test.http, OFFER).await, ["Again", "Used"]);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_sent_twice_adds_one_shop() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let body = json!({ "name": "Shop", "url": "https://shop.example/" });
    let first = admin.post_once(SHOPS, "k-1", &body).await;
    let second = admin.post_once(SHOPS, "k-1", &body).await;
    assert_eq!((first.expect(201), second.header("idempotency-replayed")), (second.expect(201), "true"));
    assert_eq!((first.header("location"), first.header("etag")), (second.header("location"), second.header("etag")));
    let other = json!({ "name": "Other", "url": "https://other.example/" });
    admin.post_once(SHOPS, "k-1", &other).await.problem(422, "key-reused");
    // a refused request leaves its key free
    admin.post_once(SHOPS, "k-2", &body).await.problem(400, "invalid");
    admin.post_once(SHOPS, "k-2", &other).await.expect(201);
    assert_eq!(test.count("vendors", "1 = 1").await, 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn products_belong_to_the_shop_at_their_domain_or_the_nearest_above() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let mall = add(&admin, "Mall", "https://www.amazon.com/").await;
    let corner = add(&admin, "Corner", "https://corner.amazon.com/").await;
    let closed = add(&admin, "Closed", "https://closed.example/").await;
    admin.patch(&path(&closed), &json!({ "active": false })).await.expect(200);
    let urls = [
        "https://amazon.com/dp/1",
        "https://smile.amazon.com/dp/1",
        "http://www.corner.amazon.com:8080/x",
        "https://evilamazon.com/dp/1",
        "https://amazon.com.evil.example/",
        "https://com/",
        "https://closed.example/",
        "https://192.0.2.1/",
        "nonsense",
    ];
    let found = vendors::of_urls(&test.app.db.conn, &urls).await.unwrap();
    let found: Vec<Option<String>> = found.into_iter().map(|id| id.map(|id| id.to_string())).collect();
    let id = |shop: &serde_json::Value| shop["id"].as_str().map(str::to_owned);
    assert_eq!(found, [id(&mall), id(&mall), id(&corner), None, None, None, None, None, None]);
    assert_eq!(vendors::of_urls(&test.app.db.conn, &[]).await.unwrap(), []);
    test.done().await;
}
