//! States of invoices, and what the money rows say about them: pure functions.

use super::transaction::{Kind, Model as Transaction, TransactionStatus};
use crate::machine::{By, Step, step};
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// Where an invoice stands as a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum InvoiceStatus {
    Draft,
    Open,
    Void,
    Uncollectible,
}

/// Where an invoice stands with its money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum PaymentStatus {
    Unpaid,
    PartiallyPaid,
    Paid,
    PartiallyRefunded,
    Refunded,
}

/// What follows what for an invoice.
pub const INVOICES: &[Step<InvoiceStatus>] = &[
    step(InvoiceStatus::Draft, InvoiceStatus::Open, By::Staff, "issued: it gets its number"),
    step(InvoiceStatus::Draft, InvoiceStatus::Open, By::System, "a bill"),
    step(InvoiceStatus::Draft, InvoiceStatus::Void, By::Staff, "what it bills, if it is a bill, was cancelled"),
    step(InvoiceStatus::Open, InvoiceStatus::Void, By::Staff, "nothing paid; what it bills, if it is a bill, was cancelled"),
    step(InvoiceStatus::Open, InvoiceStatus::Uncollectible, By::Staff, "something is still owed"),
    step(InvoiceStatus::Draft, InvoiceStatus::Void, By::System, "what it bills was cancelled"),
    step(InvoiceStatus::Open, InvoiceStatus::Void, By::System, "what it bills was cancelled, nothing paid"),
    step(InvoiceStatus::Uncollectible, InvoiceStatus::Void, By::System, "what it bills was cancelled, nothing paid"),
];

/// What follows what for a charge.
pub const TRANSACTIONS: &[Step<TransactionStatus>] = &[
    step(TransactionStatus::Pending, TransactionStatus::Success, By::System, "the provider says so"),
    step(TransactionStatus::Pending, TransactionStatus::Failed, By::System, "the provider says so"),
    step(TransactionStatus::Pending, TransactionStatus::Cancelled, By::System, "its page closed"),
    step(TransactionStatus::Failed, TransactionStatus::Success, By::System, "the money came after all"),
    step(TransactionStatus::Cancelled, TransactionStatus::Success, By::System, "the money came after all"),
];

/// Figures of an invoice, summed from its money rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Successful charges less lost disputes.
    pub paid_minor: i64,
    /// Successful refunds less those that came back.
    pub refunded_minor: i64,
    /// What follows from both.
    pub payment_status: PaymentStatus,
}

/// Derives the figures of an invoice over `amount_minor` from its rows.
pub fn derive(amount_minor: i64, rows: &[Transaction]) -> Figures {
    let sum = |kind: Kind| -> i64 {
        rows.iter().filter(|row| row.kind == kind && row.status == TransactionStatus::Success).map(|row| row.amount_minor).sum()
    };
    let paid_minor = (sum(Kind::Charge) - sum(Kind::Dispute)).max(0);
    let refunded_minor = sum(Kind::Refund);
    let payment_status = if refunded_minor > 0 {
        if refunded_minor >= paid_minor { PaymentStatus::Refunded } else { PaymentStatus::PartiallyRefunded }
    } else if paid_minor >= amount_minor {
        PaymentStatus::Paid
    } else if paid_minor > 0 {
        PaymentStatus::PartiallyPaid
    } else {
        PaymentStatus::Unpaid
    };
    Figures { paid_minor, refunded_minor, payment_status }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::Gateway;
    use crate::clock::Clock;
    use crate::ids::InvoiceId;
    use crate::money::{Currency, Money};

    fn row(kind: Kind, status: TransactionStatus, minor: i64) -> Transaction {
        let amount = Money::new(minor, Currency::parse("currency", "USD").expect("known"));
        Transaction::new(InvoiceId::new(), kind, status, Gateway::Stripe, amount, Clock::default().now())
    }

    #[test]
    #[allow(clippy::type_complexity)] // a table
    fn the_status_follows_the_money() {
        use Kind::*;
        use TransactionStatus::*;
        let cases: &[(&[(Kind, TransactionStatus, i64)], PaymentStatus)] = &[
            (&[], PaymentStatus::Unpaid),
            (&[(Charge, Pending, 100), (Charge, Failed, 100)], PaymentStatus::Unpaid),
            (&[(Charge, Success, 40)], PaymentStatus::PartiallyPaid),
            (&[(Charge, Success, 40), (Charge, Success, 60)], PaymentStatus::Paid),
            (&[(Charge, Success, 130)], PaymentStatus::Paid),
            (&[(Charge, Success, 100), (Refund, Success, 30)], PaymentStatus::PartiallyRefunded),
            (&[(Charge, Success, 100), (Refund, Success, 100)], PaymentStatus::Refunded),
            (&[(Charge, Success, 100), (Refund, Pending, 100)], PaymentStatus::Paid),
            (&[(Charge, Success, 100), (Refund, Success, 30), (Refund, Success, -30)], PaymentStatus::Paid),
            (&[(Charge, Success, 100), (Dispute, Pending, 100)], PaymentStatus::Paid),
            (&[(Charge, Success, 100), (Dispute, Cancelled, 100)], PaymentStatus::Paid),
            (&[(Charge, Success, 100), (Dispute, Success, 100)], PaymentStatus::Unpaid),
        ];
        for (rows, expected) in cases {
            let rows: Vec<Transaction> = rows.iter().map(|(k, s, a)| row(*k, *s, *a)).collect();
            assert_eq!(derive(100, &rows).payment_status, *expected, "{rows:?}");
        }
        assert_eq!(derive(0, &[]).payment_status, PaymentStatus::Paid, "nothing to pay is paid");
    }
}
