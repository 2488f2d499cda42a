//! Tickets from the question to the last word, with notes that only staff see, files, and a clock.

mod access;
mod assign;
mod bad_input;
mod clock;
mod closing;
mod files;
mod files_kept;
mod killed;
mod life;
mod lists;
mod notes;
mod personal;
mod reopen;
mod twice;
mod unread;

use crate::support::client::{Answer, Client};
use crate::support::{PASSWORD, TestApp, id};
use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::ids::TicketId;
use shared::queue::{Job, NewJob};

pub(crate) const TICKETS: &str = "/api/support/tickets/";
pub(crate) const AMINA: &str = "amina@example.com";

fn question() -> Value {
    json!({ "subject": "Where is my parcel?", "description": "It should have come on Monday.", "category": "SHIPMENT" })
}

async fn ask(customer: &Client) -> Value {
    customer.post(TICKETS, &question()).await.expect(201)
}

fn key(ticket: &Value) -> TicketId {
    TicketId(id(ticket).parse().unwrap())
}

pub(crate) fn path(ticket: &Value) -> String {
    format!("{TICKETS}{}/", id(ticket))
}

pub(crate) fn messages(ticket: &Value) -> String {
    format!("{TICKETS}{}/messages/", id(ticket))
}

async fn shown(client: &Client, ticket: &Value) -> Value {
    client.get(&path(ticket)).await.expect(200)
}

async fn change(client: &Client, ticket: &Value, body: Value) -> Answer {
    client.patch(&path(ticket), &body).await
}

async fn write(client: &Client, ticket: &Value, body: &str) -> Answer {
    client.post(&messages(ticket), &json!({ "body": body })).await
}

async fn note(staff: &Client, ticket: &Value, body: &str) -> Value {
    staff.post(&messages(ticket), &json!({ "body": body, "internal": true })).await.expect(201)
}

async fn bodies(client: &Client, ticket: &Value) -> Vec<String> {
    let page = client.get(&messages(ticket)).await.expect(200);
    page["results"].as_array().unwrap().iter().map(|message| message["body"].as_str().unwrap().to_owned()).collect()
}

fn actions(ticket: &Value) -> Vec<&str> {
    ticket["available_actions"].as_array().unwrap().iter().map(|action| action.as_str().unwrap()).collect()
}

/// Where it could go instead, by a refusal.
fn allowed(problem: &Value) -> Vec<&str> {
    problem["allowed"].as_array().unwrap().iter().map(|action| action.as_str().unwrap()).collect()
}

/// A member of staff with these sets, with their account.
async fn clerk(test: &TestApp, email: &str, sets: &[&str]) -> (Client, Value) {
    let body = json!({ "email": email, "password": PASSWORD, "first_name": "Fatou", "last_name": "Sow", "role": "ADMIN", "permission_sets": sets });
    let account = test.admin().await.post("/api/superadmin/admins/", &body).await.expect(201);
    (test.http.sign_in(email, PASSWORD).await, account)
}

/// Time passes; whoever was signed in signs in again.
async fn later(test: &TestApp, time: TimeDelta) -> (Client, Client) {
    test.app.clock.advance(time);
    (test.http.sign_in(AMINA, PASSWORD).await, test.admin().await)
}

/// Runs a job as a schedule does, so many times at once.
async fn run<J: Job>(test: &TestApp, job: &J, times: usize) {
    let tx = test.app.begin().await.unwrap();
    for _ in 0..times {
        tx.enqueue_job(NewJob::new(job)).await.unwrap();
    }
    tx.commit().await.unwrap();
    test.settle().await;
}

/// Subjects of the mails that say this word, oldest first.
fn mails(test: &TestApp, word: &str) -> Vec<String> {
    test.mails().iter().map(|mail| mail.subject()).filter(|subject| subject.contains(word)).collect()
}
