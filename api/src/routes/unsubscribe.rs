//! The page behind the last line of mails that nobody must have. A GET changes nothing, because mail scanners follow links; a
//! POST does it, from the page's button or from a mail program's own (RFC 8058).

use crate::error::Result;
use crate::middleware::Visit;
use crate::page::{self, fields};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;
use shared::notifications::unsubscribe;
use shared::{App, i18n};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// For people only, so not in the document.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/unsubscribe/{user}/{event}/", get(ask).post(end))
}

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct Page<'a> {
    language: &'a str,
    title: String,
    message: Option<String>,
    notice: Option<String>,
    /// Where the button leads, and what it says.
    button: Option<(String, String)>,
}

/// The page of a failure, for all paths of this page.
pub(crate) fn failed(language: &str, detail: &str) -> Response {
    told(language, Some(detail.to_owned()), None, None)
}

fn told(language: &str, message: Option<String>, notice: Option<String>, button: Option<(String, String)>) -> Response {
    let page = Page { language, title: i18n::text(language, "page-unsubscribe-title", &[]), message, notice, button };
    page::answer(&page, &page.title, None)
}

fn token(uri: &Uri) -> String {
    fields(uri.query().unwrap_or_default().as_bytes()).remove("token").unwrap_or_default()
}

/// One button.
async fn ask(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Path((user, event)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response> {
    let token = token(&uri);
    let (_, _, speaks) = unsubscribe::follow(&app, &user, &event, &token).await?;
    visit.speaks(&speaks);
    let language = visit.language();
    let say = |id: &str| i18n::text(language, id, &[]);
    // a mark is hex, and needs no escaping
    let address = format!("?token={token}&lang={language}");
    Ok(told(language, None, Some(say("page-unsubscribe-notice")), Some((address, say("page-unsubscribe-button")))))
}

/// It was pressed; pressing it twice changes nothing.
async fn end(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Path((user, event)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response> {
    let (user, event, speaks) = unsubscribe::follow(&app, &user, &event, &token(&uri)).await?;
    unsubscribe::end(&app, user, event).await?;
    visit.speaks(&speaks);
    let say = |id: &str| i18n::text(visit.language(), id, &[]);
    Ok(told(visit.language(), Some(say("page-unsubscribe-done")), Some(say("page-unsubscribe-next")), None))
}
