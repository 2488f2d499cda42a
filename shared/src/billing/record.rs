//! Money that people take and hand back: cash and bank transfers.

use super::apply;
use super::gateway::Gateway;
use super::invoice;
use super::status::InvoiceStatus;
use super::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use super::{promise, text};
use crate::error::Problems;
use crate::ids::{InvoiceId, TransactionId};
use crate::money::Money;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit};
use sea_orm::entity::prelude::*;
use sea_orm::prelude::StringLen;
use sea_orm::{ActiveEnum, DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// How it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Method {
    /// Over the counter, where change is given: never more than is owed.
    Cash,
    /// By a bank: whatever arrived has arrived.
    BankTransfer,
}

/// A payment as it was taken.
#[derive(Debug)]
pub struct PaymentByHand {
    /// How much.
    pub amount: String,
    /// How.
    pub method: Method,
    /// Number of the receipt or of the transfer: the same one is booked once on an invoice.
    pub reference: String,
}

/// Books money that a person took. More than is owed, by a bank, is promised back.
pub async fn record_payment(tx: &Tx, actor: &Actor, id: InvoiceId, payment: PaymentByHand) -> Result<Transaction> {
    actor.may(Permission::RecordPayment)?;
    let invoice = invoice::lock(tx, id).await?;
    let rows = transaction::of(tx, id).await?;
    let mut problems = Problems::default();
    let reference = text(&mut problems, "reference", &payment.reference, 200);
    let amount = problems.take(Money::parse_positive("amount", &payment.amount, invoice.currency()?))?;
    let is_payable = match (invoice.status, payment.method) {
        (InvoiceStatus::Open | InvoiceStatus::Uncollectible, Method::Cash) => invoice.balance_minor() > 0,
        // paid already, or called off: the money is here all the same, and goes back
        (InvoiceStatus::Open | InvoiceStatus::Uncollectible | InvoiceStatus::Void, Method::BankTransfer) => invoice.issued_at.is_some(),
        (InvoiceStatus::Draft, _) | (InvoiceStatus::Void, Method::Cash) => false,
    };
    let fits = payment.method == Method::BankTransfer || amount.is_none_or(|amount| amount.minor <= invoice.balance_minor());
    problems.check(fits || !is_payable, "amount", "error-amount-above-balance");
    problems.finish()?;
    let amount = amount.ok_or_else(|| Error::internal("a problem of the amount was lost"))?;
    refuse_twin(&rows, Kind::Charge, &reference)?;
    if !is_payable {
        return Err(Error::conflict("invoice-not-payable", &invoice.available_actions(actor)));
    }
    let row = Transaction {
        method: Some(payment.method.to_value()),
        transaction_reference: Some(reference.clone()),
        requested_by: actor.user.map(|user| user.0),
        ..Transaction::new(id, Kind::Charge, TransactionStatus::Success, Gateway::Manual, amount, tx.now())
    };
    let row = transaction::insert(tx, row).await?;
    let detail =
        serde_json::json!({ "transaction": row.id, "amount": amount.to_string(), "method": payment.method, "reference": reference });
    audit::record(tx, actor, "invoice.payment_recorded", "invoice", id.0, Some(detail)).await?;
    apply::book(tx, "record payment", invoice, rows, row.clone()).await?;
    Ok(row)
}

/// Books that a refund by hand was handed back. `reference` is the number of the receipt or of the transfer.
pub async fn confirm_refund(tx: &Tx, actor: &Actor, id: TransactionId, reference: &str) -> Result<Transaction> {
    actor.may(Permission::RecordPayment)?;
    let mut problems = Problems::default();
    let reference = text(&mut problems, "reference", reference, 200);
    let Some((invoice, rows, row)) = to_hand_back(tx, id, problems).await? else {
        return Err(Error::conflict("refund-not-confirmable", &[]));
    };
    refuse_twin(&rows, Kind::Refund, &reference)?;
    let after = Transaction { status: TransactionStatus::Success, transaction_reference: Some(reference.clone()), ..row.clone() };
    let after = transaction::change(tx, &row, after).await?;
    let detail = serde_json::json!({ "transaction": id, "amount": after.amount()?.to_string(), "reference": reference });
    audit::record(tx, actor, "invoice.refund_confirmed", "invoice", invoice.id.0, Some(detail)).await?;
    apply::book(tx, "confirm refund", invoice, rows, after.clone()).await?;
    Ok(after)
}

/// Calls off a refund by hand that was not handed back. What is due back anyway cannot be called off.
pub async fn withdraw_refund(tx: &Tx, actor: &Actor, id: TransactionId, reason: &str) -> Result<Transaction> {
    actor.may(Permission::Refund)?;
    let mut problems = Problems::default();
    let reason = text(&mut problems, "reason", reason, 500);
    let Some((invoice, rows, row)) = to_hand_back(tx, id, problems).await? else {
        return Err(Error::conflict("refund-not-withdrawable", &[]));
    };
    let without: Vec<Transaction> = rows.iter().filter(|row| row.id != id).cloned().collect();
    if row.requested_by.is_none() && promise::is_short(invoice.due_minor(), &without) {
        return Err(Error::conflict("refund-still-due", &[]));
    }
    let after = transaction::change(tx, &row, Transaction { status: TransactionStatus::Cancelled, ..row.clone() }).await?;
    let detail = serde_json::json!({ "transaction": id, "amount": after.amount()?.to_string(), "reason": reason });
    audit::record(tx, actor, "invoice.refund_withdrawn", "invoice", invoice.id.0, Some(detail)).await?;
    apply::book(tx, "withdraw refund", invoice, rows, after.clone()).await?;
    Ok(after)
}

/// A refund that people hand back and have not yet, under its invoice's lock. One that nobody knows is told before what is wrong
/// with the request.
async fn to_hand_back(tx: &Tx, id: TransactionId, problems: Problems) -> Result<Option<(invoice::Model, Vec<Transaction>, Transaction)>> {
    let seen = transaction::Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?;
    let invoice = invoice::lock(tx, seen.invoice_id).await?;
    let rows = transaction::of(tx, invoice.id).await?;
    problems.finish()?;
    let waits = |row: &&Transaction| {
        row.id == id && row.kind == Kind::Refund && row.gateway == Gateway::Manual && row.status == TransactionStatus::Pending
    };
    Ok(rows.iter().find(waits).cloned().map(|row| (invoice, rows, row)))
}

/// One receipt, or one transfer, is one movement of money.
fn refuse_twin(rows: &[Transaction], kind: Kind, reference: &str) -> Result<()> {
    let is_twin =
        |row: &Transaction| row.gateway == Gateway::Manual && row.kind == kind && row.transaction_reference.as_deref() == Some(reference);
    if rows.iter().any(is_twin) { Err(Error::conflict("payment-already-recorded", &[])) } else { Ok(()) }
}
