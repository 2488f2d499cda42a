//! The caller's own address book.

use super::address_bodies::{AddressIn, AddressOut, AddressPatch};
use crate::auth::Caller;
use crate::error::Result;
use crate::etag::{IfMatch, tagged};
use crate::extract::{Id, Json};
use crate::idempotent::made;
use crate::query::{List, Query};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use shared::App;
use shared::accounts::address;
use shared::accounts::address_book::{self, Entry};
use shared::ids::AddressId;
use shared::page::Page;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, replace, change, remove))
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AddressQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
}

/// Lists the own addresses: the default first, then the newest.
#[utoipa::path(
    get, path = "/api/users/me/addresses/", operation_id = "list_addresses", tag = "users", params(AddressQuery),
    responses((status = 200, description = "One page", body = List<AddressOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<AddressQuery>) -> Result<axum::Json<List<AddressOut>>> {
    let page = Page::new(query.asked.page, query.asked.page_size)?;
    let listed = address::list(&app, &caller.actor, page).await?;
    Ok(axum::Json(query.list(&app, page, listed, |row| Ok(row.into()))?))
}

/// Adds an address.
#[utoipa::path(
    post, path = "/api/users/me/addresses/", operation_id = "create_address", tag = "users", request_body = AddressIn,
    responses(
        (status = 201, description = "Added", body = AddressOut, headers(("Location" = String), ("ETag" = String))),
        (status = 409, description = "The address book is full", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn create(State(app): State<App>, caller: Caller, Json(body): Json<AddressIn>) -> Result<Response> {
    let tx = app.begin().await?;
    let row = address_book::create(&tx, &caller.actor, body.entry(false)).await?;
    tx.commit().await?;
    let (version, location) = (row.version, format!("/api/users/me/addresses/{}/", row.id));
    Ok(tagged(version, made(StatusCode::CREATED, location, AddressOut::from(row))?))
}

/// Shows one of the own addresses.
#[utoipa::path(
    get, path = "/api/users/me/addresses/{id}/", operation_id = "show_address", tag = "users", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The address", body = AddressOut, headers(("ETag" = String))))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<AddressId>) -> Result<Response> {
    let row = address::show(&app.db.conn, &caller.actor, id).await?;
    Ok(tagged(row.version, axum::Json(AddressOut::from(row))))
}

/// Replaces an address. Optional fields that are absent are cleared; without `is_default` the default stays where it is.
#[utoipa::path(
    put, path = "/api/users/me/addresses/{id}/", operation_id = "replace_address", tag = "users", request_body = AddressIn,
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "Replaced", body = AddressOut, headers(("ETag" = String))))
)]
async fn replace(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<AddressId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<AddressIn>,
) -> Result<Response> {
    edit(&app, &caller, id, expected, |entry| *entry = body.entry(entry.is_default)).await
}

/// Changes some fields of an address.
#[utoipa::path(
    patch, path = "/api/users/me/addresses/{id}/", operation_id = "change_address", tag = "users", request_body = AddressPatch,
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "Changed", body = AddressOut, headers(("ETag" = String))))
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<AddressId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<AddressPatch>,
) -> Result<Response> {
    edit(&app, &caller, id, expected, |entry| body.apply(entry)).await
}

async fn edit(
    app: &App,
    caller: &Caller,
    id: AddressId,
    expected: Option<i32>,
    change: impl FnOnce(&mut Entry) + Send,
) -> Result<Response> {
    let tx = app.begin().await?;
    let row = address_book::edit(&tx, &caller.actor, id, expected, change).await?;
    tx.commit().await?;
    Ok(tagged(row.version, axum::Json(AddressOut::from(row))))
}

/// Deletes an address. After the default, the newest of the others is the default.
#[utoipa::path(
    delete, path = "/api/users/me/addresses/{id}/", operation_id = "delete_address", tag = "users",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Deleted"))
)]
async fn remove(State(app): State<App>, caller: Caller, Id(id): Id<AddressId>, IfMatch(expected): IfMatch) -> Result<StatusCode> {
    let tx = app.begin().await?;
    address_book::delete(&tx, &caller.actor, id, expected).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
