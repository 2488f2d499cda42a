//! What shipments say about a person: told to that person, and forgotten with the account. Where they went, as country and
//! region, and what they cost stays, because reports and books refer to it.

use super::shipment::{Column, Destination, Entity, Model};
use super::state::Status;
use super::{event, parcel};
use crate::accounts::postal::AddressFields;
use crate::ids::UserId;
use crate::{Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveEnum, IntoActiveModel, Iterable, QueryOrder, QuerySelect};
use serde_json::json;
use std::collections::HashMap;

/// Rows of one round.
const BATCH: u64 = 500;

/// Whether a shipment of this account is not finished, or was delivered on trust and its bill is still being written.
pub async fn is_moving(tx: &Tx, user: UserId) -> Result<bool> {
    let finished = Status::iter().filter(|status| status.is_finished());
    let unbilled = Column::Status.eq(Status::Delivered).and(Column::Bills.eq(0)).and(Column::CostMinor.is_not_null());
    let moving = Column::Status.is_not_in(finished).or(unbilled);
    Ok(Entity::find().filter(Column::UserId.eq(user)).filter(moving).one(tx).await?.is_some())
}

/// Takes out of the shipments of an account who got what, and where exactly.
pub async fn forget(tx: &Tx, user: UserId) -> Result<()> {
    let mut after = Uuid::nil();
    loop {
        let rows = Entity::find().filter(Column::UserId.eq(user)).filter(Column::Id.gt(after));
        let rows = rows.order_by_asc(Column::Id).limit(BATCH).lock_exclusive().all(tx).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id.0;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        for row in rows {
            let row = anonymous(row);
            Entity::update(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
        }
        let texts = event::Entity::update_many()
            .col_expr(event::Column::Note, Expr::value(None::<String>))
            .col_expr(event::Column::Reason, Expr::value(None::<String>))
            .filter(event::Column::ShipmentId.is_in(ids));
        texts.exec(tx).await?;
    }
}

fn anonymous(mut row: Model) -> Model {
    let AddressFields { region, country, .. } = row.delivery_address.0;
    let nothing = String::new;
    row.delivery_address = Destination(AddressFields {
        recipient: nothing(),
        phone: None,
        line1: nothing(),
        line2: None,
        city: nothing(),
        region,
        postal_code: None,
        country,
    });
    for parcel in &mut row.package_details.parcels {
        parcel.contents.clear();
        parcel.metadata.clear();
    }
    row.package_details.metadata.clear();
    row.proposal = None;
    row.searched.clear();
    row.version += 1;
    row
}

/// A page of somebody's shipments after one, as they would name them; empty when there are no more.
pub async fn tell(db: &impl ConnectionTrait, user: UserId, after: Uuid) -> Result<Vec<(Uuid, Json)>> {
    let rows = Entity::find().filter(Column::UserId.eq(user)).filter(Column::Id.gt(after));
    let rows = rows.order_by_asc(Column::Id).limit(BATCH).all(db).await?;
    let events = event::Entity::find().filter(event::Column::ShipmentId.is_in(rows.iter().map(|row| row.id)));
    let mut by_shipment: HashMap<_, Vec<Json>> = HashMap::new();
    for event in events.order_by_asc(event::Column::Id).all(db).await? {
        let told = json!({
            "status": event.status.to_value(), "note": event.note, "location": event.location, "occurred_at": event.occurred_at,
        });
        by_shipment.entry(event.shipment_id).or_default().push(told);
    }
    rows.into_iter().map(|row| Ok((row.id.0, told(&row, by_shipment.remove(&row.id).unwrap_or_default())?))).collect()
}

fn told(row: &Model, events: Vec<Json>) -> Result<Json> {
    let parcel = |parcel: &parcel::Parcel| {
        let [length, width, height] = parcel.sides_cm();
        json!({
            "weight_kg": parcel.weight_kg(), "length_cm": length, "width_cm": width, "height_cm": height, "contents": parcel.contents,
            "declared_value": parcel.declared.map(|money| money.to_string()), "quantity": parcel.quantity, "metadata": parcel.metadata,
        })
    };
    let cost = row.cost_minor.map(|minor| row.money(minor)).transpose()?.map(|money| money.decimal());
    Ok(json!({
        "id": row.id, "reference": row.reference, "tracking_number": row.tracking_number, "status": row.status.to_value(),
        "delivery_address": row.delivery_address, "service": row.service, "carrier": row.carrier,
        "carrier_tracking_number": row.carrier_tracking_number, "currency": row.currency,
        "estimated_cost": row.money(row.estimated_minor)?.decimal(), "cost": cost,
        "parcels": row.package_details.parcels.iter().map(parcel).collect::<Vec<_>>(), "metadata": row.package_details.metadata,
        "confirmed_at": row.confirmed_at, "shipped_at": row.shipped_at, "delivered_at": row.delivered_at,
        "cancelled_at": row.cancelled_at, "created_at": row.created_at, "events": events,
    }))
}
