//! Why a payment needs a person, in `payment_reviews.reason`.

use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// A reason of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(64))", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Another amount came than was asked for.
    AmountMismatch,
    /// Money came whose amount or currency says nothing to us.
    UnreadableAmount,
    /// Money is said to have come for, or to go back from, what we do not know.
    UnknownPayment,
    /// Test money for a live account, or the other way round.
    WrongMode,
    /// The provider said something that could not be read.
    UnreadableEvent,
    /// A second payment came by a page that was paid.
    DuplicatePayment,
    /// Money could not be given back.
    RefundFailed,
    /// Our balance at the provider does not suffice to give money back; it is tried again each day.
    RefundInsufficientFunds,
    /// A bank took money back for its customer.
    DisputeOpened,
    /// Two events tell different ends of a dispute.
    DisputeContradicted,
    /// Somebody who is not the provider sent an event in its name.
    ForgedEvent,
    /// The provider took money back by itself.
    PaymentReversed,
    /// The provider's books have what ours do not.
    MissingHere,
    /// Our books have what the provider's do not.
    MissingThere,
    /// The amounts differ.
    AmountDiffers,
    /// The fees differ.
    FeeDiffers,
}
