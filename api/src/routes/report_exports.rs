//! Reports as files, for staff: asked for, watched, fetched.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Id;
use crate::idempotent::made;
use crate::openapi::choices;
use crate::query::{List, PageQuery, Query};
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::clock::Time;
use shared::ids::ReportExportId;
use shared::reports::export::{self, ExportStatus, Format, Model};
use shared::reports::{Filter, NewFilter};
use shared::{App, Error};
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    let ask = OpenApiRouter::new().routes(routes!(ask)).routes(routes!(list)).routes(routes!(show, cancel));
    ask.routes(routes!(download))
}

/// A report as a file.
#[derive(Serialize, ToSchema)]
struct ReportExportOut {
    #[schema(value_type = uuid::Uuid)]
    id: ReportExportId,
    #[schema(schema_with = choices::<Format>)]
    format: Format,
    /// A row for each invoice too.
    detail: bool,
    #[schema(schema_with = choices::<ExportStatus>)]
    status: ExportStatus,
    /// How much of it is written.
    percent: i64,
    rows_done: i64,
    /// Known when it begins.
    rows_total: Option<i64>,
    bytes: Option<i64>,
    /// What it is about, as in a report.
    #[schema(value_type = Object)]
    filters: serde_json::Value,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Time>,
    /// Until then it is kept.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Time,
    /// Once it is ready: opens without a sign-in, for some hours; each answer has a fresh one.
    #[serde(skip_serializing_if = "Option::is_none")]
    download_url: Option<String>,
    available_actions: Vec<&'static str>,
}

impl ReportExportOut {
    fn new(app: &App, row: Model) -> shared::Result<Self> {
        let now = app.clock.now();
        let status = row.status_at(now);
        Ok(Self {
            id: row.id,
            format: row.format,
            detail: row.detail,
            status,
            percent: row.percent(),
            rows_done: row.rows_done,
            rows_total: row.rows_total,
            bytes: row.bytes,
            download_url: (status == ExportStatus::Ready).then(|| export::link(app, &row)).transpose()?,
            available_actions: row.available_actions(now),
            created_at: row.created_at,
            finished_at: row.finished_at,
            expires_at: row.expires_at,
            filters: row.filter,
        })
    }
}

/// What a file is to be.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `csv`, `xlsx` or `pdf`.
    #[param(inline, value_type = String)]
    format: Option<Format>,
    /// A row for each invoice too: in a workbook on a sheet of its own, in CSV instead of the summary; not in a PDF.
    detail: Option<bool>,
    /// First day, by UTC.
    #[param(format = Date)]
    date_from: Option<String>,
    /// Last day.
    #[param(format = Date)]
    date_to: Option<String>,
    /// `WALK_IN` or `BUY4ME`.
    customer_type: Option<String>,
    /// Id of a shop.
    #[param(format = Uuid)]
    vendor: Option<String>,
    /// `DE` or `DE-BE`.
    region: Option<String>,
    status: Option<String>,
    currency: Option<String>,
    /// `day`, `week` or `month`.
    group_by: Option<String>,
}

/// Asks for a report as a file; the parameters are those of a report. A job writes it, and a message tells when it is ready.
#[utoipa::path(
    get, path = "/api/admin/reports/export/", operation_id = "export_report", tag = "reports", params(ExportQuery),
    responses((status = 202, description = "Will be written", body = ReportExportOut, headers(("Location" = String))))
)]
async fn ask(State(app): State<App>, caller: Caller, query: Query<ExportQuery>) -> Result<Response> {
    caller.actor.may(shared::policy::Permission::ExportData)?;
    let ExportQuery { format, detail, date_from, date_to, customer_type, vendor, region, status, currency, group_by } = query.asked;
    let format = format.ok_or_else(|| Error::invalid("format", "error-required"))?;
    let new = NewFilter { date_from, date_to, customer_type, vendor, region, status, currency, group_by };
    let filter = Filter::read(&app, new).await?;
    let tx = app.begin().await?;
    let row = export::request(&tx, &caller.actor, &filter, format, detail.unwrap_or_default(), caller.language).await?;
    tx.commit().await?;
    made(StatusCode::ACCEPTED, format!("/api/admin/reports/exports/{}/", row.id), ReportExportOut::new(&app, row)?)
}

/// Lists the caller's own files, newest first.
#[utoipa::path(
    get, path = "/api/admin/reports/exports/", operation_id = "list_report_exports", tag = "reports",
    params(PageQuery), responses((status = 200, description = "One page", body = List<ReportExportOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<PageQuery>) -> Result<Json<List<ReportExportOut>>> {
    let page = query.asked.page()?;
    let listed = export::list(&app, &caller.actor, page).await?;
    Ok(Json(query.list(&app, page, listed, |row| ReportExportOut::new(&app, row))?))
}

/// Shows how far a file is.
#[utoipa::path(
    get, path = "/api/admin/reports/exports/{id}/", operation_id = "show_report_export", tag = "reports",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, description = "The file", body = ReportExportOut))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<ReportExportId>) -> Result<Json<ReportExportOut>> {
    Ok(Json(ReportExportOut::new(&app, export::show(&app, &caller.actor, id).await?)?))
}

/// Stops a file that is not finished.
#[utoipa::path(
    delete, path = "/api/admin/reports/exports/{id}/", operation_id = "cancel_report_export", tag = "reports",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "Cancelled, now or before", body = ReportExportOut),
        (status = 409, description = "It is finished", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn cancel(State(app): State<App>, caller: Caller, Id(id): Id<ReportExportId>) -> Result<Json<ReportExportOut>> {
    let tx = app.begin().await?;
    let row = export::cancel(&tx, &caller.actor, id).await?;
    tx.commit().await?;
    Ok(Json(ReportExportOut::new(&app, row)?))
}

/// What a link carries.
#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LinkQuery {
    /// When it ends.
    until: Option<String>,
    /// Ours.
    token: Option<String>,
}

/// Downloads a file: by the link that the export has, or signed in.
#[utoipa::path(
    get, path = "/api/admin/reports/exports/{id}/download/", operation_id = "download_report_export", tag = "reports",
    params(("id" = uuid::Uuid, Path), LinkQuery),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 409, description = "Not ready yet, or expired", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn download(State(app): State<App>, Id(id): Id<ReportExportId>, query: Query<LinkQuery>, request: Request) -> Result<Response> {
    let link = query.asked;
    let row = match (link.until, link.token) {
        (Some(until), Some(token)) => export::follow(&app, id, &until, &token).await?,
        (Some(_), None) | (None, Some(_)) => return Err(Error::NotFound.into()),
        (None, None) => {
            let (mut parts, _) = request.into_parts();
            let caller = Caller::from_request_parts(&mut parts, &app).await?;
            export::download(&app, &caller.actor, id).await?
        }
    };
    let (file, bytes) = app.storage.open(&row.file()).await?.ok_or_else(|| Error::conflict("export-expired", &[]))?;
    let headers = [
        (header::CONTENT_TYPE, row.format.media().to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", row.name()?)),
        // the link in the address is as good as a key
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    Ok((headers, Body::from_stream(ReaderStream::with_capacity(tokio::fs::File::from_std(file), 1 << 16))).into_response())
}
