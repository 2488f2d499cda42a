//! Where a shipment is, for everybody who holds its number. No word about who it is for.

use crate::error::Result;
use crate::extract::Id;
use crate::openapi::choices;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::App;
use shared::shipments::{Status, Tracked, event};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(track))
}

/// Where a shipment is.
#[derive(Serialize, ToSchema)]
struct TrackedOut {
    tracking_number: String,
    #[schema(schema_with = choices::<Status>)]
    status: Status,
    service: String,
    /// Where it goes, ISO 3166-1 alpha-2.
    destination_country: String,
    carrier: Option<String>,
    /// Days that the service takes at least …
    estimated_days_min: Option<u16>,
    /// … and at most.
    estimated_days_max: Option<u16>,
    shipped_at: Option<DateTime<Utc>>,
    delivered_at: Option<DateTime<Utc>>,
    events: Vec<TrackedEvent>,
}

/// A move of it.
#[derive(Serialize, ToSchema)]
struct TrackedEvent {
    #[schema(schema_with = choices::<Status>)]
    status: Status,
    location: Option<String>,
    occurred_at: DateTime<Utc>,
}

impl From<Tracked> for TrackedOut {
    fn from(tracked: Tracked) -> Self {
        let Tracked { shipment, events, days } = tracked;
        let told = |event: event::Model| TrackedEvent { status: event.status, location: event.location, occurred_at: event.occurred_at };
        Self {
            tracking_number: shipment.tracking_number,
            status: shipment.status,
            service: shipment.service,
            destination_country: shipment.country,
            carrier: shipment.carrier,
            estimated_days_min: days.map(|(min, _)| min),
            estimated_days_max: days.map(|(_, max)| max),
            shipped_at: shipment.shipped_at,
            delivered_at: shipment.delivered_at,
            events: events.into_iter().map(told).collect(),
        }
    }
}

/// Tells where a shipment is. Numbers are read in any case, with spaces and dashes; one that was mistyped is 400, one that
/// nobody was given 404.
#[utoipa::path(
    get, path = "/api/track/{tracking_number}/", operation_id = "track_shipment", tag = "shipments", security(()),
    params(("tracking_number" = String, Path, example = "B4XW2K7RM9ZPQ5H")),
    responses(
        (status = 200, description = "Where it is", body = TrackedOut),
        (status = 400, description = "Not a tracking number", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn track(State(app): State<App>, Id(number): Id<String>) -> Result<Json<TrackedOut>> {
    Ok(Json(shared::shipments::track(&app, &number).await?.into()))
}
