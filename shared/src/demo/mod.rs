//! Demo data: two years of a company that does not exist, for trying the product out, for screenshots, and for finding out how fast
//! it is with a million invoices. Never in production.
//!
//! The same plan gives the same rows, ids included (`dice`). A plan is carried out in batches of one transaction each; what is there
//! already is left alone, so a run that was killed is completed by the next. Documents take their numbers from the same counters as
//! real ones, under the same lock (`numbers`), so they live beside real ones, whose numbers go on without a gap.
//!
//! Everything that the product would have figured out is what it figures out: its own prices, rates, rounding, check characters and
//! payment statuses are asked, and times follow the steps of its state machines. Nothing else is caused: no job, no message, no live
//! event, and one audit entry for all of it.
//!
//! **What a running product does with it: next to nothing.** Sweeps look for work by time, so none may be left for them:
//!
//! - *reminders*: whatever is still owed has every step of the ladder behind it (table `invoice_reminders`);
//! - *pending payments and disputes* are with the sandbox, which is this program; refunds that wait are of the counter's money;
//! - *the nightly comparison with the providers' books* begins after the demo: a note says that all before it was done;
//! - *quotes* do not expire, because each was paid or has lapsed; *delivered requests* were completed by their customers;
//! - *tickets* are closed, wait for their customer, or are of the last hours, and nobody's: then only the audit tells that one is late;
//! - *rates* were entered by people: a provider's age is not told by them, and its first real ones take their place.
//!
//! Whoever writes to a demo customer all the same writes to example.com, which takes no mail (RFC 2606), or calls a number that is
//! kept free for fiction.

mod batch;
mod calendar;
mod customer;
mod dice;
mod goods;
mod invoice;
mod lands;
mod manual;
mod numbers;
mod payment;
mod rates;
mod request;
mod rows;
mod seed;
mod shipment;
mod shops;
mod staff;
mod store;
mod ticket;
mod world;

pub use seed::{Plan, Progress, Summary, seed};
pub use staff::{CUSTOMERS, OWNER, PASSWORD};
