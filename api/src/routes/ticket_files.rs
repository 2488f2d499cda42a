//! Files of tickets: bytes in, the same bytes out, to be saved and never shown by a browser in our name.

use super::ticket_out::TicketFileOut;
use crate::auth::Caller;
use crate::error::Result;
use crate::extract::{Id, Upload, not_taken};
use crate::idempotent::{Hold, Keyed, Turn, made, replayed};
use crate::query::Query;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::ids::{AttachmentId, TicketId};
use shared::policy::Actor;
use shared::support::attachment;
use shared::support::upload::{self, Judged, MAX_BYTES};
use shared::{App, Error};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(upload)).routes(routes!(show))
}

/// Whatever a reader does with it: it runs nothing and loads nothing.
const HARMLESS: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// The bytes of a file, for the document.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code)] // only described
struct TicketFile(Vec<u8>);

/// What the file is called.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UploadQuery {
    /// Up to 200 characters; folders and invisible characters are taken out, and it gets the ending that the content deserves.
    #[param(example = "photo.jpg")]
    filename: Option<String>,
}

/// Uploads a file, which the caller then sends with a message. What it is its content says, and Content-Type must agree. One that no message
/// was written with is deleted after a day.
#[utoipa::path(
    post, path = "/api/support/tickets/{id}/attachments/", operation_id = "upload_ticket_attachment", tag = "support",
    request_body(content(
        (TicketFile = "image/png"), (TicketFile = "image/jpeg"), (TicketFile = "image/webp"), (TicketFile = "image/gif"),
        (TicketFile = "application/pdf"), (TicketFile = "text/plain")
    )),
    params(
        ("id" = Uuid, Path), UploadQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "Same key, name and bytes: the stored answer, for 24 hours")
    ),
    responses(
        (status = 201, description = "Kept", body = TicketFileOut, headers(("Location" = String))),
        (status = 415, description = "No kind of file that is accepted", body = crate::error::Problem,
            content_type = "application/problem+json")
    )
)]
async fn upload(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<TicketId>,
    query: Query<UploadQuery>,
    keyed: Keyed<Upload<MAX_BYTES>>,
) -> Result<Response> {
    let (file, key) = match keyed.turn(&app, &caller.actor).await? {
        Turn::Work(file, key) => (file, key),
        Turn::Answered(status, body) => return replayed(status, location(id, body["id"].as_str().unwrap_or_default()), body),
    };
    let kept = match upload::judge(file.declared, file.bytes).await {
        Ok(Some(judged)) => keep(&app, &caller.actor, (id, query.asked.filename.as_deref()), judged, &key).await,
        Ok(None) => {
            key.release(&app).await;
            return Err(not_taken());
        }
        Err(error) => Err(error),
    };
    let out = key.settle(&app, kept).await?;
    made(StatusCode::CREATED, location(id, out.id()), out)
}

fn location(ticket: TicketId, id: impl std::fmt::Display) -> String {
    format!("/api/support/tickets/{ticket}/attachments/{id}/")
}

async fn keep(app: &App, actor: &Actor, (id, name): (TicketId, Option<&str>), file: Judged, key: &Hold) -> shared::Result<TicketFileOut> {
    let row = upload::keep(app, actor, id, name, file, key.held()).await?;
    let tx = app.begin().await?;
    let out = TicketFileOut::from(upload::finish(&tx, actor, row.id).await?);
    key.answer(&tx, StatusCode::CREATED, &out).await?;
    tx.commit().await?;
    Ok(out)
}

/// Hands a file out, to be saved.
#[utoipa::path(
    get, path = "/api/support/tickets/{id}/attachments/{attachment}/", operation_id = "show_ticket_attachment", tag = "support",
    params(("id" = Uuid, Path), ("attachment" = Uuid, Path)),
    responses((status = 200, description = "The file, as it came", body = TicketFile, content_type = "application/octet-stream",
        headers(("Content-Disposition" = String))))
)]
async fn show(State(app): State<App>, caller: Caller, Id((id, file)): Id<(TicketId, AttachmentId)>) -> Result<Response> {
    let file = attachment::open(&app, &caller.actor, id, file).await?;
    let named = HeaderValue::from_str(&disposition(&file.row.name)).map_err(Error::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.row.kind.media_with_charset())),
        (header::CONTENT_DISPOSITION, named),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(HARMLESS)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, file.bytes).into_response())
}

/// RFC 6266: the name in ASCII for old readers, and in full as RFC 8187 writes it.
fn disposition(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' }).collect();
    let full: String = name
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_so_that_nothing_in_it_is_a_parameter() {
        assert_eq!(disposition("photo.jpg"), "attachment; filename=\"photo.jpg\"; filename*=UTF-8''photo.jpg");
        assert_eq!(disposition("a b;c'\\.png"), "attachment; filename=\"a b_c__.png\"; filename*=UTF-8''a%20b%3Bc%27%5C.png");
        assert_eq!(disposition("é.pdf"), "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%A9.pdf");
        assert_eq!(disposition("100%.txt"), "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt");
    }
}
