//! What a letter says about the paper that it is about.

use super::Event;
use super::letter::Letter;
use crate::App;
use crate::papers::{self, Kind};
use sea_orm::prelude::Uuid;

/// Where the PDF of an issued invoice is.
pub(super) fn of(app: &App, letter: &Letter, event: Event, subject: Option<Uuid>) -> Option<String> {
    let invoice = subject.filter(|_| event == Event::InvoiceIssued)?;
    Some(letter.say("notice-invoice-pdf", &[("link", papers::link(app, Kind::Invoice, invoice))]))
}
