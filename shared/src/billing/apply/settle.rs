//! What follows from a changed row of money: the invoice's figures, and what the first full payment sets off.

use super::{Applied, Context};
use crate::billing::gateway::Gateway;
use crate::billing::invoice::{self, Model as Invoice};
use crate::billing::status::{InvoiceStatus, derive};
use crate::billing::transaction::{Kind, Model as Transaction, TransactionStatus};
use crate::billing::{news, promise};
use crate::buy4me::jobs::FollowRefund;
use crate::notifications::Event;
use crate::policy::Actor;
use crate::{Result, audit, notifications};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::entity::prelude::*;

impl Context<'_> {
    /// Derives the invoice's figures after a row changed; the first step into PAID has its effects here, once.
    pub(super) async fn settle(&mut self, invoice: Invoice, mut rows: Vec<Transaction>, changed: Option<Transaction>) -> Result<Applied> {
        let Some(changed) = changed else { return Ok(Applied::Done) };
        let before = rows.iter().find(|row| row.id == changed.id).cloned();
        match rows.iter_mut().find(|row| row.id == changed.id) {
            Some(row) => *row = changed.clone(),
            None => rows.push(changed.clone()),
        }
        let tx = self.tx;
        let figures = derive(invoice.amount_minor - invoice.credited_minor, &rows);
        let is_due = matches!(invoice.status, InvoiceStatus::Open | InvoiceStatus::Uncollectible);
        let is_charge = changed.kind == Kind::Charge && changed.status == TransactionStatus::Success;
        let first_paid = is_charge && invoice.paid_at.is_none() && is_due && figures.paid_minor >= invoice.due_minor();
        let mut update = invoice::ActiveModel {
            id: Unchanged(invoice.id),
            paid_minor: Set(figures.paid_minor),
            refunded_minor: Set(figures.refunded_minor),
            payment_status: Set(figures.payment_status),
            updated_at: Set(tx.now()),
            ..Default::default()
        };
        if is_charge {
            let by_hand = changed.method.clone().filter(|_| changed.gateway == Gateway::Manual);
            update.payment_method = Set(Some(by_hand.unwrap_or_else(|| changed.gateway.to_value())));
        }
        if first_paid {
            update.paid_at = Set(Some(tx.now()));
        }
        invoice::Entity::update(update).exec_without_returning(tx).await?;
        news::payment(tx, &invoice, &changed).await?;
        if (figures.paid_minor, figures.refunded_minor, figures.payment_status)
            != (invoice.paid_minor, invoice.refunded_minor, invoice.payment_status)
        {
            news::invoice(tx, &invoice, figures.payment_status).await?;
        }
        let detail = serde_json::json!({
            "transaction": changed.id, "kind": changed.kind, "status": changed.status, "amount_minor": changed.amount_minor,
            "before": invoice.payment_status, "after": figures.payment_status, "event": self.source.name,
        });
        audit::record(tx, &Actor::system(), "invoice.payment_event", "invoice", invoice.id.0, Some(detail)).await?;
        if first_paid {
            notifications::invoice_paid(tx, &invoice).await?;
        }
        let owed = if first_paid { 0 } else { (invoice.due_minor() - figures.paid_minor).max(0) };
        self.tell(&invoice, before.as_ref(), &changed, owed).await?;
        // money that could not be given back is a person's affair from here on: it is not promised again by itself
        let bounced =
            changed.status == TransactionStatus::Failed || (changed.status == TransactionStatus::Success && changed.amount_minor < 0);
        if changed.kind == Kind::Refund && bounced {
            let object = changed.transaction_reference.clone().unwrap_or_else(|| changed.id.to_string());
            let detail = serde_json::json!({ "amount_minor": changed.amount_minor, "failure_code": changed.failure_code });
            self.review("refund_failed", &object, Some(invoice.id), Some(changed.id), detail).await?;
        }
        let has_gone_back = changed.kind == Kind::Refund && changed.status == TransactionStatus::Success;
        if has_gone_back && invoice.related_buy4me_request.is_some() {
            tx.enqueue(FollowRefund { invoice: invoice.id }).await?;
        }
        if invoice.status != InvoiceStatus::Draft {
            promise::keep(tx, &Actor::system(), &invoice, rows).await?;
        }
        Ok(Applied::Done)
    }

    /// What the customer is told, once: each payment that did not work, each that leaves something to be paid (the one that
    /// leaves nothing has its receipt), and each refund that has gone.
    async fn tell(&self, invoice: &Invoice, before: Option<&Transaction>, changed: &Transaction, owed_minor: i64) -> Result<()> {
        let is_new_success =
            changed.status == TransactionStatus::Success && before.map(|row| row.status) != Some(TransactionStatus::Success);
        let had_failed = before.is_some_and(|row| row.failure_code.is_some());
        let (event, subject) = match (changed.kind, changed.status) {
            // an attempt that was declined leaves the payment open; the mail leads to where the invoice is paid
            (Kind::Charge, TransactionStatus::Failed | TransactionStatus::Pending) if changed.failure_code.is_some() && !had_failed => {
                (Event::PaymentFailed, invoice.id.0)
            }
            (Kind::Charge, TransactionStatus::Success) if is_new_success && owed_minor > 0 => (Event::PaymentReceived, changed.id.0),
            (Kind::Refund, TransactionStatus::Success) if is_new_success && changed.amount_minor > 0 => (Event::RefundSent, changed.id.0),
            (Kind::Charge | Kind::Refund | Kind::Dispute, _) => return Ok(()),
        };
        let facts = serde_json::json!({
            "number": invoice.invoice_number.clone().unwrap_or_default(),
            "amount": changed.amount()?.to_string(),
            "owed": invoice.money(owed_minor)?.to_string(),
            "failure": changed.failure_code.clone().unwrap_or_default(),
            "way": if changed.gateway == Gateway::Manual { "by-hand" } else { "as-paid" },
        });
        notifications::tell(self.tx, invoice.user_id, event, subject, facts).await
    }
}
