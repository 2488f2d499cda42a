//! The centre of notifications: what the caller was told, and what they have read of it.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::{Id, Json as Body};
use crate::query::{List, Query};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::error::Problems;
use shared::i18n::format::Pen;
use shared::ids::NotificationId;
use shared::notifications::list::{self, Which};
use shared::notifications::{Event, notification, words};
use shared::page::Page;
use shared::{App, Error};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(centre)).routes(routes!(read)).routes(routes!(read_one)).routes(routes!(unread))
}

/// A message in the centre.
#[derive(Serialize, ToSchema)]
struct NotificationOut {
    #[schema(value_type = Uuid)]
    id: NotificationId,
    #[schema(example = "shipment.status")]
    event: String,
    /// In the reader's language, like the body.
    title: String,
    /// Paragraphs, an empty line between them.
    body: String,
    /// What it is about: an invoice, a shipment, a request, a payment, a ticket, as the event says.
    subject: Option<Uuid>,
    created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
}

/// How much was not read yet.
#[derive(Serialize, ToSchema)]
struct UnreadOut {
    unread: u64,
}

/// Which messages.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CentreQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    /// `true`: only what was not read yet; `false`: only what was.
    unread: Option<bool>,
    /// Only of this event: `shipment.status`.
    event: Option<String>,
}

/// Lists what the caller was told, newest first.
#[utoipa::path(
    get, path = "/api/notifications/", operation_id = "list_notifications", tag = "notifications", params(CentreQuery),
    responses((status = 200, description = "One page", body = List<NotificationOut>))
)]
async fn centre(State(app): State<App>, caller: Caller, query: Query<CentreQuery>) -> Result<Json<List<NotificationOut>>> {
    let page = Page::new(query.asked.page, query.asked.page_size)?;
    let event = query.asked.event.as_deref().map(|name| Event::named(name).ok_or_else(|| Error::invalid("event", "error-unknown-event")));
    let listed = list::centre(&app, &caller.actor, query.asked.unread, event.transpose()?, page).await?;
    let pen = Pen::new(caller.language)?;
    let show = |row: notification::Model| {
        let words = words::of(&row, &pen, &caller.user.email)?;
        Ok(NotificationOut {
            id: row.id,
            event: row.event,
            title: words.title,
            body: words.body.join("\n\n"),
            subject: row.subject_id,
            created_at: row.created_at,
            read_at: row.read_at,
        })
    };
    Ok(Json(query.list(&app, page, listed, show)?))
}

/// Counts what the caller has not read yet.
#[utoipa::path(
    get, path = "/api/notifications/unread/", operation_id = "count_unread_notifications", tag = "notifications",
    responses((status = 200, description = "How many", body = UnreadOut))
)]
async fn unread(State(app): State<App>, caller: Caller) -> Result<Json<UnreadOut>> {
    Ok(Json(UnreadOut { unread: list::unread(&app.db.conn, &caller.actor).await? }))
}

/// What was read: some or all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadIn {
    /// At most 100.
    #[schema(value_type = Option<Vec<Uuid>>, max_items = 100)]
    ids: Option<Vec<NotificationId>>,
    /// `true`, instead of ids: everything.
    all: Option<bool>,
}

/// Marks messages as read. Those of others are passed over.
#[utoipa::path(
    post, path = "/api/notifications/read/", operation_id = "read_notifications", tag = "notifications", request_body = ReadIn,
    responses((status = 200, description = "How many are left", body = UnreadOut))
)]
async fn read(State(app): State<App>, caller: Caller, Body(body): Body<ReadIn>) -> Result<Json<UnreadOut>> {
    let mut problems = Problems::default();
    let which = match (body.ids, body.all) {
        (Some(ids), None) => Which::These(ids),
        (None, Some(true)) => Which::All,
        (ids, _) => {
            problems.check(false, if ids.is_some() { "all" } else { "ids" }, "error-ids-or-all");
            Which::These(vec![])
        }
    };
    problems.finish()?;
    Ok(Json(UnreadOut { unread: list::read(&app, &caller.actor, which).await? }))
}

/// Marks one message as read.
#[utoipa::path(
    post, path = "/api/notifications/{id}/read/", operation_id = "read_notification", tag = "notifications",
    params(("id" = Uuid, Path)), responses((status = 200, description = "How many are left", body = UnreadOut))
)]
async fn read_one(State(app): State<App>, caller: Caller, Id(id): Id<NotificationId>) -> Result<Json<UnreadOut>> {
    list::own(&app, &caller.actor, id).await?;
    Ok(Json(UnreadOut { unread: list::read(&app, &caller.actor, Which::These(vec![id])).await? }))
}
