//! Tickets: opened, listed, changed and closed here; written as `ticket_bodies`, shown as `ticket_out` says.

use super::ticket_bodies::{TicketIn, TicketPatch};
use super::ticket_out::{TicketDetail, TicketOut};
use super::ticket_query::TicketQuery;
use crate::auth::Caller;
use crate::error::Result;
use crate::etag::{IfMatch, tagged};
use crate::extract::{Id, Json};
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::query::{List, Query, ordering};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::ids::TicketId;
use shared::page::Page;
use shared::policy::Actor;
use shared::support::list::ORDERINGS;
use shared::support::{self, Model, NewTicket};
use shared::{App, Tx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, change, close))
}

/// Opens a ticket; staff open one for a customer. At most 20 a day of one customer.
#[utoipa::path(
    post, path = "/api/support/tickets/", operation_id = "create_ticket", tag = "support", request_body = TicketIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")),
    responses((status = 201, description = "Opened", body = TicketDetail, headers(("Location" = String), ("ETag" = String))))
)]
async fn create(State(app): State<App>, caller: Caller, keyed: Keyed<TicketIn>) -> Result<Response> {
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, location(body["id"].as_str().unwrap_or_default()), body),
    };
    let opened = insert(&app, &caller.actor, body.into(), &key).await;
    let opened = key.settle(&app, opened).await?;
    Ok(tagged(opened.version(), made(StatusCode::CREATED, location(opened.id()), opened)?))
}

async fn insert(app: &App, actor: &Actor, new: NewTicket, key: &Hold) -> shared::Result<TicketDetail> {
    support::admit(app, actor, &new).await?;
    let tx = app.begin().await?;
    let row = support::open(&tx, actor, new).await?;
    let out = shown(&tx, actor, row).await?;
    key.answer_tagged(&tx, StatusCode::CREATED, out.version(), &out).await?;
    tx.commit().await?;
    Ok(out)
}

fn location(id: impl std::fmt::Display) -> String {
    format!("/api/support/tickets/{id}/")
}

/// After a change, inside its transaction.
async fn shown(tx: &Tx, actor: &Actor, row: Model) -> shared::Result<TicketDetail> {
    Ok(TicketDetail::new(actor, support::complete(tx, actor, row).await?, tx.now()))
}

/// Lists the own tickets, or all of them to staff; newest first, and only those that somebody works on unless asked otherwise.
#[utoipa::path(
    get, path = "/api/support/tickets/", operation_id = "list_tickets", tag = "support", params(TicketQuery),
    responses((status = 200, description = "One page", body = List<TicketOut>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query<TicketQuery>) -> Result<axum::Json<List<TicketOut>>> {
    let (asked, actor) = (&query.asked, &caller.actor);
    let page = Page::new(asked.page, asked.page_size)?;
    let order = ordering(asked.ordering.as_deref(), ORDERINGS)?;
    let listed = support::list(&app, actor, asked.filter(actor)?, order, page).await?;
    let now = app.clock.now();
    Ok(axum::Json(query.list(&app, page, listed, |row| Ok(TicketOut::new(actor, &row, now)))?))
}

/// Shows a ticket.
#[utoipa::path(
    get, path = "/api/support/tickets/{id}/", operation_id = "show_ticket", tag = "support", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The ticket", body = TicketDetail, headers(("ETag" = String))))
)]
async fn show(State(app): State<App>, caller: Caller, Id(id): Id<TicketId>) -> Result<Response> {
    let seen = support::show(&app, &caller.actor, id).await?;
    let out = TicketDetail::new(&caller.actor, seen, app.clock.now());
    Ok(tagged(out.version(), axum::Json(out)))
}

/// Changes a ticket. Customers close theirs, and open it again within a week. Staff move it, give it to somebody, answer, and write notes
/// that the customer never sees; an answer and a move may come together.
#[utoipa::path(
    patch, path = "/api/support/tickets/{id}/", operation_id = "change_ticket", tag = "support", request_body = TicketPatch,
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "Changed", body = TicketDetail, headers(("ETag" = String))))
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<TicketId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<TicketPatch>,
) -> Result<Response> {
    let tx = app.begin().await?;
    let row = support::edit(&tx, &caller.actor, id, expected, body.into()).await?;
    let out = shown(&tx, &caller.actor, row).await?;
    tx.commit().await?;
    Ok(tagged(out.version(), axum::Json(out)))
}

/// Closes a ticket; one that is closed stays so.
#[utoipa::path(
    delete, path = "/api/support/tickets/{id}/", operation_id = "close_ticket", tag = "support",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Closed"))
)]
async fn close(State(app): State<App>, caller: Caller, Id(id): Id<TicketId>, IfMatch(expected): IfMatch) -> Result<StatusCode> {
    let tx = app.begin().await?;
    support::close(&tx, &caller.actor, id, expected).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
