//! Jobs of payments that PayPal carries.

use crate::context::{Context, Outcome, Run};
use shared::billing::jobs::{CapturePayment, VerifyPaypalEvent};
use shared::billing::{capture, paypal, provider};
use shared::policy::Actor;
use shared::{Error, Result};

/// Looks at an order that is said to be approved and is not: PayPal's word and its books may be seconds apart.
const LOOKS: i32 = 4;

impl Run for CapturePayment {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let tx = cx.step().await?;
        let ready = capture::prepare(&tx, &Actor::system(), self.transaction).await?;
        tx.commit().await?;
        let Some(row) = ready else { return Ok(Outcome::Done) };
        let changes = provider::needed(&cx.app, row.gateway)?.capture(&cx.app, &row).await?;
        if changes.is_empty() && cx.attempt() < LOOKS {
            return Err(Error::Upstream { service: row.gateway.name(), reason: "not approved yet".to_owned(), retry_after: None });
        }
        let tx = cx.begin().await?;
        capture::book(&tx, &row, changes).await?;
        tx.commit().await.map(|()| Outcome::Done)
    }
}

impl Run for VerifyPaypalEvent {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let Some(event) = paypal::unverified::load(&cx.app, self.event).await? else { return Ok(Outcome::Done) };
        let is_genuine = paypal::unverified::ask(&cx.app, &event).await?;
        let tx = cx.begin().await?;
        paypal::unverified::settle(&tx, &event, is_genuine).await?;
        tx.commit().await.map(|()| Outcome::Done)
    }
}
