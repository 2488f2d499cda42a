//! Jobs of Buy4Me: payloads only; `worker/src/jobs/buy4me.rs` runs them.

use crate::ids::{InvoiceId, ItemId, RequestId, ShipmentId};
use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A letter from shipments: the shipment of a request moved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FollowShipment {
    /// Which.
    pub shipment: ShipmentId,
}

impl Job for FollowShipment {
    const KIND: &'static str = "buy4me.follow_shipment";
    const MAX_ATTEMPTS: i32 = 20;
}

/// A letter from billing: money of an invoice of a request has gone back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FollowRefund {
    /// Which.
    pub invoice: InvoiceId,
}

impl Job for FollowRefund {
    const KIND: &'static str = "buy4me.follow_refund";
    const MAX_ATTEMPTS: i32 = 20;
}

/// Looks at the page of a product and fills in what the customer left blank. The only job here that goes outside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PreviewItem {
    /// Which.
    pub item: ItemId,
}

impl Job for PreviewItem {
    const KIND: &'static str = "buy4me.preview_item";
    const PRIORITY: i32 = 2; // somebody sits in front of a form and waits for it
    const MAX_ATTEMPTS: i32 = 4;
    const TIMEOUT: Duration = Duration::from_secs(60);
}

/// Makes and issues the invoice of a bill, once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssueInvoice {
    /// Of which request.
    pub request: RequestId,
    /// Which of its bills.
    pub bill: i32,
}

impl Job for IssueInvoice {
    const KIND: &'static str = "buy4me.issue_invoice";
    const QUEUE: Queue = Queue::Critical;
    const MAX_ATTEMPTS: i32 = 20;
}

/// Completes what was delivered long enough ago.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompleteDelivered {}

impl Job for CompleteDelivered {
    const KIND: &'static str = "buy4me.complete_delivered";
    const MAX_ATTEMPTS: i32 = 5;
}

/// Makes drafts again of requests whose quote has expired unpaid.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExpireQuotes {}

impl Job for ExpireQuotes {
    const KIND: &'static str = "buy4me.expire_quotes";
    const MAX_ATTEMPTS: i32 = 5;
}
