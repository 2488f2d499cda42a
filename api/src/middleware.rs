//! What happens to every request, around the router: its id and trace, the canonical path, the log line and metrics, the
//! problem document of whatever failed, and the headers that belong on every answer.

use crate::address;
use crate::error::Failure;
use crate::page::{self, FailurePage};
use crate::patience::Peer;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::audit::{self, Denial};
use shared::policy::Actor;
use shared::{App, Error, i18n, trace};
use std::any::Any;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Content-Security-Policy of answers that are no pages.
const NO_CONTENT: &str = "default-src 'none'; frame-ancestors 'none'";
/// Paths that tools expect without a slash at the end.
const BARE: &[&str] = &["/healthz", "/readyz", "/metrics"];

/// What is known about a request, shared by the layers around the router and the extractors inside.
pub(crate) struct Visit {
    /// The client's own id of the request, or ours.
    pub(crate) request_id: String,
    /// Where it comes from.
    pub(crate) address: Option<IpAddr>,
    asked_language: Option<String>,
    accepts_language: Option<HeaderValue>,
    user_language: OnceLock<String>,
    actor: OnceLock<Actor>,
    route: OnceLock<MatchedPath>,
}

impl Visit {
    fn new(app: &App, request: &Request) -> Self {
        let headers = request.headers();
        let peer = request.extensions().get::<ConnectInfo<Peer>>().map(|peer| peer.0.0.ip());
        let asked = request.uri().query().filter(|query| query.contains("lang="));
        let asked = asked.and_then(|query| url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "lang"));
        Self {
            request_id: request_id(headers),
            address: address::client(peer, headers, &app.config.trusted_proxies),
            asked_language: asked.map(|(_, value)| value.into_owned()),
            accepts_language: headers.get(header::ACCEPT_LANGUAGE).cloned(),
            user_language: OnceLock::new(),
            actor: OnceLock::new(),
            route: OnceLock::new(),
        }
    }

    /// The visit that a request belongs to.
    pub(crate) fn of(extensions: &Extensions) -> Option<&Arc<Self>> {
        extensions.get()
    }

    /// Notes the language of whoever signed in.
    pub(crate) fn speaks(&self, language: &str) {
        // a second note could only say the same
        let _ = self.user_language.set(language.to_owned());
    }

    /// Notes who is calling.
    pub(crate) fn recognises(&self, actor: &Actor) {
        // a second note could only say the same
        let _ = self.actor.set(actor.clone());
    }

    /// The language to answer in.
    pub(crate) fn language(&self) -> &'static str {
        let accepted = self.accepts_language.as_ref().and_then(|value| value.to_str().ok());
        i18n::choose(self.asked_language.as_deref(), self.user_language.get().map(String::as_str), accepted)
    }

    fn route(&self) -> &str {
        self.route.get().map_or("unmatched", MatchedPath::as_str)
    }
}

/// The outermost layer.
pub(crate) async fn entrance(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let visit = Arc::new(Visit::new(&app, &request));
    let method = method_label(request.method());
    if let Some(canonical) = canonical(request.uri()) {
        *request.uri_mut() = canonical;
    }
    let uri = request.uri().clone();
    let failure_page = page::of_failures(uri.path());
    let parent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let traceparent = parent.map_or_else(trace::root, trace::child);
    let span = tracing::info_span!("request", request_id = visit.request_id, trace_id = trace::trace_id(&traceparent));
    request.extensions_mut().insert(visit.clone());
    let mut response = trace::within(traceparent, next.run(request)).instrument(span.clone()).await;
    let failure = failure_of(&mut response);
    if let Some(failure) = &failure {
        record_denial(&app, &visit, failure, method, uri.path()).instrument(span.clone()).await;
    }
    let _inside = span.enter();
    if let Some(failure) = failure {
        failure.log(&visit.request_id);
        response = tell(&failure, &visit, failure_page, response);
    }
    put_headers(&app, &visit, response.headers_mut());
    account(&visit, method, &response, began.elapsed());
    response
}

/// Inside the router: which route the request took. The layers around it never see the matched path themselves.
pub(crate) async fn note_route(request: Request, next: Next) -> Response {
    if let (Some(visit), Some(route)) = (Visit::of(request.extensions()), request.extensions().get::<MatchedPath>()) {
        let _ = visit.route.set(route.clone());
    }
    next.run(request).await
}

/// A panic is our mistake like any other.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Failure::from(Error::internal(format!("panic: {}", text.unwrap_or("without words")))).into_response()
}

/// Why the response failed, if it did: as a handler said, or as the bare status of a layer or of the router means.
fn failure_of(response: &mut Response) -> Option<Arc<Failure>> {
    if let Some(failure) = response.extensions_mut().remove::<Arc<Failure>>() {
        return Some(failure);
    }
    let status = response.status();
    let content = response.headers().get(header::CONTENT_TYPE).map_or(b"".as_slice(), HeaderValue::as_bytes);
    let bare = content.is_empty() || content.starts_with(b"text/plain");
    (bare && (status.is_client_error() || status.is_server_error())).then(|| Arc::new(status.into()))
}

