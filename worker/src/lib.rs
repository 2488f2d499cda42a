//! The job door: claims jobs from the ledger, runs them on apalis, and keeps the ledger in order.
//!
//! The only crate that knows apalis. `backend` feeds apalis from the ledger, `dispatch` runs one job and marks how it
//! ended, `heartbeat` keeps leases alive, `relay` repairs, `schedule` fires ticks, `registry` lists the handlers.

mod backend;
mod backoff;
mod context;
mod dispatch;
mod engine;
mod exports;
mod fetch;
mod heartbeat;
pub mod jobs;
pub mod press;
pub mod registry;
mod relay;
pub mod schedule;

pub use context::{Context, Outcome, Run};
pub use engine::run;
pub use registry::Registry;
