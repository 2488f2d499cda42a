//! Paying an invoice through a gateway's hosted page.

use super::invoice_out::Reader;
use super::payments::TransactionOut;
use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Id;
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::openapi::choices;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::billing::transaction::TransactionStatus;
use shared::billing::{self, Gateway, PayRequest};
use shared::ids::InvoiceId;
use shared::{App, Error};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(pay))
}

/// How to pay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PayIn {
    #[schema(schema_with = choices::<Gateway>)]
    gateway: Gateway,
    /// Part of the balance; all of it when absent.
    #[schema(example = "12.50")]
    amount: Option<String>,
    /// Where the gateway sends the browser afterwards.
    return_url: Option<String>,
    /// Where it sends the browser when the payer gives up.
    cancel_url: Option<String>,
}

/// A payment on its way.
#[derive(Serialize, ToSchema)]
struct PaymentOut {
    transaction: TransactionOut,
    /// The gateway's page where the payer goes; null while the gateway is away.
    redirect_url: Option<String>,
}

/// Begins a payment. The payer goes to `redirect_url`; the gateway's webhook tells us what became of it.
#[utoipa::path(
    post, path = "/api/invoices/{id}/pay/", operation_id = "pay_invoice", tag = "invoices", request_body = PayIn,
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")
    ),
    responses(
        (status = 201, description = "The page is open", body = PaymentOut, headers(("Location" = String))),
        (status = 202, description = "The gateway is away; the payment at `Location` gets its page later", body = PaymentOut, headers(("Location" = String))),
        (status = 502, description = "The gateway refused", body = crate::error::Problem, content_type = "application/problem+json")
    )
)]
async fn pay(State(app): State<App>, caller: Caller, Id(id): Id<InvoiceId>, keyed: Keyed<PayIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => {
            return replayed(status, location(body["transaction"]["id"].as_str().unwrap_or_default()), body);
        }
    };
    let begun = begin(&app, &caller, id, body, &key).await;
    let (status, payment) = key.settle(&app, begun).await?;
    made(status, location(payment.transaction.id), payment)
}

async fn begin(app: &App, caller: &Caller, id: InvoiceId, body: PayIn, key: &Hold) -> shared::Result<(StatusCode, PaymentOut)> {
    let request = PayRequest {
        gateway: body.gateway,
        amount: body.amount,
        return_url: body.return_url,
        cancel_url: body.cancel_url,
        link_until: None,
    };
    let payment = billing::pay(app, &caller.actor, id, request, key.held()).await?;
    let transaction = TransactionOut::new(&Reader::new(app, caller), payment.transaction)?;
    let redirect_url = transaction.redirect_url.clone();
    let status = match (&redirect_url, transaction.status) {
        (Some(_), _) => StatusCode::CREATED,
        (None, TransactionStatus::Pending) => StatusCode::ACCEPTED,
        // an interrupted request had begun it, and the gateway refused meanwhile
        (None, TransactionStatus::Success | TransactionStatus::Failed | TransactionStatus::Cancelled) => {
            return Err(Error::conflict("payment-closed", &[]));
        }
    };
    let payment = PaymentOut { transaction, redirect_url };
    key.answer_late(app, status, &payment).await?;
    Ok((status, payment))
}

fn location(id: impl std::fmt::Display) -> String {
    format!("/api/payments/{id}/")
}
