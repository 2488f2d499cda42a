//! What a person has to look at, because the machine must not guess about money.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::{self, Id, Timestamp};
use crate::openapi::choices;
use crate::query::{List, Query};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::billing::Gateway;
use shared::billing::reason::Reason;
use shared::billing::review::{self, Filter, Model};
use shared::ids::{EventId, InvoiceId, TransactionId};
use shared::page::Page;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(resolve))
}

/// A case.
#[derive(Serialize, ToSchema)]
struct PaymentReviewOut {
    id: Uuid,
    /// The last four come of comparisons with the provider's books.
    #[schema(schema_with = choices::<Reason>)]
    reason: String,
    #[schema(schema_with = choices::<Gateway>)]
    gateway: Gateway,
    /// The provider's id of what it is about.
    object_reference: String,
    #[schema(value_type = Option<Uuid>)]
    invoice: Option<InvoiceId>,
    #[schema(value_type = Option<Uuid>)]
    transaction: Option<TransactionId>,
    /// The stored event that led to it.
    #[schema(value_type = Option<Uuid>)]
    webhook_event: Option<EventId>,
    /// What belongs to the reason.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    created_at: DateTime<Utc>,
    resolved_at: Option<DateTime<Utc>>,
    /// Absent: it passed by itself.
    resolved_by: Option<Uuid>,
    /// What was done about it.
    resolution: Option<String>,
    #[schema(value_type = Vec<String>, example = json!(["resolve"]))]
    available_actions: Vec<&'static str>,
}

impl From<Model> for PaymentReviewOut {
    fn from(row: Model) -> Self {
        Self {
            available_actions: row.actions(),
            id: row.id,
            reason: row.reason,
            gateway: row.gateway,
            object_reference: row.object_reference,
            invoice: row.invoice_id,
            transaction: row.transaction_id,
            webhook_event: row.webhook_event_id,
            detail: row.detail,
            created_at: row.created_at,
            resolved_at: row.resolved_at,
            resolved_by: row.resolved_by,
            resolution: row.resolution,
        }
    }
}

/// What a list is narrowed to. The names are those of the wire.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // see above
struct PaymentReviewQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    /// Whether it was dealt with; both when absent.
    resolved: Option<bool>,
    #[param(schema_with = choices::<Reason>)]
    reason: Option<Reason>,
    #[param(schema_with = choices::<Gateway>)]
    gateway: Option<Gateway>,
    #[param(value_type = Option<Uuid>)]
    invoice: Option<InvoiceId>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__lt: Option<Timestamp>,
}

/// Lists cases, newest first.
#[utoipa::path(
    get, path = "/api/admin/payment-reviews/", operation_id = "list_payment_reviews", tag = "payments",
    params(PaymentReviewQuery), responses((status = 200, description = "One page", body = List<PaymentReviewOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<PaymentReviewQuery>) -> Result<Json<List<PaymentReviewOut>>> {
    let asked = &query.asked;
    let page = Page::new(asked.page, asked.page_size)?;
    let filter = Filter {
        resolved: asked.resolved,
        reason: asked.reason,
        gateway: asked.gateway,
        invoice: asked.invoice,
        created_from: asked.created_at__gte.map(|at| at.0),
        created_before: asked.created_at__lt.map(|at| at.0),
    };
    let listed = review::list(&app, &caller.actor, filter, page).await?;
    Ok(Json(query.list(&app, page, listed, |row| Ok(row.into()))?))
}

/// Shows a case.
#[utoipa::path(
    get, path = "/api/admin/payment-reviews/{id}/", operation_id = "show_payment_review", tag = "payments",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The case", body = PaymentReviewOut))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<Uuid>) -> Result<Json<PaymentReviewOut>> {
    Ok(Json(review::show(&app, &caller.actor, id).await?.into()))
}

/// How a case was dealt with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResolutionIn {
    /// For those who look at it later.
    #[schema(example = "Paid twice; the second payment was refunded by hand.")]
    resolution: String,
}

/// Ends a case. What of a refund that failed is still due back is promised again then.
#[utoipa::path(
    post, path = "/api/admin/payment-reviews/{id}/resolve/", operation_id = "resolve_payment_review", tag = "payments",
    request_body = ResolutionIn, params(("id" = Uuid, Path)),
    responses((status = 200, description = "Dealt with", body = PaymentReviewOut))
)]
async fn resolve(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<Uuid>,
    extract::Json(body): extract::Json<ResolutionIn>,
) -> Result<Json<PaymentReviewOut>> {
    let tx = app.begin().await?;
    let case = review::resolve(&tx, &caller.actor, id, &body.resolution).await?;
    tx.commit().await?;
    Ok(Json(case.into()))
}
