//! Events from providers: checked, stored, answered. Applying them is the worker's.
//!
//! This is the busiest door of all: the body is read once into the bytes that are stored, and of its JSON only the two
//! fields of the envelope are looked at.

use crate::error::{Failure, Result};
use crate::explain;
use crate::extract::Raw;
use crate::middleware::Visit;
use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use secrecy::SecretString;
use serde::Serialize;
use shared::billing::inbox::Verified;
use shared::billing::paypal::delivery::Delivery;
use shared::billing::paypal::unverified;
use shared::billing::stripe::{self, Envelope};
use shared::billing::{Gateway, paypal, sandbox, signature};
use shared::clients::paypal::certificates::Verdict;
use shared::clients::sms_status;
use shared::config::Verify;
use shared::notifications::told;
use shared::{App, Error};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Larger than any event of a provider.
const LIMIT: usize = 1024 * 1024;
/// Still larger than any of PayPal's: what anybody may leave with us until PayPal is asked.
const UNVERIFIED_LIMIT: usize = 128 * 1024;
/// What Twilio says of a message has a few hundred bytes.
const SMS_LIMIT: usize = 16 * 1024;

pub(crate) fn routes() -> OpenApiRouter<App> {
    let payments = OpenApiRouter::new().routes(routes!(from_stripe)).routes(routes!(from_paypal)).routes(routes!(from_sandbox));
    payments.routes(routes!(from_twilio))
}

/// The event is safe with us.
#[derive(Serialize, ToSchema)]
struct ReceivedOut {
    received: bool,
}

/// Takes an event from Stripe.
#[utoipa::path(
    post, path = "/api/webhooks/stripe/", operation_id = "stripe_webhook", tag = "webhooks", security(()),
    request_body(content = serde_json::Value, content_type = "application/json"),
    params(("Stripe-Signature" = String, Header, description = "`t=…,v1=…`")),
    responses((status = 200, description = "Stored, now or before", body = ReceivedOut))
)]
async fn from_stripe(State(app): State<App>, headers: HeaderMap, Raw(body): Raw<LIMIT>) -> Result<Json<ReceivedOut>> {
    let secrets = &app.config.stripe.as_ref().ok_or(Error::NotFound)?.webhook_secrets;
    let signed = Signed { provider: Gateway::Stripe, header: "Stripe-Signature", headers: &headers, body };
    signed.accept(&app, secrets, stripe::concerns_us).await
}

/// Takes an event from PayPal.
#[utoipa::path(
    post, path = "/api/webhooks/paypal/", operation_id = "paypal_webhook", tag = "webhooks", security(()),
    request_body(content = serde_json::Value, content_type = "application/json"),
    params(
        ("PayPal-Transmission-Id" = String, Header),
        ("PayPal-Transmission-Time" = String, Header),
        ("PayPal-Transmission-Sig" = String, Header, description = "Base64"),
        ("PayPal-Cert-Url" = String, Header),
        ("PayPal-Auth-Algo" = String, Header, description = "`SHA256withRSA`"),
    ),
    responses((status = 200, description = "Stored, now or before", body = ReceivedOut))
)]
async fn from_paypal(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    headers: HeaderMap,
    Raw(body): Raw<LIMIT>,
) -> Result<Json<ReceivedOut>> {
    let (Some(client), Some(config)) = (&app.paypal, &app.config.paypal) else { return Err(Error::NotFound.into()) };
    let webhook_id = config.webhook_id.as_deref().ok_or(Error::NotFound)?;
    let refused = || {
        count(Gateway::Paypal, "refused");
        Failure::Http(StatusCode::BAD_REQUEST, "error-signature".into())
    };
    let delivery = Delivery::read(|name| headers.get(name).and_then(|value| value.to_str().ok())).ok_or_else(refused)?;
    let verdict = match config.verify {
        Verify::Offline => delivery.judge(client, webhook_id, &body).await?,
        Verify::Api if delivery.is_plausible(client, app.clock.now()) && body.len() <= UNVERIFIED_LIMIT => {
            unverified::count(&app, visit.address).await?;
            Verdict::Unrooted
        }
        Verify::Api => Verdict::Forged,
    };
    if verdict == Verdict::Forged {
        return Err(refused());
    }
    let envelope: paypal::Envelope = serde_json::from_slice(&body).or_else(|_| explain::read_json(&body))?;
    if unverified::is_reused(&app, &delivery, &envelope, &body).await? {
        return Err(refused());
    }
    let new = match verdict {
        Verdict::Unrooted => {
            if config.verify == Verify::Offline {
                tracing::error!(cert_url = %delivery.cert_url, "PayPal's certificate ends at no root that is known here: PayPal is asked about each event");
                metrics::counter!("paypal_unrooted_certificates_total").increment(1);
            }
            unverified::accept(&app, &delivery, envelope, body).await?
        }
        Verdict::Genuine | Verdict::Forged => {
            let event = Verified {
                provider: Gateway::Paypal,
                concerns_us: paypal::concerns_us(&envelope.event_type),
                event_id: envelope.id,
                event_type: envelope.event_type,
                headers: serde_json::to_value(&delivery).map_err(Error::internal)?,
                body,
            };
            unverified::accept_proven(&app, event).await?
        }
    };
    count(Gateway::Paypal, if new { "new" } else { "duplicate" });
    Ok(Json(ReceivedOut { received: true }))
}

