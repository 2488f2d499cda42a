//! The page where a customer says how it was: where the link in a mail leads, without signing in and without scripts.

use crate::error::Result;
use crate::extract::read_as_form;
use crate::middleware::Visit;
use crate::page::{self, fields};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::error::Problem;
use shared::feedback::link::{self, Link};
use shared::feedback::{About, give_by_link};
use shared::i18n::{self, Message};
use shared::{App, Error};
use std::collections::HashMap;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

/// For people only, so not in the document.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/feedback/{kind}/{id}/", get(show).post(send))
}

/// The page in one of its shapes.
#[derive(Template)]
#[template(path = "feedback.html")]
struct Page<'a> {
    language: &'a str,
    title: String,
    /// How things stand.
    message: Option<String>,
    question: String,
    form: Option<Form>,
}

struct Form {
    action: String,
    until: i64,
    token: String,
    choices: Vec<Choice>,
    rating_problem: Option<String>,
    label: String,
    text: String,
    message_problem: Option<String>,
    button: String,
}

/// A number of stars.
struct Choice {
    value: usize,
    drawn: String,
    stars: String,
    label: String,
    is_chosen: bool,
}

/// What was sent and is shown again beside what is wrong with it.
#[derive(Default)]
struct Sent {
    rating: Option<i32>,
    message: String,
    problems: Vec<Problem>,
}

/// From the best to the worst.
const LABELS: [(usize, &str); 5] =
    [(5, "feedback-rating-5"), (4, "feedback-rating-4"), (3, "feedback-rating-3"), (2, "feedback-rating-2"), (1, "feedback-rating-1")];

impl<'a> Page<'a> {
    fn new(language: &'a str) -> Self {
        let t = |id| i18n::text(language, id, &[]);
        Self { language, title: t("feedback-page"), message: None, question: t("feedback-question"), form: None }
    }

    fn t(&self, id: &str) -> String {
        i18n::text(self.language, id, &[])
    }

    fn answer(self, status: StatusCode) -> Response {
        (status, page::answer(&self, &self.title, None)).into_response()
    }

    fn form(&self, link: &Link, sent: Sent) -> Form {
        let problem = |field: &str| {
            let found = sent.problems.iter().find(|problem| problem.field == field);
            found.map(|problem| problem.message.text(self.language))
        };
        let choice = |(value, label): (usize, &str)| Choice {
            value,
            drawn: format!("{}{}", "★".repeat(value), "☆".repeat(5 - value)),
            stars: Message::new("feedback-stars").with("stars", value).text(self.language),
            label: self.t(label),
            is_chosen: sent.rating == i32::try_from(value).ok(),
        };
        Form {
            action: format!("/{}", link.path()),
            until: link.until,
            token: link.token.clone(),
            choices: LABELS.into_iter().map(choice).collect(),
            rating_problem: problem("rating"),
            label: self.t("feedback-message"),
            message_problem: problem("message"),
            text: sent.message,
            button: self.t("feedback-button"),
        }
    }
}

/// The page of a failure, for all paths of it.
pub(crate) fn failed(language: &str, told: &str) -> Response {
    Page { message: Some(told.to_owned()), ..Page::new(language) }.answer(StatusCode::OK)
}

/// The link that somebody came with; a wrong one leads to what does not exist.
fn link(app: &App, (kind, id): (String, String), given: &mut HashMap<String, String>) -> Result<Link> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let about = About::at(&kind, id).ok_or(Error::NotFound)?;
    let mut take = |name| given.remove(name).unwrap_or_default();
    Ok(Link::check(app, about, &take("until"), &take("token"))?)
}

/// Asks how it was, or says why not.
async fn show(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Path(path): Path<(String, String)>,
    uri: Uri,
) -> Result<Response> {
    let link = link(&app, path, &mut fields(uri.query().unwrap_or_default().as_bytes()))?;
    tell(&app, &visit, &link, StatusCode::OK, Sent::default()).await
}

/// Keeps what was said.
async fn send(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Path(path): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    let mut given = fields(&read_as_form(request).await?);
    let link = link(&app, path, &mut given)?;
    if link.is_over(&app) {
        return tell(&app, &visit, &link, StatusCode::GONE, Sent::default()).await;
    }
    let message = given.remove("message").unwrap_or_default();
    let rating = given.remove("rating").filter(|rating| !rating.is_empty());
    // what is no number is none of the five
    let rating = rating.map(|rating| rating.parse().unwrap_or(0));
    match keep(&app, &link, &message, rating).await {
        Ok(language) => {
            visit.speaks(&language);
            let page = Page::new(visit.language());
            Ok(Page { message: Some(page.t("feedback-thanks")), ..page }.answer(StatusCode::OK))
        }
        Err(Error::Invalid(problems)) => tell(&app, &visit, &link, StatusCode::BAD_REQUEST, Sent { rating, message, problems }).await,
        // answered a moment ago, or taken back: the page says so
        Err(Error::Conflict { .. }) => tell(&app, &visit, &link, StatusCode::CONFLICT, Sent { rating, message, problems: vec![] }).await,
        Err(error) => Err(error.into()),
    }
}

/// Answers with the customer's language.
async fn keep(app: &App, link: &Link, message: &str, rating: Option<i32>) -> shared::Result<String> {
    let tx = app.begin().await?;
    let language = give_by_link(&tx, link, message, rating).await?;
    tx.commit().await?;
    Ok(language)
}

/// The page as things stand now.
async fn tell(app: &App, visit: &Visit, link: &Link, status: StatusCode, sent: Sent) -> Result<Response> {
    let seen = link::show(app, link).await?;
    visit.speaks(&seen.language);
    let mut page = Page::new(visit.language());
    // who holds an old link learns nothing of the document
    if link.is_over(app) {
        page.message = Some(page.t("feedback-over"));
        return Ok(page.answer(StatusCode::GONE));
    }
    page.title = Message::new("feedback-title").with("reference", &seen.reference).text(page.language);
    if seen.is_given {
        page.message = Some(page.t("feedback-done"));
    } else if !seen.is_finished {
        page.message = Some(page.t("feedback-wait"));
    } else {
        page.form = Some(page.form(link, sent));
    }
    Ok(page.answer(status))
}
