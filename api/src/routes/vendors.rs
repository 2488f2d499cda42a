//! The shops that goods are bought from: for everybody, and for those who manage them.

use super::vendor_bodies::{ShopOut, VendorIn, VendorOut, VendorPatch};
use crate::auth::Caller;
use crate::error::Result;
use crate::etag::{IfMatch, tagged};
use crate::extract::{Id, Json};
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::query::{List, Query, check_length, ordering};
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use shared::App;
use shared::error::Problems;
use shared::ids::VendorId;
use shared::page::Page;
use shared::vendors::directory::{self, Entry};
use shared::vendors::list::{self, Filter, ORDERINGS};
use shared::vendors::logo;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(offered)).routes(routes!(all, create)).routes(routes!(show, replace, change, remove))
}

/// Which shops.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ShopQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    /// Part of the name or the domain.
    search: Option<String>,
    /// `name` (when absent) or `created_at`; with `-` in front: descending.
    ordering: Option<String>,
}

/// Which shops, offered or not.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct VendorQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    /// Whether customers see it.
    active: Option<bool>,
    /// Part of the name or the domain.
    search: Option<String>,
    /// `name` (when absent) or `created_at`; with `-` in front: descending.
    ordering: Option<String>,
}

/// Lists the shops that are offered, by name.
#[utoipa::path(
    get, path = "/api/vendors/", operation_id = "list_vendors", tag = "vendors", security(()), params(ShopQuery),
    responses((status = 200, description = "One page", body = List<ShopOut>, headers(("Cache-Control" = String))))
)]
async fn offered(State(app): State<App>, query: Query<ShopQuery>) -> Result<([(HeaderName, &'static str); 1], axum::Json<List<ShopOut>>)> {
    let order = ordering(query.asked.ordering.as_deref(), ORDERINGS)?;
    let page = Page::new(query.asked.page, query.asked.page_size)?;
    let listed = list::offered(&app, searched(query.asked.search.as_ref())?, order, page).await?;
    let shops = query.list(&app, page, listed, |shown| ShopOut::new(&app, shown))?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=60")], axum::Json(shops)))
}

fn searched(text: Option<&String>) -> shared::Result<Option<String>> {
    let mut problems = Problems::default();
    check_length(&mut problems, "search", text.map(String::as_str), 100);
    problems.finish()?;
    Ok(text.cloned())
}

/// Lists all shops, by name.
#[utoipa::path(
    get, path = "/api/superadmin/vendors/", operation_id = "list_all_vendors", tag = "vendors", params(VendorQuery),
    responses((status = 200, description = "One page", body = List<VendorOut>))
)]
async fn all(State(app): State<App>, caller: Caller, query: Query<VendorQuery>) -> Result<axum::Json<List<VendorOut>>> {
    let order = ordering(query.asked.ordering.as_deref(), ORDERINGS)?;
    let page = Page::new(query.asked.page, query.asked.page_size)?;
    let filter = Filter { active: query.asked.active, search: searched(query.asked.search.as_ref())? };
    let listed = list::all(&app, &caller.actor, filter, order, page).await?;
    Ok(axum::Json(query.list(&app, page, listed, |shown| VendorOut::new(&app, shown))?))
}

/// Adds a shop.
#[utoipa::path(
    post, path = "/api/superadmin/vendors/", operation_id = "create_vendor", tag = "vendors", request_body = VendorIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")),
    responses((status = 201, description = "Added", body = VendorOut, headers(("Location" = String), ("ETag" = String))))
)]
async fn create(State(app): State<App>, caller: Caller, keyed: Keyed<VendorIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => {
            return Ok(tagged(FIRST, replayed(status, location(body["id"].as_str().unwrap_or_default()), body)?));
        }
    };
    let created = insert(&app, &caller, body, &key).await;
    let created = key.settle(&app, created).await?;
    Ok(tagged(FIRST, made(StatusCode::CREATED, location(created.id()), created)?))
}

/// The version of what is new.
const FIRST: i32 = 1;

fn location(id: impl std::fmt::Display) -> String {
    format!("/api/superadmin/vendors/{id}/")
}

async fn insert(app: &App, caller: &Caller, body: VendorIn, key: &Hold) -> shared::Result<VendorOut> {
    let tx = app.begin().await?;
    let row = directory::create(&tx, &caller.actor, body.entry(true)).await?;
    let out = VendorOut::new(app, (row, None))?;
    key.answer(&tx, StatusCode::CREATED, &out).await?;
    tx.commit().await?;
    Ok(out)
}

/// Shows a shop.
#[utoipa::path(
    get, path = "/api/superadmin/vendors/{id}/", operation_id = "show_vendor", tag = "vendors", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The shop", body = VendorOut, headers(("ETag" = String))))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<VendorId>) -> Result<Response> {
    let shown = list::show(&app.db.conn, &caller.actor, id).await?;
    Ok(tagged(shown.0.version, axum::Json(VendorOut::new(&app, shown)?)))
}

/// Replaces what is said about a shop. Its logo stays.
#[utoipa::path(
    put, path = "/api/superadmin/vendors/{id}/", operation_id = "replace_vendor", tag = "vendors", request_body = VendorIn,
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "Replaced", body = VendorOut, headers(("ETag" = String))))
)]
async fn replace(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<VendorId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<VendorIn>,
) -> Result<Response> {
    edit(&app, &caller, id, expected, |entry| *entry = body.entry(entry.active)).await
}

/// Changes some fields of a shop.
#[utoipa::path(
    patch, path = "/api/superadmin/vendors/{id}/", operation_id = "change_vendor", tag = "vendors", request_body = VendorPatch,
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "Changed", body = VendorOut, headers(("ETag" = String))))
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<VendorId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<VendorPatch>,
) -> Result<Response> {
    edit(&app, &caller, id, expected, |entry| body.apply(entry)).await
}

async fn edit(app: &App, caller: &Caller, id: VendorId, expected: Option<i32>, change: impl FnOnce(&mut Entry) + Send) -> Result<Response> {
    let tx = app.begin().await?;
    let row = directory::edit(&tx, &caller.actor, id, expected, change).await?;
    let mark = logo::mark(&tx, id).await?;
    tx.commit().await?;
    Ok(tagged(row.version, axum::Json(VendorOut::new(app, (row, mark))?)))
}

/// Deletes a shop. One that something was bought from is only no longer offered.
#[utoipa::path(
    delete, path = "/api/superadmin/vendors/{id}/", operation_id = "delete_vendor", tag = "vendors",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Deleted, or no longer offered"))
)]
async fn remove(State(app): State<App>, caller: Caller, Id(id): Id<VendorId>, IfMatch(expected): IfMatch) -> Result<StatusCode> {
    let tx = app.begin().await?;
    directory::delete(&tx, &caller.actor, id, expected).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
