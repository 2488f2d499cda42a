//! How messages to people ended, for those who look after them.

use crate::auth::Caller;
use crate::error::Result;
use crate::extract::Timestamp;
use crate::openapi::choices;
use crate::query::{List, Query};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::App;
use shared::ids::{NotificationId, UserId};
use shared::notifications::list::{self, Filter};
use shared::notifications::notification::{self, Channel, Status};
use shared::page::Page;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(all))
}

/// A message on one channel.
#[derive(Serialize, ToSchema)]
struct MessageOut {
    #[schema(value_type = Uuid)]
    id: NotificationId,
    #[schema(value_type = Uuid)]
    user: UserId,
    event: String,
    #[schema(schema_with = choices::<Channel>)]
    channel: Channel,
    #[schema(schema_with = choices::<Status>)]
    status: Status,
    subject: Option<Uuid>,
    /// Where it went.
    address: Option<String>,
    /// The carrier's id of it.
    message_id: Option<String>,
    /// Why it did not go or arrive.
    error: Option<String>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    read_at: Option<DateTime<Utc>>,
}

/// Which messages.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // the names of the wire
struct MessagesQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    /// To this person.
    #[param(value_type = Option<Uuid>)]
    user: Option<UserId>,
    #[param(schema_with = choices::<Channel>)]
    channel: Option<Channel>,
    #[param(schema_with = choices::<Status>)]
    status: Option<Status>,
    /// From, inclusive.
    #[param(value_type = Option<String>)]
    created_at__gte: Option<Timestamp>,
    /// To, exclusive.
    #[param(value_type = Option<String>)]
    created_at__lt: Option<Timestamp>,
}

/// Lists messages to anybody, newest first.
#[utoipa::path(
    get, path = "/api/admin/notifications/", operation_id = "list_all_notifications", tag = "notifications", params(MessagesQuery),
    responses((status = 200, description = "One page", body = List<MessageOut>))
)]
async fn all(State(app): State<App>, caller: Caller, query: Query<MessagesQuery>) -> Result<Json<List<MessageOut>>> {
    let asked = &query.asked;
    let page = Page::new(asked.page, asked.page_size)?;
    let filter = Filter {
        user: asked.user,
        channel: asked.channel,
        status: asked.status,
        created_from: asked.created_at__gte.map(|time| time.0),
        created_before: asked.created_at__lt.map(|time| time.0),
    };
    let listed = list::all(&app, &caller.actor, filter, page).await?;
    let show = |row: notification::Model| {
        Ok(MessageOut {
            id: row.id,
            user: row.user_id,
            event: row.event,
            channel: row.channel,
            status: row.status,
            subject: row.subject_id,
            address: row.address,
            message_id: row.message_id,
            error: row.error,
            created_at: row.created_at,
            sent_at: row.sent_at,
            read_at: row.read_at,
        })
    };
    Ok(Json(query.list(&app, page, listed, show)?))
}
