//! Integration tests: the product through its doors. One binary, so that it links once.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

mod account_mails;
mod account_pages;
mod accounts;
mod addresses;
mod audit;
mod billing;
mod buy4me;
mod carriers;
mod chaos;
mod chat;
mod dashboard;
mod demo;
mod drawn;
mod engine;
mod faults;
mod feedback;
mod fx;
mod http;
mod live;
mod matrix;
mod messages;
mod papers;
mod privacy;
mod reports;
mod scale;
mod settings;
mod shipments;
mod throttle;
mod tickets;
mod tidy;
mod vendors;
mod walks;
