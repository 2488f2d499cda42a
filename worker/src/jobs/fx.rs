//! Jobs of the exchange rates. Where people enter them there is nothing to do.

use crate::context::{Context, Outcome, Run};
use shared::fx::jobs::{Refresh, Watch};
use shared::fx::refresh::{self, Doubt, Held};
use shared::fx::watch;
use shared::queue::Job;
use shared::{Error, Result};

impl Run for Refresh {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let Some(client) = &cx.app.rates else { return Ok(Outcome::Done) };
        let feed = match client.fetch().await {
            // no dead letter: the clock brings the next try, and rates that grow old have their own alarm
            Err(Error::Upstream { service, reason, .. }) if cx.attempt() >= Self::MAX_ATTEMPTS => {
                tracing::warn!(provider = service, %reason, "no exchange rates this time");
                return Ok(Outcome::Done);
            }
            Err(Error::Refused { reason, .. }) => Err(reason),
            other => Ok(other?),
        };
        let tx = cx.begin().await?;
        match feed {
            Ok(feed) => refresh::store(&tx, &feed).await?,
            Err(reason) => refresh::refuse(&tx, client.provider(), Doubt::Unreadable, Held::Nothing(&reason)).await?,
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

impl Run for Watch {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let Some(fx) = &cx.app.config.fx else { return Ok(Outcome::Done) };
        let tx = cx.begin().await?;
        watch::watch(&tx, fx.provider).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
