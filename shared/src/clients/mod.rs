//! The only code that talks to the outside: payment providers, exchange rates, mail, SMS, push, Redis, files. Each speaks the provider's real protocol; what a
//! call may cost in time is bounded here.

mod answer;
pub mod breaker;
pub mod mail;
pub mod mail_bounce;
pub mod paypal;
pub mod public_address;
pub mod push;
pub mod rates;
pub mod redis;
pub mod sms;
pub mod sms_status;
pub mod storage;
pub mod stripe;
pub mod web_page;
