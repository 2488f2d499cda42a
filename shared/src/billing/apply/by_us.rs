//! Rows that we change by ourselves, without a provider's word: money taken or handed back by a person, and refunds that a
//! provider refused. They are settled like everything else.

use super::{Context, Source};
use crate::billing::gateway::Gateway;
use crate::billing::invoice::Model as Invoice;
use crate::billing::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use crate::{Result, Tx};

/// Settles what follows from `row`, which the caller has just written, on an invoice that it holds locked. `rows` are those before.
pub async fn book(tx: &Tx, name: &str, invoice: Invoice, rows: Vec<Transaction>, row: Transaction) -> Result<()> {
    let source = Source { gateway: Gateway::Manual, name, event: None };
    Context { tx, source, about: None, reviewed: false }.settle(invoice, rows, Some(row)).await?;
    Ok(())
}

/// Ends a refund that its provider will not make, and asks a person. Nothing happens to one that has ended or was made meanwhile.
pub async fn refund_refused(tx: &Tx, invoice: Invoice, rows: Vec<Transaction>, row: &Transaction, code: &str, said: &str) -> Result<()> {
    if row.kind != Kind::Refund || row.status != TransactionStatus::Pending || row.transaction_reference.is_some() {
        return Ok(());
    }
    let source = Source { gateway: row.gateway, name: "refund", event: None };
    let mut context = Context { tx, source, about: None, reviewed: false };
    let failed = Transaction {
        status: TransactionStatus::Failed,
        failure_code: Some(code.to_owned()),
        response_data: Some(serde_json::json!({ "refused": said })),
        ..row.clone()
    };
    let failed = transaction::change(tx, row, failed).await?;
    context.settle(invoice, rows, Some(failed)).await?;
    Ok(())
}
