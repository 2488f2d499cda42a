//! The pages behind the links in mails. Mail scanners follow every link they see, so a GET changes nothing: it shows what
//! the link is for, and a person's POST does it. Whoever holds the link may use it, once.

use crate::auth::Sender;
use crate::error::Result;
use crate::extract::read_as_form;
use crate::middleware::Visit;
use crate::page::{self, fields};
use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use secrecy::SecretString;
use shared::accounts;
use shared::accounts::link::{self, Purpose};
use shared::accounts::{User, user};
use shared::error::Problem;
use shared::{App, Error, i18n};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

const VERIFY: &[Purpose] = &[Purpose::Register, Purpose::VerifyEmail];
const PASSWORD: &[Purpose] = &[Purpose::ResetPassword, Purpose::Invite];
/// What the form says before the business says it.
const SHORTEST_PASSWORD: usize = 8;

/// For people only, so not in the document.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/account/verify/", get(ask_to_verify).post(verify))
        .route("/account/password/", get(ask_for_password).post(set_password))
}

/// The page in one of its shapes.
#[derive(Template)]
#[template(path = "account.html")]
struct Page<'a> {
    language: &'a str,
    title: String,
    /// What it is about.
    notice: Option<String>,
    /// What happened.
    message: Option<String>,
    /// What to do next.
    next: Option<String>,
    form: Option<Form>,
}

struct Form {
    token: String,
    button: String,
    password: Option<PasswordFields>,
}

struct PasswordFields {
    /// For password managers: which account it is.
    email: Option<String>,
    rules: String,
    problem: Option<String>,
}

impl<'a> Page<'a> {
    fn new(language: &'a str, title: &str) -> Self {
        let title = i18n::text(language, title, &[]);
        Self { language, title, notice: None, message: None, next: None, form: None }
    }

    fn t(&self, id: &str) -> String {
        i18n::text(self.language, id, &[])
    }

    fn answer(self, status: StatusCode) -> Response {
        (status, page::answer(&self, &self.title, None)).into_response()
    }
}

/// The page of a failure, for all paths of accounts.
pub(crate) fn failed(language: &str, detail: &str) -> Response {
    Page { message: Some(detail.to_owned()), ..Page::new(language, "page-title") }.answer(StatusCode::OK)
}

/// One button.
async fn ask_to_verify(State(app): State<App>, Extension(visit): Extension<Arc<Visit>>, uri: Uri) -> Result<Response> {
    let token = token_of(&uri);
    if let Err(error) = open(&app, &visit, &token, VERIFY).await {
        return refuse(&visit, "page-verify-next", error);
    }
    let mut page = Page::new(visit.language(), "page-verify-title");
    page.notice = Some(page.t("page-verify-notice"));
    page.form = Some(Form { token, button: page.t("page-verify-button"), password: None });
    Ok(page.answer(StatusCode::OK))
}

/// The button was pressed.
async fn verify(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Sender(origin): Sender,
    request: Request,
) -> Result<Response> {
    let mut given = fields(&read_as_form(request).await?);
    let token = given.remove("token").unwrap_or_default();
    match accounts::verify_email(&app, &token, &origin).await {
        Ok(user) => Ok(done(&visit, &user, "page-verify-done")),
        Err(error) => refuse(&visit, "page-verify-next", error),
    }
}

/// The form for a new password.
async fn ask_for_password(State(app): State<App>, Extension(visit): Extension<Arc<Visit>>, uri: Uri) -> Result<Response> {
    let token = token_of(&uri);
    match open(&app, &visit, &token, PASSWORD).await {
        Ok(owner) => Ok(password_form(&visit, token, owner, None)),
        Err(error) => refuse(&visit, "page-password-next", error),
    }
}

/// The form came back. With a mistake in it, it is shown again, without what was typed.
async fn set_password(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Sender(origin): Sender,
    request: Request,
) -> Result<Response> {
    let mut given = fields(&read_as_form(request).await?);
    let mut take = |name| given.remove(name).unwrap_or_default();
    let (token, password, again) = (take("token"), take("password"), take("password_again"));
    // first the link: who cannot use it should not be bothered with the rest
    let owner = match open(&app, &visit, &token, PASSWORD).await {
        Ok(owner) => owner,
        Err(error) => return refuse(&visit, "page-password-next", error),
    };
    if password != again {
        let problem = i18n::text(visit.language(), "page-password-mismatch", &[]);
        return Ok(password_form(&visit, token, owner, Some(problem)));
    }
    match accounts::set_password(&app, &token, &SecretString::from(password), &origin).await {
        Ok(user) => Ok(done(&visit, &user, "page-password-done")),
        Err(Error::Invalid(problems)) if problems.iter().all(|problem| problem.field == "password") => {
            let problem = sentences(&visit, &problems);
            Ok(password_form(&visit, token, owner, Some(problem)))
        }
        Err(error) => refuse(&visit, "page-password-next", error),
    }
}

/// Whose usable link it is, as far as there is an account yet; the page speaks the language of whoever got the mail.
async fn open(app: &App, visit: &Visit, token: &str, purposes: &[Purpose]) -> shared::Result<Option<User>> {
    let link = link::read(&app.db.conn, app, token, purposes).await?;
    if let Some(language) = link.payload.as_ref().and_then(|payload| payload["language"].as_str()) {
        visit.speaks(language);
    }
    let Some(id) = link.user_id else { return Ok(None) };
    let owner = user::find(&app.db.conn, id).await?;
    visit.speaks(&owner.language);
    Ok(Some(owner))
}

fn password_form(visit: &Visit, token: String, owner: Option<User>, problem: Option<String>) -> Response {
    let language = visit.language();
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let email = owner.map(|owner| owner.email);
    let mut page = Page::new(language, "page-password-title");
    page.notice = email.as_ref().map(|email| i18n::text(language, "page-password-notice", &[("email", email.clone())]));
    let rules = i18n::text(language, "page-password-rules", &[("min", SHORTEST_PASSWORD.to_string())]);
    let fields = PasswordFields { email, rules, problem };
    page.form = Some(Form { token, button: page.t("page-password-button"), password: Some(fields) });
    page.answer(status)
}

fn done(visit: &Visit, user: &User, message: &str) -> Response {
    visit.speaks(&user.language);
    let mut page = Page::new(visit.language(), "page-title");
    page.message = Some(page.t(message));
    page.answer(StatusCode::OK)
}

/// Says what is wrong with the link and what to do next; other errors are no page of ours.
fn refuse(visit: &Visit, next: &str, error: Error) -> Result<Response> {
    let Error::Invalid(problems) = error else { return Err(error.into()) };
    let mut page = Page::new(visit.language(), "page-refused-title");
    page.message = Some(sentences(visit, &problems));
    page.next = Some(page.t(next));
    Ok(page.answer(StatusCode::BAD_REQUEST))
}

fn sentences(visit: &Visit, problems: &[Problem]) -> String {
    let texts: Vec<String> = problems.iter().map(|problem| problem.message.text(visit.language())).collect();
    texts.join(" ")
}

fn token_of(uri: &Uri) -> String {
    fields(uri.query().unwrap_or_default().as_bytes()).remove("token").unwrap_or_default()
}
