//! Invoices and their payments through the API and the webhooks.

mod bad_input;
mod checkout;
mod credits;
mod events;
mod idempotency;
mod invoices;
mod ledger;
mod signatures;
