//! Table `notifications`: one row for each message to each person on each channel.

use crate::clock::Time;
use crate::ids::{NotificationId, UserId};
use crate::{App, Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
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
    /// The carrier was away for too long. Its job is in the dead letter, and may be tried again.
    Failed,
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

/// The SMS among these, by their ids at the carrier, that are accounted for.
pub async fn known(app: &App, message_ids: &[String]) -> Result<Vec<String>> {
    let found = Entity::find().filter(Column::Channel.eq(Channel::Sms)).filter(Column::MessageId.is_in(message_ids));
    let found: Vec<Option<String>> = found.select_only().column(Column::MessageId).into_tuple().all(&app.db.conn).await?;
    Ok(found.into_iter().flatten().collect())
}

/// What is not over yet.
const OPEN: [Status; 4] = [Status::Queued, Status::Sending, Status::Sent, Status::Failed];

/// Remembers that a carrier is about to be asked, and when.
pub async fn sending(tx: &Tx, id: NotificationId, address: &str) -> Result<()> {
    let row = ActiveModel { address: Set(Some(address.to_owned())), sent_at: Set(Some(tx.now())), ..Default::default() };
    write(tx, id, Status::Sending, row).await.map(drop)
}

/// Takes that back: the carrier does not know the message, so that everything about it is judged anew.
pub async fn unsent(tx: &Tx, id: NotificationId) -> Result<()> {
    write(tx, id, Status::Queued, ActiveModel { address: Set(None), sent_at: Set(None), ..Default::default() }).await.map(drop)
}

/// Remembers that the carrier took the message; `false`: its end was told before.
pub async fn sent(tx: &Tx, id: NotificationId, address: Option<&str>, message_id: &str) -> Result<bool> {
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
    write(tx, id, status, row).await.map(drop)
}

/// Remembers that the carrier delivered it.
pub(super) async fn arrived(tx: &Tx, id: NotificationId, message_id: &str) -> Result<()> {
    write(tx, id, Status::Delivered, ActiveModel { message_id: Set(Some(message_id.to_owned())), ..Default::default() }).await.map(drop)
}

/// Remembers that the carrier could not deliver what it had taken; `false`: its end was told before.
pub(super) async fn bounced(tx: &Tx, id: NotificationId, message_id: &str, error: &str) -> Result<bool> {
    let row = ActiveModel { message_id: Set(Some(message_id.to_owned())), error: Set(Some(error.to_owned())), ..Default::default() };
    write(tx, id, Status::Bounced, row).await
}

/// A carrier's word may overtake our own mark: what has ended stays as it ended.
async fn write(tx: &Tx, id: NotificationId, status: Status, row: ActiveModel) -> Result<bool> {
    let row = ActiveModel { status: Set(status), ..row };
    let written = Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::Status.is_in(OPEN)).exec(tx).await?;
    Ok(written.rows_affected > 0)
}
