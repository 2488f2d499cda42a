//! New passwords: by a mailed link, or by the old one.

use crate::auth::{CallerBeforeMfa, Sender};
use crate::error::Result;
use crate::extract;
use crate::middleware::Visit;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use shared::i18n::text;
use shared::{App, accounts};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(reset)).routes(routes!(confirm)).routes(routes!(change))
}

/// Whose password is to be reset.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResetIn {
    email: String,
}

/// The same answer whether the address has an account or not.
#[derive(Serialize, ToSchema)]
struct ResetOut {
    /// What to do next, for people.
    detail: String,
}

/// Mails a link that sets a new password, if the address has an account.
#[utoipa::path(
    post, path = "/api/auth/password/reset/", operation_id = "reset_password", tag = "auth", security(()),
    request_body = ResetIn,
    responses(
        (status = 202, description = "If there is such an account, a mail is on its way", body = ResetOut),
        (status = 429, description = "Too many mails; see Retry-After", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn reset(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Sender(from): Sender,
    extract::Json(body): extract::Json<ResetIn>,
) -> Result<(StatusCode, Json<ResetOut>)> {
    accounts::request_reset(&app, &body.email, visit.language(), &from).await?;
    Ok((StatusCode::ACCEPTED, Json(ResetOut { detail: text(visit.language(), "auth-reset-on-its-way", &[]) })))
}

/// A new password by the token of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmIn {
    /// Of the mailed link.
    #[schema(value_type = String)]
    token: SecretString,
    #[schema(value_type = String, format = Password, min_length = 8)]
    password: SecretString,
}

/// Sets a password by a mailed link; all sessions end.
#[utoipa::path(
    post, path = "/api/auth/password/reset/confirm/", operation_id = "confirm_password_reset", tag = "auth", security(()),
    request_body = ConfirmIn, responses((status = 204, description = "Set; sign in with it"))
)]
async fn confirm(State(app): State<App>, Sender(from): Sender, extract::Json(body): extract::Json<ConfirmIn>) -> Result<StatusCode> {
    accounts::set_password(&app, body.token.expose_secret(), &body.password, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The old password and a new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeIn {
    #[schema(value_type = String, format = Password)]
    current_password: SecretString,
    #[schema(value_type = String, format = Password, min_length = 8)]
    new_password: SecretString,
}

/// Changes the own password; all other sessions end.
#[utoipa::path(
    post, path = "/api/auth/password/change/", operation_id = "change_password", tag = "auth",
    request_body = ChangeIn, responses((status = 204, description = "Changed"))
)]
async fn change(
    State(app): State<App>,
    CallerBeforeMfa(caller): CallerBeforeMfa,
    extract::Json(body): extract::Json<ChangeIn>,
) -> Result<StatusCode> {
    accounts::change_password(&app, &caller.actor, &body.current_password, &body.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}
