//! Jobs of tickets. One ticket or file a transaction: a locked one does not hold up the others.

use crate::context::{Context, Outcome, Run};
use shared::Result;
use shared::ids::{AttachmentId, TicketId};
use shared::support::jobs::{CloseResolved, SweepFiles, TellOverdue};
use shared::support::{sweep, watch};
use uuid::Uuid;

/// Rows that one run deals with at a time.
const BATCH: u64 = 100;

impl Run for CloseResolved {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mut last = TicketId(Uuid::nil());
        loop {
            let silent = watch::silent(&cx.app, last, BATCH).await?;
            let Some(newest) = silent.last() else { return Ok(Outcome::Done) };
            last = *newest;
            for id in silent {
                let tx = cx.step().await?;
                watch::close_silent(&tx, id).await?;
                tx.commit().await?;
            }
        }
    }
}

impl Run for TellOverdue {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mut last = TicketId(Uuid::nil());
        loop {
            let late = watch::late(&cx.app, last, BATCH).await?;
            let Some(newest) = late.last() else { return Ok(Outcome::Done) };
            last = *newest;
            for id in late {
                let tx = cx.step().await?;
                watch::tell_late(&tx, id).await?;
                tx.commit().await?;
            }
        }
    }
}

impl Run for SweepFiles {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mut last = AttachmentId(Uuid::nil());
        loop {
            let due = sweep::due(&cx.app, last, BATCH).await?;
            let Some(newest) = due.last() else { return Ok(Outcome::Done) };
            last = *newest;
            for id in due {
                let tx = cx.step().await?;
                let marked = sweep::mark(&tx, id).await?;
                tx.commit().await?;
                let Some(row) = marked else { continue };
                sweep::delete(&cx.app, &row).await?;
                let tx = cx.step().await?;
                sweep::forget(&tx, id).await?;
                tx.commit().await?;
            }
        }
    }
}
