//! Disputes, for those who answer them.

use crate::auth::Caller;
use crate::error::Result;
use crate::openapi::choices;
use crate::query::{List, Query};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::billing::dispute::{self, Filter};
use shared::billing::transaction::{Model, TransactionStatus};
use shared::billing::{Gateway, invoice};
use shared::ids::{InvoiceId, TransactionId};
use shared::page::Page;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A dispute.
#[derive(Serialize, ToSchema)]
struct DisputeOut {
    #[schema(value_type = Uuid)]
    id: TransactionId,
    #[schema(value_type = Uuid)]
    invoice: InvoiceId,
    invoice_number: Option<String>,
    /// The payment it is about.
    #[schema(value_type = Option<Uuid>)]
    payment: Option<TransactionId>,
    #[schema(schema_with = choices::<Gateway>)]
    gateway: Gateway,
    /// The provider's id.
    transaction_reference: Option<String>,
    /// `PENDING`: open. `SUCCESS`: lost, the money is gone. `CANCELLED`: won.
    #[schema(schema_with = choices::<TransactionStatus>)]
    status: TransactionStatus,
    #[schema(example = "12.50")]
    amount: String,
    currency: String,
    #[schema(example = "fraudulent")]
    reason: Option<String>,
    /// Until when it must be answered.
    due_by: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Nothing: disputes are answered at the provider's.
    #[schema(value_type = Vec<String>, example = json!([]))]
    available_actions: Vec<&'static str>,
}

impl DisputeOut {
    fn new((row, invoice): (Model, Option<invoice::Model>)) -> shared::Result<Self> {
        Ok(Self {
            amount: row.amount()?.decimal(),
            id: row.id,
            invoice: row.invoice_id,
            invoice_number: invoice.and_then(|invoice| invoice.invoice_number),
            payment: row.parent_id,
            gateway: row.gateway,
            transaction_reference: row.transaction_reference,
            status: row.status,
            currency: row.currency,
            reason: row.reason,
            due_by: row.due_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            available_actions: vec![],
        })
    }
}

/// What a list is narrowed to.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DisputeQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    #[param(schema_with = choices::<TransactionStatus>)]
    status: Option<TransactionStatus>,
    #[param(schema_with = choices::<Gateway>)]
    gateway: Option<Gateway>,
}

/// Lists disputes, the nearest deadline first.
#[utoipa::path(
    get, path = "/api/admin/disputes/", operation_id = "list_disputes", tag = "payments",
    params(DisputeQuery), responses((status = 200, description = "One page", body = List<DisputeOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<DisputeQuery>) -> Result<Json<List<DisputeOut>>> {
    let page = Page::new(query.asked.page, query.asked.page_size)?;
    let filter = Filter { status: query.asked.status, gateway: query.asked.gateway };
    let listed = dispute::list(&app, &caller.actor, filter, page).await?;
    Ok(Json(query.list(&app, page, listed, DisputeOut::new)?))
}
