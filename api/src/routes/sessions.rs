//! The own sessions: where one is signed in.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Id;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::App;
use shared::accounts::{self, session};
use shared::ids::SessionId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, end_others)).routes(routes!(end))
}

/// A sign-in on one device.
#[derive(Serialize, ToSchema)]
struct DeviceOut {
    #[schema(value_type = uuid::Uuid)]
    id: SessionId,
    /// Whether it is the one that asks.
    current: bool,
    user_agent: Option<String>,
    address: Option<String>,
    created_at: DateTime<Utc>,
    /// When it was signed in or last refreshed.
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// All of them: at most a hundred, so there are no pages.
#[derive(Serialize, ToSchema)]
struct DevicesOut {
    count: usize,
    /// Always null.
    next: Option<String>,
    /// Always null.
    previous: Option<String>,
    results: Vec<DeviceOut>,
}

/// Lists the own sessions, the newest first.
#[utoipa::path(
    get, path = "/api/auth/sessions/", operation_id = "list_sessions", tag = "auth",
    responses((status = 200, description = "Living sessions", body = DevicesOut))
)]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<DevicesOut>> {
    let show = |row: session::Model| DeviceOut {
        current: caller.actor.session == Some(row.id),
        id: row.id,
        user_agent: row.user_agent,
        address: row.address,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
    };
    let results: Vec<DeviceOut> = session::list(&app, &caller.actor).await?.into_iter().map(show).collect();
    Ok(Json(DevicesOut { count: results.len(), next: None, previous: None, results }))
}

/// Signs out everywhere else.
#[utoipa::path(
    delete, path = "/api/auth/sessions/", operation_id = "end_other_sessions", tag = "auth",
    responses((status = 204, description = "All other sessions have ended"))
)]
async fn end_others(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    accounts::end_other_sessions(&app, &caller.actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs out one device.
#[utoipa::path(
    delete, path = "/api/auth/sessions/{id}/", operation_id = "end_session", tag = "auth", params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "The session has ended"))
)]
async fn end(State(app): State<App>, caller: Caller, Id(id): Id<SessionId>) -> Result<StatusCode> {
    accounts::end_session(&app, &caller.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
