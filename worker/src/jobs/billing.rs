//! Jobs of billing.

use crate::context::{Context, Outcome, Run};
use chrono::TimeDelta;
use shared::billing::apply::{self, Applied};
use shared::billing::jobs::{ApplyPaymentEvent, DeliverSandboxEvent, OpenCheckout};
use shared::billing::{open_checkout, sandbox};
use shared::{Error, Result};

/// How long an event waits for the payment it speaks of before a person is asked.
const PATIENCE: TimeDelta = TimeDelta::hours(24);

impl Run for ApplyPaymentEvent {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let Some(event) = apply::load(&cx.app, self.event).await? else { return Ok(Outcome::Done) };
        let now = cx.app.clock.now();
        let age = now - event.received_at;
        let tx = cx.begin().await?;
        match apply::apply(&tx, &event, age < PATIENCE).await {
            Ok(Applied::Done) => tx.commit().await.map(|()| Outcome::Done),
            // twice as long each time, because age grows with it
            Ok(Applied::TooEarly) => Ok(Outcome::Snooze { until: now + age.clamp(TimeDelta::seconds(2), TimeDelta::minutes(10)) }),
            Err(Error::Conflict { code: "event-already-applied", .. }) => Ok(Outcome::Done),
            Err(error) => Err(error),
        }
    }
}

impl Run for OpenCheckout {
    async fn run(self, cx: Context) -> Result<Outcome> {
        open_checkout(&cx.app, self.transaction).await?;
        Ok(Outcome::Done)
    }
}

impl Run for DeliverSandboxEvent {
    async fn run(self, cx: Context) -> Result<Outcome> {
        sandbox::deliver(&cx.app, self.transaction, self.outcome).await?;
        Ok(Outcome::Done)
    }
}
