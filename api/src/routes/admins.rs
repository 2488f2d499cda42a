//! Staff accounts and what they may do, managed by super admins.

use super::admin_users::created;
use super::user_in::UserListQuery;
use super::users::{UserOut, shown};
use crate::auth::Caller;
use crate::error::Result;
use crate::etag::IfMatch;
use crate::extract::{Id, Json};
use crate::openapi::choices;
use crate::patch::{self, Patch};
use crate::query::{List, Query};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use secrecy::SecretString;
use serde::Deserialize;
use shared::App;
use shared::accounts::{self, Door, NewUser, Profile, UserChange, list};
use shared::i18n::LANGUAGES;
use shared::ids::UserId;
use shared::policy::{PermissionSet, Role};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_admins, create)).routes(routes!(show, replace, edit, deactivate)).routes(routes!(reset_mfa))
}

/// A new member of staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdminIn {
    email: String,
    /// The e-mail when absent.
    username: Option<String>,
    /// Absent: the person is invited by mail to set one.
    #[schema(value_type = Option<String>, format = Password, min_length = 8)]
    password: Option<SecretString>,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    /// E.164.
    phone_number: Option<String>,
    /// `ADMIN` (when absent) or `SUPER_ADMIN`.
    #[serde(default = "admin")]
    #[schema(schema_with = choices::<Role>)]
    role: Role,
    /// What they may do; the sets add up. ADMIN, or SUPER_ADMIN for that role, when absent.
    #[schema(value_type = Option<Vec<String>>)]
    permission_sets: Option<Vec<PermissionSet>>,
    language: Option<String>,
    currency: Option<String>,
}

fn admin() -> Role {
    Role::Admin
}

/// The set that comes with a role unless others are given.
fn usual_sets(role: Role) -> Vec<PermissionSet> {
    match role {
        Role::SuperAdmin => vec![PermissionSet::SuperAdmin],
        Role::Admin => vec![PermissionSet::Admin],
        Role::WalkIn | Role::Buy4Me => vec![],
    }
}

/// Lists staff accounts, the newest first.
#[utoipa::path(
    get, path = "/api/superadmin/admins/", operation_id = "list_admins", tag = "admins", params(UserListQuery),
    responses((status = 200, description = "One page", body = List<UserOut>))
)]
async fn list_admins(State(app): State<App>, caller: Caller, query: Query<UserListQuery>) -> Result<axum::Json<List<UserOut>>> {
    let (filter, order, page) = query.asked.read()?;
    let listed = list::list_admins(&app, &caller.actor, filter, order, page).await?;
    Ok(axum::Json(query.list(&app, page, listed, |user| Ok(user.into()))?))
}

/// Creates a staff account. Nobody gives what they lack.
#[utoipa::path(
    post, path = "/api/superadmin/admins/", operation_id = "create_admin", tag = "admins", request_body = AdminIn,
    responses((status = 201, description = "Created", body = UserOut, headers(("Location" = String), ("ETag" = String))))
)]
async fn create(State(app): State<App>, caller: Caller, Json(body): Json<AdminIn>) -> Result<Response> {
    let profile = Profile {
        first_name: body.first_name,
        last_name: body.last_name,
        phone_number: body.phone_number,
        language: body.language,
        currency: body.currency,
    };
    let sets = body.permission_sets.unwrap_or_else(|| usual_sets(body.role));
    let new = NewUser { email: body.email, username: body.username, password: body.password, profile, role: body.role, sets };
    created(accounts::create_admin(&app, &caller.actor, new).await?, "/api/superadmin/admins/")
}

/// Shows a staff account.
#[utoipa::path(
    get, path = "/api/superadmin/admins/{id}/", operation_id = "show_admin", tag = "admins", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The account", body = UserOut, headers(("ETag" = String))))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<UserId>) -> Result<Response> {
    Ok(shown(StatusCode::OK, list::show_admin(&app, &caller.actor, id).await?))
}

