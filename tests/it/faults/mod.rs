//! What must survive whatever is killed, frozen, emptied or cut: real processes, real signals, real servers.
//!
//! In a fleet (PostgreSQL) the victim is `buy4me worker` or `buy4me api` with a Redis of the test's own; on SQLite it is
//! `buy4me serve`, everything in one. Tests about Redis and about row locks exist only in the fleet.

mod books;
mod drain;
mod kill;
mod lost_push;
mod mail;
mod money;
mod postgres;
mod redis_away;
mod redis_emptied;
mod stage;
mod zombie;

pub use stage::{Bill, Stage};

use std::time::Duration;

/// Longer than anything here takes, rescues included.
const PATIENCE: Duration = Duration::from_secs(60);
