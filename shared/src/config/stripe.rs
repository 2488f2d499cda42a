//! The Stripe account: what its variables mean.

use super::Reader;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// The Stripe account.
#[derive(Clone, Debug)]
pub struct StripeConfig {
    /// `sk_…` or `rk_…`; empty when only webhooks are received.
    pub secret_key: SecretString,
    /// `whsec_…`, several during a rotation.
    pub webhook_secrets: Vec<SecretString>,
    /// Where the API is.
    pub api_base: Url,
}

impl StripeConfig {
    /// Whether the key moves real money (`Some(true)`) or plays (`Some(false)`); events of the other mode are not ours. `None`
    /// without a key: then only webhooks are received, of either mode.
    pub fn mode(&self) -> Option<bool> {
        let key = self.secret_key.expose_secret();
        (!key.is_empty()).then(|| key.starts_with("sk_live_") || key.starts_with("rk_live_"))
    }
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    /// The account, if there is one.
    pub(super) fn stripe(&mut self) -> Option<StripeConfig> {
        let api_base = self.url("STRIPE_API_BASE", &["http", "https"]);
        let secret_key = self.text("STRIPE_SECRET_KEY");
        let webhook_secrets = self.list("STRIPE_WEBHOOK_SECRET");
        if secret_key.as_ref().is_some_and(|key| !key.starts_with("sk_") && !key.starts_with("rk_")) {
            return self.mistake("STRIPE_SECRET_KEY", "must start with sk_ or rk_");
        }
        if secret_key.is_none() && webhook_secrets.is_empty() {
            return None;
        }
        Some(StripeConfig {
            secret_key: secret_key.unwrap_or_default().into(),
            webhook_secrets: webhook_secrets.into_iter().map(SecretString::from).collect(),
            api_base: api_base.unwrap_or_else(|| "https://api.stripe.com/".parse().expect("a constant URL")),
        })
    }
}