/// Leaves an entry of a denial in the audit before the answer goes out; if that fails, the request was refused all the same.
async fn record_denial(app: &App, visit: &Visit, failure: &Failure, method: &str, path: &str) {
    let Some(permission) = failure.denial() else { return };
    let denial = Denial {
        actor: visit.actor.get(),
        request_id: &visit.request_id,
        address: visit.address.map(|address| address.to_string()),
        method,
        route: visit.route(),
        path,
        status: failure.status().as_u16(),
        permission,
    };
    if let Err(error) = audit::denied(app, &denial).await {
        tracing::error!(%error, ?denial, "a denial could not be written to the audit");
    }
}

/// Writes the failure as a problem, or as a page where people look; keeps the headers that layers have set.
fn tell(failure: &Failure, visit: &Visit, page: Option<&FailurePage>, bare: Response) -> Response {
    let problem = failure.problem(visit.language(), &visit.request_id);
    let content = HeaderValue::from_static("application/problem+json");
    let told = match page {
        Some(page) => page.draw(visit, failure.status(), &problem.detail),
        None => ([(header::CONTENT_TYPE, content)], serde_json::to_vec(&problem).unwrap_or_default()).into_response(),
    };
    let (mut parts, body) = told.into_parts();
    parts.status = failure.status();
    let mut kept = bare.into_parts().0.headers;
    for gone in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        kept.remove(gone);
    }
    parts.headers.extend(kept);
    if failure.status() == axum::http::StatusCode::UNAUTHORIZED {
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = failure.retry_after() {
        parts.headers.insert(header::RETRY_AFTER, seconds.into());
    }
    Response::from_parts(parts, body)
}

fn put_headers(app: &App, visit: &Visit, headers: &mut HeaderMap) {
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::CACHE_CONTROL, "no-store");
    default(header::CONTENT_SECURITY_POLICY, NO_CONTENT);
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::X_FRAME_OPTIONS, "DENY");
    default(header::REFERRER_POLICY, "no-referrer");
    if app.config.production {
        default(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if let Ok(id) = HeaderValue::from_str(&visit.request_id) {
        headers.insert(REQUEST_ID, id);
    }
}

/// One log line and two metrics for each request, by route and never by path: paths hold ids.
fn account(visit: &Visit, method: &'static str, response: &Response, took: Duration) {
    let (route, status) = (visit.route(), response.status().as_u16());
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    ::metrics::counter!("http_requests_total", &labels).increment(1);
    ::metrics::histogram!("http_request_seconds", "route" => route.to_owned()).record(took.as_secs_f64());
    let took_ms = took.as_secs_f64() * 1000.0;
    if BARE.contains(&route) {
        tracing::debug!(http.method = method, http.route = route, http.status = status, took_ms, "answered");
    } else {
        tracing::info!(http.method = method, http.route = route, http.status = status, took_ms, "answered");
    }
}

/// A strange method must not make a strange label.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

/// The client's id if it is fit to be repeated in logs and headers, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).map(HeaderValue::as_bytes);
    let given = given.filter(|id| (1..=128).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic));
    match given.and_then(|id| std::str::from_utf8(id).ok()) {
        Some(id) => id.to_owned(),
        None => uuid::Uuid::now_v7().to_string(),
    }
}

/// The address as the router knows it, where it was written otherwise: paths end with a slash, those in [`BARE`] do not,
/// and files (a dot in the last segment) are left alone. A rewrite, because a redirect would drop the body of a POST.
fn canonical(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let bare = path.strip_suffix('/').filter(|bare| BARE.contains(bare));
    let last = path.rsplit('/').next().unwrap_or_default();
    let path = match bare {
        Some(bare) => bare.to_owned(),
        None if last.is_empty() || last.contains('.') || BARE.contains(&path) || !path.starts_with('/') => return None,
        None => format!("{path}/"),
    };
    let with_query = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(with_query.parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_rewritten_to_their_canonical_form_with_their_query() {
        let cases = [
            ("/api/invoices?page=2&search=a/b", Some("/api/invoices/?page=2&search=a/b")),
            ("/api/invoices/", None),
            ("/api/openapi.json", None),
            ("/docs", Some("/docs/")),
            ("/docs/swagger-ui.css", None),
            ("/healthz", None),
            ("/healthz/", Some("/healthz")),
            ("/", None),
            ("http://host/api/users/me", Some("http://host/api/users/me/")),
        ];
        for (given, expected) in cases {
            assert_eq!(canonical(&given.parse().unwrap()).map(|uri| uri.to_string()).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn a_request_id_is_kept_only_if_it_is_harmless() {
        let with = |id: &str| HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_bytes(id.as_bytes()).unwrap())]);
        assert_eq!(request_id(&with("abc-1")), "abc-1");
        for bad in ["", "a b", "é", &"x".repeat(129)] {
            assert_eq!(request_id(&with(bad)).len(), 36, "{bad}");
        }
    }
}
