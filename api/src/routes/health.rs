//! For load balancers, orchestrators and Prometheus.

use crate::auth::bearer;
use crate::error::Result;
use crate::metrics::{Depths, render};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use secrecy::ExposeSecret;
use serde::Serialize;
use shared::{App, Error};
use std::future::Future;
use std::time::Duration;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long a part may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(1);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(alive)).routes(routes!(ready)).routes(routes!(metrics))
}

/// Alive.
#[derive(Serialize, ToSchema)]
struct AliveOut {
    status: &'static str,
}

/// Says that the process is alive, and nothing else.
#[utoipa::path(get, path = "/healthz", tag = "operations", security(()), responses((status = 200, description = "Alive", body = AliveOut)))]
async fn alive() -> Json<AliveOut> {
    Json(AliveOut { status: "ok" })
}

/// Whether each part answers.
#[derive(Serialize, ToSchema)]
struct ReadyOut {
    /// `ok`, `degraded` (work is accepted but waits), or `unavailable`.
    status: &'static str,
    database: &'static str,
    redis: &'static str,
    /// `redis` or `in-process`: what carries jobs to workers here.
    delivery: &'static str,
}

/// Says whether requests can be served. Without Redis they can: jobs wait in the database.
#[utoipa::path(
    get, path = "/readyz", tag = "operations", security(()),
    responses((status = 200, description = "Ready", body = ReadyOut), (status = 503, description = "The database is away", body = ReadyOut))
)]
async fn ready(State(app): State<App>) -> impl IntoResponse {
    let (database, redis) = tokio::join!(answers(app.db.conn.ping()), answers(app.delivery.ping()));
    let (code, status) = match (database, redis) {
        (true, true) => (StatusCode::OK, "ok"),
        (true, false) => (StatusCode::OK, "degraded"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    let word = |answers: bool| if answers { "ok" } else { "unavailable" };
    (code, Json(ReadyOut { status, database: word(database), redis: word(redis), delivery: app.delivery.name() }))
}

async fn answers<T, E>(ping: impl Future<Output = std::result::Result<T, E>>) -> bool {
    matches!(tokio::time::timeout(PATIENCE, ping).await, Ok(Ok(_)))
}

/// Everything measured, for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operations",
    responses((status = 200, description = "Text exposition format", body = String, content_type = "text/plain"))
)]
async fn metrics(State(app): State<App>, Extension(depths): Extension<Depths>, headers: HeaderMap) -> Result<impl IntoResponse> {
    if let Some(token) = &app.config.metrics_token {
        let given = bearer(&headers).unwrap_or_default();
        if !bool::from(given.as_bytes().ct_eq(token.expose_secret().as_bytes())) {
            return Err(Error::Unauthenticated("error-token-invalid".into()).into());
        }
    }
    // what this process measured is worth having when the database is away
    match tokio::time::timeout(5 * PATIENCE, depths.refresh(&app)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "queues could not be counted"),
        Err(_) => tracing::warn!("queues could not be counted in time"),
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], render()))
}
