//! Messages to people. A row says what is to be told to whom on which channel, a job tells it, the row remembers how that
//! ended.

pub mod account;
pub mod happening;
pub mod jobs;
mod letter;
pub mod notification;
mod paper_note;
pub mod receipt;
pub mod told;

use crate::ids::{InvoiceId, NotificationId, UserId};
use crate::{Result, Tx};
pub use happening::Event;
use jobs::{Notice, SendAccountNotice, SendNotice, SendReceipt};
use notification::{Channel, Status};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

/// An invoice was paid: the customer gets a receipt by mail. Called once per invoice, in the transaction that makes it so.
pub async fn invoice_paid(tx: &Tx, user: UserId, invoice: InvoiceId) -> Result<()> {
    let notification = queue_mail(tx, user, "invoice.paid", Some(invoice.0), None).await?;
    tx.enqueue(SendReceipt { notification, invoice }).await?;
    Ok(())
}

/// Something about the account that its owner must know.
pub async fn account_notice(tx: &Tx, user: UserId, notice: Notice) -> Result<()> {
    let notification = queue_mail(tx, user, notice.event(), None, None).await?;
    tx.enqueue(SendAccountNotice { notification, user, notice }).await?;
    Ok(())
}

/// Something happened to what is theirs. `facts` are strings by the names that [`Event`] lists.
pub async fn tell(tx: &Tx, user: UserId, event: Event, subject: Uuid, facts: Json) -> Result<()> {
    let notification = queue_mail(tx, user, event.name(), Some(subject), Some(facts)).await?;
    tx.enqueue(SendNotice { notification }).await?;
    Ok(())
}

/// A row of a mail that a job will send.
async fn queue_mail(tx: &Tx, user: UserId, event: &str, subject: Option<Uuid>, facts: Option<Json>) -> Result<NotificationId> {
    let id = NotificationId::new();
    let row = notification::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        event: Set(event.to_owned()),
        channel: Set(Channel::Email),
        status: Set(Status::Queued),
        subject_id: Set(subject),
        facts: Set(facts),
        created_at: Set(tx.now()),
        ..Default::default()
    };
    notification::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}
