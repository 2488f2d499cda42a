//! Messages to people. A row says what is to be told to whom on which channel, a job tells it, the row remembers how that
//! ended.

pub mod jobs;
pub mod notification;
pub mod receipt;

use crate::ids::{InvoiceId, NotificationId, UserId};
use crate::{Result, Tx};
use jobs::SendReceipt;
use notification::{Channel, Status};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

/// An invoice was paid: the customer gets a receipt by mail. Called once per invoice, in the transaction that makes it so.
pub async fn invoice_paid(tx: &Tx, user: UserId, invoice: InvoiceId) -> Result<()> {
    let id = NotificationId::new();
    let row = notification::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        event: Set("invoice.paid".to_owned()),
        channel: Set(Channel::Email),
        status: Set(Status::Queued),
        subject_id: Set(Some(invoice.0)),
        created_at: Set(tx.now()),
        ..Default::default()
    };
    notification::Entity::insert(row).exec_without_returning(tx).await?;
    tx.enqueue(SendReceipt { notification: id, invoice }).await?;
    Ok(())
}
