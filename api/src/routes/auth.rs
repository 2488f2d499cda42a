//! Signing in.

use super::users::UserOut;
use crate::error::Result;
use crate::extract;
use crate::middleware::Visit;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::{Extension, Json};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use shared::{App, accounts};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(login))
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
struct LoginOut {
    /// Access token for `Authorization: Bearer`, valid for a quarter of an hour.
    access: String,
    /// Opaque refresh token.
    refresh: String,
    user: UserOut,
}

/// Signs in.
#[utoipa::path(
    post, path = "/api/auth/login/", tag = "auth", security(()),
    request_body = LoginIn,
    responses((status = 200, description = "Signed in", body = LoginOut), (status = 401, description = "Unknown user or wrong password", body = crate::error::Problem, content_type = "application/problem+json"))
)]
async fn login(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    headers: HeaderMap,
    extract::Json(body): extract::Json<LoginIn>,
) -> Result<Json<LoginOut>> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned);
    let address = visit.address.map(|address| address.to_string());
    let signed_in = accounts::sign_in(&app, &body.username, &body.password, agent, address).await?;
    Ok(Json(LoginOut { access: signed_in.access, refresh: signed_in.refresh, user: signed_in.user.into() }))
}
