//! Shops: who manages them, who sees them, and what their pages say.

mod bad_input;
mod edits;
mod logos;
mod pages;
mod shops;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use serde_json::{Value, json};

const SHOPS: &str = "/api/superadmin/vendors/";
const OFFER: &str = "/api/vendors/";

fn path(vendor: &Value) -> String {
    format!("{SHOPS}{}/", vendor["id"].as_str().unwrap())
}

async fn add(admin: &Client, name: &str, url: &str) -> Value {
    admin.post(SHOPS, &json!({ "name": name, "url": url })).await.expect(201)
}

async fn names(client: &Client, path: &str) -> Vec<String> {
    let list = client.get(path).await.expect(200);
    list["results"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

/// An edit of the version that was read.
async fn matched(client: &Client, method: reqwest::Method, path: &str, etag: &str, body: &Value) -> Answer {
    client.send(method, path, |request| request.header("If-Match", etag).json(body)).await
}

/// Lets a customer want something from there.
async fn buy_at(test: &TestApp, vendor: &Value) {
    let (customer, _) = test.customer("buyer@example.com").await;
    let kettle = json!({
        "product_name": "Kettle", "product_url": "https://kettles.example/1", "quantity": 1, "unit_price": "30.00", "currency": "USD",
        "vendor": vendor["id"],
    });
    customer.post("/api/buy4me/requests/", &json!({ "items": [kettle] })).await.expect(201);
}
