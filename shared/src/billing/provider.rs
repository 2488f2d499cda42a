//! What every payment provider can be asked. One call, one try: repeats belong to jobs, which know when, and send the same
//! key. Whatever a provider answers is told as [`Change`]s, so that an answer and a webhook are booked by the same code.

use super::event::{Change, Charge, Dispute, Refund};
use super::gateway::Gateway;
use super::sandbox::Sandbox;
use super::transaction::Model as Transaction;
use crate::clock::Time;
use crate::ids::{InvoiceId, TransactionId};
use crate::money::Money;
use crate::{App, Error, Result};
use async_trait::async_trait;
use sea_orm::Iterable;
use std::sync::Arc;
use url::Url;

/// A hosted page to be made.
#[derive(Debug)]
pub struct CheckoutRequest {
    /// Ours; also the idempotency key.
    pub transaction: TransactionId,
    /// What it pays.
    pub invoice: InvoiceId,
    /// How much.
    pub amount: Money,
    /// What the payer reads: the invoice's number.
    pub title: String,
    /// After success.
    pub return_url: String,
    /// After giving up.
    pub cancel_url: String,
    /// When the page closes.
    pub expires_at: Time,
}

/// A hosted page.
#[derive(Debug)]
pub struct Checkout {
    /// The provider's id of it.
    pub reference: String,
    /// Where the payer goes.
    pub url: String,
}

/// An event that the provider could not deliver, as it would have been delivered.
#[derive(Clone, Debug)]
pub struct Missed {
    /// The provider's id.
    pub event_id: String,
    /// The provider's type.
    pub event_type: String,
    /// As its API tells it.
    pub body: Vec<u8>,
}

/// A movement in the provider's own books.
#[derive(Clone, Debug, PartialEq)]
pub enum Movement {
    /// A payment that succeeded, and what was kept of it, where that is told.
    Charge(Charge, Option<Money>),
    /// A refund.
    Refund(Refund),
    /// A dispute.
    Dispute(Dispute),
}

/// A provider. Failures that may pass are [`Error::Upstream`], those that will not are [`Error::Refused`].
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// Makes the hosted page. The same request makes the same page, however often it is sent.
    async fn create_checkout(&self, app: &App, request: CheckoutRequest) -> Result<Checkout>;

    /// What the provider knows of a charge, refund or dispute of ours now; nothing new is an empty list.
    async fn fetch(&self, app: &App, row: &Transaction) -> Result<Vec<Change>>;

    /// Moves the money of an approved payment. Only for providers that do not do so by themselves.
    async fn capture(&self, _app: &App, _row: &Transaction) -> Result<Vec<Change>> {
        Ok(vec![])
    }

    /// Sends money of `charge` back; the key is the id of the row `refund`.
    async fn refund(&self, app: &App, refund: &Transaction, charge: &Transaction) -> Result<Vec<Change>>;

    /// Closes the hosted page of a pending payment, so that nobody can pay there any more. What the provider says then: it may
    /// have been paid a moment before.
    async fn cancel(&self, app: &App, row: &Transaction) -> Result<Vec<Change>>;

    /// Events from `since` to `until` that did not reach us.
    async fn missed(&self, _since: Time, _until: Time) -> Result<Vec<Missed>> {
        Ok(vec![])
    }

    /// What moved from `since` to `until` by the provider's books; `None` for a provider that keeps none.
    async fn movements(&self, _since: Time, _until: Time) -> Result<Option<Vec<Movement>>> {
        Ok(None)
    }
}

/// Providers in the place of real ones, for tests of what follows from answers.
#[derive(Clone, Default)]
pub struct StandIns(Vec<(Gateway, Arc<dyn PaymentGateway>)>);

impl StandIns {
    /// `provider` answers for `gateway` from now on.
    pub fn put(&mut self, gateway: Gateway, provider: Arc<dyn PaymentGateway>) {
        self.0.push((gateway, provider));
    }

    fn of(&self, gateway: Gateway) -> Option<&dyn PaymentGateway> {
        self.0.iter().find(|(known, _)| *known == gateway).map(|(_, provider)| provider.as_ref())
    }
}

impl std::fmt::Debug for StandIns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(gateway, _)| gateway)).finish()
    }
}

/// The gateways that are set up here.
pub fn gateways(app: &App) -> impl Iterator<Item = (Gateway, &dyn PaymentGateway)> {
    Gateway::iter().filter_map(|gateway| Some((gateway, of(app, gateway)?)))
}

/// Where the hosted pages are, as far as they are not ours: browsers must be told before they follow a form there.
pub fn page_origins(app: &App) -> Vec<Url> {
    let known = |address: &str| Url::parse(address).ok();
    let mut origins = vec![];
    if let Some(stripe) = &app.config.stripe {
        origins.extend(known("https://checkout.stripe.com"));
        // a stand-in for its API has the pages as well
        origins.extend((stripe.api_base.host_str() != Some("api.stripe.com")).then(|| stripe.api_base.clone()));
    }
    if of(app, Gateway::Paypal).is_some() {
        origins.extend(["https://www.paypal.com", "https://www.sandbox.paypal.com"].into_iter().filter_map(known));
    }
    origins
}

/// The provider of a gateway, if it is set up here. Money taken by hand has none.
pub fn of(app: &App, gateway: Gateway) -> Option<&dyn PaymentGateway> {
    if let Some(stand_in) = app.config.stand_ins.of(gateway) {
        return Some(stand_in);
    }
    match gateway {
        Gateway::Stripe => app.stripe.as_ref().map(|stripe| stripe as &dyn PaymentGateway),
        Gateway::Sandbox => app.config.sandbox.then_some(&Sandbox as &dyn PaymentGateway),
        Gateway::Paypal => app.paypal.as_ref().map(|paypal| paypal as &dyn PaymentGateway),
        Gateway::Manual => None,
    }
}

/// Like [`of`]; a provider that is missing refuses.
pub fn needed(app: &App, gateway: Gateway) -> Result<&dyn PaymentGateway> {
    of(app, gateway).ok_or_else(|| Error::refused(gateway.name(), "not configured"))
}
