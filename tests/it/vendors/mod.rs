//! Shops: who manages them, who sees them, and what their pages say.

mod bad_input;
mod edits;
mod logos;
mod pages;
mod shops;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

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

/// Lets a customer have bought something there.
async fn buy_at(test: &TestApp, vendor: &Value) {
    let (_, customer) = test.customer("buyer@example.com").await;
    let uuid = |value: &Value| Uuid::parse_str(value["id"].as_str().unwrap()).unwrap();
    let (request, now) = (Uuid::now_v7(), test.app.clock.now());
    let rows = [
        test.app.db.sql(
            "INSERT INTO buy4me_requests (id, reference, user_id, status, currency, breakdown, authorised_overage_minor, overage_used_minor, \
             created_at, updated_at) VALUES ($1, 'B4M-1', $2, 'DRAFT', 'USD', $3, 0, 0, $4, $4)",
            vec![request.into(), uuid(&customer).into(), json!({}).into(), now.into()],
        ),
        test.app.db.sql(
            "INSERT INTO buy4me_items (id, request_id, position, product_name, product_url, quantity, status, vendor_id, source, created_at, \
             updated_at) VALUES ($1, $2, 1, 'Kettle', 'https://shop.example.com/kettle', 1, 'PENDING', $3, 'MANUAL', $4, $4)",
            vec![Uuid::now_v7().into(), request.into(), uuid(vendor).into(), now.into()],
        ),
    ];
    let _writing = test.app.db.writing().await;
    for row in rows {
        test.app.db.conn.execute_raw(row).await.expect("the row fits its table");
    }
}
