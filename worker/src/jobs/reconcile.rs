//! Jobs that keep our rows in line with the providers' books. A provider that is away holds up nobody but itself: what
//! was not done is done by the next try, or by the next tick of the clock.

use crate::context::{Context, Outcome, Run};
use shared::billing::jobs::{AskProvider, CompareBooks, FetchMissed, SweepPending};
use shared::billing::provider;
use shared::billing::reconcile::{Span, books, missed, pending};
use shared::billing::transaction::Kind;
use shared::queue::Job;
use shared::{Error, Result};

impl Run for SweepPending {
    async fn run(self, cx: Context) -> Result<Outcome> {
        for kind in pending::kinds(cx.created_at()) {
            if kind == Kind::Refund {
                let tx = cx.step().await?;
                pending::forgotten(&tx).await?;
                tx.commit().await?;
            }
            let mut mark = None;
            loop {
                let tx = cx.step().await?;
                mark = pending::sweep(&tx, kind, mark).await?;
                tx.commit().await?;
                if mark.is_none() {
                    break;
                }
            }
        }
        Ok(Outcome::Done)
    }
}

impl Run for AskProvider {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let Some(row) = pending::load(&cx.app, self.transaction).await? else { return Ok(Outcome::Done) };
        let answer = match provider::needed(&cx.app, row.gateway)?.fetch(&cx.app, &row).await {
            Err(Error::Refused { reason, .. }) => Err(reason),
            Err(error) => return tried(&cx, Self::MAX_ATTEMPTS, error),
            Ok(changes) => Ok(changes),
        };
        let tx = cx.begin().await?;
        let is_booked = match answer {
            Ok(changes) => pending::answered(&tx, &row, changes).await?,
            Err(reason) => pending::unknown_there(&tx, &row, &reason).await.map(|()| true)?,
        };
        // what came too early is asked for again by the next sweep
        if is_booked {
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }
}

impl Run for FetchMissed {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mut failed = None;
        for span in missed::spans(&cx.app).await? {
            if let Err(error) = fetch(&cx, span).await {
                failed = Some(error);
            }
        }
        failed.map_or(Ok(Outcome::Done), |error| tried(&cx, Self::MAX_ATTEMPTS, error))
    }
}

/// The events are stored before the mark moves: a crash between them fetches them again, and they are nothing new.
async fn fetch(cx: &Context, span: Span) -> Result<()> {
    let found = missed::fetch(&cx.app, span).await?;
    let tx = cx.step().await?;
    missed::advance(&tx, span, found).await?;
    tx.commit().await
}

impl Run for CompareBooks {
    async fn run(self, cx: Context) -> Result<Outcome> {
        let mut failed = None;
        for span in books::spans(&cx.app).await? {
            if let Err(error) = compare(&cx, span).await {
                failed = Some(error);
            }
        }
        failed.map_or(Ok(Outcome::Done), |error| tried(&cx, Self::MAX_ATTEMPTS, error))
    }
}

/// Page by page, each in a transaction of its own; the note at the end says that the span is done.
async fn compare(cx: &Context, span: Span) -> Result<()> {
    let mut found = books::Found::default();
    for day in books::days(&cx.app, span).await? {
        let Some(movements) = books::movements(&cx.app, span.gateway, day).await? else { return Ok(()) };
        for page in books::pages(&movements) {
            let tx = cx.step().await?;
            books::theirs(&tx, span.gateway, page, &mut found).await?;
            tx.commit().await?;
        }
    }
    let mut mark = None;
    loop {
        let tx = cx.step().await?;
        mark = books::mine(&tx, span, mark, &mut found).await?;
        tx.commit().await?;
        if mark.is_none() {
            break;
        }
    }
    let tx = cx.step().await?;
    books::finish(&tx, span, &found).await?;
    tx.commit().await
}

/// No dead letter for a provider that is away: the clock brings the next try.
fn tried(cx: &Context, most: i32, error: Error) -> Result<Outcome> {
    match error {
        Error::Upstream { service, reason, .. } if cx.attempt() >= most => {
            tracing::warn!(provider = service, %reason, "a provider is away; it is asked again later");
            Ok(Outcome::Done)
        }
        other => Err(other),
    }
}
