//! Signing in, staying signed in, signing out.

use super::users::UserOut;
use crate::auth::{CallerBeforeMfa, Sender};
use crate::error::Result;
use crate::extract;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use shared::accounts::{self, SignIn, SignedIn};
use shared::{App, Error, accounts::mfa};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(login)).routes(routes!(verify_mfa)).routes(routes!(refresh)).routes(routes!(logout))
}

/// Credentials.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LoginIn {
    /// Username or e-mail, in any case.
    username: String,
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// A fresh session.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionOut {
    /// Access token for `Authorization: Bearer`, valid for a quarter of an hour.
    access: String,
    /// Opaque refresh token; works once.
    refresh: String,
    user: UserOut,
}

impl From<SignedIn> for SessionOut {
    fn from(signed_in: SignedIn) -> Self {
        Self { access: signed_in.access, refresh: signed_in.refresh, user: signed_in.user.into() }
    }
}

/// The password was right, and a second factor is needed.
#[derive(Serialize, ToSchema)]
struct ChallengeOut {
    /// Always true.
    mfa_required: bool,
    /// For `POST /api/auth/mfa/verify/`, within five minutes.
    mfa_token: String,
}

/// What a right password leads to.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum LoginOut {
    Session(Box<SessionOut>),
    Challenge(ChallengeOut),
}

/// Signs in. With a second factor, the answer is a challenge for `/api/auth/mfa/verify/`.
#[utoipa::path(
    post, path = "/api/auth/login/", tag = "auth", security(()),
    request_body = LoginIn,
    responses(
        (status = 200, description = "Signed in, or a second factor is needed", body = LoginOut),
        (status = 401, description = "Unknown user or wrong password", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong passwords; see Retry-After", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn login(State(app): State<App>, Sender(from): Sender, extract::Json(body): extract::Json<LoginIn>) -> Result<Json<LoginOut>> {
    // a task of its own: a client that hangs up after its guess must not keep the guess from being counted
    let attempt = tokio::spawn(async move { accounts::sign_in(&app, &body.username, &body.password, &from).await });
    Ok(Json(match attempt.await.map_err(Error::internal)?? {
        SignIn::Done(signed_in) => LoginOut::Session(Box::new((*signed_in).into())),
        SignIn::Challenge(mfa_token) => LoginOut::Challenge(ChallengeOut { mfa_required: true, mfa_token }),
    }))
}

/// The second half of a sign-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VerifyIn {
    /// Of the challenge.
    #[schema(value_type = String)]
    mfa_token: SecretString,
    /// Six digits of the authenticator app, or a recovery code.
    #[schema(value_type = String, example = "123456")]
    code: SecretString,
}

/// Signs in with the second factor.
#[utoipa::path(
    post, path = "/api/auth/mfa/verify/", operation_id = "verify_mfa", tag = "auth", security(()),
    request_body = VerifyIn,
    responses(
        (status = 200, description = "Signed in", body = SessionOut),
        (status = 401, description = "Wrong code, or the challenge is over", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong codes; see Retry-After", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn verify_mfa(
    State(app): State<App>,
    Sender(from): Sender,
    extract::Json(body): extract::Json<VerifyIn>,
) -> Result<Json<SessionOut>> {
    Ok(Json(mfa::verify(&app, body.mfa_token.expose_secret(), body.code.expose_secret(), &from).await?.into()))
}

/// The token that came with the access token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefreshIn {
    #[schema(value_type = String)]
    refresh: SecretString,
}

/// Trades a refresh token for a new pair. Each works once: one that comes back ends its session.
#[utoipa::path(
    post, path = "/api/auth/refresh/", operation_id = "refresh", tag = "auth", security(()),
    request_body = RefreshIn,
    responses(
        (status = 200, description = "A new pair", body = SessionOut),
        (status = 401, description = "Not valid, or the session has ended", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn refresh(State(app): State<App>, Sender(from): Sender, extract::Json(body): extract::Json<RefreshIn>) -> Result<Json<SessionOut>> {
    Ok(Json(accounts::refresh(&app, body.refresh.expose_secret(), &from).await?.into()))
}

/// Signs out: access and refresh tokens of this session stop working at once, everywhere.
#[utoipa::path(post, path = "/api/auth/logout/", operation_id = "logout", tag = "auth", responses((status = 204, description = "Signed out")))]
async fn logout(State(app): State<App>, CallerBeforeMfa(caller): CallerBeforeMfa) -> Result<StatusCode> {
    accounts::sign_out(&app, &caller.actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
