//! Items that their pages fill in.

use super::*;
use crate::support::shop::Shop;
use shared::buy4me::jobs::PreviewItem;
use shared::config::PageAccess;
use shared::ids::ItemId;

/// An application for which `shop.example.com` is this shop.
async fn stage(shop: &Shop) -> Stage {
    let mut access = PageAccess { trusted: vec![shop.address], ..PageAccess::default() };
    access.hosts.insert("shop.example.com".into(), vec![shop.address.ip()]);
    Stage::on(TestApp::builder().config(move |config| config.pages = access).start().await).await
}

fn embedded(page: &str) -> Value {
    json!({ "product_url": format!("http://shop.example.com/{page}"), "quantity": 2, "source": "EMBEDDED" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_fills_in_what_is_blank_and_nothing_else() {
    let shop = Shop::start().await;
    let stage = stage(&shop).await;
    let mut named = embedded("kettle");
    named["product_name"] = "My kettle".into();
    let draft = stage.draft_of(json!([embedded("kettle"), named])).await;
    assert_eq!((draft["items"][0]["preview_status"].as_str(), &draft["items"][0]["product_name"]), (Some("PENDING"), &Value::Null));
    stage.test.settle().await;
    let filled = stage.now(&draft).await;
    let item = &filled["items"][0];
    assert_eq!((item["preview_status"].as_str(), item["product_name"].as_str()), (Some("READY"), Some("Electric kettle")), "{item}");
    assert_eq!((&item["unit_price"], &item["currency"]), (&item["preview"]["price"], &item["preview"]["currency"]));
    assert_eq!((item["unit_price"].as_str(), item["image_url"].is_string()), (Some("34.90"), true));
    let named = &filled["items"][1];
    assert_eq!((named["product_name"].as_str(), named["preview"]["title"].as_str()), (Some("My kettle"), Some("Electric kettle")));

    // the job once more changes nothing, and neither does one for an item that is gone
    let id = ItemId(item["id"].as_str().unwrap().parse().unwrap());
    let tx = stage.test.app.begin().await.unwrap();
    tx.enqueue(PreviewItem { item: id }).await.unwrap();
    tx.enqueue(PreviewItem { item: ItemId::new() }).await.unwrap();
    tx.commit().await.unwrap();
    stage.test.settle().await;
    assert_eq!(&stage.now(&draft).await["items"][0], item);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_be_read_leaves_it_to_the_customer_at_once() {
    let shop = Shop::start().await;
    let stage = stage(&shop).await;
    let mut inside = embedded("");
    inside["product_url"] = "http://127.0.0.1:1/admin".into();
    let draft = stage.draft_of(json!([embedded("missing"), inside])).await;
    stage.test.settle().await;
    let failed = stage.now(&draft).await;
    for item in failed["items"].as_array().unwrap() {
        assert_eq!((item["preview_status"].as_str(), &item["unit_price"]), (Some("FAILED"), &Value::Null), "{item}");
        assert!(item["preview"]["detail"].as_str().unwrap().contains("fill in"), "{item}");
    }
    assert!(stage.test.jobs("buy4me.preview_item").await.iter().all(|job| job.attempt == 1), "a refusal is not tried again");
    let problem = stage.step(&stage.owner, &draft, "SUBMITTED").await.problem(400, "invalid");
    let mut named: Vec<&String> = problem["errors"].as_object().unwrap().keys().collect();
    named.sort();
    assert_eq!(named, ["items[0].product_name", "items[0].unit_price", "items[1].product_name", "items[1].unit_price"]);
    for item in failed["items"].as_array().unwrap() {
        let by_hand = json!({ "product_name": "Kettle", "unit_price": "30.00", "currency": "USD" });
        stage.owner.patch(&item_path(item), &by_hand).await.expect(200);
    }
    stage.step(&stage.owner, &draft, "SUBMITTED").await.expect(200);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_is_another_page() {
    let shop = Shop::start().await;
    let stage = stage(&shop).await;
    let draft = stage.draft_of(json!([embedded("missing")])).await;
    stage.test.settle().await;
    let moved = json!({ "product_url": "http://shop.example.com/kettle" });
    let moved = stage.owner.patch(&item_path(&draft["items"][0]), &moved).await.expect(200);
    assert_eq!((moved["preview_status"].as_str(), &moved["preview"]), (Some("PENDING"), &Value::Null));
    stage.test.settle().await;
    assert_eq!(stage.now(&draft).await["items"][0]["product_name"], "Electric kettle");
    stage.test.done().await;
}
