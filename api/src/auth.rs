//! Who is calling: the actor behind `Authorization: Bearer`.

use crate::error::Failure;
use crate::middleware::Visit;
use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use shared::accounts::{self, Origin, User, mfa};
use shared::policy::{Actor, PermissionSet, Role};
use shared::{App, Error, i18n};
use std::convert::Infallible;
use std::time::{Duration, Instant};

/// A body that takes longer is followed by another look at its sender.
const SLOW: Duration = Duration::from_millis(500);

/// The authenticated caller of a request.
pub(crate) struct Caller {
    /// As the business knows it.
    pub(crate) actor: Actor,
    /// The account.
    pub(crate) user: User,
    /// What the caller reads.
    pub(crate) language: &'static str,
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
        let (actor, user) = accounts::authenticate(app, access).await?;
        Ok(Self(Caller::recognised(parts, actor, user)))
    }
}

impl Caller {
    /// Notes who is calling, and gives the caller what is known of the request.
    pub(crate) fn recognised(parts: &mut Parts, mut actor: Actor, user: User) -> Self {
        let rights = (actor.role, actor.sets.clone());
        let mut language = i18n::choose(None, Some(&user.language), None);
        if let Some(visit) = Visit::of(&parts.extensions) {
            actor.request_id = Some(visit.request_id.clone());
            actor.address = visit.address.map(|address| address.to_string());
            visit.speaks(&user.language);
            language = visit.language();
            visit.recognises(&actor);
        }
        parts.extensions.insert(Recognised { at: Instant::now(), rights });
        Self { actor, user, language }
    }
}

/// When a caller was recognised, and what they might do then.
#[derive(Clone)]
struct Recognised {
    at: Instant,
    rights: (Role, Vec<PermissionSet>),
}

/// Callers are recognised by the headers of a request, and its body may take its time: who has been signed out or has lost
/// rights since then gets no deed done with it. Called when a body is complete.
pub(crate) async fn recognise_again(app: &App, parts: &Parts) -> Result<(), Failure> {
    let Some(Recognised { at, rights }) = parts.extensions.get() else { return Ok(()) };
    if at.elapsed() < SLOW {
        return Ok(());
    }
    let (actor, _) = accounts::authenticate(app, bearer(&parts.headers).unwrap_or_default()).await?;
    let same = actor.role == rights.0 && actor.sets == rights.1;
    if same { Ok(()) } else { Err(Error::Unauthenticated("error-session-ended".into()).into()) }
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
