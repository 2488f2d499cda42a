//! The caller's own account.

use super::address_bodies::{AddressIn, AddressOut};
use crate::auth::{Caller, CallerBeforeMfa};
use crate::error::Result;
use crate::etag::{IfMatch, tagged};
use crate::extract;
use crate::openapi::choices;
use crate::patch::{self, Patch};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use shared::App;
use shared::accounts::{self, User, UserChange, address, address_book};
use shared::ids::UserId;
use shared::policy::{Actor, PermissionSet, Role};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(auth_user)).routes(routes!(me, edit_me))
}

/// An account.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserOut {
    #[schema(value_type = uuid::Uuid)]
    pub(crate) id: UserId,
    username: String,
    email: String,
    first_name: String,
    last_name: String,
    /// E.164.
    phone_number: Option<String>,
    #[schema(schema_with = choices::<Role>)]
    role: Role,
    is_active: bool,
    language: String,
    currency: String,
    email_verified_at: Option<DateTime<Utc>>,
    /// Whether signing in takes a second factor.
    mfa_enabled: bool,
    /// Since when the account is only a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    erased_at: Option<DateTime<Utc>>,
    date_joined: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Of staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    permission_sets: Option<Vec<PermissionSet>>,
    /// Of staff only: the codes that the sets add up to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    permissions: Option<Vec<&'static str>>,
}

/// An account with its version as ETag.
pub(crate) fn shown(status: StatusCode, user: User) -> Response {
    tagged(user.version, (status, Json(UserOut::from(user))))
}

impl From<User> for UserOut {
    fn from(user: User) -> Self {
        let sets = user.permission_sets.0;
        let actor = Actor { user: Some(user.id), role: user.role, sets: sets.clone(), ..Actor::system() };
        Self {
            id: user.id,
            username: user.username,
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            phone_number: user.phone_number,
            role: user.role,
            is_active: user.is_active,
            language: user.language,
            currency: user.currency,
            email_verified_at: user.email_verified_at,
            mfa_enabled: user.mfa_enabled_at.is_some(),
            erased_at: user.erased_at,
            date_joined: user.date_joined,
            updated_at: user.updated_at,
            permission_sets: actor.is_staff().then_some(sets),
            permissions: actor.is_staff().then(|| actor.permissions()),
        }
    }
}

/// An account with its default address.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountOut {
    #[serde(flatten)]
    user: UserOut,
    /// The default of the address book.
    address: Option<AddressOut>,
}

impl AccountOut {
    /// With the account's version as ETag; the address book keeps versions of its own.
    pub(crate) async fn shown(db: &impl ConnectionTrait, user: User) -> Result<Response> {
        let address = address::default_of(db, user.id).await?.map(AddressOut::from);
        Ok(tagged(user.version, Json(Self { user: user.into(), address })))
    }
}

/// Shows the own account.
#[utoipa::path(get, path = "/api/users/me/", operation_id = "show_me", tag = "users", responses((status = 200, description = "The caller", body = AccountOut, headers(("ETag" = String)))))]
async fn me(State(app): State<App>, CallerBeforeMfa(caller): CallerBeforeMfa) -> Result<Response> {
    AccountOut::shown(&app.db.conn, caller.user).await
}

/// Shows the own account, at the address that older clients know.
#[utoipa::path(get, path = "/api/auth/user/", operation_id = "show_me_as_auth_user", tag = "auth", responses((status = 200, description = "The caller", body = AccountOut, headers(("ETag" = String)))))]
async fn auth_user(State(app): State<App>, CallerBeforeMfa(caller): CallerBeforeMfa) -> Result<Response> {
    AccountOut::shown(&app.db.conn, caller.user).await
}

/// What people change about themselves. What is left out stays; role and state are not theirs to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MeIn {
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
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    language: Option<String>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    currency: Option<String>,
    /// Takes the place of the default address, or is the first.
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    address: Option<AddressIn>,
}

/// Edits the own account.
#[utoipa::path(
    patch, path = "/api/users/me/", operation_id = "edit_me", tag = "users", request_body = MeIn,
    params(("If-Match" = Option<String>, Header, description = "The ETag that was seen; another version by now is a conflict")),
    responses(
        (status = 200, description = "The account now", body = AccountOut, headers(("ETag" = String))),
        (status = 409, description = "Changed meanwhile", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn edit_me(
    State(app): State<App>,
    caller: Caller,
    IfMatch(seen): IfMatch,
    extract::Json(body): extract::Json<MeIn>,
) -> Result<Response> {
    let change = UserChange {
        first_name: body.first_name,
        last_name: body.last_name,
        phone_number: body.phone_number.asked(),
        language: body.language,
        currency: body.currency,
        ..Default::default()
    };
    let tx = app.begin().await?;
    let user = accounts::update_own(&tx, &caller.actor, seen, change).await?;
    if let Some(address) = body.address {
        address_book::replace_default(&tx, &caller.actor, address.entry(true)).await?;
    }
    let response = AccountOut::shown(&tx, user).await?;
    tx.commit().await?;
    Ok(response)
}
