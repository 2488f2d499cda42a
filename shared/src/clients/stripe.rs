//! Outbound calls to Stripe. One call, one try: repeats belong to jobs, which know when, and send the same key.

use super::breaker::Breaker;
use crate::billing::gateway::to_stripe;
use crate::billing::provider::{Checkout, CheckoutRequest};
use crate::config::StripeConfig;
use crate::throttle::Pace;
use crate::{Error, Result};
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::time::Duration;
use stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError, StripeRequest};
use stripe_checkout::CheckoutSessionMode;
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionPaymentIntentData,
    ProductData,
};

const TIMEOUT: Duration = Duration::from_secs(15);

/// Stripe's API.
#[derive(Clone)]
pub struct StripeClient {
    client: Client,
    breaker: Breaker,
}

impl StripeClient {
    /// For the configured account.
    pub fn new(config: &StripeConfig) -> Result<Self> {
        let client = ClientBuilder::new(config.secret_key.expose_secret()).url(config.api_base.as_str()).timeout(TIMEOUT).build();
        let client = client.map_err(|e| Error::internal(format!("stripe client: {e}")))?;
        Ok(Self { client, breaker: Breaker::new("stripe") })
    }

    /// The same, keeping to a pace.
    pub fn limited(self, pace: Pace) -> Self {
        Self { breaker: self.breaker.limited(pace), ..self }
    }

    /// Creates a Checkout Session. The ids go into the session and into its payment intent, because intents and charges
    /// carry only their own metadata.
    pub async fn create_checkout(&self, request: CheckoutRequest) -> Result<Checkout> {
        let ids = HashMap::from([
            ("transaction_id".to_owned(), request.transaction.to_string()),
            ("invoice_id".to_owned(), request.invoice.to_string()),
        ]);
        let currency = request.amount.currency.code().to_ascii_lowercase();
        let currency: stripe_types::Currency =
            currency.parse().map_err(|_| refused(format!("currency {currency} is unknown to the client")))?;
        let price = CreateCheckoutSessionLineItemsPriceData {
            product_data: Some(ProductData::new(request.title)),
            unit_amount: Some(to_stripe(request.amount)?),
            ..CreateCheckoutSessionLineItemsPriceData::new(currency)
        };
        let line = CreateCheckoutSessionLineItems { price_data: Some(price), quantity: Some(1), ..CreateCheckoutSessionLineItems::new() };
        let intent =
            CreateCheckoutSessionPaymentIntentData { metadata: Some(ids.clone()), ..CreateCheckoutSessionPaymentIntentData::new() };
        let key = IdempotencyKey::new(request.transaction.to_string()).map_err(Error::internal)?;
        let create = CreateCheckoutSession::new()
            .mode(CheckoutSessionMode::Payment)
            .client_reference_id(request.transaction.to_string())
            .metadata(ids)
            .payment_intent_data(intent)
            .line_items(vec![line])
            .success_url(request.return_url)
            .cancel_url(request.cancel_url)
            .expires_at(request.expires_at.timestamp())
            .customize()
            .request_strategy(RequestStrategy::Idempotent(key));
        let session = self.breaker.call(async { create.send(&self.client).await.map_err(meaning) }).await?;
        let url = session.url.ok_or_else(|| refused("a session without a page".to_owned()))?;
        Ok(Checkout { reference: session.id.to_string(), url })
    }
}

/// Which failures may be tried again (docs: "Advanced error handling"): the network, 409, 424, 429 and 5xx; never the other 4xx.
fn meaning(error: StripeError) -> Error {
    let reason = error.to_string();
    match error {
        StripeError::Stripe(_, status) if !matches!(status, 409 | 424 | 429 | 500..) => refused(reason),
        _ => Error::Upstream { service: "stripe", reason, retry_after: None },
    }
}

fn refused(reason: String) -> Error {
    Error::Refused { service: "stripe", reason }
}