/// Takes an event from the sandbox gateway.
#[utoipa::path(
    post, path = "/api/webhooks/sandbox/", operation_id = "sandbox_webhook", tag = "webhooks", security(()),
    request_body(content = serde_json::Value, content_type = "application/json"),
    params(("Sandbox-Signature" = String, Header, description = "`t=…,v1=…`")),
    responses((status = 200, description = "Stored, now or before", body = ReceivedOut))
)]
async fn from_sandbox(State(app): State<App>, headers: HeaderMap, Raw(body): Raw<LIMIT>) -> Result<Json<ReceivedOut>> {
    if !app.config.sandbox {
        return Err(Error::NotFound.into());
    }
    let signed = Signed { provider: Gateway::Sandbox, header: "Sandbox-Signature", headers: &headers, body };
    signed.accept(&app, &[sandbox::webhook_secret(&app)], |kind| matches!(kind, "payment.succeeded" | "payment.declined")).await
}

/// Takes what became of an SMS from Twilio.
#[utoipa::path(
    post, path = "/api/webhooks/twilio/", operation_id = "twilio_webhook", tag = "webhooks", security(()),
    request_body(content = SmsStatusIn, content_type = "application/x-www-form-urlencoded"),
    params(("X-Twilio-Signature" = String, Header, description = "Base64")),
    responses((status = 204, description = "Noted"))
)]
async fn from_twilio(State(app): State<App>, uri: Uri, headers: HeaderMap, Raw(body): Raw<SMS_LIMIT>) -> Result<StatusCode> {
    let config = app.config.twilio.as_ref().ok_or(Error::NotFound)?;
    let given = headers.get("X-Twilio-Signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut address = sms_status::address(&app.config.public_url);
    address.set_query(uri.query());
    let Some(status) = sms_status::read(config, &address, given, &body) else {
        count_of("twilio", "refused");
        return Err(Failure::Http(StatusCode::BAD_REQUEST, "error-signature".into()));
    };
    let tx = app.begin().await?;
    let id = address.query_pairs().find(|(name, _)| name == "message").and_then(|(_, id)| id.parse().ok());
    told::sms(&tx, id, &status).await?;
    tx.commit().await?;
    count_of("twilio", "new");
    Ok(StatusCode::NO_CONTENT)
}

/// As much of it as we read; Twilio sends more.
#[derive(ToSchema)]
#[allow(dead_code)] // the signature is over the fields as they came, so they are not read into a type
#[schema(rename_all = "PascalCase")]
struct SmsStatusIn {
    message_sid: String,
    message_status: String,
    error_code: Option<String>,
}

/// Bytes that claim to come from a provider.
struct Signed<'a> {
    provider: Gateway,
    header: &'static str,
    headers: &'a HeaderMap,
    body: Vec<u8>,
}

impl Signed<'_> {
    async fn accept(self, app: &App, secrets: &[SecretString], concerns_us: impl Fn(&str) -> bool) -> Result<Json<ReceivedOut>> {
        let given = self.headers.get(self.header).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !signature::verify(given, &self.body, secrets, app.clock.now().timestamp()) {
            count(self.provider, "refused");
            return Err(Failure::Http(StatusCode::BAD_REQUEST, "error-signature".into()));
        }
        // the slow reader only explains what the fast one refused
        let Envelope { id, event_type } = serde_json::from_slice(&self.body).or_else(|_| explain::read_json(&self.body))?;
        let event = Verified {
            provider: self.provider,
            event_id: id,
            concerns_us: concerns_us(&event_type),
            event_type,
            headers: serde_json::json!({ self.header: given }),
            body: self.body,
        };
        let new = app.inbox.accept(event).await?;
        count(self.provider, if new { "new" } else { "duplicate" });
        Ok(Json(ReceivedOut { received: true }))
    }
}

fn count(provider: Gateway, outcome: &'static str) {
    count_of(provider.name(), outcome);
}

fn count_of(provider: &'static str, outcome: &'static str) {
    metrics::counter!("webhook_events_total", "provider" => provider, "outcome" => outcome).increment(1);
}
