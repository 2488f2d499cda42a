//! The server around a stand-in for a provider: on a free port of loopback, until its last handle is dropped.

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// It stops listening when it is dropped.
pub struct Server {
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// What it knows, and its doors; both may want to know the address that they will have.
    pub async fn start<S>(make: impl FnOnce(SocketAddr) -> (S, Router)) -> (S, Arc<Self>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (state, router) = make(address);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("the fake serves until it is aborted") });
        (state, Arc::new(Self { address, task }))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Status, `Retry-After` and body; none to hang up.
pub type Answer = (u16, Option<u32>, Value);

/// An answer as it goes out, under this type of content.
pub fn json_answer(content: &'static str, answer: Option<Answer>) -> Response {
    let (status, wait, body) = answer.unwrap_or_else(|| hang_up());
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content));
    headers.extend(wait.map(|seconds| (header::RETRY_AFTER, seconds.into())));
    (StatusCode::from_u16(status).expect("a status"), headers, body.to_string()).into_response()
}

/// Ends the connection without an answer. axum has no "hang up": unwinding ends the task that owns the connection, and this way no
/// panic is printed.
pub fn hang_up() -> ! {
    std::panic::resume_unwind(Box::new("hang up"))
}
