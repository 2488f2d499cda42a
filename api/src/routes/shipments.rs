//! Shipments: asked for, listed, changed, moved and given up here; written as `shipment_in`, shown as `shipment_out` says.

use super::shipment_in::{CostAnswerIn, ShipmentIn, ShipmentMoveIn, ShipmentPatch};
use super::shipment_out::{ShipmentDetail, ShipmentOut};
use super::shipment_query::ShipmentQuery;
use crate::auth::Caller;
use crate::error::Result;
use crate::etag::{IfMatch, tagged};
use crate::extract::{Id, Json};
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::query::{List, Query, ordering};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::ids::ShipmentId;
use shared::page::Page;
use shared::policy::{Actor, Permission};
use shared::shipments::list::ORDERINGS;
use shared::shipments::{self, Answered, Model};
use shared::{App, Tx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, cancel))
        .routes(routes!(move_to))
        .routes(routes!(answer))
}

/// Asks for a shipment. It is PENDING, with an estimate, until its parcels are weighed.
#[utoipa::path(
    post, path = "/api/shipments/", operation_id = "create_shipment", tag = "shipments", request_body = ShipmentIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")),
    responses((status = 201, description = "Created", body = ShipmentDetail, headers(("Location" = String), ("ETag" = String))))
)]
async fn create(State(app): State<App>, caller: Caller, keyed: Keyed<ShipmentIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, location(body["id"].as_str().unwrap_or_default()), body),
    };
    let created = insert(&app, &caller.actor, body, &key).await;
    let created = key.settle(&app, created).await?;
    Ok(tagged(created.version(), made(StatusCode::CREATED, location(created.id()), created)?))
}

async fn insert(app: &App, actor: &Actor, body: ShipmentIn, key: &Hold) -> shared::Result<ShipmentDetail> {
    let tx = app.begin().await?;
    let row = shipments::create(&tx, actor, body.into()).await?;
    let out = shown(&tx, actor, row).await?;
    key.answer_tagged(&tx, StatusCode::CREATED, out.version(), &out).await?;
    tx.commit().await?;
    Ok(out)
}

fn location(id: impl std::fmt::Display) -> String {
    format!("/api/shipments/{id}/")
}

/// After a change, inside its transaction.
async fn shown(tx: &Tx, actor: &Actor, row: Model) -> shared::Result<ShipmentDetail> {
    ShipmentDetail::new(actor, shipments::complete(tx, actor, row).await?)
}

/// Lists the own shipments, or all of them to staff; newest first.
#[utoipa::path(
    get, path = "/api/shipments/", operation_id = "list_shipments", tag = "shipments", params(ShipmentQuery),
    responses((status = 200, description = "One page", body = List<ShipmentOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<ShipmentQuery>) -> Result<axum::Json<List<ShipmentOut>>> {
    let asked = &query.asked;
    if asked.user.is_some() {
        caller.actor.may(Permission::ViewAllOrders)?;
    }
    let page = Page::new(asked.page, asked.page_size)?;
    let order = ordering(asked.ordering.as_deref(), ORDERINGS)?;
    let listed = shipments::list(&app, &caller.actor, asked.filter()?, order, page).await?;
    Ok(axum::Json(query.list(&app, page, listed, |row| ShipmentOut::new(&caller.actor, &row))?))
}

/// Shows a shipment with its parcels, price, invoices and events.
#[utoipa::path(
    get, path = "/api/shipments/{id}/", operation_id = "show_shipment", tag = "shipments", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The shipment", body = ShipmentDetail, headers(("ETag" = String))))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<ShipmentId>) -> Result<Response> {
    let seen = shipments::show(&app, &caller.actor, id).await?;
    let out = ShipmentDetail::new(&caller.actor, seen)?;
    Ok(tagged(out.version(), axum::Json(out)))
}

/// Changes where it goes, what is in it, how it is sent: its customer while it is PENDING, staff until it leaves. What is in one that brings
/// the goods of a request the warehouse says. It is priced
/// again; a confirmed one that becomes much dearer asks its customer first. Staff also name the carrier.
#[utoipa::path(
    patch, path = "/api/shipments/{id}/", operation_id = "change_shipment", tag = "shipments", request_body = ShipmentPatch,
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "Changed", body = ShipmentDetail, headers(("ETag" = String))))
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ShipmentId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<ShipmentPatch>,
) -> Result<Response> {
    let tx = app.begin().await?;
    let row = shipments::edit(&tx, &caller.actor, id, expected, body.into()).await?;
    commit(tx, &caller.actor, row).await
}

async fn commit(tx: Tx, actor: &Actor, row: Model) -> Result<Response> {
    let out = shown(&tx, actor, row).await?;
    tx.commit().await?;
    Ok(tagged(out.version(), axum::Json(out)))
}

/// Cancels a shipment: its customer while it is PENDING, staff until it leaves. What was paid is promised back.
#[utoipa::path(
    delete, path = "/api/shipments/{id}/", operation_id = "cancel_shipment", tag = "shipments",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Cancelled"))
)]
async fn cancel(State(app): State<App>, caller: Caller, Id(id): Id<ShipmentId>, IfMatch(expected): IfMatch) -> Result<StatusCode> {
    let tx = app.begin().await?;
    shipments::cancel(&tx, &caller.actor, id, expected).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves a shipment, for staff. One whose confirmed cost is much higher than estimated stays PENDING and asks its customer.
#[utoipa::path(
    patch, path = "/api/shipments/{id}/status/", operation_id = "move_shipment", tag = "shipments", request_body = ShipmentMoveIn,
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "Moved, or waiting for its customer", body = ShipmentDetail, headers(("ETag" = String))))
)]
async fn move_to(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ShipmentId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<ShipmentMoveIn>,
) -> Result<Response> {
    let tx = app.begin().await?;
    let row = shipments::move_to(&tx, &caller.actor, id, expected, body.into()).await?;
    commit(tx, &caller.actor, row).await
}

/// Approves or declines the cost that was proposed. A yes names the cost it is about; one that is no longer the proposed one, or that a
/// rate has changed since, is refused, and the customer is asked again. Staff approve for a customer with the permission to override
/// prices and a reason. Declined, a PENDING shipment is cancelled, a confirmed one waits for staff.
#[utoipa::path(
    post, path = "/api/shipments/{id}/cost/", operation_id = "answer_shipment_cost", tag = "shipments", request_body = CostAnswerIn,
    params(
        ("id" = Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")
    ),
    responses((status = 200, description = "Decided", body = ShipmentDetail, headers(("Location" = String), ("ETag" = String))))
)]
async fn answer(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ShipmentId>,
    IfMatch(expected): IfMatch,
    keyed: Keyed<CostAnswerIn>,
) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, location(id), body),
    };
    let decided = decide(&app, &caller.actor, (id, expected), body, &key).await;
    let decided = key.settle(&app, decided).await?;
    Ok(tagged(decided.version(), made(StatusCode::OK, location(id), decided)?))
}

async fn decide(
    app: &App,
    actor: &Actor,
    (id, expected): (ShipmentId, Option<i32>),
    given: CostAnswerIn,
    key: &Hold,
) -> shared::Result<ShipmentDetail> {
    let tx = app.begin().await?;
    let row = match shipments::answer(&tx, actor, id, expected, given.into()).await? {
        Answered::Decided(row) => *row,
        Answered::AskedAnew(refusal) => {
            tx.commit().await?;
            return Err(refusal);
        }
    };
    let out = shown(&tx, actor, row).await?;
    key.answer_tagged(&tx, StatusCode::OK, out.version(), &out).await?;
    tx.commit().await?;
    Ok(out)
}
