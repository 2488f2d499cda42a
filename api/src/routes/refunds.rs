//! Giving money back.

use super::invoice_out::Reader;
use super::payments::TransactionOut;
use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Id;
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::query::{List, PageQuery, Query};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::billing::{self, RefundRequest};
use shared::ids::InvoiceId;
use shared::{App, Error};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create))
}

/// What is to be given back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefundIn {
    /// All that can be given back when absent.
    #[schema(example = "12.50")]
    amount: Option<String>,
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// The refund. Where it goes back from several payments there are several: the first is shown, and all are listed.
#[derive(Serialize, ToSchema)]
struct RefundOut {
    #[serde(flatten)]
    first: TransactionOut,
    /// Newest payment first.
    transactions: Vec<TransactionOut>,
}

/// Gives money back, the newest payment first, without lowering what is owed. What the gateway makes of it shows at `Location`.
#[utoipa::path(
    post, path = "/api/invoices/{id}/refunds/", operation_id = "refund_invoice", tag = "invoices", request_body = RefundIn,
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")
    ),
    responses((status = 202, description = "On its way", body = RefundOut, headers(("Location" = String))))
)]
async fn create(State(app): State<App>, caller: Caller, Id(id): Id<InvoiceId>, keyed: Keyed<RefundIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, location(body["id"].as_str().unwrap_or_default()), body),
    };
    let asked = ask(&app, &caller, id, body, &key).await;
    let refund = key.settle(&app, asked).await?;
    made(StatusCode::ACCEPTED, location(refund.first.id), refund)
}

async fn ask(app: &App, caller: &Caller, id: InvoiceId, body: RefundIn, key: &Hold) -> shared::Result<RefundOut> {
    let tx = app.begin().await?;
    let request = RefundRequest { amount: body.amount, reason: body.reason };
    let rows = billing::refund(&tx, &caller.actor, id, request).await?;
    let show = |row| TransactionOut::new(&Reader::new(app, caller), row);
    let first = rows.first().cloned().ok_or_else(|| Error::internal("a refund of nothing"))?;
    let refund = RefundOut { first: show(first)?, transactions: rows.into_iter().map(show).collect::<shared::Result<_>>()? };
    key.answer(&tx, StatusCode::ACCEPTED, &refund).await?;
    tx.commit().await?;
    Ok(refund)
}

fn location(id: impl std::fmt::Display) -> String {
    format!("/api/payments/{id}/")
}

/// Lists what went back, goes back, or could not; oldest first.
#[utoipa::path(
    get, path = "/api/invoices/{id}/refunds/", operation_id = "list_refunds", tag = "invoices",
    params(("id" = uuid::Uuid, Path), PageQuery), responses((status = 200, description = "One page", body = List<TransactionOut>))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<InvoiceId>,
    query: Query<PageQuery>,
) -> Result<Json<List<TransactionOut>>> {
    let page = query.asked.page()?;
    let listed = billing::refunds(&app, &caller.actor, id, page).await?;
    Ok(Json(query.list(&app, page, listed, |row| TransactionOut::new(&Reader::new(&app, &caller), row))?))
}
