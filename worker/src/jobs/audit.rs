//! Jobs of the audit. Each round is a transaction of its own: a second run goes on where the first one stopped.

use crate::context::{Context, Outcome, Run};
use shared::Result;
use shared::audit::chain::{self, Sealing};
use shared::audit::jobs::{Seal, SealStrays};

impl Run for Seal {
    async fn run(self, cx: Context) -> Result<Outcome> {
        loop {
            let tx = cx.step().await?;
            match chain::seal(&tx).await? {
                Sealing::Sealed(batch) => {
                    tx.commit().await?;
                    batch.log();
                }
                Sealing::Nothing => return Ok(Outcome::Done),
                Sealing::Forged => return Ok(forged()),
            }
        }
    }
}

impl Run for SealStrays {
    async fn run(self, cx: Context) -> Result<Outcome> {
        loop {
            let strays = chain::strays(&cx.app).await?;
            if strays.is_empty() {
                return Ok(Outcome::Done);
            }
            let tx = cx.step().await?;
            match chain::seal_these(&tx, strays).await? {
                Sealing::Sealed(batch) => {
                    tx.commit().await?;
                    batch.log();
                }
                // another sealer was faster
                Sealing::Nothing => {}
                Sealing::Forged => return Ok(forged()),
            }
        }
    }
}

/// No dead letter: the clock brings the next job in a moment, and trying again mends nothing.
fn forged() -> Outcome {
    tracing::error!("the head of the audit's chain was not written by us; nothing is sealed until a person has looked");
    metrics::counter!("audit_head_forged_total").increment(1);
    Outcome::Done
}
