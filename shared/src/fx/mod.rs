//! What money is worth in other currencies.
//!
//! Rates are only ever added (`rate`): a document keeps the quote it was priced by. Between two currencies that have no
//! rate of their own a cross rate is made through the base that both have (`quote`).

pub mod quote;
pub mod rate;

pub use quote::{Quote, quote};
