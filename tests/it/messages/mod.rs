//! Messages to people: what they choose, on which channel it comes, and how that ended.

mod bounced;
mod centre;
mod choices;
mod look;
mod push;
mod refused;
mod sms;
mod unsubscribing;

use crate::support::client::Client;
use crate::support::{TestApp, id_of};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use shared::notifications::notification::{self, Channel, Status};
use shared::notifications::{Event, tell};
use uuid::Uuid;

const PREFERENCES: &str = "/api/notifications/preferences/";
const NUMBER: &str = "+221771234567";

/// Tells somebody that a shipment of theirs is on its way: a message that nobody must have.
async fn ship(test: &TestApp, user: &Value) -> Uuid {
    let facts = json!({ "reference": "SHP-2026-000123", "tracking_number": "B4M1", "status": "IN_TRANSIT", "note": "" });
    happens(test, user, Event::ShipmentStatus, facts).await
}

/// Tells somebody something; answers what it is about.
async fn happens(test: &TestApp, user: &Value, event: Event, facts: Value) -> Uuid {
    let subject = Uuid::now_v7();
    let tx = test.app.begin().await.unwrap();
    tell(&tx, id_of(user), event, subject, facts).await.unwrap();
    tx.commit().await.unwrap();
    subject
}

/// How the messages of a channel ended, oldest first: status and reason.
async fn ends(test: &TestApp, channel: Channel) -> Vec<(Status, Option<String>)> {
    let rows = notification::Entity::find().order_by_asc(notification::Column::Id).all(&test.app.db.conn).await.unwrap();
    rows.into_iter().filter(|row| row.channel == channel).map(|row| (row.status, row.error)).collect()
}

/// A customer with a telephone who wants shipments by SMS.
async fn with_telephone(test: &TestApp, email: &str) -> (Client, Value) {
    let (client, user) = test.customer(email).await;
    client.patch("/api/users/me/", &json!({ "phone_number": NUMBER })).await.expect(200);
    client.put(PREFERENCES, &json!({ "events": { "shipment.status": { "sms": true } } })).await.expect(200);
    (client, user)
}
