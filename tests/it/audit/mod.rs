//! The audit: what is written, who reads it, and whether it can be trusted.

mod chain;
mod denials;
mod entries;
mod list;
mod tampering;

use crate::engine::enqueue;
use crate::support::client::Client;
use crate::support::{PASSWORD, TestApp};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use shared::audit::{self, jobs::Seal};
use shared::policy::Actor;
use shared::queue::NewJob;
use uuid::Uuid;

/// A member of staff with these permission sets, signed in.
async fn staff(test: &TestApp, email: &str, sets: &Value) -> Client {
    test.customer(email).await;
    test.sql(&format!("UPDATE users SET role = 'ADMIN', permission_sets = '{sets}' WHERE email = '{email}'")).await;
    test.http.sign_in(email, PASSWORD).await
}

/// Entries `test.noted` in one transaction, each with its number.
async fn note(test: &TestApp, numbers: impl IntoIterator<Item = usize>) {
    let tx = test.app.begin().await.unwrap();
    for number in numbers {
        audit::record(&tx, &Actor::system(), "test.noted", "test", None, Some(json!({ "number": number }))).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// An entry that commits now and whose id was made that many minutes ago.
async fn note_late(test: &TestApp, minutes: u128) -> Uuid {
    let id = Uuid::from_u128(Uuid::now_v7().as_u128() - ((minutes * 60_000) << 80));
    let tx = test.app.begin().await.unwrap();
    let row = audit::ActiveModel {
        id: Set(id),
        actor_id: Set(None),
        actor_role: Set("SYSTEM".into()),
        action: Set("test.late".into()),
        object_type: Set("test".into()),
        object_id: Set(None),
        detail: Set(None),
        request_id: Set(None),
        address: Set(None),
        created_at: Set(test.app.clock.now()),
    };
    row.insert(&tx).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn seal(test: &TestApp) {
    enqueue(&test.app, NewJob::new(&Seal {})).await;
    test.settle().await;
}

async fn verify(client: &Client) -> Value {
    client.get("/api/admin/audit/verify/").await.expect(200)
}
