//! Goods that are bought for customers.

mod access;
mod bad_input;
mod cancelling;
mod jobs;
mod life;
mod lists;
mod mended;
mod money;
mod personal;
mod previews;
mod prices;
mod shipping;
mod work;

use crate::support::client::{Answer, Client};
use crate::support::{PASSWORD, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const REQUESTS: &str = "/api/buy4me/requests/";

/// A request that is being played with: its owner, and staff.
struct Stage {
    test: TestApp,
    owner: Client,
    user: Value,
    staff: Client,
}

impl Stage {
    async fn new() -> Self {
        Self::on(TestApp::new().await).await
    }

    async fn on(test: TestApp) -> Self {
        let (owner, user) = test.customer("amina@example.com").await;
        let staff = test.admin().await;
        Self { test, owner, user, staff }
    }

    /// After so long that the tokens have expired.
    async fn sign_in_again(&mut self) {
        self.owner = self.test.http.sign_in("amina@example.com", PASSWORD).await;
        self.staff = self.test.admin().await;
    }

    /// An admin who holds one set of permissions.
    async fn with_set(&self, set: &str) -> Client {
        let email = format!("{}@example.com", set.to_lowercase());
        let body = json!({
            "email": email, "password": PASSWORD, "first_name": "Fatou", "last_name": "", "role": "ADMIN", "permission_sets": [set],
        });
        self.staff.post("/api/superadmin/admins/", &body).await.expect(201);
        self.test.http.sign_in(&email, PASSWORD).await
    }

    /// Changes settings for good.
    async fn settings(&self, body: Value) {
        self.staff.put("/api/superadmin/settings/", &body).await.expect(200);
    }

    async fn draft(&self, body: Value) -> Value {
        self.owner.post(REQUESTS, &body).await.expect(201)
    }

    /// A draft in USD of these items.
    async fn draft_of(&self, items: Value) -> Value {
        self.draft(json!({ "currency": "USD", "items": items })).await
    }

    async fn submitted(&self, body: Value) -> Value {
        let request = self.draft(body).await;
        let answer = self.step(&self.owner, &request, "SUBMITTED").await.expect(200);
        self.test.settle().await;
        answer
    }

    async fn step(&self, who: &Client, request: &Value, status: &str) -> Answer {
        who.patch(&path(request), &json!({ "status": status })).await
    }

    /// The request as it is now, as its owner sees it.
    async fn now(&self, request: &Value) -> Value {
        self.owner.get(&path(request)).await.expect(200)
    }

    /// Pays everything that is open, in the sandbox.
    async fn pay(&self, request: &Value) {
        self.test.settle().await;
        for invoice in self.now(request).await["invoices"].as_array().unwrap() {
            if invoice["balance"].as_str().unwrap().contains(|digit| ('1'..='9').contains(&digit)) {
                self.pay_invoice(&invoice["id"]).await;
            }
        }
        self.test.settle().await;
    }

    async fn pay_invoice(&self, invoice: &Value) {
        self.test.pay(&self.owner, invoice.as_str().unwrap()).await;
        self.test.settle().await;
    }

    /// Submitted and paid.
    async fn paid(&self, body: Value) -> Value {
        let request = self.submitted(body).await;
        self.pay(&request).await;
        self.now(&request).await
    }

    /// Ordered, too.
    async fn ordered(&self, body: Value) -> Value {
        let request = self.paid(body).await;
        self.step(&self.staff, &request, "ORDER_PLACED").await.expect(200);
        self.now(&request).await
    }

    /// Everything is in the warehouse.
    async fn arrived(&self, body: Value) -> Value {
        let request = self.ordered(body).await;
        self.step(&self.staff, &request, "WAREHOUSE_ARRIVED").await.expect(200);
        self.now(&request).await
    }

    /// What staff note on an item.
    async fn note(&self, item: &Value, body: Value) -> Answer {
        self.staff.patch(&item_path(item), &body).await
    }

    /// What goes back, or has gone, on the invoices of a request, in minor units.
    async fn promised(&self, request: &Value) -> i64 {
        let sql = "SELECT CAST(COALESCE(SUM(t.amount_minor), 0) AS BIGINT) AS n FROM payment_transactions t JOIN invoices i ON i.id = t.invoice_id \
                   WHERE t.kind = 'REFUND' AND t.status IN ('PENDING', 'SUCCESS') AND i.related_buy4me_request = $1";
        self.number(sql, &request["id"]).await
    }

    /// What was credited on the invoices of a request, in minor units.
    async fn credited(&self, request: &Value) -> i64 {
        let sql = "SELECT CAST(COALESCE(SUM(c.amount_minor), 0) AS BIGINT) AS n FROM credit_notes c JOIN invoices i ON i.id = c.invoice_id \
                   WHERE i.related_buy4me_request = $1";
        self.number(sql, &request["id"]).await
    }

    async fn number(&self, sql: &str, id: &Value) -> i64 {
        use sea_orm::ConnectionTrait;
        let id: uuid::Uuid = id.as_str().unwrap().parse().unwrap();
        let db = &self.test.app.db;
        db.conn.query_one_raw(db.sql(sql, vec![id.into()])).await.unwrap().unwrap().try_get("", "n").unwrap()
    }
}

fn path(request: &Value) -> String {
    format!("{REQUESTS}{}/", request["id"].as_str().unwrap())
}

fn item_path(item: &Value) -> String {
    format!("/api/buy4me/items/{}/", item["id"].as_str().unwrap())
}

/// An item of `price` in `currency`.
fn item(name: &str, price: &str, currency: &str, quantity: i32) -> Value {
    let url = format!("https://shop.example/{}", name.to_lowercase());
    json!({ "product_name": name, "product_url": url, "quantity": quantity, "unit_price": price, "currency": currency })
}

/// A request in USD of two items, 20.00 and 30.00, with the fee 5.00: 55.00.
fn basket() -> Value {
    json!({ "currency": "USD", "items": [item("Tea", "10.00", "USD", 2), item("Cups", "30.00", "USD", 1)] })
}

fn address() -> Value {
    json!({ "recipient": "Amina Diallo", "line1": "1 Main Street", "city": "Fresno", "region": "US-CA", "postal_code": "93650", "country": "US" })
}

fn instructions() -> Value {
    json!({ "shipping_instructions": { "delivery_address": address() } })
}

/// What a request and its items are.
fn statuses(request: &Value) -> (String, Vec<String>) {
    let items = request["items"].as_array().unwrap().iter().map(|item| item["status"].as_str().unwrap().to_owned());
    (request["status"].as_str().unwrap().to_owned(), items.collect())
}

/// Kind, net and tax of each line.
fn lines(request: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let line = |line: &Value| (text(&line["kind"]), text(&line["net"]), text(&line["tax"]));
    request["breakdown"].as_array().unwrap().iter().map(line).collect()
}

/// Amount and balance of each invoice.
fn invoices(request: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |invoice: &Value| (text(&invoice["status"]), text(&invoice["amount"]), text(&invoice["balance"]));
    request["invoices"].as_array().unwrap().iter().map(one).collect()
}

async fn send(who: &Client, method: Method, path: &str, body: &Value, if_match: &str) -> Answer {
    who.send(method, path, |request| request.header("If-Match", if_match).json(body)).await
}

fn three(rows: &[(String, String, String)]) -> Vec<(&str, &str, &str)> {
    rows.iter().map(|(one, two, three)| (one.as_str(), two.as_str(), three.as_str())).collect()
}
