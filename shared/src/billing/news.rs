//! What the screens of an invoice's owner are told when it or its money changes.

use super::invoice::Model as Invoice;
use super::status::{InvoiceStatus, PaymentStatus};
use super::transaction::Model as Transaction;
use crate::live::LiveEvent;
use crate::{Result, Tx};

/// An invoice is another than it was. Drafts are not yet anybody's.
pub(super) async fn invoice(tx: &Tx, invoice: &Invoice, payment_status: PaymentStatus) -> Result<()> {
    if invoice.status == InvoiceStatus::Draft {
        return Ok(());
    }
    let data = serde_json::json!({
        "id": invoice.id, "number": invoice.invoice_number, "status": invoice.status, "payment_status": payment_status,
    });
    tx.publish(invoice.user_id, LiveEvent { kind: "invoice.changed", data }).await
}

/// Money of an invoice moved, will move, or will not.
pub(super) async fn payment(tx: &Tx, invoice: &Invoice, row: &Transaction) -> Result<()> {
    let data = serde_json::json!({
        "id": row.id, "invoice": invoice.id, "number": invoice.invoice_number, "kind": row.kind, "status": row.status,
    });
    tx.publish(invoice.user_id, LiveEvent { kind: "payment.changed", data }).await
}
