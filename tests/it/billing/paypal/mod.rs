//! Payments that PayPal carries: through the API, its events and the jobs, against PayPal's protocol on a real socket.

mod books;
mod events;
mod paying;
mod real;
mod refunds;
mod signatures;
mod troubles;
mod unverified;

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::paypal::{FakePaypal, event};
use serde_json::{Value, json};
use shared::billing::transaction;
use shared::ids::TransactionId;

/// A running application with PayPal, and a customer.
struct Shop {
    test: TestApp,
    paypal: FakePaypal,
    customer: Client,
    user: Value,
}

/// A payment whose page is open.
struct Open {
    invoice: String,
    id: String,
    order: String,
}

impl Shop {
    async fn open() -> Self {
        let paypal = FakePaypal::start().await;
        let test = TestApp::builder().paypal(&paypal).start().await;
        let (customer, user) = test.customer("payer@example.com").await;
        Self { test, paypal, customer, user }
    }

    async fn invoice(&self, amount: &str) -> String {
        self.test.invoice(&self.user, amount).await["id"].as_str().expect("an id").to_owned()
    }

    /// An invoice over 100 USD, and PayPal's page for it.
    async fn pay(&self) -> Open {
        let invoice = self.invoice("100.00").await;
        self.pay_invoice(&invoice, "https://shop.example/back").await
    }

    async fn pay_invoice(&self, invoice: &str, back: &str) -> Open {
        let body = json!({ "gateway": "PAYPAL", "return_url": back });
        let paid = self.customer.post(&format!("/api/invoices/{invoice}/pay/"), &body).await.expect(201);
        let page = paid["redirect_url"].as_str().expect("a page");
        let order = page.split_once("token=").expect("PayPal's page").1.to_owned();
        Open { invoice: invoice.to_owned(), id: paid["transaction"]["id"].as_str().expect("an id").to_owned(), order }
    }

    async fn capture(&self, open: &Open) -> crate::support::client::Answer {
        self.customer.call(&format!("/api/payments/{}/capture/", open.id)).await
    }

    async fn send(&self, id: &str, event_type: &str, resource: &Value) {
        self.test.paypal_event(&self.paypal, &event(id, event_type, resource)).await.expect(200);
    }

    async fn approve(&self, open: &Open) {
        self.paypal.approve(&open.order);
        self.send(&format!("WH-A-{}", open.order), "CHECKOUT.ORDER.APPROVED", &self.paypal.order(&open.order)).await;
    }

    /// As a person sees it.
    async fn payment(&self, open: &Open) -> Value {
        self.customer.get(&format!("/api/payments/{}/", open.id)).await.expect(200)
    }

    async fn status(&self, invoice: &str) -> String {
        let shown = self.customer.get(&format!("/api/invoices/{invoice}/")).await.expect(200);
        shown["payment_status"].as_str().expect("a status").to_owned()
    }

    async fn row(&self, open: &Open) -> transaction::Model {
        use sea_orm::EntityTrait;
        let id: TransactionId = open.id.parse().expect("an id");
        transaction::Entity::find_by_id(id).one(&self.test.app.db.conn).await.expect("a database").expect("a row")
    }

    /// Pays to the end.
    async fn paid(&self) -> Open {
        let open = self.pay().await;
        self.paypal.approve(&open.order);
        assert_eq!(self.capture(&open).await.expect(200)["status"], "SUCCESS");
        open
    }
}
