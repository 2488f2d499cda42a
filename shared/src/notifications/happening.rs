//! Mails about what happens to a customer's shipments, requests and invoices. The row keeps the facts that the mail tells, as
//! they were when it happened.

use super::letter::Letter;
use super::notification;
use crate::accounts::user;
use crate::billing::{failure, paylink};
use crate::clients::mail::Mail;
use crate::ids::{InvoiceId, JobId, NotificationId};
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;

/// What a customer is told. The facts of each are arguments of its messages; every value is a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Facts: `reference`, `tracking_number`, `status`, `note`.
    ShipmentStatus,
    /// The final cost differs too much. Facts: `reference`, `before`, `after` (amounts with currency).
    ShipmentCost,
    /// Facts: `reference`, `status`.
    Buy4MeStatus,
    /// A price went up beyond what was authorised. Facts: `reference`, `product`, `before`, `after`.
    Buy4MePrice,
    /// An item cannot be had. Facts: `reference`, `product`.
    Buy4MeOutOfStock,
    /// All is here: where shall it go? Facts: `reference`.
    Buy4MeInstructions,
    /// Facts: `number`, `amount`, `due` (a date).
    InvoiceIssued,
    /// Facts: `number`, `amount` (what is owed), `due` (a date), `when` (`before`, `today`, `after`), `days` until or since then.
    InvoiceReminder,
    /// A new link to the pay page, asked for there. Facts: `number`, `amount` (what is owed).
    PayLink,
    /// Facts: `number`, `amount`, `failure` (its code).
    PaymentFailed,
    /// A part of an invoice was paid. Facts: `number`, `amount`, `owed`.
    PaymentReceived,
    /// Money went back. Facts: `number`, `amount`, `way` (`as-paid`, `by-hand`).
    RefundSent,
    /// Facts: `number` (of the invoice), `credit_note` (its number), `amount`.
    CreditNoteIssued,
    /// Staff answered a customer's ticket. Facts: `reference`, `topic` (its subject), `excerpt` (how the answer begins).
    TicketReply,
    /// A ticket was resolved or closed. Facts: `reference`, `topic`, `status`.
    TicketStatus,
    /// To staff: a ticket is theirs now. Facts: `reference`, `topic`.
    TicketAssigned,
    /// To the one who cares for a ticket: its customer wrote. Facts: `reference`, `topic`, `excerpt`.
    TicketMessage,
    /// Something was delivered: how was it? Facts: `reference`.
    FeedbackWanted,
}

