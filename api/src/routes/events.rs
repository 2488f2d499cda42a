//! Live updates: what changes for the own account, as it changes (server-sent events, `docs/live-updates.md`).

use crate::auth::Caller;
use crate::error::{Failure, Result};
use crate::query::Query;
use crate::ticket::Arriving;
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{self, StreamExt};
use serde::{Deserialize, Serialize};
use shared::accounts::ticket;
use shared::i18n::Message;
use shared::live::{self, Told};
use shared::{App, Error};
use std::convert::Infallible;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Something passes in this time: proxies close what is silent, and a reader that is gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long clients wait before they come back.
const RETRY: Duration = Duration::from_secs(3);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events)).routes(routes!(ask_ticket))
}

/// Where to go on, and a browser's way in.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StreamQuery {
    /// Instead of the header `Last-Event-ID`, for the first request of a page.
    #[param(minimum = 0)]
    last_event_id: Option<u64>,
    /// Instead of a token: from `POST /api/events/ticket/`.
    #[allow(dead_code)] // read by `Arriving`
    ticket: Option<String>,
}

/// The number of the event after which to go on.
struct Since(Option<i64>);

impl FromRequestParts<App> for Since {
    type Rejection = Failure;

    /// The header is the newer: browsers send it when they come back with the address that they first had.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let asked = Query::<StreamQuery>::from_request_parts(parts, app).await?.asked;
        let (field, number) = match parts.headers.get("last-event-id") {
            None => ("last_event_id", asked.last_event_id),
            Some(header) => {
                let number =
                    header.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit())).and_then(|text| text.parse().ok());
                let malformed = || Error::invalid("Last-Event-ID", Message::new("error-wrong-type").with("expected", "integer"));
                ("Last-Event-ID", Some(number.ok_or_else(malformed)?))
            }
        };
        let number = number.map(i64::try_from).transpose().map_err(|_| Error::invalid(field, "error-out-of-range"))?;
        Ok(Self(number))
    }
}

/// Streams what changes for the own account: each event has a number (`id`), a kind (`event`) and ids with states as JSON (`data`).
///
/// Without a number to go on from it begins now, with `hello`. With one, what was told since comes first. `resync`: that is not to be
/// had any more, so everything on the screen has to be read anew. The stream ends with its session.
#[utoipa::path(
    get, path = "/api/events/", operation_id = "stream_events", tag = "events",
    params(StreamQuery, ("Last-Event-ID" = Option<u64>, Header, description = "The number of the last event that was received")),
    responses((status = 200, description = "Events, and a comment every 15 seconds", body = String, content_type = "text/event-stream"))
)]
async fn events(State(app): State<App>, since: Since, Arriving(caller): Arriving) -> Result<impl IntoResponse> {
    let listening = live::listen(&app, &caller.actor, since.0).await?;
    let told = stream::unfold(listening, |mut listening| async move { listening.next().await.map(|told| (frame(&told), listening)) });
    let begin = stream::iter([Event::default().retry(RETRY)]);
    let body = Sse::new(begin.chain(told).map(Ok::<_, Infallible>)).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("heartbeat"));
    Ok(([(CACHE_CONTROL.as_str(), "no-store"), ("x-accel-buffering", "no")], body))
}

/// One event as it goes out: always whole.
fn frame(told: &Told) -> Event {
    match told {
        Told::Event(event) => Event::default().id(event.seq.to_string()).event(&event.kind).data(&event.data),
        Told::Hello(seq) => Event::default().id(seq.to_string()).event("hello").data("{}"),
        Told::Resync(seq) => Event::default().id(seq.to_string()).event("resync").data("{}"),
    }
}

/// A ticket.
#[derive(Serialize, ToSchema)]
struct EventTicketOut {
    /// Opens one stream, once.
    ticket: String,
    /// Seconds in which it must be used.
    expires_in: i64,
}

/// Gives a ticket for a browser, which can send no token along with a stream: `GET /api/events/?ticket=…`.
#[utoipa::path(
    post, path = "/api/events/ticket/", operation_id = "ask_event_ticket", tag = "events",
    responses((status = 200, description = "A ticket of this session", body = EventTicketOut))
)]
async fn ask_ticket(State(app): State<App>, caller: Caller) -> Result<Json<EventTicketOut>> {
    let ticket = ticket::issue(&app, &caller.actor).await?;
    Ok(Json(EventTicketOut { ticket, expires_in: ticket::SECONDS }))
}
