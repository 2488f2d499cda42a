//! Jobs of billing: payloads only; `worker/src/jobs/billing.rs` runs them.

use crate::ids::{EventId, PaperId, TransactionId};
use crate::queue::{Job, Queue};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Applies a stored webhook event to the invoice it concerns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApplyPaymentEvent {
    /// The stored event.
    pub event: EventId,
}

impl Job for ApplyPaymentEvent {
    const KIND: &'static str = "billing.apply_payment_event";
    const QUEUE: Queue = Queue::Critical;
    const MAX_ATTEMPTS: i32 = 20;
    const TIMEOUT: Duration = Duration::from_secs(30);
}

/// Creates the gateway's hosted page of a pending payment, if the request that began it could not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenCheckout {
    /// The pending payment.
    pub transaction: TransactionId,
}

impl Job for OpenCheckout {
    const KIND: &'static str = "billing.open_checkout";
    const QUEUE: Queue = Queue::Critical;
    const MAX_ATTEMPTS: i32 = 20;
}

/// The sandbox gateway's own worker: sends us the signed webhook of a made-up payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeliverSandboxEvent {
    /// The payment.
    pub transaction: TransactionId,
    /// What the person chose.
    pub outcome: super::sandbox::Outcome,
}

impl Job for DeliverSandboxEvent {
    const KIND: &'static str = "billing.deliver_sandbox_event";
    const MAX_ATTEMPTS: i32 = 15;
    const BACKOFF_BASE: Duration = Duration::from_millis(500);
    const BACKOFF_CAP: Duration = Duration::from_secs(30);
}

/// Asks PayPal whether it sent a stored event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VerifyPaypalEvent {
    /// The stored event.
    pub event: EventId,
}

impl Job for VerifyPaypalEvent {
    const KIND: &'static str = "billing.verify_paypal_event";
    const MAX_ATTEMPTS: i32 = 20;
}

/// Moves the money of an approved payment: whoever closes the tab after approving has approved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CapturePayment {
    /// The row of money.
    pub transaction: TransactionId,
}

impl Job for CapturePayment {
    const KIND: &'static str = "billing.capture_payment";
    const QUEUE: Queue = Queue::Critical;
    const MAX_ATTEMPTS: i32 = 20;
}

/// Sends a promised refund to the provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendRefund {
    /// The row of money.
    pub transaction: TransactionId,
}

impl Job for SendRefund {
    const KIND: &'static str = "billing.send_refund";
    const QUEUE: Queue = Queue::Critical;
    const MAX_ATTEMPTS: i32 = 20;
}

/// Closes the hosted page of a payment that is not wanted any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClosePage {
    /// The row of money.
    pub transaction: TransactionId,
}

impl Job for ClosePage {
    const KIND: &'static str = "billing.close_page";
    const QUEUE: Queue = Queue::Critical;
    const MAX_ATTEMPTS: i32 = 20;
}

/// Asks the provider what became of a row that is pending for long.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskProvider {
    /// The row of money.
    pub transaction: TransactionId,
}

impl Job for AskProvider {
    const KIND: &'static str = "billing.ask_provider";
}

/// Asks what the provider kept of a payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchFee {
    /// The row of money.
    pub transaction: TransactionId,
    /// Stripe's `txn_…`.
    pub balance_transaction: String,
}

impl Job for FetchFee {
    const KIND: &'static str = "billing.fetch_fee";
}

/// Every five minutes: looks for rows that are pending for long.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SweepPending {}

impl Job for SweepPending {
    const KIND: &'static str = "billing.sweep_pending";
}

/// Every quarter of an hour: fetches the events that providers could not deliver.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchMissed {}

impl Job for FetchMissed {
    const KIND: &'static str = "billing.fetch_missed";
}

/// Nightly: compares our rows with the providers' books.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompareBooks {}

impl Job for CompareBooks {
    const KIND: &'static str = "billing.compare_books";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(600);
}

/// Hourly: reminds those who have not paid.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemindUnpaid {}

impl Job for RemindUnpaid {
    const KIND: &'static str = "billing.remind_unpaid";
}

/// Lays out a paper and stores it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RenderPaper {
    /// Row of `papers`.
    pub paper: PaperId,
}

impl Job for RenderPaper {
    const KIND: &'static str = "billing.render_paper";
    const TIMEOUT: Duration = Duration::from_secs(60);
}