/// All that can be edited of a member of staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdminPut {
    email: String,
    /// The e-mail when absent.
    username: Option<String>,
    first_name: String,
    /// May be empty.
    last_name: String,
    /// E.164.
    phone_number: Option<String>,
    /// `ADMIN` or `SUPER_ADMIN`.
    #[schema(schema_with = choices::<Role>)]
    role: Role,
    /// What they may do; the sets add up.
    #[schema(value_type = Vec<String>)]
    permission_sets: Vec<PermissionSet>,
    #[serde(default = "yes")]
    is_active: bool,
    language: Option<String>,
    currency: Option<String>,
}

fn yes() -> bool {
    true
}

/// Replaces what can be edited: what is left out becomes empty or the default.
#[utoipa::path(
    put, path = "/api/superadmin/admins/{id}/", operation_id = "replace_admin", tag = "admins", request_body = AdminPut,
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was seen; another version by now is a conflict")),
    responses(
        (status = 200, description = "The account now", body = UserOut, headers(("ETag" = String))),
        (status = 409, description = "Changed meanwhile, the own account, or the last super admin", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn replace(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UserId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<AdminPut>,
) -> Result<Response> {
    let change = UserChange {
        username: Some(body.username.unwrap_or_else(|| body.email.clone())),
        email: Some(body.email),
        first_name: Some(body.first_name),
        last_name: Some(body.last_name),
        phone_number: Some(body.phone_number),
        role: Some(body.role),
        is_active: Some(body.is_active),
        language: Some(body.language.unwrap_or_else(|| LANGUAGES[0].to_owned())),
        currency: Some(body.currency.unwrap_or_else(|| app.config.base_currency.code().to_owned())),
        sets: Some(body.permission_sets),
    };
    Ok(shown(StatusCode::OK, accounts::update(&app, &caller.actor, Door::Admins, id, seen, change).await?))
}

/// What changes of a member of staff. What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdminPatch {
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    email: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    username: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    last_name: Option<String>,
    /// E.164; null removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    phone_number: Patch<String>,
    /// `ADMIN` or `SUPER_ADMIN`.
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(schema_with = choices::<Role>)]
    role: Option<Role>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(value_type = Option<Vec<String>>, nullable = false)]
    permission_sets: Option<Vec<PermissionSet>>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    is_active: Option<bool>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    language: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    currency: Option<String>,
}

/// Edits a staff account: what is left out stays. Nobody gives or touches what they lack.
#[utoipa::path(
    patch, path = "/api/superadmin/admins/{id}/", operation_id = "edit_admin", tag = "admins", request_body = AdminPatch,
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was seen; another version by now is a conflict")),
    responses(
        (status = 200, description = "The account now", body = UserOut, headers(("ETag" = String))),
        (status = 409, description = "Changed meanwhile, the own account, or the last super admin", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UserId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<AdminPatch>,
) -> Result<Response> {
    let change = UserChange {
        email: body.email,
        username: body.username,
        first_name: body.first_name,
        last_name: body.last_name,
        phone_number: body.phone_number.asked(),
        role: body.role,
        is_active: body.is_active,
        language: body.language,
        currency: body.currency,
        sets: body.permission_sets,
    };
    Ok(shown(StatusCode::OK, accounts::update(&app, &caller.actor, Door::Admins, id, seen, change).await?))
}

/// Deactivates a staff account; its sessions end at once. The last super admin stays.
#[utoipa::path(
    delete, path = "/api/superadmin/admins/{id}/", operation_id = "deactivate_admin", tag = "admins",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was seen; another version by now is a conflict")),
    responses(
        (status = 204, description = "Deactivated"),
        (status = 409, description = "Changed meanwhile, the own account, or the last super admin", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn deactivate(State(app): State<App>, caller: Caller, Id(id): Id<UserId>, IfMatch(seen): IfMatch) -> Result<StatusCode> {
    accounts::deactivate(&app, &caller.actor, Door::Admins, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes the second factor of somebody who lost it; the sessions end.
#[utoipa::path(
    post, path = "/api/superadmin/admins/{id}/mfa/reset/", operation_id = "reset_admin_mfa", tag = "admins", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The account now", body = UserOut))
)]
async fn reset_mfa(State(app): State<App>, caller: Caller, Id(id): Id<UserId>) -> Result<Response> {
    Ok(shown(StatusCode::OK, accounts::reset_mfa(&app, &caller.actor, Door::Admins, id).await?))
}
