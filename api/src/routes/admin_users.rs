//! Customers' accounts, managed by staff.

use super::users::UserOut;
use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Json;
use crate::idempotent::made;
use crate::openapi::choices;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use secrecy::SecretString;
use serde::Deserialize;
use shared::App;
use shared::accounts::{self, NewUser};
use shared::policy::Role;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create))
}

/// A new customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserIn {
    email: String,
    /// The e-mail when absent.
    username: Option<String>,
    /// Absent: the account cannot sign in until one is set.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<SecretString>,
    first_name: String,
    /// May be empty.
    last_name: String,
    /// E.164.
    phone_number: Option<String>,
    /// `WALK_IN` or `BUY4ME`; staff accounts are made elsewhere.
    #[schema(schema_with = choices::<Role>)]
    role: Role,
    language: Option<String>,
    currency: Option<String>,
}

/// Creates a customer's account.
#[utoipa::path(
    post, path = "/api/admin/users/", operation_id = "create_user", tag = "users", request_body = UserIn,
    responses((status = 201, description = "Created", body = UserOut, headers(("Location" = String))))
)]
async fn create(State(app): State<App>, caller: Caller, Json(body): Json<UserIn>) -> Result<Response> {
    let new = NewUser {
        email: body.email,
        username: body.username,
        password: body.password,
        first_name: body.first_name,
        last_name: body.last_name,
        phone_number: body.phone_number,
        role: body.role,
        language: body.language,
        currency: body.currency,
    };
    let user = UserOut::from(accounts::create_user(&app, &caller.actor, new).await?);
    made(StatusCode::CREATED, format!("/api/admin/users/{}/", user.id), user)
}
