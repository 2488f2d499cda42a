//! Credit notes: what is not owed any more.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Id;
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::query::{List, PageQuery, Query};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::billing::{self, credit};
use shared::ids::{CreditNoteId, InvoiceId};
use shared::money::{Currency, Money};
use shared::papers::{self, Kind};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create))
}

/// What is to be credited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreditIn {
    /// All of it when absent.
    #[schema(example = "12.50")]
    amount: Option<String>,
    /// The customer reads it on the note.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// A credit note.
#[derive(Serialize, ToSchema)]
struct CreditNoteOut {
    #[schema(value_type = uuid::Uuid)]
    id: CreditNoteId,
    #[schema(example = "CN-2026-000123")]
    number: String,
    #[schema(value_type = uuid::Uuid)]
    invoice: InvoiceId,
    #[schema(example = "12.50")]
    amount: String,
    currency: String,
    reason: String,
    /// It as PDF, for whoever has this address; it ends after some weeks.
    pdf_url: String,
    created_at: DateTime<Utc>,
}

impl CreditNoteOut {
    fn new(app: &App, note: credit::Model) -> shared::Result<Self> {
        let amount = Money::new(note.amount_minor, Currency::parse("currency", &note.currency)?).decimal();
        let (id, number, invoice, currency) = (note.id, note.number, note.invoice_id, note.currency);
        let pdf_url = papers::link(app, Kind::CreditNote, id.0);
        Ok(Self { id, number, invoice, amount, currency, reason: note.reason, pdf_url, created_at: note.created_at })
    }
}

/// Takes something off an issued invoice. What was paid beyond what is owed then is given back.
#[utoipa::path(
    post, path = "/api/invoices/{id}/credit-notes/", operation_id = "credit_invoice", tag = "invoices", request_body = CreditIn,
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")
    ),
    responses((status = 201, description = "Credited", body = CreditNoteOut, headers(("Location" = String))))
)]
async fn create(State(app): State<App>, caller: Caller, Id(id): Id<InvoiceId>, keyed: Keyed<CreditIn>) -> Result<Response> {
    let location = format!("/api/invoices/{id}/credit-notes/");
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, location, body),
    };
    let credited = write(&app, &caller, id, body, &key).await;
    let note = key.settle(&app, credited).await?;
    made(StatusCode::CREATED, location, note)
}

async fn write(app: &App, caller: &Caller, id: InvoiceId, body: CreditIn, key: &Hold) -> shared::Result<CreditNoteOut> {
    let tx = app.begin().await?;
    let note = billing::credit_by_hand(&tx, &caller.actor, id, body.amount.as_deref(), &body.reason).await?;
    let out = CreditNoteOut::new(app, note)?;
    key.answer(&tx, StatusCode::CREATED, &out).await?;
    tx.commit().await?;
    Ok(out)
}

/// Lists what was credited, oldest first.
#[utoipa::path(
    get, path = "/api/invoices/{id}/credit-notes/", operation_id = "list_credit_notes", tag = "invoices",
    params(("id" = uuid::Uuid, Path), PageQuery), responses((status = 200, description = "One page", body = List<CreditNoteOut>))
)]
async fn list(State(app): State<App>, caller: Caller, Id(id): Id<InvoiceId>, query: Query<PageQuery>) -> Result<Json<List<CreditNoteOut>>> {
    let page = query.asked.page()?;
    let listed = billing::credit_notes(&app, &caller.actor, id, page).await?;
    Ok(Json(query.list(&app, page, listed, |note| CreditNoteOut::new(&app, note))?))
}
