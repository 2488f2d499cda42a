//! Fetching the provider's rates now, and seeing how far that is.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Id;
use crate::idempotent::made;
use crate::openapi::choices;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::App;
use shared::fx::refresh;
use shared::ids::JobId;
use shared::queue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask)).routes(routes!(show))
}

/// A refresh that was asked for.
#[derive(Serialize, ToSchema)]
struct RateRefreshOut {
    /// The job that fetches.
    #[schema(value_type = uuid::Uuid)]
    id: JobId,
    /// `completed`: it has ended. What came of it is in the rates and in their reviews.
    #[schema(schema_with = choices::<queue::State>)]
    state: queue::State,
    /// Runs so far.
    attempt: i32,
    /// Why the last run has to be repeated.
    last_error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<queue::Row> for RateRefreshOut {
    fn from(job: queue::Row) -> Self {
        Self {
            id: job.id,
            state: job.state,
            attempt: job.attempt,
            last_error: job.last_error,
            created_at: job.created_at,
            finished_at: job.finished_at,
        }
    }
}

/// Fetches the provider's rates soon; what was asked for and is not finished yet is the same. `Location` tells how far it is.
#[utoipa::path(
    post, path = "/api/superadmin/exchange-rates/refresh/", operation_id = "refresh_exchange_rates", tag = "exchange rates",
    responses(
        (status = 202, description = "On its way", body = RateRefreshOut, headers(("Location" = String))),
        (status = 409, description = "Rates are entered by people here", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn ask(State(app): State<App>, caller: Caller) -> Result<Response> {
    let tx = app.begin().await?;
    let job = refresh::ask(&tx, &caller.actor).await?;
    tx.commit().await?;
    let job = refresh::show(&app, &caller.actor, job).await?;
    made(StatusCode::ACCEPTED, format!("/api/superadmin/exchange-rates/refresh/{}/", job.id), RateRefreshOut::from(job))
}

/// Shows how far a refresh is.
#[utoipa::path(
    get, path = "/api/superadmin/exchange-rates/refresh/{id}/", operation_id = "show_exchange_rate_refresh", tag = "exchange rates",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, description = "The refresh", body = RateRefreshOut))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<JobId>) -> Result<Json<RateRefreshOut>> {
    Ok(Json(refresh::show(&app, &caller.actor, id).await?.into()))
}
