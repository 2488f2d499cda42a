//! Reading what was written in a ticket, as the actor may see it.

use super::attachment;
use super::list::people;
use super::message::{self, Column, Model};
use super::ticket;
use crate::accounts::User;
use crate::ids::{MessageId, TicketId};
use crate::page::{Listed, Page};
use crate::policy::Actor;
use crate::{App, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, QueryTrait};

/// A message with who wrote it and its files.
#[derive(Clone, Debug)]
pub struct Line {
    /// The message.
    pub message: Model,
    /// Who wrote it; none is the system.
    pub author: Option<User>,
    /// In the order in which they came.
    pub attachments: Vec<attachment::Model>,
}

/// The messages of a ticket, or those after one of them, oldest first. Five statements whatever the page size, six after one.
pub async fn messages(app: &App, actor: &Actor, id: TicketId, after: Option<MessageId>, page: Page) -> Result<Listed<Line>> {
    let db = &app.db.conn;
    ticket::visible(db, actor, id).await?;
    let after = match after {
        Some(after) => Some(message::find(db, actor, id, after, "after").await?.position),
        None => None,
    };
    let chosen = message::seen_by(actor, id).apply_if(after, |query, position| query.filter(Column::Position.gt(position)));
    let count = chosen.clone().count(db).await?;
    let found = chosen.order_by_asc(Column::Position).offset(page.offset()).limit(page.size).all(db).await?;
    Ok(Listed { rows: lines(db, found).await?, count })
}

/// With who wrote them and their files: two statements for all.
pub async fn lines(db: &impl ConnectionTrait, messages: Vec<Model>) -> Result<Vec<Line>> {
    let mut files = attachment::of(db, messages.iter().map(|message| message.id)).await?;
    let people = people(db, messages.iter().map(|message| message.author_id)).await?;
    let line = |message: Model| Line {
        author: message.author_id.and_then(|id| people.get(&id).cloned()),
        attachments: files.remove(&message.id).unwrap_or_default(),
        message,
    };
    Ok(messages.into_iter().map(line).collect())
}
