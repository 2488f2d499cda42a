//! The HTTP door: translates requests into commands of the business, and answers and errors back into HTTP.
//!
//! A handler is four breaths: who, what, do, answer. What all requests have in common happens once, around the router, in
//! `middleware`; what all inputs have in common in `extract`. This crate decides nothing about money or people.

mod address;
mod auth;
mod error;
mod etag;
mod explain;
mod extract;
mod idempotent;
mod limit;
mod metrics;
mod middleware;
mod openapi;
mod page;
mod patch;
mod patience;
mod prefer;
mod query;
mod routes;
mod ticket;

pub use metrics::install as install_metrics;
pub use openapi::openapi_json;

use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::routing::Router;
use axum::serve::ListenerExt;
use axum::{Extension, middleware as layers};
use patience::{Patient, Peer};
use shared::App;
use shared::config::Config;
use std::future::{Future, IntoFuture};
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;
use tower_http::timeout::TimeoutLayer;

/// How long a request may take, its body included, until the head of the answer: a body that is sent has all its time.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long chats have to say goodbye when the process stops.
const GOODBYE: Duration = Duration::from_secs(10);

/// The whole API.
pub fn router(app: App) -> Router {
    let (routes, _) = routes::all().split_for_parts();
    around(app, routes)
}

/// Serves the API until `shutdown`, then ends live streams and lets running requests finish.
pub async fn serve(app: App, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
    drop(tokio::task::spawn_blocking(shared::accounts::password::warm_up));
    let live = tokio::spawn(shared::live::run(app.clone()));
    let (streams, chats) = (app.clone(), app.clone());
    let shutdown = async move {
        shutdown.await;
        // they would not finish by themselves
        streams.live.close();
    };
    let served = listen(router(app), listener, shutdown).await;
    drop(tokio::time::timeout(GOODBYE, chats.live.emptied()).await);
    live.abort();
    served
}

/// Serves only `/healthz`, `/readyz` and `/metrics`, for processes that run jobs.
pub async fn serve_health(app: App, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
    let (routes, _) = routes::health::routes().split_for_parts();
    listen(around(app, routes), listener, shutdown).await
}

async fn listen(router: Router, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let listener = Patient(listener.tap_io(|stream| prepare(stream)), stopped.clone());
    let shutdown = async move {
        shutdown.await;
        stopping.send_replace(true);
    };
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<Peer>()).with_graceful_shutdown(shutdown);
    tokio::select! {
        served = serving.into_future() => served,
        // a client that never finishes its request must not keep the process alive
        () = async { drop(stopped.wait_for(|stopped| *stopped).await); tokio::time::sleep(TIMEOUT).await } => Ok(()),
    }
}

/// What a connection needs; one that cannot have it is served as it is.
fn prepare(stream: &tokio::net::TcpStream) {
    let socket = socket2::SockRef::from(stream);
    // small answers must not wait for the acknowledgement of earlier ones
    drop(socket.set_tcp_nodelay(true));
    // a reader that vanished acknowledges nothing; a stream's few bytes fit into buffers for a quarter of an hour
    #[cfg(target_os = "linux")]
    drop(socket.set_tcp_user_timeout(Some(patience::PATIENCE)));
}

/// Puts what all requests have in common around `routes`. The router is wrapped in a second one because a layer inside a
/// router runs after the routing, when the path can no longer be rewritten.
fn around(app: App, routes: Router<App>) -> Router {
    let inner = routes
        .layer(layers::from_fn_with_state(app.clone(), limit::admit))
        .layer(layers::from_fn(middleware::note_route))
        .layer(Extension(metrics::Depths::default()))
        .with_state(app.clone());
    let mut outer = Router::new()
        .fallback_service(inner)
        .layer(CatchPanicLayer::custom(middleware::panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT));
    if let Some(cors) = cors(&app.config) {
        outer = outer.layer(cors);
    }
    outer.layer(layers::from_fn_with_state(app, middleware::entrance))
}

/// Browsers of the configured origins may call; nobody's cookies are involved, because we have none.
fn cors(config: &Config) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> =
        config.cors_allowed_origins.iter().filter_map(|origin| origin.trim_end_matches('/').parse().ok()).collect();
    let ours = HeaderName::from_static;
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers([
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                header::IF_MATCH,
                header::ACCEPT_LANGUAGE,
                ours("idempotency-key"),
                ours("last-event-id"),
                ours("x-request-id"),
            ])
            .expose_headers([header::ETAG, header::LOCATION, header::RETRY_AFTER, ours("x-request-id"), ours("idempotency-replayed")])
            .max_age(Duration::from_secs(600))
    })
}
