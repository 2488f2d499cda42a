//! Invoices: written and listed here, shown as `invoice_out` says, paid as `pay` says.

use super::invoice_out::{InvoiceDetail, InvoiceOut, Reader};
use crate::auth::Caller;
use crate::error::Result;
use crate::extract::{Id, Timestamp};
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::openapi::choices;
use crate::query::{Commas, List, Query, both, check_length, ordering};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use shared::App;
use shared::billing::invoice::{self, Filter, ORDERINGS};
use shared::billing::status::{InvoiceStatus, PaymentStatus};
use shared::billing::{self, NewInvoice, NewLine};
use shared::error::Problems;
use shared::ids::{InvoiceId, UserId};
use shared::money::Currency;
use shared::page::Page;
use shared::policy::Permission;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show)).routes(routes!(finalize))
}

/// A new invoice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvoiceIn {
    /// Who pays.
    #[schema(value_type = Uuid)]
    user: UserId,
    #[schema(example = "USD")]
    currency: String,
    #[schema(min_items = 1, max_items = 200)]
    lines: Vec<LineIn>,
    /// Two weeks from now when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    related_shipment: Option<Uuid>,
    related_buy4me_request: Option<Uuid>,
    /// Issue it at once.
    #[serde(default = "yes")]
    finalize: bool,
}

fn yes() -> bool {
    true
}

/// A line of a new invoice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LineIn {
    description: String,
    #[schema(minimum = 1, maximum = 999_999)]
    quantity: i32,
    /// Decimal string with at most the currency's digits.
    #[schema(example = "12.50")]
    unit_price: String,
    /// Percent, decimal string.
    #[schema(example = "7.25")]
    tax_rate: Option<String>,
}

impl From<InvoiceIn> for NewInvoice {
    fn from(body: InvoiceIn) -> Self {
        let line = |line: LineIn| NewLine {
            description: line.description,
            quantity: line.quantity,
            unit_price: line.unit_price,
            tax_rate: line.tax_rate,
        };
        Self {
            user: body.user,
            currency: body.currency,
            lines: body.lines.into_iter().map(line).collect(),
            due_at: body.due_at.map(|due| due.0),
            related_shipment: body.related_shipment,
            related_buy4me_request: body.related_buy4me_request,
            finalize: body.finalize,
        }
    }
}

/// Creates an invoice and, unless told otherwise, issues it.
#[utoipa::path(
    post, path = "/api/invoices/", operation_id = "create_invoice", tag = "invoices", request_body = InvoiceIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")),
    responses((status = 201, description = "Created", body = InvoiceDetail, headers(("Location" = String))))
)]
async fn create(State(app): State<App>, caller: Caller, keyed: Keyed<InvoiceIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, location(body["id"].as_str().unwrap_or_default()), body),
    };
    let created = insert(&app, &caller, body, &key).await;
    let created = key.settle(&app, created).await?;
    made(StatusCode::CREATED, location(created.id()), created)
}

async fn insert(app: &App, caller: &Caller, body: InvoiceIn, key: &Hold) -> shared::Result<InvoiceDetail> {
    let tx = app.begin().await?;
    let invoice = billing::create_invoice(&tx, &caller.actor, body.into()).await?;
    let out = InvoiceDetail::read(&tx, &Reader::new(app, caller), invoice).await?;
    key.answer(&tx, StatusCode::CREATED, &out).await?;
    tx.commit().await?;
    Ok(out)
}

fn location(id: impl std::fmt::Display) -> String {
    format!("/api/invoices/{id}/")
}

/// What a list is narrowed to. The names are those of the wire.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // see above
struct InvoiceQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    #[param(schema_with = choices::<InvoiceStatus>)]
    status: Option<InvoiceStatus>,
    /// Several, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "OPEN,VOID")]
    status__in: Commas<InvoiceStatus>,
    #[param(schema_with = choices::<PaymentStatus>)]
    payment_status: Option<PaymentStatus>,
    /// Several, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "UNPAID,PARTIALLY_PAID")]
    payment_status__in: Commas<PaymentStatus>,
    currency: Option<String>,
    /// One customer's, for staff.
    #[param(value_type = Option<Uuid>)]
    user: Option<UserId>,
    /// Whether something of it should have been paid by now.
    overdue: Option<bool>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__lt: Option<Timestamp>,
    /// Part of the invoice number.
    search: Option<String>,
    /// `created_at`, `due_at` or `amount`; with `-` in front: descending.
    ordering: Option<String>,
}

impl InvoiceQuery {
    fn filter(&self) -> shared::Result<Filter> {
        let mut problems = Problems::default();
        let currency =
            self.currency.as_deref().map(|code| Currency::parse("currency", code)).map(|parsed| problems.take(parsed)).transpose()?;
        check_length(&mut problems, "search", self.search.as_deref(), 100);
        let filter = Filter {
            status: both(&mut problems, "status", self.status, &self.status__in),
            payment_status: both(&mut problems, "payment_status", self.payment_status, &self.payment_status__in),
            currency: currency.flatten().map(String::from),
            user: self.user,
            overdue: self.overdue,
            created_from: self.created_at__gte.map(|time| time.0),
            created_before: self.created_at__lt.map(|time| time.0),
            search: self.search.clone(),
        };
        problems.finish()?;
        Ok(filter)
    }
}

/// Lists the own invoices, or all of them to staff; newest first.
#[utoipa::path(
    get, path = "/api/invoices/", operation_id = "list_invoices", tag = "invoices", params(InvoiceQuery),
    responses((status = 200, description = "One page", body = List<InvoiceOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<InvoiceQuery>) -> Result<Json<List<InvoiceOut>>> {
    let asked = &query.asked;
    if asked.user.is_some() {
        caller.actor.may(Permission::ViewInvoices)?;
    }
    let page = Page::new(asked.page, asked.page_size)?;
    let order = ordering(asked.ordering.as_deref(), ORDERINGS)?;
    let listed = invoice::list(&app, &caller.actor, asked.filter()?, order, page).await?;
    Ok(Json(query.list(&app, page, listed, |row| InvoiceOut::new(&app, &caller.actor, row))?))
}

/// Shows an invoice with its lines and money rows.
#[utoipa::path(
    get, path = "/api/invoices/{id}/", operation_id = "show_invoice", tag = "invoices", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The invoice", body = InvoiceDetail))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<InvoiceId>) -> Result<Json<InvoiceDetail>> {
    let (invoice, lines, transactions) = invoice::show(&app, &caller.actor, id).await?;
    Ok(Json(InvoiceDetail::new(&Reader::new(&app, &caller), invoice, lines, transactions)?))
}

/// Issues a draft: it gets its number and can be paid.
#[utoipa::path(
    post, path = "/api/invoices/{id}/finalize/", operation_id = "finalize_invoice", tag = "invoices", params(("id" = Uuid, Path)),
    responses((status = 200, description = "Issued", body = InvoiceDetail))
)]
async fn finalize(State(app): State<App>, caller: Caller, Id(id): Id<InvoiceId>) -> Result<Json<InvoiceDetail>> {
    let tx = app.begin().await?;
    let invoice = billing::finalize(&tx, &caller.actor, id).await?;
    let out = InvoiceDetail::read(&tx, &Reader::new(&app, &caller), invoice).await?;
    tx.commit().await?;
    Ok(Json(out))
}
