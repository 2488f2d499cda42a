//! Live chat about a ticket: a WebSocket (`docs/chat.md`).

use super::chat_frames::FrameOut;
use super::chat_socket::{Connection, LARGEST};
use super::ticket_out::TicketOut;
use crate::error::{Failure, Result};
use crate::extract::Id;
use crate::query::Query;
use crate::ticket::Arriving;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use shared::config::Config;
use shared::ids::{MessageId, TicketId};
use shared::support::chat;
use shared::{App, Error};
use url::Url;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// As the audit names it.
pub(super) const ROUTE: &str = "/api/ws/chat/{id}/";
/// Of a larger frame nothing more is read than it takes to see that.
const MOST_READ: usize = 4 * LARGEST;
/// What may wait for a slow reader in this process.
const MOST_WAITING: usize = 256 * 1024;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open))
}

/// Where to go on, and a browser's way in.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ChatQuery {
    /// Begins after this message; with the newest 50 when absent.
    #[param(value_type = Option<Uuid>)]
    after: Option<MessageId>,
    /// Instead of a token: from `POST /api/events/ticket/`.
    #[allow(dead_code)] // read by `Arriving`
    ticket: Option<String>,
}

/// A request that asks for a WebSocket, from a page that may.
struct Knock(WebSocketUpgrade);

impl FromRequestParts<App> for Knock {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let upgrade = WebSocketUpgrade::from_request_parts(parts, app).await;
        let upgrade = upgrade.map_err(|_| Failure::Http(StatusCode::BAD_REQUEST, "error-websocket-expected".into()))?;
        // a browser says which page asks; a program says nothing
        match parts.headers.get(header::ORIGIN) {
            Some(origin) if !origin.to_str().is_ok_and(|origin| is_ours(&app.config, origin)) => {
                Err(Error::Denied("error-origin".into()).into())
            }
            Some(_) | None => Ok(Self(upgrade)),
        }
    }
}

fn is_ours(config: &Config, origin: &str) -> bool {
    let Ok(asked) = origin.parse::<Url>() else { return false };
    let mut allowed = config.cors_allowed_origins.iter().filter_map(|allowed| allowed.parse::<Url>().ok());
    asked.origin() == config.public_url.origin() || allowed.any(|allowed| allowed.origin() == asked.origin())
}

/// Opens the live chat of a ticket, by WebSocket: what is written comes as it is written, and messages are written into it.
///
/// For who may see the ticket. Frames are JSON objects with a `type`; after `hello` comes what was written after `after`, or the newest
/// 50 messages.
#[utoipa::path(
    get, path = "/api/ws/chat/{id}/", operation_id = "open_chat", tag = "support",
    params(("id" = Uuid, Path), ChatQuery),
    responses((status = 101, description = "A WebSocket"))
)]
async fn open(
    State(app): State<App>,
    Id(id): Id<TicketId>,
    query: Query<ChatQuery>,
    Knock(upgrade): Knock,
    Arriving(caller): Arriving,
) -> Result<Response> {
    let (chat, row) = chat::enter(&app, &caller.actor, id, query.asked.after).await?;
    let hello = FrameOut::Hello { unread: row.unread, ticket: Box::new(TicketOut::new(&caller.actor, &row, app.clock.now())) };
    let connection = Connection::new(app, caller, chat, format!("/api/ws/chat/{id}/"));
    let upgrade = upgrade.max_frame_size(MOST_READ).max_message_size(MOST_READ).max_write_buffer_size(MOST_WAITING);
    Ok(upgrade.on_upgrade(|socket| connection.serve(socket, hello)))
}
