//! Ending an invoice by hand.

use super::invoice_out::{InvoiceDetail, Reader};
use crate::auth::Caller;
use crate::error::Result;
use crate::extract::{self, Id};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use shared::App;
use shared::billing;
use shared::ids::InvoiceId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(void)).routes(routes!(write_off))
}

/// Why an invoice ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndIn {
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Why an invoice is void, where somebody says so.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VoidIn {
    #[schema(min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// Makes an invoice void on which nothing was paid. It keeps its number.
#[utoipa::path(
    post, path = "/api/invoices/{id}/void/", operation_id = "void_invoice", tag = "invoices", request_body = Option<VoidIn>,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "Void", body = InvoiceDetail))
)]
async fn void(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<InvoiceId>,
    extract::Perhaps(body): extract::Perhaps<VoidIn>,
) -> Result<Json<InvoiceDetail>> {
    let tx = app.begin().await?;
    let invoice = billing::void(&tx, &caller.actor, id, body.unwrap_or_default().reason.as_deref()).await?;
    let out = InvoiceDetail::read(&tx, &Reader::new(&app, &caller), invoice).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// Writes an invoice off that nobody is expected to pay. Whoever pays it after all has paid it.
#[utoipa::path(
    post, path = "/api/invoices/{id}/uncollectible/", operation_id = "write_off_invoice", tag = "invoices", request_body = EndIn,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "Written off", body = InvoiceDetail))
)]
async fn write_off(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<InvoiceId>,
    extract::Json(body): extract::Json<EndIn>,
) -> Result<Json<InvoiceDetail>> {
    let tx = app.begin().await?;
    let invoice = billing::write_off(&tx, &caller.actor, id, &body.reason).await?;
    let out = InvoiceDetail::read(&tx, &Reader::new(&app, &caller), invoice).await?;
    tx.commit().await?;
    Ok(Json(out))
}
