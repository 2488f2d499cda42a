//! What a provider's event means to us, whichever provider it is.

use crate::clock::Time;
use crate::ids::{InvoiceId, TransactionId};
use crate::money::Money;

/// What happened to one object of the provider.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A payment took a step.
    Charge(Charge),
    /// Money goes back.
    Refund(Refund),
    /// A customer's bank argues.
    Dispute(Dispute),
    /// What the provider kept of a payment.
    Fee(Fee),
    /// The same, to be asked for: the provider only tells where it is booked.
    FeeBooked {
        /// The provider's payment.
        charge: String,
        /// Stripe's `txn_…`.
        balance_transaction: String,
    },
    /// Nothing that concerns us.
    Ignored,
    /// A kind that we handle, in a shape that we do not understand: for a person to look at.
    Unreadable(String),
}

/// A step of a payment.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    /// The provider's payment.
    pub reference: Option<String>,
    /// The provider's hosted page.
    pub checkout: Option<String>,
    /// Our row, if the provider gave it back.
    pub transaction: Option<TransactionId>,
    /// Our invoice, if the provider gave it back.
    pub invoice: Option<InvoiceId>,
    /// What was paid or asked; `None` where the event does not say, or the amount is not in our units.
    pub amount: Option<Money>,
    /// `card`, …
    pub method: Option<String>,
    /// Whether real money moved.
    pub live: bool,
    /// The step.
    pub step: ChargeStep,
}

/// How far a payment got.
#[derive(Clone, Debug, PartialEq)]
pub enum ChargeStep {
    /// The money is ours.
    Succeeded,
    /// On its way.
    Processing,
    /// The payer agreed; the money moves when we ask for it.
    Approved,
    /// One try failed; the page stays open for another.
    Attempted(String),
    /// Failed for good.
    Failed(String),
    /// Expired or called off.
    Cancelled,
}

/// Money on its way back.
#[derive(Clone, Debug, PartialEq)]
pub struct Refund {
    /// The provider's refund.
    pub reference: String,
    /// The provider's payment it belongs to.
    pub charge: String,
    /// Our row, if the provider gave it back.
    pub transaction: Option<TransactionId>,
    /// How much.
    pub amount: Money,
    /// How far.
    pub step: RefundStep,
}

/// What a provider kept of a payment.
#[derive(Clone, Debug, PartialEq)]
pub struct Fee {
    /// The provider's payment.
    pub charge: String,
    /// How much, in the currency that it was kept in.
    pub amount: Money,
}

/// How far a refund got. A bank may send a refund back after it succeeded.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // said above
pub enum RefundStep {
    Pending,
    Succeeded,
    Failed,
}

/// Why money was taken back where no dispute is named.
pub const PAYMENT_REVERSED: &str = "payment_reversed";

/// A dispute.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispute {
    /// The provider's dispute.
    pub reference: String,
    /// The provider's payment it is about.
    pub charge: String,
    /// How much is at stake.
    pub amount: Money,
    /// Until when it must be answered.
    pub due_by: Option<Time>,
    /// `fraudulent`, …
    pub reason: Option<String>,
    /// How far.
    pub step: DisputeStep,
}

/// How far a dispute got. Withdrawn funds are not lost yet.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // said above
pub enum DisputeStep {
    Open,
    Won,
    Lost,
}
