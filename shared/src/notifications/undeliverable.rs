//! Addresses that carriers refuse. Table `undeliverable_addresses`. Messages that nobody must have are no longer sent there, so
//! that a carrier does not take us for a sender who does not listen; the first message that arrives clears an address.

use super::notification::Channel;
use crate::clock::Time;
use crate::{Result, Tx};
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

/// Servers try for five days before they send a mail back (RFC 5321, 4.5.4.1).
const BACK_BY: TimeDelta = TimeDelta::days(6);

/// An address that was refused.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "undeliverable_addresses")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: Channel,
    /// In lower case.
    #[sea_orm(primary_key, auto_increment = false)]
    pub address: String,
    /// What the carrier said last.
    pub reason: String,
    /// When a mail that its server had taken came back last.
    pub bounced_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is known against an address.
pub async fn find(db: &impl ConnectionTrait, channel: Channel, address: &str) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((channel, address.to_lowercase())).one(db).await?)
}

/// A carrier said that nobody can be reached there.
pub async fn mark(tx: &Tx, channel: Channel, address: &str, reason: &str) -> Result<()> {
    let row = ActiveModel {
        channel: Set(channel),
        address: Set(address.to_lowercase()),
        reason: Set(reason.chars().take(500).collect()),
        bounced_at: Set(None),
        created_at: Set(tx.now()),
        updated_at: Set(tx.now()),
    };
    let again = OnConflict::columns([Column::Channel, Column::Address]).update_columns([Column::Reason, Column::UpdatedAt]).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// A mail came back from it.
pub(super) async fn came_back(tx: &Tx, address: &str, reason: &str) -> Result<()> {
    mark(tx, Channel::Email, address, reason).await?;
    let row = ActiveModel { bounced_at: Set(Some(tx.now())), ..Default::default() };
    let of_address = Entity::update_many().set(row).filter(Column::Channel.eq(Channel::Email));
    of_address.filter(Column::Address.eq(address.to_lowercase())).exec(tx).await?;
    Ok(())
}

/// A message was taken for it. Where mails came back, a server takes them first: that alone says nothing for a while.
pub async fn clear(tx: &Tx, channel: Channel, address: &str) -> Result<()> {
    let of_address = Entity::delete_many().filter(Column::Channel.eq(channel)).filter(Column::Address.eq(address.to_lowercase()));
    let doubtful = Column::BouncedAt.is_null().or(Column::BouncedAt.lt(tx.now() - BACK_BY));
    of_address.filter(doubtful).exec(tx).await?;
    Ok(())
}

/// Nothing is known of these addresses any more: their owner is to be forgotten.
pub async fn forget(tx: &Tx, addresses: &[Option<&String>]) -> Result<()> {
    let addresses = addresses.iter().flatten().map(|address| address.to_lowercase());
    Entity::delete_many().filter(Column::Address.is_in(addresses)).exec(tx).await?;
    Ok(())
}
