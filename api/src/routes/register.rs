//! Making an own account, and proving an address.

use super::users::UserOut;
use crate::auth::Sender;
use crate::error::Result;
use crate::extract;
use crate::middleware::Visit;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::accounts::{self, Profile};
use shared::i18n::text;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(register)).routes(routes!(verify_email))
}

/// A new Buy4Me customer. Roles are not for customers to choose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegisterIn {
    email: String,
    /// A wish; the e-mail when absent or taken.
    username: Option<String>,
    #[schema(value_type = String, format = Password, min_length = 8)]
    password: SecretString,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    /// E.164.
    phone_number: Option<String>,
    language: Option<String>,
    currency: Option<String>,
}

/// The same answer whether the address has an account or not.
#[derive(Serialize, ToSchema)]
struct RegisterOut {
    email: String,
    /// Always true: the account begins with the link in the mail.
    verification_required: bool,
    /// What to do next, for people.
    detail: String,
}

/// Registers a Buy4Me customer; a mail with a link finishes it.
#[utoipa::path(
    post, path = "/api/auth/register/", operation_id = "register", tag = "auth", security(()),
    request_body = RegisterIn,
    responses(
        (status = 201, description = "A mail is on its way", body = RegisterOut),
        (status = 403, description = "Registration is closed", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many registrations; see Retry-After", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn register(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Sender(from): Sender,
    extract::Json(body): extract::Json<RegisterIn>,
) -> Result<(StatusCode, Json<RegisterOut>)> {
    let language = visit.language();
    let profile = Profile {
        first_name: body.first_name,
        last_name: body.last_name,
        phone_number: body.phone_number,
        language: body.language.or_else(|| Some(language.to_owned())),
        currency: body.currency,
    };
    let email = accounts::register(&app, &body.email, body.username.as_deref(), &body.password, profile, &from).await?;
    let detail = text(language, "auth-check-mail", &[("email", email.clone())]);
    Ok((StatusCode::CREATED, Json(RegisterOut { email, verification_required: true, detail })))
}

/// The token of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenIn {
    #[schema(value_type = String)]
    token: SecretString,
}

/// Proves an address by the token of the mailed link; finishes a registration.
#[utoipa::path(
    post, path = "/api/auth/verify-email/", operation_id = "verify_email", tag = "auth", security(()),
    request_body = TokenIn,
    responses((status = 200, description = "The address is proved", body = UserOut))
)]
async fn verify_email(State(app): State<App>, Sender(from): Sender, extract::Json(body): extract::Json<TokenIn>) -> Result<Json<UserOut>> {
    Ok(Json(accounts::verify_email(&app, body.token.expose_secret(), &from).await?.into()))
}
