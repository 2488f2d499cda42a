//! The rows of one batch, before they are written.

use crate::accounts::{address, user};
use crate::billing::{credit, invoice, line, review, transaction};
use crate::buy4me::{bill, event as request_event, item, request};
use crate::clock::Time;
use crate::feedback::answer;
use crate::ids::InvoiceId;
use crate::shipments::{event as shipment_event, shipment};
use crate::support::{event as ticket_event, message, ticket};

/// Rows by table. References in them are only counted within the batch until `numbers` gives the real ones.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) users: Vec<user::Model>,
    pub(super) addresses: Vec<address::Model>,
    pub(super) requests: Vec<request::Model>,
    pub(super) items: Vec<item::Model>,
    pub(super) request_events: Vec<request_event::Model>,
    pub(super) bills: Vec<bill::Model>,
    pub(super) shipments: Vec<shipment::Model>,
    pub(super) shipment_events: Vec<shipment_event::Model>,
    pub(super) invoices: Vec<invoice::Model>,
    pub(super) lines: Vec<line::Model>,
    pub(super) transactions: Vec<transaction::Model>,
    pub(super) credits: Vec<credit::Model>,
    pub(super) reviews: Vec<review::Model>,
    /// Invoice, step of the ladder, when it was said.
    pub(super) reminders: Vec<(InvoiceId, i32, Time)>,
    pub(super) feedback: Vec<answer::Model>,
    pub(super) tickets: Vec<ticket::Model>,
    pub(super) ticket_events: Vec<ticket_event::Model>,
    pub(super) messages: Vec<message::Model>,
}
