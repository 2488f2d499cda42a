//! Who opens a stream: by a bearer token like everywhere, or by a ticket in the address, because browsers can send no header along
//! with an event stream or a WebSocket.

use crate::auth::{Caller, bearer};
use crate::error::Failure;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use shared::accounts::{mfa, ticket};
use shared::{App, Error};
use url::form_urlencoded;

/// A caller with either. A ticket is spent with this, so put it behind all other extractors: what is malformed costs none.
pub(crate) struct Arriving(pub(crate) Caller);

impl FromRequestParts<App> for Arriving {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        if bearer(&parts.headers).is_some() {
            return Caller::from_request_parts(parts, app).await.map(Self);
        }
        let query = parts.uri.query().unwrap_or_default();
        let given = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "ticket").map(|(_, value)| value);
        let given = given.ok_or_else(|| Error::Unauthenticated("error-unauthenticated".into()))?;
        let (actor, user) = ticket::redeem(app, &given).await?;
        let caller = Caller::recognised(parts, actor, user);
        mfa::satisfied(app, &caller.user).await?;
        Ok(Self(caller))
    }
}
