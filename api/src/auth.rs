//! Who is calling: the actor behind `Authorization: Bearer`.

use crate::error::Failure;
use crate::middleware::Visit;
use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use shared::accounts::{self, Origin, User, mfa};
use shared::policy::Actor;
use shared::{App, Error};
use std::convert::Infallible;

/// The authenticated caller of a request.
pub(crate) struct Caller {
    /// As the business knows it.
    pub(crate) actor: Actor,
    /// The account.
    pub(crate) user: User,
}

/// Marks a request whose session is on the denylist: the database need not be asked.
#[derive(Clone, Copy)]
pub(crate) struct Denied;

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let CallerBeforeMfa(caller) = CallerBeforeMfa::from_request_parts(parts, app).await?;
        mfa::satisfied(app, &caller.user).await?;
        Ok(caller)
    }
}

/// A caller who may still lack the second factor that staff must have: for the few places that lead to one, and out.
pub(crate) struct CallerBeforeMfa(pub(crate) Caller);

impl FromRequestParts<App> for CallerBeforeMfa {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let access = bearer(&parts.headers).ok_or_else(|| Error::Unauthenticated("error-unauthenticated".into()))?;
        if parts.extensions.get::<Denied>().is_some() {
            return Err(Error::Unauthenticated("error-session-ended".into()).into());
        }
        let (mut actor, user) = accounts::authenticate(app, access).await?;
        if let Some(visit) = Visit::of(&parts.extensions) {
            actor.request_id = Some(visit.request_id.clone());
            actor.address = visit.address.map(|address| address.to_string());
            visit.speaks(&user.language);
            visit.recognises(&actor);
        }
        Ok(Self(Caller { actor, user }))
    }
}

/// Where a request comes from, for those who are not signed in yet.
pub(crate) struct Sender(pub(crate) Origin);

impl FromRequestParts<App> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let visit = Visit::of(&parts.extensions);
        Ok(Self(Origin {
            address: visit.and_then(|visit| visit.address).map(|address| address.to_string()),
            user_agent: parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned),
            request_id: visit.map(|visit| visit.request_id.clone()),
        }))
    }
}

/// The token of a bearer authorization (RFC 6750 §2.1); the scheme's name is case-insensitive.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value: &HeaderValue = headers.get(AUTHORIZATION)?;
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}
