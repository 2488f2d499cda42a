//! What is written in a ticket, and how far it was read.

use super::ticket_bodies::{TicketMessageIn, TicketReadIn};
use super::ticket_out::TicketMessageOut;
use crate::auth::Caller;
use crate::error::Result;
use crate::extract::{Id, Perhaps};
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::query::{List, Query};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::App;
use shared::ids::{MessageId, TicketId};
use shared::page::Page;
use shared::policy::Actor;
use shared::support::thread::{self, Line};
use shared::support::{self, NewMessage, Written};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, write)).routes(routes!(read))
}

/// Which messages.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ThreadQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    /// Only what was written after this message: for those who catch up.
    #[param(value_type = Option<Uuid>)]
    after: Option<MessageId>,
}

/// Lists what was written, oldest first. Notes of staff to each other are for staff.
#[utoipa::path(
    get, path = "/api/support/tickets/{id}/messages/", operation_id = "list_ticket_messages", tag = "support",
    params(("id" = Uuid, Path), ThreadQuery),
    responses((status = 200, description = "One page", body = List<TicketMessageOut>))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<TicketId>,
    query: Query<ThreadQuery>,
) -> Result<Json<List<TicketMessageOut>>> {
    let page = Page::new(query.asked.page, query.asked.page_size)?;
    let listed = thread::messages(&app, &caller.actor, id, query.asked.after, page).await?;
    Ok(Json(query.list(&app, page, listed, |line| Ok(TicketMessageOut::new(&caller.actor, line)))?))
}

/// Writes a message. A customer's opens a finished ticket again within a week; after that a new ticket is due. The first answer of staff
/// takes the ticket on.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/messages/", operation_id = "write_ticket_message", tag = "support",
    request_body = TicketMessageIn,
    params(
        ("id" = Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and body: the stored answer, for 24 hours")
    ),
    responses((status = 201, description = "Written", body = TicketMessageOut, headers(("Location" = String))))
)]
async fn write(State(app): State<App>, caller: Caller, Id(id): Id<TicketId>, keyed: Keyed<TicketMessageIn>) -> Result<Response> {
    let location = format!("/api/support/tickets/{id}/messages/");
    let (body, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(body, key) => (body, key),
        Turn::Answered(status, body) => return replayed(status, location, body),
    };
    let written = insert(&app, &caller.actor, id, body.into(), &key).await;
    made(StatusCode::CREATED, location, key.settle(&app, written).await?)
}

async fn insert(app: &App, actor: &Actor, id: TicketId, new: NewMessage, key: &Hold) -> shared::Result<TicketMessageOut> {
    support::may_write(app, actor).await?;
    let tx = app.begin().await?;
    let Written { message, .. } = support::write_message(&tx, actor, id, new).await?;
    let lines: Vec<Line> = thread::lines(&tx, vec![message]).await?;
    let line = lines.into_iter().next().ok_or_else(|| shared::Error::internal("a message was lost"))?;
    let out = TicketMessageOut::new(actor, line);
    key.answer(&tx, StatusCode::CREATED, &out).await?;
    tx.commit().await?;
    Ok(out)
}

/// What is left.
#[derive(Serialize, ToSchema)]
struct TicketReadOut {
    /// Messages of others that the caller has not read.
    unread: u64,
}

/// Notes that the caller has read up to a message, or all there is. A mark never goes back.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/read/", operation_id = "read_ticket", tag = "support",
    request_body = Option<TicketReadIn>, params(("id" = Uuid, Path)),
    responses((status = 200, description = "Noted", body = TicketReadOut))
)]
async fn read(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<TicketId>,
    Perhaps(body): Perhaps<TicketReadIn>,
) -> Result<Json<TicketReadOut>> {
    let tx = app.begin().await?;
    let unread = support::mark_read(&tx, &caller.actor, id, body.and_then(|body| body.message)).await?;
    tx.commit().await?;
    Ok(Json(TicketReadOut { unread }))
}
