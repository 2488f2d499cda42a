//! The business: who may do what, how money moves, what has to be done later.
//!
//! Knows neither axum nor apalis. `app` holds what everything needs; `db` opens and commits transactions; `queue` is the
//! job ledger; `clients` is the only code that talks to the outside; every other folder is one domain.

pub mod accounts;
pub mod analytics;
pub mod app;
pub mod audit;
pub mod billing;
pub mod buy4me;
pub mod clients;
pub mod clock;
pub mod config;
mod crash;
pub mod dashboard;
pub mod db;
pub mod demo;
pub mod error;
pub mod explain;
pub mod feedback;
pub mod fx;
pub mod i18n;
pub mod idempotency;
pub mod ids;
pub mod live;
pub mod machine;
pub mod money;
pub mod notifications;
pub mod page;
pub mod papers;
pub mod policy;
pub mod privacy;
pub mod queue;
pub mod reference;
pub mod reports;
pub mod seal;
pub mod settings;
pub mod shipments;
pub mod support;
pub mod throttle;
pub mod trace;
pub mod vendors;
pub mod version;

pub use app::App;
pub use db::Tx;
pub use error::{Error, Result};
