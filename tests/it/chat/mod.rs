//! Live chat: people write to each other, and nothing is lost, told twice or told to whom it does not concern.

mod ends;
mod fleet;
mod frames;
mod limits;
mod notes;
mod talk;
mod twice;

use crate::support::TestApp;
use crate::support::chat::Chat;
use crate::support::client::Client;
use crate::tickets::{AMINA, TICKETS, messages, path};
use serde_json::{Value, json};

async fn ask(customer: &Client) -> Value {
    customer.post(TICKETS, &json!({ "subject": "Where is my parcel?", "description": "It is late." })).await.expect(201)
}

async fn write(client: &Client, ticket: &Value, body: &str) -> Value {
    client.post(&messages(ticket), &json!({ "body": body })).await.expect(201)
}

/// A chat that has said hello, with its history.
async fn enter(client: &Client, ticket: &Value, query: &str, history: usize) -> (Chat, Vec<Value>) {
    let mut chat = client.chat(ticket, query).await.unwrap_or_else(|answer| panic!("{}", answer.text));
    chat.expect("hello").await;
    let mut lines = vec![];
    for _ in 0..history {
        lines.push(chat.expect("message").await["message"].clone());
    }
    (chat, lines)
}

/// A customer with a ticket, and staff.
async fn desk(test: &TestApp) -> (Client, Client, Value) {
    let (customer, _) = test.customer(AMINA).await;
    let ticket = ask(&customer).await;
    (customer, test.admin().await, ticket)
}
