//! What requests say about a person: told to that person, and forgotten with the account. What was bought and what it cost stays,
//! because the books refer to it.

use super::request::{Column, Entity, Model};
use super::state::Status;
use super::{event, item};
use crate::ids::{RequestId, UserId};
use crate::money::Money;
use crate::{Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use serde_json::json;
use std::collections::HashMap;

/// Rows of one page.
const PAGE: u64 = 200;

/// Whether a request of this account is being worked on.
pub async fn is_open(tx: &Tx, user: UserId) -> Result<bool> {
    let idle = [Status::Draft, Status::Completed, Status::Cancelled];
    let open = Entity::find().filter(Column::UserId.eq(user)).filter(Column::Status.is_not_in(idle));
    Ok(open.one(tx).await?.is_some())
}

/// What is forgotten; $1 is the account.
const FORGET: [&str; 3] = [
    "UPDATE buy4me_events SET note = NULL, reason = NULL WHERE request_id IN (SELECT id FROM buy4me_requests WHERE user_id = $1)",
    "UPDATE buy4me_items SET alternatives = NULL, version = version + 1 \
     WHERE alternatives IS NOT NULL AND request_id IN (SELECT id FROM buy4me_requests WHERE user_id = $1)",
    "UPDATE buy4me_requests SET shipping_instructions = NULL, packed = NULL, searched = lower(reference), version = version + 1 \
     WHERE user_id = $1",
];

/// Takes out of the requests of an account where goods went and what was said.
pub async fn forget(tx: &Tx, user: UserId) -> Result<()> {
    for sql in FORGET {
        tx.execute_raw(tx.app.db.sql(sql, vec![user.into()])).await?;
    }
    Ok(())
}

/// A page of somebody's requests after one, as they would name them; empty when there are no more. Three statements.
pub async fn tell(db: &impl ConnectionTrait, user: UserId, after: Uuid) -> Result<Vec<(Uuid, Json)>> {
    let rows = Entity::find().filter(Column::UserId.eq(user)).filter(Column::Id.gt(after));
    let rows = rows.order_by_asc(Column::Id).limit(PAGE).all(db).await?;
    let ids = || rows.iter().map(|row| row.id);
    let mut items: HashMap<RequestId, Vec<Json>> = HashMap::new();
    let found = item::Entity::find().filter(item::Column::RequestId.is_in(ids())).order_by_asc(item::Column::Position);
    for row in found.all(db).await? {
        items.entry(row.request_id).or_default().push(tell_item(&row)?);
    }
    let mut events: HashMap<RequestId, Vec<Json>> = HashMap::new();
    let found = event::Entity::find().filter(event::Column::RequestId.is_in(ids())).order_by_asc(event::Column::Id);
    for row in found.all(db).await? {
        let told = json!({ "item": row.item_id, "status": row.status, "note": row.note, "created_at": row.created_at });
        events.entry(row.request_id).or_default().push(told);
    }
    let tell = |row: &Model| {
        let (items, events) = (items.remove(&row.id).unwrap_or_default(), events.remove(&row.id).unwrap_or_default());
        tell_request(row, items, events).map(|told| (row.id.0, told))
    };
    rows.iter().map(tell).collect()
}

fn tell_item(row: &item::Model) -> Result<Json> {
    Ok(json!({
        "product_name": row.product_name, "product_url": row.product_url, "quantity": row.quantity, "color": row.color, "size": row.size,
        "alternatives": row.alternatives, "unit_price": row.unit_price()?.map(Money::decimal),
        "actual_unit_price": row.actual_unit_price()?.map(Money::decimal), "currency": row.currency, "status": row.status,
        "created_at": row.created_at,
    }))
}

fn tell_request(row: &Model, items: Vec<Json>, events: Vec<Json>) -> Result<Json> {
    Ok(json!({
        "id": row.id, "reference": row.reference, "status": row.status, "currency": row.currency,
        "total": row.total_minor.map(|minor| row.money(minor)).transpose()?.map(Money::decimal),
        "authorised_overage": row.money(row.authorised_overage_minor)?.decimal(), "shipping_instructions": row.shipping_instructions,
        "shipment": row.shipment_id, "submitted_at": row.submitted_at, "completed_at": row.completed_at, "cancelled_at": row.cancelled_at,
        "created_at": row.created_at, "items": items, "events": events,
    }))
}
