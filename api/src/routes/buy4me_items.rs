//! Items of requests.

use super::buy4me_bodies::{ItemIn, ItemPatch};
use super::buy4me_item_out::ItemOut;
use crate::auth::Caller;
use crate::error::Result;
use crate::etag::{IfMatch, tagged};
use crate::extract::{Id, Json};
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::query::{List, Query};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use shared::buy4me::{self, detail};
use shared::ids::{ItemId, RequestId};
use shared::page::Page;
use shared::{App, Tx};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(show, change, remove))
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ItemQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
}

/// Lists the items of a request, in the order they were added.
#[utoipa::path(
    get, path = "/api/buy4me/requests/{id}/items/", operation_id = "list_buy4me_items", tag = "buy4me",
    params(("id" = Uuid, Path), ItemQuery), responses((status = 200, description = "One page", body = List<ItemOut>))
)]
async fn list(State(app): State<App>, caller: Caller, Id(id): Id<RequestId>, query: Query<ItemQuery>) -> Result<axum::Json<List<ItemOut>>> {
    let page = Page::new(query.asked.page, query.asked.page_size)?;
    let (request, listed) = detail::items(&app, &caller.actor, id, page).await?;
    Ok(axum::Json(query.list(&app, page, listed, |item| ItemOut::new(&caller, &request, item))?))
}

/// Adds an item to a draft. An EMBEDDED one is filled in by a look at its page, which comes a little later.
#[utoipa::path(
    post, path = "/api/buy4me/requests/{id}/items/", operation_id = "add_buy4me_item", tag = "buy4me", request_body = ItemIn,
    params(
        ("id" = Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")
    ),
    responses((status = 201, description = "Added", body = ItemOut, headers(("Location" = String), ("ETag" = String))))
)]
async fn add(State(app): State<App>, caller: Caller, Id(id): Id<RequestId>, keyed: Keyed<ItemIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => {
            return Ok(tagged(FIRST, replayed(status, location(body["id"].as_str().unwrap_or_default()), body)?));
        }
    };
    let added = insert(&app, &caller, id, body, &key).await;
    let (version, added) = key.settle(&app, added).await?;
    Ok(tagged(version, made(StatusCode::CREATED, location(added.id()), added)?))
}

/// The version of what is new.
const FIRST: i32 = 1;

async fn insert(app: &App, caller: &Caller, id: RequestId, body: ItemIn, key: &Hold) -> shared::Result<(i32, ItemOut)> {
    let tx = app.begin().await?;
    let item = buy4me::add(&tx, &caller.actor, id, body.into()).await?;
    let (version, out) = read(&tx, caller, item.id).await?;
    key.answer(&tx, StatusCode::CREATED, &out).await?;
    tx.commit().await?;
    Ok((version, out))
}

async fn read(tx: &Tx, caller: &Caller, id: ItemId) -> shared::Result<(i32, ItemOut)> {
    let (request, item) = detail::item(tx, &caller.actor, id).await?;
    Ok((item.version, ItemOut::new(caller, &request, item)?))
}

fn location(id: impl std::fmt::Display) -> String {
    format!("/api/buy4me/items/{id}/")
}

/// Shows an item.
#[utoipa::path(
    get, path = "/api/buy4me/items/{id}/", operation_id = "show_buy4me_item", tag = "buy4me", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The item", body = ItemOut, headers(("ETag" = String))))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<ItemId>) -> Result<Response> {
    let (request, item) = detail::item(&app.db.conn, &caller.actor, id).await?;
    Ok(tagged(item.version, axum::Json(ItemOut::new(&caller, &request, item)?)))
}

/// Changes what is to be bought, while the request is a draft; later staff note here what it costs and how far it is.
#[utoipa::path(
    patch, path = "/api/buy4me/items/{id}/", operation_id = "change_buy4me_item", tag = "buy4me", request_body = ItemPatch,
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "Changed", body = ItemOut, headers(("ETag" = String))))
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ItemId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<ItemPatch>,
) -> Result<Response> {
    let tx = app.begin().await?;
    if body.is_work(buy4me::is_draft(&tx, &caller.actor, id).await?)? {
        buy4me::work(&tx, &caller.actor, id, expected, body.work()).await?;
    } else {
        buy4me::change(&tx, &caller.actor, id, expected, |fields| body.apply(fields)).await?;
    }
    let (version, out) = read(&tx, &caller, id).await?;
    tx.commit().await?;
    Ok(tagged(version, axum::Json(out)))
}

/// Removes an item from a draft.
#[utoipa::path(
    delete, path = "/api/buy4me/items/{id}/", operation_id = "remove_buy4me_item", tag = "buy4me",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Removed"))
)]
async fn remove(State(app): State<App>, caller: Caller, Id(id): Id<ItemId>, IfMatch(expected): IfMatch) -> Result<StatusCode> {
    let tx = app.begin().await?;
    buy4me::remove(&tx, &caller.actor, id, expected).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
