//! Papers: invoices, credit notes and receipts that people can read, print and keep.
//!
//! A paper is made of rows that never change again: what was issued, credited or paid, the customer as the invoice knows them,
//! the company as it was then. So it may be laid out at any time, twice, or anew when its file is gone, and says the same.
//! `sheet` is what a paper says, `invoice`, `credit_note` and `receipt` say it; `subject` is what a paper is about and who
//! may see it; `order` has one made, `open` finds it, `keep` stores it; `link` opens it without a sign-in.

mod credit_note;
mod invoice;
pub mod keep;
pub mod link;
pub mod open;
mod order;
pub mod paper;
mod receipt;
mod sheet;
mod subject;

pub use keep::compose;
pub use link::link;
pub use order::{want, want_receipts};
pub use paper::{Kind, Paper};
pub use receipt::method;
pub use sheet::{Note, Sheet, Table};
pub use subject::Subject;
