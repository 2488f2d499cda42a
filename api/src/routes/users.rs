//! The caller's own account.

use crate::auth::Caller;
use crate::openapi::choices;
use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::App;
use shared::accounts::User;
use shared::ids::UserId;
use shared::policy::{Actor, PermissionSet, Role};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(auth_user)).routes(routes!(me))
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
            date_joined: user.date_joined,
            updated_at: user.updated_at,
            permission_sets: actor.is_staff().then_some(sets),
            permissions: actor.is_staff().then(|| actor.permissions()),
        }
    }
}

/// Shows the own account.
#[utoipa::path(get, path = "/api/users/me/", operation_id = "show_me", tag = "users", responses((status = 200, description = "The caller", body = UserOut)))]
async fn me(caller: Caller) -> Json<UserOut> {
    Json(caller.user.into())
}

/// Shows the own account, at the address that older clients know.
#[utoipa::path(get, path = "/api/auth/user/", operation_id = "show_me_as_auth_user", tag = "auth", responses((status = 200, description = "The caller", body = UserOut)))]
async fn auth_user(caller: Caller) -> Json<UserOut> {
    Json(caller.user.into())
}
