//! Money that people take and hand back.

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
use serde::Deserialize;
use shared::App;
use shared::billing::{self, Method, PaymentByHand};
use shared::ids::{InvoiceId, TransactionId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(record)).routes(routes!(confirm)).routes(routes!(withdraw))
}

/// A payment as it was taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PaymentIn {
    /// Cash: at most what is owed. A bank transfer: what arrived; what is too much is promised back.
    #[schema(example = "12.50")]
    amount: String,
    #[schema(schema_with = choices::<Method>)]
    method: Method,
    /// Number of the receipt or of the transfer, booked once on an invoice.
    #[schema(min_length = 1, max_length = 200)]
    reference: String,
}

/// Books money that was taken over the counter or arrived by a bank.
#[utoipa::path(
    post, path = "/api/invoices/{id}/record-payment/", operation_id = "record_payment", tag = "invoices", request_body = PaymentIn,
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")
    ),
    responses((status = 201, description = "Booked", body = TransactionOut, headers(("Location" = String))))
)]
async fn record(State(app): State<App>, caller: Caller, Id(id): Id<InvoiceId>, keyed: Keyed<PaymentIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, location(body["id"].as_str().unwrap_or_default()), body),
    };
    let booked = book(&app, &caller, id, body, &key).await;
    let payment = key.settle(&app, booked).await?;
    made(StatusCode::CREATED, location(payment.id), payment)
}

async fn book(app: &App, caller: &Caller, id: InvoiceId, body: PaymentIn, key: &Hold) -> shared::Result<TransactionOut> {
    let tx = app.begin().await?;
    let payment = PaymentByHand { amount: body.amount, method: body.method, reference: body.reference };
    let row = billing::record_payment(&tx, &caller.actor, id, payment).await?;
    let out = TransactionOut::new(&Reader::new(app, caller), row)?;
    key.answer(&tx, StatusCode::CREATED, &out).await?;
    tx.commit().await?;
    Ok(out)
}

fn location(id: impl std::fmt::Display) -> String {
    format!("/api/payments/{id}/")
}

/// How money was handed back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandedBack {
    /// Number of the receipt or of the transfer.
    #[schema(min_length = 1, max_length = 200)]
    reference: String,
}

/// Confirms that a refund by hand was handed back.
#[utoipa::path(
    post, path = "/api/payments/{id}/confirm/", operation_id = "confirm_refund", tag = "payments", request_body = HandedBack,
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")
    ),
    responses((status = 200, description = "Booked", body = TransactionOut, headers(("Location" = String))))
)]
async fn confirm(State(app): State<App>, caller: Caller, Id(id): Id<TransactionId>, keyed: Keyed<HandedBack>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, location(id), body),
    };
    let confirmed = hand_back(&app, &caller, id, body, &key).await;
    let refund = key.settle(&app, confirmed).await?;
    made(StatusCode::OK, location(id), refund)
}

async fn hand_back(app: &App, caller: &Caller, id: TransactionId, body: HandedBack, key: &Hold) -> shared::Result<TransactionOut> {
    let tx = app.begin().await?;
    let row = billing::confirm_refund(&tx, &caller.actor, id, &body.reference).await?;
    let out = TransactionOut::new(&Reader::new(app, caller), row)?;
    key.answer(&tx, StatusCode::OK, &out).await?;
    tx.commit().await?;
    Ok(out)
}

/// Why a refund is called off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Withdrawn {
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Calls off a refund by hand that was not handed back. What was paid beyond what is owed has to go back all the same.
#[utoipa::path(
    post, path = "/api/payments/{id}/withdraw/", operation_id = "withdraw_refund", tag = "payments", request_body = Withdrawn,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "Called off", body = TransactionOut))
)]
async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<TransactionId>,
    crate::extract::Json(body): crate::extract::Json<Withdrawn>,
) -> Result<axum::Json<TransactionOut>> {
    let tx = app.begin().await?;
    let row = billing::withdraw_refund(&tx, &caller.actor, id, &body.reason).await?;
    tx.commit().await?;
    Ok(axum::Json(TransactionOut::new(&Reader::new(&app, &caller), row)?))
}
