//! Papers as PDF: of invoices, credit notes and payments. One that is not there yet is made; the reader waits or comes again.

use crate::auth::Caller;
use crate::error::{Problem, Result};
use crate::etag::knows;
use crate::extract::Id;
use crate::page::fields;
use crate::prefer::Prefer;
use crate::query::Query;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::papers::open::{File, open};
use shared::papers::{Kind, Subject};
use shared::{App, Error};
use utoipa::{IntoParams, IntoResponses, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(invoice)).routes(routes!(credit_note)).routes(routes!(receipt))
}

/// Browsers show a PDF in a page of their own making, an embedded object with some style in it; nothing else may be loaded.
const VIEWER: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The bytes of a paper, for the document.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code)] // only described
struct PaperFile(Vec<u8>);

/// What a reader may say about the copy it has, and how long it waits.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // only described
struct PaperHeaders {
    /// `wait=10`: seconds to wait for it, at most 25.
    #[param(rename = "Prefer")]
    prefer: Option<String>,
    /// The ETag that was read.
    #[param(rename = "If-None-Match")]
    if_none_match: Option<String>,
}

/// The answers of all papers.
#[derive(IntoResponses)]
#[allow(dead_code)] // only described
enum PaperAnswers {
    /// The paper
    #[response(
        status = 200,
        content_type = "application/pdf",
        headers(("ETag" = String), ("Content-Disposition" = String), ("Preference-Applied" = String))
    )]
    Paper(PaperFile),
    /// It is being made
    #[response(status = 202, headers(("Location" = String), ("Retry-After" = u32), ("Preference-Applied" = String)))]
    Coming,
    /// The one that was read
    #[response(status = 304, headers(("ETag" = String)))]
    Known,
    /// It has no paper: a draft, or a payment that did not arrive
    #[response(status = 409, content_type = "application/problem+json")]
    None(Problem),
}

/// Nothing but `lang`, which is known everywhere: here it is the language of the paper, the customer's when absent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaperQuery {}

/// Shows an invoice as PDF, as it was issued.
#[utoipa::path(
    get, path = "/api/invoices/{id}/pdf/", operation_id = "show_invoice_pdf", tag = "invoices",
    params(("id" = Uuid, Path), PaperHeaders), responses(PaperAnswers)
)]
async fn invoice(State(app): State<App>, caller: Caller, Id(id): Id<Uuid>, _: Query<PaperQuery>, asked: Asked) -> Result<Response> {
    show(&app, &caller, Kind::Invoice, id, asked).await
}

/// Shows a credit note as PDF.
#[utoipa::path(
    get, path = "/api/credit-notes/{id}/pdf/", operation_id = "show_credit_note_pdf", tag = "invoices",
    params(("id" = Uuid, Path), PaperHeaders), responses(PaperAnswers)
)]
async fn credit_note(State(app): State<App>, caller: Caller, Id(id): Id<Uuid>, _: Query<PaperQuery>, asked: Asked) -> Result<Response> {
    show(&app, &caller, Kind::CreditNote, id, asked).await
}

/// Shows the receipt of a payment as PDF.
#[utoipa::path(
    get, path = "/api/payments/{id}/receipt/", operation_id = "show_receipt", tag = "payments",
    params(("id" = Uuid, Path), PaperHeaders), responses(PaperAnswers)
)]
async fn receipt(State(app): State<App>, caller: Caller, Id(id): Id<Uuid>, _: Query<PaperQuery>, asked: Asked) -> Result<Response> {
    show(&app, &caller, Kind::Receipt, id, asked).await
}

/// What the headers of a reader say, and where it reads.
#[derive(axum::extract::FromRequestParts)]
struct Asked {
    uri: OriginalUri,
    headers: HeaderMap,
}

async fn show(app: &App, caller: &Caller, kind: Kind, id: Uuid, asked: Asked) -> Result<Response> {
    let subject = Subject::show(app, &caller.actor, kind, id).await?;
    let language = fields(asked.uri.query().unwrap_or_default().as_bytes()).remove("lang");
    let prefer = Prefer::read(&asked.headers);
    let mut response = match open(app, &subject, language.as_deref(), prefer.patience()).await? {
        Some(file) => answer(file, &asked.headers)?,
        None => {
            let location = HeaderValue::from_str(&asked.uri.to_string()).map_err(Error::internal)?;
            let again = [(header::LOCATION, location), (header::RETRY_AFTER, HeaderValue::from_static("1"))];
            (StatusCode::ACCEPTED, again).into_response()
        }
    };
    prefer.note(response.headers_mut());
    Ok(response)
}

/// The file, unless the reader has it.
pub(super) fn answer(file: File, headers: &HeaderMap) -> Result<Response> {
    let tag = format!("\"{}\"", file.sha256);
    let is_known = knows(headers, &tag);
    let value = |text: String| HeaderValue::from_str(&text).map_err(Error::internal);
    let kept = [(header::ETAG, value(tag)?), (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    // numbers are letters, digits and hyphens: nothing in them has to be escaped
    let named = value(format!("inline; filename=\"{}\"", file.name))?;
    let kind = HeaderValue::from_static("application/pdf");
    let policy = HeaderValue::from_static(VIEWER);
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, named), (header::CONTENT_SECURITY_POLICY, policy)];
    Ok((kept, headers, file.bytes).into_response())
}
