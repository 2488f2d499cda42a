//! What tickets say about a person: told to that person, and forgotten with the account. That somebody asked, when, and how it
//! went stays, because reports refer to it.

use super::attachment;
use super::jobs::SweepFiles;
use super::message;
use super::state::Status;
use super::steps;
use super::ticket::{self, Column, Entity, Model};
use crate::ids::{TicketId, UserId};
use crate::policy::Actor;
use crate::{Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use serde_json::json;
use std::collections::HashMap;

/// Rows of one page.
const PAGE: u64 = 20;

/// What is forgotten; $1 is the account. What staff wrote, even to each other, is about the person. Mails to staff repeat it.
const FORGET: [&str; 4] = [
    "UPDATE ticket_messages SET body = '' WHERE ticket_id IN (SELECT id FROM tickets WHERE user_id = $1)",
    "UPDATE notifications SET error = NULL, facts = NULL WHERE subject_id IN (SELECT id FROM tickets WHERE user_id = $1)",
    "DELETE FROM ticket_reads WHERE user_id = $1",
    "UPDATE tickets SET subject = '', description = '', searched = lower(reference), version = version + 1 WHERE user_id = $1",
];

/// The same for files; $2 is now.
const FORGET_FILES: &str = "UPDATE ticket_attachments SET name = '', removed_at = COALESCE(removed_at, $2) \
                            WHERE ticket_id IN (SELECT id FROM tickets WHERE user_id = $1)";

/// Closes the tickets of an account, which is locked, and takes out of them what was said. Their files go by a job.
pub async fn forget(tx: &Tx, user: UserId) -> Result<()> {
    let open = Entity::find().filter(Column::UserId.eq(user)).filter(Column::Status.ne(Status::Closed)).order_by_asc(Column::Id);
    // nobody is told: there is nobody to tell
    for mut row in open.lock_exclusive().all(tx).await? {
        steps::step(tx, &Actor::system(), &mut row, Status::Closed).await?;
        ticket::save(tx, &mut row).await?;
    }
    for sql in FORGET {
        tx.execute_raw(tx.app.db.sql(sql, vec![user.into()])).await?;
    }
    let files = tx.execute_raw(tx.app.db.sql(FORGET_FILES, vec![user.into(), tx.now().into()])).await?;
    if files.rows_affected() > 0 {
        tx.enqueue(SweepFiles {}).await?;
    }
    Ok(())
}

/// A page of somebody's tickets after one, as they would name them; empty when there are no more. Three statements, and no
/// internal note.
pub async fn tell(db: &impl ConnectionTrait, user: UserId, after: Uuid) -> Result<Vec<(Uuid, Json)>> {
    let rows = Entity::find().filter(Column::UserId.eq(user)).filter(Column::Id.gt(after));
    let rows = rows.order_by_asc(Column::Id).limit(PAGE).all(db).await?;
    let written = message::Entity::find().filter(message::Column::TicketId.is_in(rows.iter().map(|row| row.id)));
    let written = written.filter(message::Column::IsInternal.eq(false)).order_by_asc(message::Column::Position).all(db).await?;
    let mut files = attachment::of(db, written.iter().map(|message| message.id)).await?;
    let mut messages: HashMap<TicketId, Vec<Json>> = HashMap::new();
    for message in written {
        let told = tell_message(&message, files.remove(&message.id).unwrap_or_default());
        messages.entry(message.ticket_id).or_default().push(told);
    }
    Ok(rows.into_iter().map(|row| (row.id.0, told(&row, messages.remove(&row.id).unwrap_or_default()))).collect())
}

fn tell_message(message: &message::Model, files: Vec<attachment::Model>) -> Json {
    let told = |file: attachment::Model| json!({ "name": file.name, "content_type": file.kind.media(), "bytes": file.bytes, "sha256": file.sha256 });
    let attachments: Vec<Json> = files.into_iter().map(told).collect();
    json!({
        "author": message.author_kind, "body": message.body, "created_at": message.created_at, "attachments": attachments,
    })
}

fn told(row: &Model, messages: Vec<Json>) -> Json {
    json!({
        "id": row.id, "reference": row.reference, "subject": row.subject, "description": row.description, "category": row.category,
        "priority": row.priority, "status": row.status, "resolved_at": row.resolved_at, "closed_at": row.closed_at,
        "created_at": row.created_at, "updated_at": row.updated_at, "messages": messages,
    })
}
