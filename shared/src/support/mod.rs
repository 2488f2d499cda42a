//! Tickets: customers ask, staff answer.
//!
//! `state` says what follows what, `sla` how long it may take; both are pure. A ticket, its event, its message, its audit entry
//! and its mails are one transaction under the ticket's lock. What staff write to each other changes nothing that its customer
//! can see, not even a version. Files come in by `upload`, are handed out by `attachment` and go by `sweep`.

mod actions;
pub mod attachment;
pub mod chat;
mod edit;
pub mod event;
mod file_name;
pub mod jobs;
pub mod kind;
pub mod list;
pub mod message;
mod open;
pub mod personal;
pub mod read;
pub mod sla;
pub mod state;
mod steps;
pub mod sweep;
mod tell;
pub mod thread;
pub mod ticket;
pub mod upload;
pub mod watch;
mod words;

pub use actions::available_actions;
pub use edit::{Edit, close, edit};
pub use list::{complete, list, show};
pub use message::{NewMessage, Written, may_write, write_message};
pub use open::{NewTicket, admit, open};
pub use read::mark_read;
pub use sla::Priority;
pub use state::Status;
pub use ticket::{Category, Model, Waiting};
