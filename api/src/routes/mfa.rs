//! Turning the second factor on and off.

use crate::auth::CallerBeforeMfa;
use crate::error::Result;
use crate::extract;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::accounts::mfa;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set_up)).routes(routes!(confirm)).routes(routes!(disable))
}

/// For the authenticator app.
#[derive(Serialize, ToSchema)]
struct EnrolmentOut {
    /// Base32, to type.
    secret: String,
    /// To show as a QR code.
    #[schema(example = "otpauth://totp/Buy4Me:amina@example.com?secret=…&issuer=Buy4Me")]
    otpauth_url: String,
}

/// Draws a secret for an authenticator app. Nothing changes until a code made with it is confirmed.
#[utoipa::path(
    post, path = "/api/auth/mfa/setup/", operation_id = "set_up_mfa", tag = "auth",
    responses(
        (status = 200, description = "The secret", body = EnrolmentOut),
        (status = 409, description = "Already on", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn set_up(State(app): State<App>, CallerBeforeMfa(caller): CallerBeforeMfa) -> Result<Json<EnrolmentOut>> {
    let enrolment = mfa::set_up(&app, &caller.actor).await?;
    Ok(Json(EnrolmentOut { secret: enrolment.secret, otpauth_url: enrolment.otpauth_url }))
}

/// A code of the app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CodeIn {
    #[schema(value_type = String, example = "123456")]
    code: SecretString,
    /// Needed ten minutes after signing in, and later.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<SecretString>,
}

/// Codes for the day the phone is gone.
#[derive(Serialize, ToSchema)]
struct CodesOut {
    /// Shown this once; each works once.
    recovery_codes: Vec<String>,
}

/// Turns the second factor on with a code of the app.
#[utoipa::path(
    post, path = "/api/auth/mfa/confirm/", operation_id = "confirm_mfa", tag = "auth", request_body = CodeIn,
    responses(
        (status = 200, description = "On", body = CodesOut),
        (status = 409, description = "Already on, or not set up", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong codes; see Retry-After", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn confirm(
    State(app): State<App>,
    CallerBeforeMfa(caller): CallerBeforeMfa,
    extract::Json(body): extract::Json<CodeIn>,
) -> Result<Json<CodesOut>> {
    let recovery_codes = mfa::confirm(&app, &caller.actor, body.code.expose_secret(), body.password.as_ref()).await?;
    Ok(Json(CodesOut { recovery_codes }))
}

/// What proves that the owner wants it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DisableIn {
    #[schema(value_type = String, format = Password)]
    password: SecretString,
    /// Of the app, or a recovery code.
    #[schema(value_type = String, example = "123456")]
    code: SecretString,
}

/// Turns the second factor off.
#[utoipa::path(
    post, path = "/api/auth/mfa/disable/", operation_id = "disable_mfa", tag = "auth", request_body = DisableIn,
    responses(
        (status = 204, description = "Off"),
        (status = 409, description = "Not on, or staff must have one", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong codes; see Retry-After", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn disable(
    State(app): State<App>,
    CallerBeforeMfa(caller): CallerBeforeMfa,
    extract::Json(body): extract::Json<DisableIn>,
) -> Result<StatusCode> {
    mfa::disable(&app, &caller.actor, &body.password, body.code.expose_secret()).await?;
    Ok(StatusCode::NO_CONTENT)
}
