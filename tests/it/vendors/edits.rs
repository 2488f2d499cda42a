//! Changing shops, and two who do so at once.

use super::{OFFER, SHOPS, add, matched, names, path};
use crate::support::TestApp;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_changes_what_it_names_and_a_put_all_but_the_logo() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let shop = add(&admin, "Shop", "https://shop.example/").await;
    test.app.clock.advance(chrono::TimeDelta::seconds(5));
    let patched = admin.patch(&path(&shop), &json!({ "active": false })).await;
    let body = patched.expect(200);
    assert_eq!((&body["name"], &body["url"], &body["active"]), (&shop["name"], &shop["url"], &json!(false)));
    assert_eq!((patched.header("etag"), &body["created_at"]), ("\"2\"", &shop["created_at"]));
    assert_ne!(body["updated_at"], shop["updated_at"]);
    assert_eq!(names(&test.http, OFFER).await, Vec::<String>::new());

    let put = admin.put(&path(&shop), &json!({ "name": "New", "url": "http://new.example/de" })).await;
    let body = put.expect(200);
    assert_eq!((&body["name"], &body["url"], &body["host"]), (&json!("New"), &json!("http://new.example/de"), &json!("new.example")));
    assert_eq!((put.header("etag"), &body["active"]), ("\"3\"", &json!(false)), "a replacement that does not say leaves it");

    let same = admin.patch(&path(&shop), &json!({ "name": " New " })).await;
    assert_eq!((same.expect(200), same.header("etag")), (body, "\"3\""), "what changes nothing makes no version");
    assert_eq!(admin.patch(&path(&shop), &json!({})).await.expect(200)["name"], "New");
    assert_eq!(test.count("audit_entries", "action = 'vendor.changed'").await, 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_an_older_version_is_refused() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let shop = add(&admin, "Shop", "https://shop.example/").await;
    let (path, body) = (path(&shop), json!({ "name": "Newer", "url": "https://shop.example/" }));
    matched(&admin, Method::PATCH, &path, "\"1\"", &json!({ "name": "New" })).await.expect(200);
    matched(&admin, Method::PATCH, &path, "\"1\"", &json!({ "name": "Newer" })).await.problem(409, "version-conflict");
    matched(&admin, Method::PUT, &path, "\"1\"", &body).await.problem(409, "version-conflict");
    matched(&admin, Method::DELETE, &path, "\"1\"", &json!({})).await.problem(409, "version-conflict");
    matched(&admin, Method::PUT, &path, "1", &body).await.problem(400, "invalid");
    assert_eq!(admin.get(&path).await.expect(200)["name"], "New");
    assert_eq!(matched(&admin, Method::DELETE, &path, "\"2\"", &json!({})).await.status, 204);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_editors_at_once_one_wins_and_the_other_is_told() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let shop = path(&add(&admin, "Shop", "https://shop.example/").await);
    let (one, two) = (json!({ "name": "One" }), json!({ "name": "Two" }));
    let edit = |body| matched(&admin, Method::PATCH, &shop, "\"1\"", body);
    let (first, second) = tokio::join!(edit(&one), edit(&two));
    let (won, lost) = if first.status == 200 { (first, second) } else { (second, first) };
    lost.problem(409, "version-conflict");
    assert_eq!(admin.get(&shop).await.expect(200), won.expect(200));
    assert_eq!(test.count("audit_entries", "action = 'vendor.changed'").await, 1);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_is_one_shops_however_it_is_written_and_whoever_comes_first() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let shop = add(&admin, "Shop", "https://shop.example/").await;
    for url in ["https://shop.example/", "http://www.SHOP.example:8080/other?x#y", "https://shop.example./"] {
        let problem = admin.post(SHOPS, &json!({ "name": "Other", "url": url })).await.problem(400, "invalid");
        assert!(problem["errors"]["url"].is_array(), "{url}: {problem}");
    }
    let other = add(&admin, "Other", "https://other.example/").await;
    let problem = admin.patch(&path(&other), &json!({ "url": "https://www.shop.example/" })).await.problem(400, "invalid");
    assert_eq!(problem["errors"]["url"][0], "There is a shop at this domain already.");
    admin.patch(&path(&shop), &json!({ "url": "https://www.shop.example/en" })).await.expect(200);

    let body = json!({ "name": "Third", "url": "https://third.example/" });
    let answers = futures::future::join_all((0..6).map(|_| admin.post(SHOPS, &body))).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    refused.iter().for_each(|answer| drop(answer.problem(400, "invalid")));
    assert_eq!(test.count("vendors", "host = 'third.example'").await, 1);
    test.done().await;
}
