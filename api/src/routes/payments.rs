//! Money rows: payments on their way and what became of them.

use super::invoice_out::Reader;
use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Id;
use crate::openapi::choices;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::billing::capture::{self, Captured};
use shared::billing::transaction::{self, Kind, TransactionStatus};
use shared::billing::{Gateway, failure};
use shared::ids::{InvoiceId, TransactionId};
use shared::money::Money;
use shared::policy::Permission;
use shared::{App, i18n, papers};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(capture))
}

/// One movement of money.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransactionOut {
    #[schema(value_type = uuid::Uuid)]
    pub(crate) id: TransactionId,
    #[schema(value_type = uuid::Uuid)]
    invoice: InvoiceId,
    /// The charge that a refund or dispute belongs to.
    #[schema(value_type = Option<uuid::Uuid>)]
    parent: Option<TransactionId>,
    #[schema(schema_with = choices::<Kind>)]
    kind: Kind,
    #[schema(schema_with = choices::<TransactionStatus>)]
    pub(crate) status: TransactionStatus,
    #[schema(schema_with = choices::<Gateway>)]
    gateway: Gateway,
    method: Option<String>,
    #[schema(example = "12.50")]
    amount: String,
    currency: String,
    fee: Option<String>,
    /// The provider's id of the payment.
    transaction_reference: Option<String>,
    /// `declined_soft`, `declined_hard`, `requires_action`, `expired`, …: the same for all gateways.
    failure_code: Option<String>,
    /// Why money goes back: the bank's word of a dispute, and, for staff, whoever asked for a refund.
    reason: Option<String>,
    /// Until when a dispute must be answered.
    due_by: Option<DateTime<Utc>>,
    /// When it became a success.
    settled_at: Option<DateTime<Utc>>,
    /// Of its receipt, once that was made.
    #[schema(example = "RCP-2026-000123")]
    receipt_number: Option<String>,
    /// The receipt of a payment that succeeded as PDF, for whoever has this address; it ends after some weeks.
    receipt_url: Option<String>,
    /// The same for people, in the caller's language.
    failure_message: Option<String>,
    /// The gateway's page where the payer goes.
    pub(crate) redirect_url: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    /// What the provider said, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    response_data: Option<serde_json::Value>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// What the caller can do with it now.
    #[schema(value_type = Vec<String>, example = json!(["capture"]))]
    available_actions: Vec<&'static str>,
}

impl TransactionOut {
    /// As the reader may see it.
    pub(crate) fn new(reader: &Reader<'_>, row: transaction::Model) -> shared::Result<Self> {
        let Reader { app, actor, language } = *reader;
        let amount = row.amount()?;
        let has_receipt = row.kind == Kind::Charge && row.status == TransactionStatus::Success;
        Ok(Self {
            available_actions: row.available_actions(actor),
            receipt_url: has_receipt.then(|| papers::link(app, papers::Kind::Receipt, row.id.0)),
            response_data: row.told().filter(|_| actor.can(Permission::ViewInvoices)),
            receipt_number: row.receipt_number,
            id: row.id,
            invoice: row.invoice_id,
            parent: row.parent_id,
            kind: row.kind,
            status: row.status,
            gateway: row.gateway,
            method: row.method,
            amount: amount.decimal(),
            currency: row.currency,
            fee: row.fee_minor.map(|fee| Money::new(fee, amount.currency).decimal()),
            transaction_reference: row.transaction_reference,
            failure_message: row.failure_code.as_deref().map(|code| i18n::text(language, failure::message(code), &[])),
            failure_code: row.failure_code,
            reason: row.reason.filter(|_| row.kind == Kind::Dispute || actor.can(Permission::ViewInvoices)),
            due_by: row.due_by,
            settled_at: row.settled_at,
            redirect_url: row.redirect_url,
            expires_at: row.expires_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Shows a payment.
#[utoipa::path(
    get, path = "/api/payments/{id}/", operation_id = "show_payment", tag = "payments", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The payment", body = TransactionOut))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<TransactionId>) -> Result<Json<TransactionOut>> {
    let (row, _) = transaction::show(&app, &caller.actor, id).await?;
    Ok(Json(TransactionOut::new(&Reader::new(&app, &caller), row)?))
}

/// Moves the money of a payment that the payer approved on the provider's page. Asked for when the payer comes back. A payment is
/// captured once however often one asks, so no `Idempotency-Key` is needed; whoever does not ask is charged by the provider's event.
#[utoipa::path(
    post, path = "/api/payments/{id}/capture/", operation_id = "capture_payment", tag = "payments", params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "As it stands now: paid, on its way, or declined and open for another try", body = TransactionOut),
        (status = 202, description = "The provider is away; it is done as soon as it is back", body = TransactionOut),
        (status = 502, description = "The provider refused", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn capture(State(app): State<App>, caller: Caller, Id(id): Id<TransactionId>) -> Result<(StatusCode, Json<TransactionOut>)> {
    let (status, row) = match capture::capture(&app, &caller.actor, id).await? {
        Captured::Booked(row) => (StatusCode::OK, row),
        Captured::Waiting(row) => (StatusCode::ACCEPTED, row),
    };
    Ok((status, Json(TransactionOut::new(&Reader::new(&app, &caller), row)?)))
}
