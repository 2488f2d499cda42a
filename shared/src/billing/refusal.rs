//! Why a provider does not send money back, in our words. A refusal's reason contains the provider's own code (Stripe: "Error
//! codes"; PayPal: "Payments API, issues").

use chrono::TimeDelta;

/// What a refusal means to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing left to send: somebody else has.
    AlreadyRefunded,
    /// Our balance there is too small today.
    InsufficientFunds,
    /// The payment itself has not settled yet.
    NotYet,
    /// The payer's bank asks for the money, too.
    Disputed,
    /// The payment is too old.
    WindowClosed,
    /// For another reason.
    Other,
}

const CODES: &[(&str, Refusal)] = &[
    ("charge_already_refunded", Refusal::AlreadyRefunded),
    ("CAPTURE_FULLY_REFUNDED", Refusal::AlreadyRefunded),
    ("TRANSACTION_ALREADY_REFUNDED", Refusal::AlreadyRefunded),
    ("balance_insufficient", Refusal::InsufficientFunds),
    ("insufficient_funds", Refusal::InsufficientFunds),
    ("REFUND_FAILED_INSUFFICIENT_FUNDS", Refusal::InsufficientFunds),
    ("INSUFFICIENT_FUNDS", Refusal::InsufficientFunds),
    ("PENDING_CAPTURE", Refusal::NotYet),
    ("CAPTURE_NOT_COMPLETED", Refusal::NotYet),
    ("charge_disputed", Refusal::Disputed),
    ("CAPTURE_DISPUTED", Refusal::Disputed),
    ("TRANSACTION_DISPUTED", Refusal::Disputed),
    ("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK", Refusal::Disputed),
    ("charge_expired_for_refund", Refusal::WindowClosed),
    ("charge_not_refundable", Refusal::WindowClosed),
    ("REFUND_TIME_LIMIT_EXCEEDED", Refusal::WindowClosed),
];

impl Refusal {
    /// Reads the code out of a reason.
    pub fn of(reason: &str) -> Self {
        let words = || reason.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        CODES.iter().find(|(code, _)| words().any(|word| word == *code)).map_or(Self::Other, |(_, refusal)| *refusal)
    }

    /// How long to wait before trying again; `None`: never.
    pub fn wait(self) -> Option<TimeDelta> {
        match self {
            // a key, and the refusal that it was answered with, are forgotten after a day
            Self::InsufficientFunds => Some(TimeDelta::hours(25)),
            Self::NotYet => Some(TimeDelta::hours(1)),
            Self::AlreadyRefunded | Self::Disputed | Self::WindowClosed | Self::Other => None,
        }
    }

    /// The failure code of a row that ends with it.
    pub fn code(self) -> &'static str {
        match self {
            Self::AlreadyRefunded => "duplicate",
            Self::Disputed => "dispute_blocked",
            Self::WindowClosed => "refund_window_closed",
            Self::InsufficientFunds | Self::NotYet | Self::Other => "gateway_refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_known_by_the_providers_code() {
        let of = |reason| Refusal::of(reason);
        assert_eq!(of("charge_already_refunded: Charge ch_1 has already been refunded."), Refusal::AlreadyRefunded);
        assert_eq!(of("UNPROCESSABLE_ENTITY: REFUND_TIME_LIMIT_EXCEEDED (debug id 1)"), Refusal::WindowClosed);
        assert_eq!(of("resource_missing: No such payment_intent: 'charge_disputed_not'"), Refusal::Other);
        assert_eq!((Refusal::Disputed.wait(), Refusal::Disputed.code()), (None, "dispute_blocked"));
    }
}
