//! The general limit on requests, in front of every handler below `/api/` and of the pages for people: with or without a token,
//! each request is counted here once. Webhooks are not: their signatures are checked, and providers come in bursts.

use crate::auth::{Denied, bearer};
use crate::error::Failure;
use crate::middleware::Visit;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::{App, accounts};

/// Lets a request pass, or answers 429. That its session is on the denylist is noted for [`crate::auth::Caller`]: signing in
/// must work whatever old token a client still sends along.
pub(crate) async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_page = ["/account/", "/pay/", "/papers/", "/feedback/"].iter().any(|prefix| path.starts_with(prefix));
    let is_counted = path.starts_with("/api/") && !path.starts_with("/api/webhooks/") || is_page;
    if !is_counted {
        return next.run(request).await;
    }
    let address = Visit::of(request.extensions()).and_then(|visit| visit.address);
    match accounts::admit(&app, address, bearer(request.headers())).await {
        Ok(is_denied) => {
            if is_denied {
                request.extensions_mut().insert(Denied);
            }
            next.run(request).await
        }
        Err(error) => Failure::from(error).into_response(),
    }
}
