//! Table `notifications`.

use crate::clock::Time;
use crate::ids::{NotificationId, UserId};
use crate::{Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum Channel {
    InApp,
    Email,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// A job will send it.
    Queued,
    /// The carrier took it.
    Sent,
    /// The carrier refused it for good.
    Refused,
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

/// Remembers that the carrier took the message.
pub async fn sent(tx: &Tx, id: NotificationId, message_id: &str) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Sent))
        .col_expr(Column::MessageId, Expr::value(message_id))
        .col_expr(Column::SentAt, Expr::value(tx.now()));
    update.filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Remembers that the carrier refused it for good.
pub async fn refused(tx: &Tx, id: NotificationId, error: &str) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::Status, Expr::value(Status::Refused)).col_expr(Column::Error, Expr::value(error));
    update.filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}
