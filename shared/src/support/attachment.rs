//! Table `ticket_attachments`: files of a ticket. A row comes before its file and goes after it, so no file is ever without one;
//! the name on the disk is the row's id.

use super::kind::Kind;
use super::message::{self, Model as Message};
use super::ticket;
use crate::clock::Time;
use crate::error::Problems;
use crate::ids::{AttachmentId, MessageId, TicketId, UserId};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, QueryOrder};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// A file.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_attachments")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttachmentId,
    pub ticket_id: TicketId,
    /// None: it was uploaded, and no message was written with it yet.
    pub message_id: Option<MessageId>,
    pub uploader_id: UserId,
    pub name: String,
    pub kind: Kind,
    pub bytes: i64,
    /// Hex.
    pub sha256: String,
    pub created_at: Time,
    /// Since when the file is there.
    pub stored_at: Option<Time>,
    /// Since when it is to go.
    pub removed_at: Option<Time>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Where its file is.
    pub(super) fn file(&self) -> String {
        // the last digits of an id are the random ones: they spread the files over folders
        let id = self.id.0.simple().to_string();
        format!("tickets/{}/{}", &id[id.len() - 2..], self.id)
    }
}

/// Those that are there for people to see.
fn there() -> Condition {
    Condition::all().add(Column::StoredAt.is_not_null()).add(Column::RemovedAt.is_null())
}

/// Gives the actor's uploads to a new message, each once.
pub(super) async fn attach(tx: &Tx, actor: &Actor, message: &Message, ids: &[AttachmentId]) -> Result<Vec<Model>> {
    let mut problems = Problems::default();
    for (i, id) in ids.iter().enumerate() {
        let taken = Entity::update_many()
            .col_expr(Column::MessageId, Expr::value(message.id))
            .filter(Column::Id.eq(*id))
            .filter(Column::TicketId.eq(message.ticket_id))
            .filter(Column::UploaderId.eq(actor.user))
            .filter(Column::MessageId.is_null())
            .filter(there());
        let is_taken = taken.exec(tx).await?.rows_affected == 1;
        problems.check(is_taken, format!("attachments[{i}]"), "error-unknown-attachment");
    }
    problems.finish()?;
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Ok(of(tx, [message.id].into_iter()).await?.remove(&message.id).unwrap_or_default())
}

/// The files of each of these messages that has any, in the order in which they came; one statement for all.
pub(super) async fn of(db: &impl ConnectionTrait, messages: impl Iterator<Item = MessageId>) -> Result<HashMap<MessageId, Vec<Model>>> {
    let rows = Entity::find().filter(Column::MessageId.is_in(messages)).filter(there()).order_by_asc(Column::Id).all(db).await?;
    let mut files: HashMap<MessageId, Vec<Model>> = HashMap::new();
    for row in rows {
        if let Some(message) = row.message_id {
            files.entry(message).or_default().push(row);
        }
    }
    Ok(files)
}

/// A file as it is handed out.
#[derive(Clone, Debug)]
pub struct File {
    /// What is known of it.
    pub row: Model,
    /// As they came.
    pub bytes: Vec<u8>,
}

/// A file that the actor may see: of a message that they may see, or their own before it is in one.
pub async fn open(app: &App, actor: &Actor, ticket: TicketId, id: AttachmentId) -> Result<File> {
    let db = &app.db.conn;
    ticket::visible(db, actor, ticket).await?;
    let row = Entity::find_by_id(id).filter(Column::TicketId.eq(ticket)).filter(there()).one(db).await?.ok_or(Error::NotFound)?;
    let is_seen = match row.message_id {
        None => actor.user == Some(row.uploader_id),
        Some(_) if actor.can(Permission::ManageTickets) => true,
        Some(message) => message::Entity::find_by_id(message).one(db).await?.is_some_and(|message| !message.is_internal),
    };
    if !is_seen {
        return Err(Error::Hidden);
    }
    let (found, sha256) = (app.storage.get(&row.file()).await?, row.sha256.clone());
    let is_whole = move |bytes: &Vec<u8>| hex::encode(Sha256::digest(bytes)) == sha256;
    let whole = tokio::task::spawn_blocking(move || found.filter(is_whole)).await.map_err(Error::internal)?;
    let bytes = whole.ok_or_else(|| Error::internal(format!("the file of attachment {} is missing or damaged", row.id)))?;
    Ok(File { row, bytes })
}
