//! Invoices and the money that pays them.
//!
//! The rows of `payment_transactions` say which money moved; an invoice's `paid`, `refunded` and `payment_status` are
//! derived from them under the invoice's lock. Providers' events arrive through `inbox`, twice, late and in any order;
//! `apply` takes only forward steps, keyed on the provider's own objects.

pub mod apply;
mod bill;
pub mod capture;
mod create;
pub mod credit;
pub mod dispute;
pub mod event;
pub mod failure;
mod finalize;
pub mod gateway;
pub mod inbox;
pub mod invoice;
pub mod jobs;
pub mod line;
mod news;
pub mod pages;
pub mod pay;
pub mod paylink;
pub mod paypal;
mod promise;
pub mod provider;
pub mod reason;
pub mod reconcile;
mod record;
mod refund;
pub mod refusal;
pub mod remind;
pub mod review;
pub mod sandbox;
pub mod send;
pub mod signature;
pub mod status;
pub mod stripe;
pub mod transaction;
mod void;

pub use bill::{Bill, PricedLine, issue, lock_of_document, of_document, total};
pub use create::{NewInvoice, NewLine, create_invoice};
pub use credit::{by_hand as credit_by_hand, close, credit, of_invoice as credit_notes};
pub use finalize::finalize;
pub use gateway::Gateway;
use pages::close_pages;
pub use pay::{PayRequest, Payment, open_checkout, pay, way_back};
pub use record::{Method, PaymentByHand, confirm_refund, record_payment, withdraw_refund};
pub use refund::{RefundRequest, refund, refunds};
pub use void::{void, write_off};

use crate::error::Problems;
use crate::i18n::Message;

/// A line that a person wrote: trimmed, not blank, at most `max` characters, nothing that does not print.
fn text(problems: &mut Problems, field: &str, written: &str, max: usize) -> String {
    let line = written.trim();
    problems.check(!line.is_empty(), field, "error-blank");
    problems.check(line.chars().count() <= max, field, Message::new("error-too-long").with("max", max));
    problems.check(!line.chars().any(char::is_control), field, "error-control-characters");
    line.to_owned()
}
