//! PayPal: an order is the hosted page, a capture the payment. The payer approves, we capture, PayPal never does so by itself.
//!
//! `read` says what events and objects mean, `order` and `refund` make the calls, `books` reads PayPal's own, `delivery` checks
//! who sent an event, `unverified` keeps those that PayPal is to be asked about.

mod books;
pub mod delivery;
mod notes;
mod order;
pub mod read;
mod refund;
pub mod unverified;

pub use read::{concerns_us, read};

use super::event::Change;
use super::provider::{Checkout, CheckoutRequest, Missed, Movement, PaymentGateway};
use super::transaction::{Kind, Model as Transaction};
use crate::clients::paypal::{PaypalClient, complaint::Meaning};
use crate::clock::Time;
use crate::{App, Result};
use async_trait::async_trait;
use serde::Deserialize;

/// The envelope of every event.
#[derive(Debug, Deserialize)]
pub struct Envelope {
    /// `WH-…`
    pub id: String,
    /// `PAYMENT.CAPTURE.COMPLETED`
    pub event_type: String,
}

#[async_trait]
impl PaymentGateway for PaypalClient {
    async fn create_checkout(&self, app: &App, request: CheckoutRequest) -> Result<Checkout> {
        order::create(self, app, request).await
    }

    async fn fetch(&self, _app: &App, row: &Transaction) -> Result<Vec<Change>> {
        let (said, reader): (_, fn(&serde_json::Value) -> Vec<Change>) = match (row.kind, &row.transaction_reference) {
            (Kind::Charge, None) => return order::fetch(self, row).await,
            (Kind::Charge, Some(id)) => (self.show_capture(id).await?, read::shown_capture),
            (Kind::Refund, None) => return Ok(vec![]),
            (Kind::Refund, Some(id)) => (self.show_refund(id).await?, |object| vec![read::refund(object, None, None)]),
            (Kind::Dispute, None) => return Ok(vec![]),
            (Kind::Dispute, Some(id)) => (self.dispute(id).await?, |object| vec![read::dispute(object)]),
        };
        match said {
            Ok(object) => Ok(reader(&object)),
            // nothing new is known of what PayPal does not know
            Err(complaint) if complaint.meaning() == Meaning::Gone => Ok(vec![]),
            Err(complaint) => Err(complaint.into()),
        }
    }

    async fn capture(&self, app: &App, row: &Transaction) -> Result<Vec<Change>> {
        order::capture(self, app, row).await
    }

    async fn refund(&self, app: &App, refund: &Transaction, charge: &Transaction) -> Result<Vec<Change>> {
        refund::send(self, app, refund, charge).await
    }

    async fn cancel(&self, _app: &App, row: &Transaction) -> Result<Vec<Change>> {
        order::cancel(self, row).await
    }

    async fn missed(&self, since: Time, until: Time) -> Result<Vec<Missed>> {
        books::missed(self, since, until).await
    }

    async fn movements(&self, since: Time, until: Time) -> Result<Option<Vec<Movement>>> {
        books::movements(self, since, until).await.map(Some)
    }
}
