//! A file comes in: its row, then the file, then the mark that it is there. A process that dies in between leaves a row that
//! nobody sees: the same request goes on with it, and else the sweep takes it away with whatever there is of its file.

use super::attachment::{self, Column, Entity, Model};
use super::file_name;
use super::kind::Kind;
use super::message;
use super::steps;
use super::ticket;
use crate::i18n::Message;
use crate::idempotency::Held;
use crate::ids::{AttachmentId, TicketId};
use crate::machine::By;
use crate::policy::{Actor, Permission};
use crate::throttle::{self, Rule};
use crate::{App, Error, Result, Tx, audit};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{IntoActiveModel, QuerySelect, QueryTrait};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Most bytes of a file.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// Files of one ticket, as far as whoever uploads one can see them.
const MOST: u64 = 50;
/// Files of one customer.
const UPLOADED: Rule =
    Rule { name: "ticket-uploads", most: 100, within: Duration::from_secs(24 * 3600), message: "error-too-many-uploads" };

/// A file that was looked at.
#[derive(Debug)]
pub struct Judged {
    kind: Kind,
    sha256: String,
    bytes: Vec<u8>,
}

/// Looks what a file is; `None`: nothing that we take. What was declared must be what it is.
pub async fn judge(declared: Kind, bytes: Vec<u8>) -> Result<Option<Judged>> {
    let judged = tokio::task::spawn_blocking(move || {
        let kind = Kind::judge(&bytes)?;
        Ok::<_, Error>(kind.map(|kind| Judged { kind, sha256: hex::encode(Sha256::digest(&bytes)), bytes }))
    });
    // whatever makes a reader of pictures panic is no picture
    let judged = judged.await.map_err(|_| Error::invalid("file", "error-attachment-picture"))??;
    match &judged {
        Some(Judged { kind, .. }) if *kind != declared => {
            Err(Error::invalid("Content-Type", Message::new("error-attachment-mismatch").with("found", kind.media())))
        }
        Some(_) | None => Ok(judged),
    }
}

/// Keeps a file for a ticket and its uploader, who then writes a message with it. [`finish`] makes it true.
pub async fn keep(app: &App, actor: &Actor, ticket: TicketId, name: Option<&str>, file: Judged, held: Option<&Held>) -> Result<Model> {
    let name = file_name::clean(name, file.kind)?;
    let begun = held.and_then(|held| held.resource).map(AttachmentId);
    if begun.is_none()
        && let Some(customer) = actor.customer()
    {
        ticket::visible(&app.db.conn, actor, ticket).await?;
        throttle::count(app, &[(UPLOADED, customer.to_string())]).await?;
    }
    let tx = app.begin().await?;
    let (ticket, _) = ticket::lock_for(&tx, actor, ticket).await?;
    if ticket::acts_as(actor, &ticket)? == By::Customer && ticket.status.is_finished() && !ticket.can_reopen(tx.now()) {
        return Err(steps::closed());
    }
    let row = match resume(&tx, begun).await? {
        Some(row) => row,
        None => reserve(&tx, actor, &ticket, name, &file).await?,
    };
    if let Some(held) = held {
        held.made(&tx, row.id.0).await?;
    }
    tx.commit().await?;
    app.storage.put(&row.file(), file.bytes).await?;
    Ok(row)
}

/// The row of an upload that died, as young as if it were new: the sweep must not take what is being written.
async fn resume(tx: &Tx, begun: Option<AttachmentId>) -> Result<Option<Model>> {
    let Some(id) = begun else { return Ok(None) };
    let young = Entity::update_many().col_expr(Column::CreatedAt, Expr::value(tx.now()));
    young.filter(Column::Id.eq(id)).filter(Column::RemovedAt.is_null()).exec(tx).await?;
    Ok(Entity::find_by_id(id).filter(Column::RemovedAt.is_null()).one(tx).await?)
}

async fn reserve(tx: &Tx, actor: &Actor, ticket: &ticket::Model, name: String, file: &Judged) -> Result<Model> {
    let mut all = Entity::find().filter(Column::TicketId.eq(ticket.id)).filter(Column::RemovedAt.is_null());
    if !actor.can(Permission::ManageTickets) {
        // a limit that counted what is internal would tell of it
        let seen = message::seen_by(actor, ticket.id).select_only().column(message::Column::Id).into_query();
        all = all.filter(Column::MessageId.in_subquery(seen).or(Column::UploaderId.eq(ticket.user_id)));
    }
    if all.count(tx).await? >= MOST {
        return Err(Error::conflict("ticket-attachments-full", &[]));
    }
    let row = Model {
        id: AttachmentId::new(),
        ticket_id: ticket.id,
        message_id: None,
        uploader_id: actor.user.ok_or(Error::Forbidden(None))?,
        name,
        kind: file.kind,
        bytes: i64::try_from(file.bytes.len()).map_err(Error::internal)?,
        sha256: file.sha256.clone(),
        created_at: tx.now(),
        stored_at: None,
        removed_at: None,
    };
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(row)
}

/// Notes that the file is there. A row that was taken back meanwhile keeps its place until the sweep has taken the file.
pub async fn finish(tx: &Tx, actor: &Actor, id: AttachmentId) -> Result<Model> {
    let (ticket, _) = ticket::lock_for(tx, actor, of_ticket(tx, id).await?).await?;
    let row = Entity::find_by_id(id).filter(Column::RemovedAt.is_null()).one(tx).await?.ok_or(Error::NotFound)?;
    let stored_at = row.stored_at.or(Some(tx.now()));
    let mark = attachment::ActiveModel { id: Unchanged(id), stored_at: Set(stored_at), ..Default::default() };
    Entity::update(mark).exec_without_returning(tx).await?;
    if ticket::acts_as(actor, &ticket)? == By::Staff {
        let detail = serde_json::json!({ "attachment": id, "kind": row.kind.media(), "bytes": row.bytes });
        audit::record(tx, actor, "ticket.file_uploaded", "ticket", ticket.id.0, Some(detail)).await?;
    }
    Ok(Model { stored_at, ..row })
}

async fn of_ticket(tx: &Tx, id: AttachmentId) -> Result<TicketId> {
    Ok(Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?.ticket_id)
}
