//! What people are told about. The facts of each are strings by the names given here: arguments of its messages. Amounts are
//! written `12.50 USD`, days `2026-11-23`; each reader gets them as their language writes them.

use crate::papers::Kind;
use sea_orm::EnumIter;
use sea_orm::Iterable;

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter)]
pub enum Event {
    /// The password was changed or reset.
    PasswordChanged,
    /// A second factor is asked for from now on.
    MfaEnabled,
    /// It no longer is.
    MfaDisabled,
    /// The copy of the personal data can be fetched.
    ExportReady,
    /// Facts: `reference`, `tracking_number`, `status`, `note`.
    ShipmentStatus,
    /// The final cost differs too much. Facts: `reference`, `before`, `after` (amounts).
    ShipmentCost,
    /// Facts: `reference`, `status`, `amount`, `note`.
    Buy4MeStatus,
    /// A price went up beyond what was authorised. Facts: `reference`, `product`, `before`, `after`.
    Buy4MePrice,
    /// An item cannot be had. Facts: `reference`, `product`.
    Buy4MeOutOfStock,
    /// All is here: where shall it go? Facts: `reference`.
    Buy4MeInstructions,
    /// Facts: `number`, `amount`, `due` (a day).
    InvoiceIssued,
    /// Facts: `number`, `amount` (what is owed), `due` (a day), `when` (`before`, `today`, `after`), `days` until or since then.
    InvoiceReminder,
    /// A new link to the pay page, asked for there. Facts: `number`, `amount` (what is owed).
    PayLink,
    /// Nothing is owed any more; the mail is the receipt. Facts: `number`, `amount`.
    InvoicePaid,
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
    /// To the one who cares for a ticket: a target was missed. Facts: `reference`, `topic`, `target` (`answer`, `resolution`).
    TicketOverdue,
    /// To the one who cares for a ticket: its customer wrote. Facts: `reference`, `topic`, `excerpt`.
    TicketMessage,
    /// To staff: the report they asked for can be fetched. Facts: `from`, `to` (days), `format`.
    ReportReady,
    /// Something was delivered: how was it? Facts: `reference`.
    FeedbackWanted,
}

/// What may be chosen about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// In the centre and by mail whatever people prefer, because it is about their account or their money; other channels as they like.
    Mandatory,
    /// Every channel as they like.
    Free,
    /// A mail that was asked for a moment ago, and nothing else.
    MailOnly,
}

/// All there is to say about an event.
struct Rule {
    name: &'static str,
    subject: &'static str,
    body: &'static str,
    choice: Choice,
}

const fn rule(name: &'static str, choice: Choice, subject: &'static str, body: &'static str) -> Rule {
    Rule { name, subject, body, choice }
}

