//! Integration tests: the product through its doors. One binary, so that it links once.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod addresses;
mod billing;
mod chaos;
mod engine;
mod faults;
mod http;
mod privacy;
mod tidy;
mod walks;
