//! Papers behind signed links: whoever holds the link reads the paper, until the link ends.

use super::papers::answer;
use crate::error::Result;
use crate::middleware::Visit;
use crate::page::{self, fields};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::papers::link::{self, Opened};
use shared::papers::open::open;
use shared::{App, Error, i18n};
use std::sync::Arc;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

/// How long a browser is kept before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(5);

/// For people only, so not in the document.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/papers/{folder}/{id}/", get(show))
}

#[derive(Template)]
#[template(path = "paper.html")]
struct Page<'a> {
    language: &'a str,
    title: String,
    message: String,
}

/// The page of a failure, for all paths of papers.
pub(crate) fn failed(language: &str, detail: &str) -> Response {
    told(language, "page-paper-title", detail.to_owned())
}

fn told(language: &str, title: &str, message: String) -> Response {
    let page = Page { language, title: i18n::text(language, title, &[]), message };
    page::answer(&page, &page.title, None)
}

/// Opens a paper.
async fn show(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Path((folder, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response> {
    let mut given = fields(uri.query().unwrap_or_default().as_bytes());
    let (until, token) = (given.remove("until").unwrap_or_default(), given.remove("token").unwrap_or_default());
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let subject = match link::follow(&app, &folder, id, &until, &token).await? {
        Opened::Paper(subject) => subject,
        Opened::Expired => {
            let language = visit.language();
            let page = told(language, "page-paper-expired-title", i18n::text(language, "page-paper-expired", &[]));
            return Ok((StatusCode::GONE, page).into_response());
        }
    };
    if let Some(file) = open(&app, &subject, given.get("lang").map(String::as_str), PATIENCE).await? {
        return answer(file, &headers);
    }
    let language = visit.language();
    let page = told(language, "page-paper-coming-title", i18n::text(language, "page-paper-coming", &[]));
    let again = [(header::REFRESH, HeaderValue::from_static("2")), (header::RETRY_AFTER, HeaderValue::from_static("2"))];
    Ok((StatusCode::ACCEPTED, again, page).into_response())
}
