//! A shop's web server on a loopback address of its own, where no other test listens: pages that are right, wrong, slow, endless.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::stream;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const PRODUCT: &str = r#"<!DOCTYPE html><html><head><title>Kettle | Example Shop</title>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product", "name": "Electric kettle",
"image": "/kettle.jpg", "offers": {"@type": "Offer", "price": "34.90", "priceCurrency": "EUR"}}</script></head><body>…</body></html>"#;

/// A running shop.
pub struct Shop {
    pub address: SocketAddr,
    requests: Requests,
    server: JoinHandle<()>,
}

/// Path and headers of each request that came.
type Requests = Arc<Mutex<Vec<(String, HeaderMap)>>>;

impl Shop {
    /// On any port.
    pub async fn start() -> Self {
        Self::listening(TcpListener::bind((own_address(), 0)).await.expect("a free port"))
    }

    /// On a port that addresses of pages may name.
    pub async fn at_a_usual_port() -> Self {
        for port in [8080, 8443, 80, 443] {
            if let Ok(listener) = TcpListener::bind((own_address(), port)).await {
                return Self::listening(listener);
            }
        }
        panic!("something listens at every address of this machine");
    }

    fn listening(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("bound");
        let requests = Requests::default();
        let router = Router::new().route("/{*path}", get(answer)).with_state(requests.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("the shop serves until it is dropped") });
        Self { address, requests, server }
    }

    /// What was asked for so far.
    pub fn requests(&self) -> Vec<(String, HeaderMap)> {
        self.requests.lock().unwrap().clone()
    }

    pub fn paths(&self) -> Vec<String> {
        self.requests().into_iter().map(|(path, _)| path).collect()
    }
}

fn own_address() -> Ipv4Addr {
    Ipv4Addr::from(0x7f10_0000 + rand::random_range(1..0x00ef_ffff_u32))
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(requests): State<Requests>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    requests.lock().unwrap().push((path.clone(), headers));
    let html = |body: Body| ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
    let typed = |kind: &'static str| ([(header::CONTENT_TYPE, kind)], PRODUCT).into_response();
    let moved = |status: u16, to: &str| (StatusCode::from_u16(status).unwrap(), [(header::LOCATION, to.to_owned())]).into_response();
    let (first, rest) = path.split_once('/').unwrap_or((&path, ""));
    match first {
        "kettle" => html(PRODUCT.into()),
        "xhtml" => typed("application/xhtml+xml"),
        // moved/<status>/<where to>
        "moved" => {
            let (status, to) = rest.split_once('/').expect("a status and an address");
            moved(status.parse().expect("a status"), to)
        }
        "loop" => moved(302, "/loop"),
        "nowhere" => StatusCode::FOUND.into_response(),
        "status" => StatusCode::from_u16(rest.parse().expect("a status")).unwrap().into_response(),
        "busy" => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "120")]).into_response(),
        "json" => typed("application/json"),
        "untyped" => Response::new(PRODUCT.into()),
        "packed" => ([(header::CONTENT_TYPE, "text/html"), (header::CONTENT_ENCODING, "gzip")], PRODUCT).into_response(),
        "endless" => {
            let more = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 64 * 1024])));
            html(Body::from_stream(futures::StreamExt::chain(stream::iter([Ok(Bytes::from_static(PRODUCT.as_bytes()))]), more)))
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
