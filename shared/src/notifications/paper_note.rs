//! What a letter says about the paper that it is about.

use super::Event;
use super::letter::Letter;
use crate::App;
use crate::papers::{self, Kind};
use sea_orm::prelude::Uuid;

/// What the PDF is called, and where it is.
pub(super) fn of(app: &App, letter: &Letter, event: Event, subject: Option<Uuid>) -> Option<(String, String)> {
    let (kind, label) = match event {
        Event::InvoiceIssued => (Kind::Invoice, "receipt-invoice-pdf"),
        Event::PaymentReceived => (Kind::Receipt, "receipt-pdf"),
        Event::CreditNoteIssued => (Kind::CreditNote, "notice-credit-note-pdf"),
        Event::ShipmentStatus
        | Event::ShipmentCost
        | Event::Buy4MeStatus
        | Event::Buy4MePrice
        | Event::Buy4MeOutOfStock
        | Event::Buy4MeInstructions
        | Event::InvoiceReminder
        | Event::PayLink
        | Event::PaymentFailed
        | Event::RefundSent
        | Event::TicketReply
        | Event::TicketStatus
        | Event::TicketAssigned
        | Event::TicketMessage
        | Event::FeedbackWanted => return None,
    };
    Some((letter.say(label, &[]), papers::link(app, kind, subject?)))
}
