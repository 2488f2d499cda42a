//! Jobs of Buy4Me.

use crate::context::{Context, Outcome, Run};
use shared::buy4me::jobs::{CompleteDelivered, ExpireQuotes, FollowRefund, FollowShipment, IssueInvoice, PreviewItem};
use shared::buy4me::preview::{self, Failure};
use shared::buy4me::{self, bill};
use shared::ids::RequestId;
use shared::queue::Job;
use shared::vendors::preview::look;
use shared::{Error, Result};

/// Requests that one run of a schedule deals with at a time.
const BATCH: u64 = 100;

impl Run for PreviewItem {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let Some((address, url)) = preview::waiting(&cx.app, self.item).await? else { return Ok(Outcome::Done) };
        let is_last = cx.attempt() >= Self::MAX_ATTEMPTS;
        let found = match look(&cx.app, &url).await {
            Ok(preview) => Ok(preview),
            Err(Error::Refused { reason, .. }) => {
                tracing::info!(item.id = %self.item, %reason, "a product's page cannot be read");
                Err(Failure::Unreadable)
            }
            Err(Error::Upstream { reason, .. }) if is_last => {
                tracing::info!(item.id = %self.item, %reason, "a product's page did not answer");
                Err(Failure::Away)
            }
            Err(other) => return Err(other),
        };
        let tx = cx.begin().await?;
        preview::store(&tx, self.item, &address, found).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

impl Run for IssueInvoice {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let tx = cx.begin().await?;
        bill::issue(&tx, self.request, self.bill).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

impl Run for FollowShipment {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let tx = cx.begin().await?;
        buy4me::follow_shipment(&tx, self.shipment).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

impl Run for FollowRefund {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let tx = cx.begin().await?;
        buy4me::follow_refund(&tx, self.invoice).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

impl Run for CompleteDelivered {
    /// One request a transaction: a locked one does not hold up the others.
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mut last = RequestId(uuid::Uuid::nil());
        loop {
            let due = buy4me::due(&cx.app, last, BATCH).await?;
            let Some(newest) = due.last() else { return Ok(Outcome::Done) };
            last = *newest;
            for id in due {
                let tx = cx.step().await?;
                buy4me::complete_delivered(&tx, id).await?;
                tx.commit().await?;
            }
        }
    }
}

impl Run for ExpireQuotes {
    /// Those that wait for a payment stay in the list, so it is gone through once, from id to id.
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mut last = RequestId(uuid::Uuid::nil());
        loop {
            let expired = buy4me::expired(&cx.app, last, BATCH).await?;
            let Some(newest) = expired.last() else { return Ok(Outcome::Done) };
            last = *newest;
            for id in expired {
                let tx = cx.step().await?;
                buy4me::expire(&tx, id).await?;
                tx.commit().await?;
            }
        }
    }
}
