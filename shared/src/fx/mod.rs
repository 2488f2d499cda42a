//! What money is worth in other currencies.
//!
//! Rates are only ever added (`rate`): a document keeps the quote it was priced by (`quote`). Between two currencies that
//! have no rate of their own a cross rate is made (`cross`). A provider publishes them (`provider`, `feed`), is doubted
//! before it is believed (`judge`), and people decide what the machine must not (`review`, `decide`, `set`).

mod base;
pub mod cross;
pub mod decide;
pub mod feed;
pub mod jobs;
mod judge;
pub mod list;
pub mod provider;
pub mod quote;
pub mod rate;
pub mod refresh;
pub mod review;
pub mod set;
pub mod watch;

pub(crate) use base::locked_rate;
pub use base::to_base;
pub use provider::Provider;
pub use quote::{Quote, quote, quotes};
