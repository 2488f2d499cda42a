//! Table `notifications`: one row for each message to each person on each channel.

use crate::clock::Time;
use crate::ids::{NotificationId, UserId};
use crate::{App, Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum Channel {
    /// In the centre, where it stays.
    InApp,
    Email,
    Sms,
    /// To one device.
    Push,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// A job will send it.
    Queued,
    /// It is being handed to a carrier that knows no idempotency key: who finds it like this asks the carrier first.
    Sending,
    /// The carrier took it; in the centre: it is there.
    Sent,
    /// The carrier says that it arrived.
    Delivered,
    /// The carrier refused it for good.
    Refused,
    /// The carrier took it and could not deliver it.
    Bounced,
    /// It was not sent, for a reason of ours: not wanted any more, nowhere to go.
    Skipped,
}

/// A message.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    pub user_id: UserId,
    /// `invoice.paid`
    pub event: String,
    pub channel: Channel,
    pub status: Status,
    /// What it is about.
    pub subject_id: Option<Uuid>,
    /// What is told, as it was then: strings by name.
    pub facts: Option<Json>,
    /// Where it goes: an address, a number, the row of a device; none while that is the account's own.
    pub address: Option<String>,
    /// Of the carrier.
    pub message_id: Option<String>,
    pub error: Option<String>,
    pub created_at: Time,
    pub sent_at: Option<Time>,
    pub read_at: Option<Time>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The row of a job.
pub async fn find(app: &App, id: NotificationId) -> Result<Model> {
    Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(crate::Error::NotFound)
}

/// Whether an SMS with this id of the carrier is accounted for.
pub async fn is_known(app: &App, message_id: &str) -> Result<bool> {
    let found = Entity::find().filter(Column::Channel.eq(Channel::Sms)).filter(Column::MessageId.eq(message_id));
    Ok(found.one(&app.db.conn).await?.is_some())
}

/// What is not over yet.
const OPEN: [Status; 3] = [Status::Queued, Status::Sending, Status::Sent];

/// Remembers that a carrier is about to be asked.
pub async fn sending(tx: &Tx, id: NotificationId, address: &str) -> Result<()> {
    write(tx, id, Status::Sending, ActiveModel { address: Set(Some(address.to_owned())), ..Default::default() }).await
}

/// Remembers that the carrier took the message.
pub async fn sent(tx: &Tx, id: NotificationId, address: Option<&str>, message_id: &str) -> Result<()> {
    let mut row = ActiveModel { message_id: Set(Some(message_id.to_owned())), sent_at: Set(Some(tx.now())), ..Default::default() };
    if let Some(address) = address {
        row.address = Set(Some(address.to_owned()));
    }
    write(tx, id, Status::Sent, row).await
}

/// Remembers that it went nowhere, and why: the carrier refused it for good, or we did not send it.
pub async fn ended(tx: &Tx, id: NotificationId, status: Status, address: Option<&str>, error: &str) -> Result<()> {
    let mut row = ActiveModel { error: Set(Some(error.to_owned())), ..Default::default() };
    if let Some(address) = address {
        row.address = Set(Some(address.to_owned()));
    }
    write(tx, id, status, row).await
}

/// Remembers that the carrier delivered it.
pub(super) async fn arrived(tx: &Tx, id: NotificationId, message_id: &str) -> Result<()> {
    write(tx, id, Status::Delivered, ActiveModel { message_id: Set(Some(message_id.to_owned())), ..Default::default() }).await
}

/// Remembers that the carrier could not deliver what it had taken.
pub(super) async fn bounced(tx: &Tx, id: NotificationId, message_id: &str, error: &str) -> Result<()> {
    let row = ActiveModel { message_id: Set(Some(message_id.to_owned())), error: Set(Some(error.to_owned())), ..Default::default() };
    write(tx, id, Status::Bounced, row).await
}

/// A carrier's word may overtake our own mark: what has ended stays as it ended.
async fn write(tx: &Tx, id: NotificationId, status: Status, row: ActiveModel) -> Result<()> {
    let row = ActiveModel { status: Set(status), ..row };
    Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::Status.is_in(OPEN)).exec(tx).await?;
    Ok(())
}
