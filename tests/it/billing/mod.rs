//! Invoices and their payments through the API and the webhooks.

mod bad_input;
mod by_hand;
mod checkout;
mod credits;
mod events;
mod going_back;
mod idempotency;
mod invoices;
mod ledger;
mod limits;
mod pay_page;
mod paypal;
mod reconcile;
mod refunds;
mod reminders;
mod reviews;
mod signatures;
mod slow_money;
mod stripe_money;
mod void;
