//! Jobs that ask a payment provider to do something: to give back, to close a page, to tell a fee.

use crate::context::{Context, Outcome, Run};
use chrono::TimeDelta;
use shared::billing::apply::{self, Source};
use shared::billing::event::{Change, Fee};
use shared::billing::jobs::{ClosePage, FetchFee, SendRefund};
use shared::billing::{Gateway, pages, send, transaction};
use shared::{Error, Result};

/// From this attempt on a provider that is away is asked every hour, for as long as it takes: money that is owed does not end in
/// the dead letter.
const PATIENT_FROM: i32 = 12;

impl Run for SendRefund {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let tx = cx.step().await?;
        let leaving = send::depart(&tx, self.transaction).await?;
        tx.commit().await?;
        let Some(leaving) = leaving else { return Ok(Outcome::Done) };
        let answer = match send::call(&cx.app, &leaving).await {
            Err(Error::Upstream { reason, .. }) if cx.attempt() >= PATIENT_FROM => {
                tracing::error!(payments.transaction = %self.transaction, %reason, "a refund cannot be sent; trying every hour");
                return Ok(Outcome::Snooze { until: cx.app.clock.now() + TimeDelta::hours(1) });
            }
            other => other?,
        };
        // a step: a refusal that may pass is noted, and the job goes on
        let tx = cx.step().await?;
        let again = send::arrive(&tx, self.transaction, answer).await?;
        tx.commit().await?;
        Ok(again.map_or(Outcome::Done, |until| Outcome::Snooze { until }))
    }
}

impl Run for ClosePage {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let Some(row) = pages::unwanted(&cx.app, self.transaction).await? else { return Ok(Outcome::Done) };
        let said = pages::close_outside(&cx.app, &row).await?;
        let tx = cx.begin().await?;
        pages::closed(&tx, &row, said).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

impl Run for FetchFee {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let row = transaction::find(&cx.app, self.transaction).await?;
        let (Some(stripe), Some(charge), Gateway::Stripe) = (&cx.app.stripe, row.transaction_reference, row.gateway) else {
            return Ok(Outcome::Done);
        };
        let Some(amount) = stripe.fee(&self.balance_transaction).await? else { return Ok(Outcome::Done) };
        let tx = cx.begin().await?;
        let source = Source { gateway: Gateway::Stripe, name: &self.balance_transaction, event: None };
        apply::take(&tx, source, vec![Change::Fee(Fee { charge, amount })], false).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
