//! What the jobs do, one file per domain. A handler loads, calls the business, commits, answers; the outside is called
//! between transactions, with a key that comes from the job.

mod audit;
mod billing;
mod buy4me;
pub mod engine;
mod feedback;
mod fx;
mod notifications;
mod papers;
mod paypal;
mod privacy;
mod reconcile;
mod refunds;
mod reminders;
mod reports;
mod shipments;
mod support;
