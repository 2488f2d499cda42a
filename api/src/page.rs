//! Pages for people: plain HTML without scripts, one look (`templates/page.html`).

use crate::routes::{account_pages, paper_links, pay_page, sandbox};
use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use std::collections::HashMap;
use url::{Url, form_urlencoded};

/// Tells a failure, given the language and what happened.
pub(crate) type FailurePage = fn(&str, &str) -> Response;

/// Where people look instead of programs, and how a failure looks there.
const PAGES: &[(&str, FailurePage)] =
    &[("/sandbox/", sandbox::failed), ("/account/", account_pages::failed), ("/pay/", pay_page::failed), ("/papers/", paper_links::failed)];

/// The page of failures at this path; `None` where programs call.
pub(crate) fn of_failures(path: &str) -> Option<FailurePage> {
    PAGES.iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, page)| *page)
}

/// Answers with a page, or with its bare title if it cannot be written; its form may lead to each of `next`, which browsers
/// count as targets of the form.
pub(crate) fn answer<'a>(page: &impl Template, title: &str, next: impl IntoIterator<Item = &'a Url>) -> Response {
    let next: String = next.into_iter().map(|url| format!(" {}", url.origin().ascii_serialization())).collect();
    let policy =
        format!("default-src 'none'; style-src 'unsafe-inline'; form-action 'self'{next}; base-uri 'none'; frame-ancestors 'none'");
    let mut response = Html(page.render().unwrap_or_else(|_| title.to_owned())).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The fields of a form or of a query.
pub(crate) fn fields(encoded: &[u8]) -> HashMap<String, String> {
    form_urlencoded::parse(encoded).into_owned().collect()
}
