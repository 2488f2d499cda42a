//! What people may ask of us about themselves: a copy of everything we hold about them, and to be forgotten.
//!
//! Nothing here ever shows a secret or its hash, nor anything about somebody else. What the law obliges us to keep, the
//! books, outlives the person.

pub mod data_export;
mod document;
mod erase;
pub mod export;
pub mod jobs;

pub use erase::{Erased, erase};
