//! Pages for people: plain HTML without scripts, one look (`templates/page.html`).

use crate::middleware::Visit;
use crate::routes::{account_pages, feedback_page, paper_links, pay_page, sandbox, unsubscribe};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use shared::i18n;
use std::collections::HashMap;
use url::{Url, form_urlencoded};

/// How failures look at paths that people look at instead of programs.
pub(crate) struct FailurePage {
    prefix: &'static str,
    /// Draws the page, given the language and what is told.
    draw: fn(&str, &str) -> Response,
    /// Whether the pages there have sentences of their own for failures: whoever comes by a mail knows nothing of fields.
    is_for_customers: bool,
}

const PAGES: &[FailurePage] = &[
    FailurePage { prefix: "/sandbox/", draw: sandbox::failed, is_for_customers: false },
    FailurePage { prefix: "/account/", draw: account_pages::failed, is_for_customers: false },
    FailurePage { prefix: "/pay/", draw: pay_page::failed, is_for_customers: true },
    FailurePage { prefix: "/papers/", draw: paper_links::failed, is_for_customers: true },
    FailurePage { prefix: "/unsubscribe/", draw: unsubscribe::failed, is_for_customers: true },
    FailurePage { prefix: "/feedback/", draw: feedback_page::failed, is_for_customers: true },
];

/// The page of failures at this path; `None` where programs call.
pub(crate) fn of_failures(path: &str) -> Option<&'static FailurePage> {
    PAGES.iter().find(|page| path.starts_with(page.prefix))
}

impl FailurePage {
    /// The page of a failure. `detail` is the problem's own sentence.
    pub(crate) fn draw(&self, visit: &Visit, status: StatusCode, detail: &str) -> Response {
        let language = visit.language();
        if !self.is_for_customers {
            return (self.draw)(language, detail);
        }
        let sentence = match status {
            StatusCode::NOT_FOUND => "pay-failed-not-found",
            StatusCode::TOO_MANY_REQUESTS => "pay-failed-too-many",
            status if status.is_client_error() => "pay-failed-invalid",
            _ => "pay-failed-here",
        };
        (self.draw)(language, &i18n::text(language, sentence, &[]))
    }
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
