//! The documentation page: Swagger UI with its assets inside the binary, and the document it shows.

use crate::error::{Failure, Result};
use crate::openapi::openapi_json;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use shared::{App, Error};
use std::sync::{Arc, LazyLock};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::Config;

/// Scripts and styles of our own only; Swagger UI sets styles on elements and draws its icons from data URLs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
    base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

static DOCUMENT: LazyLock<String> = LazyLock::new(openapi_json);
static CONFIG: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from("/api/openapi.json").display_request_duration(true).try_it_out_enabled(true)));

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/api/openapi.json", get(document))
        .route("/docs/", get(page))
        .route("/docs/errors/", get(errors))
        .route("/docs/{*file}", get(asset))
}

async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

/// The page names its assets relative to itself; with a base it works at `/docs` too.
async fn page() -> Result<Response> {
    let file = utoipa_swagger_ui::serve("index.html", CONFIG.clone()).map_err(Error::internal)?.ok_or(Error::NotFound)?;
    let html = String::from_utf8_lossy(&file.bytes).replacen("<head>", "<head>\n    <base href=\"/docs/\">", 1);
    let html = html.replacen("<title>Swagger UI</title>", "<title>Buy4Me API</title>", 1);
    Ok(([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response())
}

/// Where the `type` of a problem points.
async fn errors() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], include_str!("../../../docs/errors.md"))
}

async fn asset(Path(file): Path<String>) -> Result<Response> {
    let file = utoipa_swagger_ui::serve(&file, CONFIG.clone()).map_err(Error::internal)?.ok_or(Failure::from(Error::NotFound))?;
    let mut response =
        Response::builder().header(header::CONTENT_TYPE, file.content_type).header(header::CACHE_CONTROL, "public, max-age=3600");
    if file.gzpipped {
        response = response.header(header::CONTENT_ENCODING, "gzip");
    }
    Ok(response.body(Body::from(file.bytes.into_owned())).map_err(Error::internal)?)
}
