//! Mails, SMS and push messages on their way out, and what their carriers tell of them.

mod mails;
mod push;
mod sms;
mod statuses;
