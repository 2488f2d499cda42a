//! What people may ask about themselves: their data, and (through staff) to be forgotten.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::{Id, Json};
use crate::idempotent::made;
use crate::openapi::choices;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::ids::{DataExportId, UserId};
use shared::privacy::data_export::{ExportStatus, Model};
use shared::privacy::{self, export};
use shared::{App, Error};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(request)).routes(routes!(show)).routes(routes!(download)).routes(routes!(erase))
}

/// A copy of the own data.
#[derive(Serialize, ToSchema)]
struct ExportOut {
    #[schema(value_type = uuid::Uuid)]
    id: DataExportId,
    #[schema(schema_with = choices::<ExportStatus>)]
    status: ExportStatus,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
    /// Once it is ready; needs the same sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    download_url: Option<String>,
}

impl ExportOut {
    fn new(app: &App, row: Model) -> shared::Result<Self> {
        let status = row.status_at(app.clock.now());
        let url = || app.config.public_url.join(&format!("api/users/me/export/{}/download/", row.id)).map_err(Error::internal);
        Ok(Self {
            id: row.id,
            status,
            created_at: row.created_at,
            finished_at: row.finished_at,
            expires_at: row.expires_at,
            download_url: (status == ExportStatus::Ready).then(url).transpose()?.map(String::from),
        })
    }
}

/// Asks for a copy of everything we hold about the caller. A mail tells when it is ready.
#[utoipa::path(
    post, path = "/api/users/me/export/", operation_id = "request_export", tag = "users",
    responses((status = 202, description = "Being prepared", body = ExportOut, headers(("Location" = String))))
)]
async fn request(State(app): State<App>, caller: Caller) -> Result<Response> {
    let tx = app.begin().await?;
    let export = export::request(&tx, &caller.actor).await?;
    tx.commit().await?;
    made(StatusCode::ACCEPTED, format!("/api/users/me/export/{}/", export.id), ExportOut::new(&app, export)?)
}

/// Shows how far an export is.
#[utoipa::path(
    get, path = "/api/users/me/export/{id}/", operation_id = "show_export", tag = "users", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The export", body = ExportOut))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<DataExportId>) -> Result<axum::Json<ExportOut>> {
    let export = export::show(&app, &caller.actor, id).await?;
    Ok(axum::Json(ExportOut::new(&app, export)?))
}

/// Downloads an export.
#[utoipa::path(
    get, path = "/api/users/me/export/{id}/download/", operation_id = "download_export", tag = "users",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "The data", body = serde_json::Value),
        (status = 409, description = "Not ready yet, or expired", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn download(State(app): State<App>, caller: Caller, Id(id): Id<DataExportId>) -> Result<Response> {
    let (content, export) = export::download(&app, &caller.actor, id).await?;
    let day = export.finished_at.unwrap_or(export.created_at).format("%Y-%m-%d");
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"buy4me-data-{day}.json\"")),
    ];
    Ok((headers, content).into_response())
}

/// Why an account is erased.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EraseIn {
    /// Is kept for ever, so it must not name the person.
    #[schema(max_length = 500)]
    reason: String,
}

/// An erased account.
#[derive(Serialize, ToSchema)]
struct ErasedOut {
    #[schema(value_type = uuid::Uuid)]
    id: UserId,
    erased_at: DateTime<Utc>,
}

/// Erases a customer's personal data for good. Invoices and payments stay.
#[utoipa::path(
    post, path = "/api/admin/users/{id}/erase/", operation_id = "erase_user", tag = "users", request_body = EraseIn,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "Erased, now or before", body = ErasedOut))
)]
async fn erase(State(app): State<App>, caller: Caller, Id(id): Id<UserId>, Json(body): Json<EraseIn>) -> Result<axum::Json<ErasedOut>> {
    let erased = privacy::erase(&app, &caller.actor, id, &body.reason).await?;
    Ok(axum::Json(ErasedOut { id: erased.id, erased_at: erased.erased_at }))
}
