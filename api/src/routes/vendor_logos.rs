//! Logos of shops: bytes in, a PNG of ours out.

use super::vendor_bodies::VendorOut;
use crate::auth::Caller;
use crate::error::Result;
use crate::etag::{IfMatch, knows, tagged};
use crate::extract::{Id, Picture};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shared::ids::VendorId;
use shared::vendors::{logo, picture};
use shared::{App, Error};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(put, remove))
}

/// The bytes of a picture, for the document.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code)] // only described
pub(crate) struct PictureFile(Vec<u8>);

/// Shows the logo of a shop, offered or not.
#[utoipa::path(
    get, path = "/api/vendors/{id}/logo/", operation_id = "show_vendor_logo", tag = "vendors", security(()),
    params(("id" = uuid::Uuid, Path), ("If-None-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses(
        (status = 200, description = "The picture", body = PictureFile, content_type = "image/png",
            headers(("ETag" = String), ("Cache-Control" = String))),
        (status = 304, description = "The one that was read")
    )
)]
async fn show(State(app): State<App>, Id(id): Id<VendorId>, headers: HeaderMap) -> Result<Response> {
    let logo = logo::show(&app.db.conn, id).await?;
    let tag = format!("\"{}\"", logo.sha256);
    let is_known = knows(&headers, &tag);
    let tag = HeaderValue::from_str(&tag).map_err(Error::internal)?;
    let kept = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, [(header::CONTENT_TYPE, "image/png")], logo.png).into_response())
}

/// Gives a shop a logo. What is kept is a PNG of at most 512 by 512 pixels.
#[utoipa::path(
    put, path = "/api/superadmin/vendors/{id}/logo/", operation_id = "put_vendor_logo", tag = "vendors",
    request_body(content((PictureFile = "image/png"), (PictureFile = "image/jpeg"), (PictureFile = "image/webp"))),
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The shop's ETag that was read")),
    responses(
        (status = 200, description = "The shop", body = VendorOut, headers(("ETag" = String))),
        (status = 415, description = "Not image/png, image/jpeg or image/webp", body = crate::error::Problem,
            content_type = "application/problem+json")
    )
)]
async fn put(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<VendorId>,
    IfMatch(expected): IfMatch,
    Picture(bytes): Picture<{ picture::MAX_BYTES }>,
) -> Result<Response> {
    logo::may_change(&caller.actor)?;
    let png = picture::as_png("logo", bytes).await?;
    let tx = app.begin().await?;
    let (row, mark) = logo::put(&tx, &caller.actor, id, expected, png).await?;
    tx.commit().await?;
    Ok(tagged(row.version, axum::Json(VendorOut::new(&app, (row, Some(mark)))?)))
}

/// Takes the logo of a shop away.
#[utoipa::path(
    delete, path = "/api/superadmin/vendors/{id}/logo/", operation_id = "delete_vendor_logo", tag = "vendors",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The shop's ETag that was read")),
    responses((status = 204, description = "It has none"))
)]
async fn remove(State(app): State<App>, caller: Caller, Id(id): Id<VendorId>, IfMatch(expected): IfMatch) -> Result<StatusCode> {
    let tx = app.begin().await?;
    logo::delete(&tx, &caller.actor, id, expected).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
