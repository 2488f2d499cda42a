//! Mails that came back. Whoever keeps the mailbox of `MAIL_FROM` hands each of its mails in; what is no report of ours is left alone.

use crate::auth::bearer;
use crate::error::Result;
use crate::extract::Raw;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use secrecy::ExposeSecret;
use serde::Serialize;
use shared::clients::mail_bounce;
use shared::notifications::told;
use shared::{App, Error};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A mail of ours comes back whole, with what the server says of it.
const LIMIT: usize = 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(take))
}

/// What became of it.
#[derive(Serialize, ToSchema)]
struct MailBounceOut {
    /// Whether it told something of a mail of ours that was not known yet.
    recorded: bool,
}

/// Takes a mail that came back: a delivery status notification (RFC 3464), raw, as the mailbox of `MAIL_FROM` got it. Other mails
/// are taken and left alone. The bearer token is `MAIL_BOUNCE_TOKEN`.
#[utoipa::path(
    post, path = "/api/webhooks/mail-bounces/", operation_id = "mail_bounce_webhook", tag = "webhooks",
    request_body(content = String, content_type = "message/rfc822"),
    responses((status = 200, description = "Read; handing it in again changes nothing", body = MailBounceOut))
)]
async fn take(State(app): State<App>, headers: HeaderMap, Raw(body): Raw<LIMIT>) -> Result<Json<MailBounceOut>> {
    let token = app.config.mail_bounce_token.as_ref().ok_or(Error::NotFound)?;
    let given = bearer(&headers).unwrap_or_default();
    if !bool::from(given.as_bytes().ct_eq(token.expose_secret().as_bytes())) {
        return Err(Error::Unauthenticated("error-token-invalid".into()).into());
    }
    let Some(bounce) = mail_bounce::read(&body) else { return Ok(Json(MailBounceOut { recorded: false })) };
    let tx = app.begin().await?;
    let recorded = told::mail(&tx, &bounce).await?;
    tx.commit().await?;
    Ok(Json(MailBounceOut { recorded }))
}
