//! Invoices and the money that pays them.
//!
//! The rows of `payment_transactions` say which money moved; an invoice's `paid`, `refunded` and `payment_status` are
//! derived from them under the invoice's lock. Providers' events arrive through `inbox`, twice, late and in any order;
//! `apply` takes only forward steps, keyed on the provider's own objects.

pub mod apply;
mod bill;
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
pub mod pay;

pub mod paylink;
mod promise;
pub mod provider;
pub mod reconcile;
pub mod remind;

pub mod review;
pub mod sandbox;
pub mod signature;
pub mod status;
pub mod stripe;
pub mod transaction;

pub use bill::{Bill, PricedLine, issue, lock_of_document, of_document, total};
pub use create::{NewInvoice, NewLine, create_invoice};
pub use credit::{close, credit};
pub use finalize::finalize;
pub use gateway::Gateway;
pub use pay::{PayRequest, Payment, open_checkout, pay};
