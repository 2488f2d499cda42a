//! What the company did, in figures: by day, week or month, in each currency and in its own.
//!
//! Every document counts on a day of its own: a parcel or a request on the day it was made, an invoice on the day it was issued,
//! money on the day it moved ([`fact`]). The figures of past days are kept ([`roll`]); a day whose documents changed since then is
//! read from these documents, as is today ([`report`]). So a report is right at every moment, whatever jobs have run: they only
//! make it fast.
//!
//! Reads the tables of all domains and changes none of them.

pub mod details;
pub mod export;
mod fact;
mod figures;
mod filter;
pub mod jobs;
pub mod pages;
mod report;
pub mod roll;
mod share;
pub mod table;

pub use fact::STEPS;
pub use figures::{Figures, Key, Kind, Measure, Sums, net};
pub use filter::{Filter, GroupBy, NewFilter};
pub(crate) use report::read_with_shares;
pub use report::{Group, Report, read, report};
pub use share::{Of, Share, Shares};
