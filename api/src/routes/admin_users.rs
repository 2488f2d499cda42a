//! Customers' accounts, managed by staff.

use super::user_in::{UserIn, UserListQuery, UserPatch, UserPut};
use super::users::{AccountOut, UserOut, shown};
use crate::auth::Caller;
use crate::error::Result;
use crate::etag::IfMatch;
use crate::extract::{Id, Json};
use crate::query::{List, Query};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use shared::accounts::{self, Door, list};
use shared::ids::UserId;
use shared::{App, Error};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_users, create)).routes(routes!(show, replace, edit, deactivate)).routes(routes!(reset_mfa))
}

/// A new account's answer: where it is, what it is, which version.
pub(super) fn created(user: accounts::User, folder: &str) -> Result<Response> {
    let location = HeaderValue::from_str(&format!("{folder}{}/", user.id)).map_err(Error::internal)?;
    let mut response = shown(StatusCode::CREATED, user);
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Lists accounts, the newest first.
#[utoipa::path(
    get, path = "/api/admin/users/", operation_id = "list_users", tag = "users", params(UserListQuery),
    responses((status = 200, description = "One page", body = List<UserOut>))
)]
async fn list_users(State(app): State<App>, caller: Caller, query: Query<UserListQuery>) -> Result<axum::Json<List<UserOut>>> {
    let (filter, order, page) = query.asked.read()?;
    let listed = list::list(&app, &caller.actor, filter, order, page).await?;
    Ok(axum::Json(query.list(&app, page, listed, |user| Ok(user.into()))?))
}

/// Creates a customer's account. Without a password the person is invited by mail to set one.
#[utoipa::path(
    post, path = "/api/admin/users/", operation_id = "create_user", tag = "users", request_body = UserIn,
    responses((status = 201, description = "Created", body = UserOut, headers(("Location" = String), ("ETag" = String))))
)]
async fn create(State(app): State<App>, caller: Caller, Json(body): Json<UserIn>) -> Result<Response> {
    created(accounts::create_user(&app, &caller.actor, body.into()).await?, "/api/admin/users/")
}

/// Shows an account.
#[utoipa::path(
    get, path = "/api/admin/users/{id}/", operation_id = "show_user", tag = "users", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The account", body = AccountOut, headers(("ETag" = String))))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<UserId>) -> Result<Response> {
    AccountOut::shown(&app.db.conn, list::show(&app, &caller.actor, id).await?).await
}

/// Replaces what can be edited: what is left out becomes empty or the default.
#[utoipa::path(
    put, path = "/api/admin/users/{id}/", operation_id = "replace_user", tag = "users", request_body = UserPut,
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was seen; another version by now is a conflict")),
    responses(
        (status = 200, description = "The account now", body = UserOut, headers(("ETag" = String))),
        (status = 409, description = "Changed meanwhile", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn replace(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UserId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<UserPut>,
) -> Result<Response> {
    let change = body.change(&app);
    Ok(shown(StatusCode::OK, accounts::update(&app, &caller.actor, Door::Customers, id, seen, change).await?))
}

/// Edits an account: what is left out stays.
#[utoipa::path(
    patch, path = "/api/admin/users/{id}/", operation_id = "edit_user", tag = "users", request_body = UserPatch,
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was seen; another version by now is a conflict")),
    responses(
        (status = 200, description = "The account now", body = UserOut, headers(("ETag" = String))),
        (status = 409, description = "Changed meanwhile", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UserId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<UserPatch>,
) -> Result<Response> {
    Ok(shown(StatusCode::OK, accounts::update(&app, &caller.actor, Door::Customers, id, seen, body.into()).await?))
}

/// Deactivates an account; its sessions end at once. PATCH `is_active` opens it again.
#[utoipa::path(
    delete, path = "/api/admin/users/{id}/", operation_id = "deactivate_user", tag = "users",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was seen; another version by now is a conflict")),
    responses(
        (status = 204, description = "Deactivated"),
        (status = 409, description = "Changed meanwhile", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn deactivate(State(app): State<App>, caller: Caller, Id(id): Id<UserId>, IfMatch(seen): IfMatch) -> Result<StatusCode> {
    accounts::deactivate(&app, &caller.actor, Door::Customers, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes the second factor of somebody who lost it; the sessions end.
#[utoipa::path(
    post, path = "/api/admin/users/{id}/mfa/reset/", operation_id = "reset_user_mfa", tag = "users", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The account now", body = UserOut))
)]
async fn reset_mfa(State(app): State<App>, caller: Caller, Id(id): Id<UserId>) -> Result<Response> {
    Ok(shown(StatusCode::OK, accounts::reset_mfa(&app, &caller.actor, Door::Customers, id).await?))
}
