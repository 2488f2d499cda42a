//! Optimistic locking: an edit may say which version it was made from. Versions count from 1 and are raised by every change.

use crate::{Error, Result};

/// Refuses an edit that was made from another version. `None`: whatever is there.
pub fn check(expected: Option<i32>, version: i32) -> Result<()> {
    match expected {
        Some(expected) if expected != version => Err(Error::conflict("version-conflict", &[])),
        Some(_) | None => Ok(()),
    }
}
