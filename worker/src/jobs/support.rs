//! Jobs of tickets. One ticket or file a transaction: a locked one does not hold up the others.

use crate::context::{Context, Outcome, Run};
use shared::ids::{AttachmentId, TicketId};
use shared::support::jobs::{CloseResolved, SweepFiles, TellOverdue};
use shared::support::{sweep, watch};
use shared::{Error, Result};
use uuid::Uuid;

/// Rows that one run deals with at a time.
const BATCH: u64 = 100;

impl Run for CloseResolved {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mut failed = None;
        let mut last = TicketId(Uuid::nil());
        loop {
            let silent = watch::silent(&cx.app, last, BATCH).await?;
            let Some(newest) = silent.last() else { return ended(failed) };
            last = *newest;
            for id in silent {
                go_on(&mut failed, "ticket.close", close(&cx, id).await);
            }
        }
    }
}

impl Run for TellOverdue {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mut failed = None;
        let mut last = TicketId(Uuid::nil());
        loop {
            let late = watch::late(&cx.app, last, BATCH).await?;
            let Some(newest) = late.last() else { return ended(failed) };
            last = *newest;
            for id in late {
                go_on(&mut failed, "ticket.late", tell(&cx, id).await);
            }
        }
    }
}

impl Run for SweepFiles {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mut failed = None;
        let mut last = AttachmentId(Uuid::nil());
        loop {
            let due = sweep::due(&cx.app, last, BATCH).await?;
            let Some(newest) = due.last() else { return ended(failed) };
            last = *newest;
            for id in due {
                go_on(&mut failed, "ticket.file", sweep_one(&cx, id).await);
            }
        }
    }
}

async fn close(cx: &Context, id: TicketId) -> Result<()> {
    let tx = cx.step().await?;
    watch::close_silent(&tx, id).await?;
    tx.commit().await
}

async fn tell(cx: &Context, id: TicketId) -> Result<()> {
    let tx = cx.step().await?;
    watch::tell_late(&tx, id).await?;
    tx.commit().await
}

async fn sweep_one(cx: &Context, id: AttachmentId) -> Result<()> {
    let tx = cx.step().await?;
    let marked = sweep::mark(&tx, id).await?;
    tx.commit().await?;
    let Some(row) = marked else { return Ok(()) };
    sweep::delete(&cx.app, &row).await?;
    let tx = cx.step().await?;
    sweep::forget(&tx, id).await?;
    tx.commit().await
}

/// One that cannot be dealt with must not keep all later ones from their turn.
fn go_on(failed: &mut Option<Error>, what: &'static str, done: Result<()>) {
    if let Err(error) = done {
        tracing::warn!(%error, what, "left for the next run");
        *failed = Some(error);
    }
}

fn ended(failed: Option<Error>) -> Result<Outcome> {
    failed.map_or(Ok(Outcome::Done), Err)
}
