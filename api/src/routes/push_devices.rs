//! The caller's devices that get pushes.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::{Id, Json as Body};
use crate::openapi::choices;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::ids::DeviceId;
use shared::notifications::device::{self, Platform};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, register)).routes(routes!(remove))
}

/// An app on a device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PushDeviceIn {
    /// The registration token that the push service gave the app.
    #[schema(min_length = 1, max_length = 4096)]
    token: String,
    #[schema(schema_with = choices::<Platform>)]
    platform: Platform,
    /// What the owner calls it.
    #[serde(default)]
    #[schema(max_length = 100)]
    name: String,
}

/// A device.
#[derive(Serialize, ToSchema)]
struct PushDeviceOut {
    #[schema(value_type = uuid::Uuid)]
    id: DeviceId,
    #[schema(schema_with = choices::<Platform>)]
    platform: Platform,
    name: String,
    created_at: DateTime<Utc>,
    /// When its app last registered.
    seen_at: DateTime<Utc>,
}

impl From<device::Model> for PushDeviceOut {
    fn from(row: device::Model) -> Self {
        Self { id: row.id, platform: row.platform, name: row.name, created_at: row.created_at, seen_at: row.seen_at }
    }
}

/// All of them: at most twenty, so there are no pages.
#[derive(Serialize, ToSchema)]
struct PushDevicesOut {
    count: usize,
    /// Always null.
    next: Option<String>,
    /// Always null.
    previous: Option<String>,
    results: Vec<PushDeviceOut>,
}

/// Lists the caller's devices, the one heard of last first.
#[utoipa::path(
    get, path = "/api/notifications/devices/", operation_id = "list_push_devices", tag = "notifications",
    responses((status = 200, description = "All of them", body = PushDevicesOut))
)]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<PushDevicesOut>> {
    let results: Vec<PushDeviceOut> = device::of(&app.db.conn, caller.user.id).await?.into_iter().map(PushDeviceOut::from).collect();
    Ok(Json(PushDevicesOut { count: results.len(), next: None, previous: None, results }))
}

/// Registers a device, or says again that it is there: apps do so at each start. A token that another account had is the caller's
/// from now on.
#[utoipa::path(
    post, path = "/api/notifications/devices/", operation_id = "register_push_device", tag = "notifications", request_body = PushDeviceIn,
    responses((status = 201, description = "Registered", body = PushDeviceOut))
)]
async fn register(State(app): State<App>, caller: Caller, Body(body): Body<PushDeviceIn>) -> Result<(StatusCode, Json<PushDeviceOut>)> {
    let device = device::register(&app, &caller.actor, &body.token, body.platform, &body.name).await?;
    Ok((StatusCode::CREATED, Json(device.into())))
}

/// No more pushes to a device.
#[utoipa::path(
    delete, path = "/api/notifications/devices/{id}/", operation_id = "remove_push_device", tag = "notifications",
    params(("id" = uuid::Uuid, Path)), responses((status = 204, description = "It gets no more"))
)]
async fn remove(State(app): State<App>, caller: Caller, Id(id): Id<DeviceId>) -> Result<StatusCode> {
    device::remove(&app, &caller.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
