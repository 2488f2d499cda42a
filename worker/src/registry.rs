//! The list of handlers. A kind that is not here stays available in the ledger, parked for a worker that knows it.

use crate::context::{Context, Outcome, Run};
use crate::jobs;
use futures::future::BoxFuture;
use shared::queue::Job;
use shared::{Error, Result};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Every job this build can run: one line each.
pub fn registry() -> Registry {
    Registry::default()
        .with::<shared::billing::jobs::ApplyPaymentEvent>()
        .with::<shared::billing::jobs::OpenCheckout>()
        .with::<shared::billing::jobs::CapturePayment>()
        .with::<shared::billing::jobs::VerifyPaypalEvent>()
        .with::<shared::billing::jobs::DeliverSandboxEvent>()
        .with::<shared::billing::jobs::SendRefund>()
        .with::<shared::billing::jobs::ClosePage>()
        .with::<shared::billing::jobs::FetchFee>()
        .with::<shared::billing::jobs::SweepPending>()
        .with::<shared::billing::jobs::AskProvider>()
        .with::<shared::billing::jobs::FetchMissed>()
        .with::<shared::billing::jobs::CompareBooks>()
        .with::<shared::billing::jobs::RemindUnpaid>()
        .with::<shared::billing::jobs::RenderPaper>()
        .with::<shared::buy4me::jobs::PreviewItem>()
        .with::<shared::buy4me::jobs::IssueInvoice>()
        .with::<shared::buy4me::jobs::FollowShipment>()
        .with::<shared::buy4me::jobs::FollowRefund>()
        .with::<shared::buy4me::jobs::CompleteDelivered>()
        .with::<shared::buy4me::jobs::ExpireQuotes>()
        .with::<shared::shipments::jobs::IssueInvoice>()
        .with::<shared::feedback::jobs::Invite>()
        .with::<shared::notifications::jobs::SendLink>()
        .with::<shared::notifications::jobs::SendNotice>()
        .with::<shared::audit::jobs::Seal>()
        .with::<shared::audit::jobs::SealStrays>()
        .with::<shared::privacy::jobs::ExportData>()
        .with::<shared::fx::jobs::Refresh>()
        .with::<shared::fx::jobs::Watch>()
        .with::<shared::support::jobs::CloseResolved>()
        .with::<shared::support::jobs::TellOverdue>()
        .with::<shared::support::jobs::SweepFiles>()
        .with::<shared::reports::jobs::SumUpDays>()
        .with::<shared::reports::jobs::CheckDays>()
        .with::<shared::reports::jobs::ExportReport>()
        .with::<shared::reports::jobs::SweepExports>()
        .with::<jobs::engine::Prune>()
        .with::<jobs::engine::Noop>()
}

/// Handlers by kind.
#[derive(Clone, Default)]
pub struct Registry(HashMap<&'static str, Arc<Entry>>);

type Handler = dyn Fn(Context, serde_json::Value) -> BoxFuture<'static, Result<Outcome>> + Send + Sync;

/// One kind of job.
pub(crate) struct Entry {
    version: i32,
    pub(crate) timeout: Duration,
    pub(crate) backoff_base: Duration,
    pub(crate) backoff_cap: Duration,
    pub(crate) run: Box<Handler>,
}

impl Registry {
    /// Adds a job.
    pub fn with<J: Run>(mut self) -> Self {
        let entry = Entry {
            version: J::VERSION,
            timeout: J::TIMEOUT,
            backoff_base: J::BACKOFF_BASE,
            backoff_cap: J::BACKOFF_CAP,
            run: Box::new(|cx, args| match serde_json::from_value::<J>(args) {
                Ok(job) => Box::pin(job.run(cx)),
                Err(error) => Box::pin(async move { Err(Error::internal(format!("arguments of {}: {error}", <J as Job>::KIND))) }),
            }),
        };
        let twin = self.0.insert(J::KIND, Arc::new(entry));
        assert!(twin.is_none(), "two jobs are called {}", J::KIND);
        self
    }

    /// All `kind@version` that this build reads.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let versions = |(kind, entry): (&&'static str, &Arc<Entry>)| (1..=entry.version).map(|v| format!("{kind}@{v}")).collect::<Vec<_>>();
        self.0.iter().flat_map(versions).collect()
    }

    pub(crate) fn get(&self, kind: &str) -> Option<Arc<Entry>> {
        self.0.get(kind).cloned()
    }
}
