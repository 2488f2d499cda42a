//! The sandbox gateway's hosted page: what a payment provider would show, with buttons for each outcome. Plain HTML, no
//! scripts; whoever holds the link may use it.

use crate::error::Result;
use crate::extract::{Id, read_as_form};
use crate::middleware::Visit;
use crate::page::{self, fields};
use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use shared::billing;
use shared::billing::sandbox::{self, Outcome};
use shared::billing::transaction::{self, TransactionStatus};
use shared::i18n;
use shared::ids::TransactionId;
use shared::{App, Error};
use std::sync::Arc;
use url::Url;
use utoipa_axum::router::OpenApiRouter;

/// For people only, so not in the document.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/sandbox/checkout/{id}/", get(show).post(choose))
}

/// The page in one of its shapes.
#[derive(Template)]
#[template(path = "sandbox.html")]
struct Page<'a> {
    language: &'a str,
    title: String,
    notice: String,
    /// What is to be paid, and the buttons.
    form: Option<Form>,
    /// What happened instead.
    message: Option<String>,
    /// Label and address of the way back.
    back: Option<(String, String)>,
}

struct Form {
    amount: String,
    token: String,
    /// Value and label.
    buttons: Vec<(&'static str, String)>,
}

impl<'a> Page<'a> {
    fn new(language: &'a str) -> Self {
        Self {
            language,
            title: say(language, "sandbox-title"),
            notice: say(language, "sandbox-notice"),
            form: None,
            message: None,
            back: None,
        }
    }

    /// Answers with the page; its form may lead to `next`, which browsers count as a target of the form.
    fn answer(self, next: Option<&Url>) -> Response {
        page::answer(&self, &self.title, next)
    }
}

fn say(language: &str, id: &str) -> String {
    i18n::text(language, id, &[])
}

/// The page of a failure, for all paths of the sandbox.
pub(crate) fn failed(language: &str, detail: &str) -> Response {
    Page { message: Some(detail.to_owned()), ..Page::new(language) }.answer(None)
}

/// Shows what is to be paid.
async fn show(State(app): State<App>, Extension(visit): Extension<Arc<Visit>>, Id(id): Id<TransactionId>, uri: Uri) -> Result<Response> {
    let token = fields(uri.query().unwrap_or_default().as_bytes()).remove("token").unwrap_or_default();
    let (transaction, invoice) = sandbox::page(&app, id, &token).await?;
    let language = visit.language();
    let next = return_url(&app, &transaction)?;
    let mut page = Page::new(language);
    if transaction.status == TransactionStatus::Pending {
        let amount = [("amount", transaction.amount()?.to_string()), ("number", invoice.invoice_number.unwrap_or_default())];
        let amount = i18n::text(language, "sandbox-amount", &amount);
        let buttons = [("pay", "sandbox-pay"), ("later", "sandbox-later"), ("decline", "sandbox-decline")];
        let buttons = buttons.into_iter().map(|(value, label)| (value, say(language, label))).collect();
        page.form = Some(Form { amount, token, buttons });
    } else {
        page.message = Some(say(language, "sandbox-closed"));
        page.back = next.as_ref().map(|url| (say(language, "sandbox-back"), url.to_string()));
    }
    Ok(page.answer(next.as_ref()))
}

/// Does what the person chose, then sends the browser back to the shop.
async fn choose(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Id(id): Id<TransactionId>,
    request: Request,
) -> Result<Response> {
    let mut given = fields(request.uri().query().unwrap_or_default().as_bytes());
    given.extend(fields(&read_as_form(request).await?));
    let (outcome, done) = match given.get("action").map(String::as_str) {
        Some("pay") => (Outcome::Pay, "sandbox-done-pay"),
        Some("decline") => (Outcome::Decline, "sandbox-done-decline"),
        Some("later") => (Outcome::Later, "sandbox-done-later"),
        Some(_) | None => return Err(Error::invalid("action", "error-required").into()),
    };
    let token = given.get("token").map(String::as_str).unwrap_or_default();
    let transaction = sandbox::choose(&app, id, token, outcome).await?;
    if let Some(next) = return_url(&app, &transaction)? {
        return Ok(Redirect::to(next.as_str()).into_response());
    }
    let language = visit.language();
    Ok(Page { message: Some(say(language, done)), ..Page::new(language) }.answer(None))
}

/// Where the shop wants its customer back; checked when the payment began.
fn return_url(app: &App, transaction: &transaction::Model) -> shared::Result<Option<Url>> {
    Ok(billing::way_back(app, transaction, "return_url")?.and_then(|given| Url::parse(&given).ok()))
}