impl Event {
    fn rule(self) -> Rule {
        use Choice::{Free, MailOnly, Mandatory};
        match self {
            Self::PasswordChanged => {
                rule("account.password_changed", Mandatory, "account-password-changed-subject", "account-password-changed-lead")
            }
            Self::MfaEnabled => rule("account.mfa_enabled", Mandatory, "account-mfa-enabled-subject", "account-mfa-enabled-lead"),
            Self::MfaDisabled => rule("account.mfa_disabled", Mandatory, "account-mfa-disabled-subject", "account-mfa-disabled-lead"),
            Self::ExportReady => rule("account.export_ready", Mandatory, "account-export-ready-subject", "account-export-ready-lead"),
            Self::ShipmentStatus => rule("shipment.status", Free, "notice-shipment-status-subject", "notice-shipment-status"),
            Self::ShipmentCost => rule("shipment.cost_approval", Free, "notice-shipment-cost-subject", "notice-shipment-cost"),
            Self::Buy4MeStatus => rule("buy4me.status", Free, "notice-request-status-subject", "notice-request-status"),
            Self::Buy4MePrice => rule("buy4me.price_approval", Free, "notice-request-price-subject", "notice-request-price"),
            Self::Buy4MeOutOfStock => rule("buy4me.out_of_stock", Free, "notice-request-stock-subject", "notice-request-stock"),
            Self::Buy4MeInstructions => {
                rule("buy4me.instructions_wanted", Free, "notice-request-arrived-subject", "notice-request-arrived")
            }
            Self::InvoiceIssued => rule("invoice.issued", Mandatory, "notice-invoice-issued-subject", "notice-invoice-issued"),
            Self::InvoiceReminder => rule("invoice.reminder", Mandatory, "notice-invoice-reminder-subject", "notice-invoice-reminder"),
            Self::PayLink => rule("invoice.pay_link", MailOnly, "notice-pay-link-subject", "notice-pay-link"),
            Self::InvoicePaid => rule("invoice.paid", Mandatory, "receipt-subject", "receipt-thanks"),
            Self::PaymentFailed => rule("payment.failed", Mandatory, "notice-payment-failed-subject", "notice-payment-failed"),
            Self::PaymentReceived => rule("payment.received", Mandatory, "notice-payment-received-subject", "notice-payment-received"),
            Self::RefundSent => rule("refund.sent", Mandatory, "notice-refund-sent-subject", "notice-refund-sent"),
            Self::CreditNoteIssued => rule("credit_note.issued", Mandatory, "notice-credit-note-subject", "notice-credit-note"),
            Self::TicketReply => rule("ticket.reply", Free, "notice-ticket-reply-subject", "notice-ticket-reply"),
            Self::TicketStatus => rule("ticket.status", Free, "notice-ticket-status-subject", "notice-ticket-status"),
            Self::TicketAssigned => rule("ticket.assigned", Free, "notice-ticket-assigned-subject", "notice-ticket-assigned"),
            Self::TicketOverdue => rule("ticket.overdue", Free, "notice-ticket-overdue-subject", "notice-ticket-overdue"),
            Self::TicketMessage => rule("ticket.message", Free, "notice-ticket-message-subject", "notice-ticket-message"),
            Self::ReportReady => rule("report.ready", Free, "notice-report-ready-subject", "notice-report-ready"),
            Self::FeedbackWanted => rule("feedback.wanted", Free, "notice-feedback-subject", "notice-feedback"),
        }
    }

    /// Its name in `notifications.event`, in preferences and on the wire.
    pub fn name(self) -> &'static str {
        self.rule().name
    }

    /// The event of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::iter().find(|event| event.name() == name)
    }

    /// What people may choose about it.
    pub fn choice(self) -> Choice {
        self.rule().choice
    }

    /// Message ids of subject and body.
    pub(super) fn messages(self) -> (&'static str, &'static str) {
        let rule = self.rule();
        (rule.subject, rule.body)
    }

    /// Whether only those who work here are told.
    pub fn is_for_staff(self) -> bool {
        matches!(self, Self::TicketAssigned | Self::TicketOverdue | Self::TicketMessage | Self::ReportReady)
    }

    /// Whether it is about the account, and somebody else may have done it.
    pub(super) fn is_about_account(self) -> bool {
        matches!(self, Self::PasswordChanged | Self::MfaEnabled | Self::MfaDisabled | Self::ExportReady)
    }

    /// Whether its mail leads to the page where the invoice it is about is paid.
    pub(super) fn asks_for_money(self) -> bool {
        matches!(self, Self::InvoiceIssued | Self::InvoiceReminder | Self::PayLink | Self::PaymentFailed)
    }

    /// The paper that it is about, and what its link is called.
    pub(super) fn paper(self) -> Option<(Kind, &'static str)> {
        match self {
            Self::InvoiceIssued => Some((Kind::Invoice, "receipt-invoice-pdf")),
            Self::PaymentReceived => Some((Kind::Receipt, "receipt-pdf")),
            Self::CreditNoteIssued => Some((Kind::CreditNote, "notice-credit-note-pdf")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_events_have_one_name_and_each_is_found_by_its_own() {
        for event in Event::iter() {
            assert_eq!(Event::named(event.name()), Some(event));
        }
    }
}