impl Event {
    /// Its name in `notifications.event`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ShipmentStatus => "shipment.status",
            Self::ShipmentCost => "shipment.cost_approval",
            Self::Buy4MeStatus => "buy4me.status",
            Self::Buy4MePrice => "buy4me.price_approval",
            Self::Buy4MeOutOfStock => "buy4me.out_of_stock",
            Self::Buy4MeInstructions => "buy4me.instructions_wanted",
            Self::InvoiceIssued => "invoice.issued",
            Self::InvoiceReminder => "invoice.reminder",
            Self::PayLink => "invoice.pay_link",
            Self::PaymentFailed => "payment.failed",
            Self::PaymentReceived => "payment.received",
            Self::RefundSent => "refund.sent",
            Self::CreditNoteIssued => "credit_note.issued",
            Self::TicketReply => "ticket.reply",
            Self::TicketStatus => "ticket.status",
            Self::TicketAssigned => "ticket.assigned",
            Self::TicketMessage => "ticket.message",
            Self::FeedbackWanted => "feedback.wanted",
        }
    }

    /// Subject and body.
    fn messages(self) -> (&'static str, &'static str) {
        match self {
            Self::ShipmentStatus => ("notice-shipment-status-subject", "notice-shipment-status"),
            Self::ShipmentCost => ("notice-shipment-cost-subject", "notice-shipment-cost"),
            Self::Buy4MeStatus => ("notice-request-status-subject", "notice-request-status"),
            Self::Buy4MePrice => ("notice-request-price-subject", "notice-request-price"),
            Self::Buy4MeOutOfStock => ("notice-request-stock-subject", "notice-request-stock"),
            Self::Buy4MeInstructions => ("notice-request-arrived-subject", "notice-request-arrived"),
            Self::InvoiceIssued => ("notice-invoice-issued-subject", "notice-invoice-issued"),
            Self::InvoiceReminder => ("notice-invoice-reminder-subject", "notice-invoice-reminder"),
            Self::PayLink => ("notice-pay-link-subject", "notice-pay-link"),
            Self::PaymentFailed => ("notice-payment-failed-subject", "notice-payment-failed"),
            Self::PaymentReceived => ("notice-payment-received-subject", "notice-payment-received"),
            Self::RefundSent => ("notice-refund-sent-subject", "notice-refund-sent"),
            Self::CreditNoteIssued => ("notice-credit-note-subject", "notice-credit-note"),
            Self::TicketReply => ("notice-ticket-reply-subject", "notice-ticket-reply"),
            Self::TicketStatus => ("notice-ticket-status-subject", "notice-ticket-status"),
            Self::TicketAssigned => ("notice-ticket-assigned-subject", "notice-ticket-assigned"),
            Self::TicketMessage => ("notice-ticket-message-subject", "notice-ticket-message"),
            Self::FeedbackWanted => ("notice-feedback-subject", "notice-feedback"),
        }
    }

    /// Whether its mail leads to the page where the invoice it is about is paid.
    fn asks_for_money(self) -> bool {
        match self {
            Self::InvoiceIssued | Self::InvoiceReminder | Self::PayLink | Self::PaymentFailed => true,
            Self::ShipmentStatus
            | Self::ShipmentCost
            | Self::Buy4MeStatus
            | Self::Buy4MePrice
            | Self::Buy4MeOutOfStock
            | Self::Buy4MeInstructions
            | Self::PaymentReceived
            | Self::RefundSent
            | Self::CreditNoteIssued
            | Self::TicketReply
            | Self::TicketStatus
            | Self::TicketAssigned
            | Self::TicketMessage
            | Self::FeedbackWanted => false,
        }
    }

    const ALL: [Self; 18] = [
        Self::ShipmentStatus,
        Self::ShipmentCost,
        Self::Buy4MeStatus,
        Self::Buy4MePrice,
        Self::Buy4MeOutOfStock,
        Self::Buy4MeInstructions,
        Self::InvoiceIssued,
        Self::InvoiceReminder,
        Self::PayLink,
        Self::PaymentFailed,
        Self::PaymentReceived,
        Self::RefundSent,
        Self::CreditNoteIssued,
        Self::TicketReply,
        Self::TicketStatus,
        Self::TicketAssigned,
        Self::TicketMessage,
        Self::FeedbackWanted,
    ];
}

/// The facts that messages may name.
const FACTS: [&str; 16] = [
    "when",
    "days",
    "reference",
    "tracking_number",
    "status",
    "before",
    "after",
    "product",
    "number",
    "amount",
    "due",
    "owed",
    "way",
    "credit_note",
    "topic",
    "excerpt",
];

/// The mail of a row; `None` when the account was erased meanwhile, and its address with it.
pub async fn mail(app: &App, job: JobId, id: NotificationId) -> Result<Option<Mail>> {
    let db = &app.db.conn;
    let row = notification::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let owner = user::find(db, row.user_id).await?;
    if owner.erased_at.is_some() {
        return Ok(None);
    }
    let event = Event::ALL.into_iter().find(|event| event.name() == row.event);
    let event = event.ok_or_else(|| Error::internal(format!("no mail is known for {}", row.event)))?;
    let fact = |name: &'static str| (name, row.facts.as_ref().and_then(|facts| facts[name].as_str()).unwrap_or_default().to_owned());
    let mut args: Vec<_> = FACTS.into_iter().map(fact).collect();
    let (subject, body) = event.messages();
    let mut letter = Letter::new(Some(&owner.language), &owner.full_name());
    if event == Event::PaymentFailed {
        args.push(("why", letter.say(failure::message(&fact("failure").1), &[])));
    }
    letter.subject = letter.say(subject, &args);
    letter.paragraphs = letter.say(body, &args).split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
    if let (true, Some(invoice)) = (event.asks_for_money(), row.subject_id) {
        letter.button = Some((letter.say("notice-pay-button", &[]), paylink::url(app, InvoiceId(invoice))?));
    }
    let note = fact("note").1;
    if !note.is_empty() {
        letter.paragraphs.push(note);
    }
    letter.papers.extend(super::paper_note::of(app, &letter, event, row.subject_id));
    letter.mail(job, owner.email).map(Some)
}
