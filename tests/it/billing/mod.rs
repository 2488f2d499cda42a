//! Invoices and their payments through the API and the webhooks.

mod bad_input;
mod by_hand;
mod checkout;
mod credits;
mod events;
mod idempotency;
mod invoices;
mod ledger;
mod paypal;
mod refunds;
mod signatures;
mod stripe_money;
mod void;
