//! The company's logo on its papers: bytes in, a PNG of ours out.

use crate::auth::Caller;
use crate::error::Result;
use crate::etag::{IfMatch, knows, tagged};
use crate::extract::Picture;
use crate::routes::vendor_logos::PictureFile;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use shared::App;
use shared::settings::{self, logo};
use shared::vendors::picture;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show, put, remove))
}

/// Shows the logo that new papers have.
#[utoipa::path(
    get, path = "/api/superadmin/company/logo/", operation_id = "show_company_logo", tag = "settings",
    params(("If-None-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses(
        (status = 200, description = "The picture; the ETag is that of the settings, and edits take it", body = PictureFile, content_type = "image/png", headers(("ETag" = String))),
        (status = 304, description = "The one that was read")
    )
)]
async fn show(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Response> {
    let (png, version) = logo::show(&app, &caller.actor).await?;
    Ok(match knows(&headers, &format!("\"{version}\"")) {
        true => tagged(version, StatusCode::NOT_MODIFIED),
        false => tagged(version, ([(header::CONTENT_TYPE, "image/png")], png)),
    })
}

/// Gives the company a logo: a PNG of at most 512 by 512 pixels is kept. Papers that were issued before stay as they are.
#[utoipa::path(
    put, path = "/api/superadmin/company/logo/", operation_id = "put_company_logo", tag = "settings",
    request_body(content((PictureFile = "image/png"), (PictureFile = "image/jpeg"), (PictureFile = "image/webp"))),
    params(("If-Match" = Option<String>, Header, description = "The ETag that was read, of the logo or of the settings")),
    responses(
        (status = 204, description = "It has it", headers(("ETag" = String))),
        (status = 415, description = "Not image/png, image/jpeg or image/webp", body = crate::error::Problem,
            content_type = "application/problem+json")
    )
)]
async fn put(
    State(app): State<App>,
    caller: Caller,
    IfMatch(expected): IfMatch,
    Picture(bytes): Picture<{ picture::MAX_BYTES }>,
) -> Result<Response> {
    logo::may_change(&caller.actor)?;
    let png = picture::as_png("logo", bytes).await?;
    let tx = app.begin().await?;
    let whole = logo::put(&tx, &caller.actor, expected, png).await?;
    tx.commit().await?;
    settings::forget(&app);
    Ok(tagged(whole.version, StatusCode::NO_CONTENT))
}

/// Takes the logo away from papers to come.
#[utoipa::path(
    delete, path = "/api/superadmin/company/logo/", operation_id = "delete_company_logo", tag = "settings",
    params(("If-Match" = Option<String>, Header, description = "The ETag that was read, of the logo or of the settings")),
    responses((status = 204, description = "It has none", headers(("ETag" = String))))
)]
async fn remove(State(app): State<App>, caller: Caller, IfMatch(expected): IfMatch) -> Result<Response> {
    let tx = app.begin().await?;
    let whole = logo::remove(&tx, &caller.actor, expected).await?;
    tx.commit().await?;
    settings::forget(&app);
    Ok(tagged(whole.version, StatusCode::NO_CONTENT))
}
