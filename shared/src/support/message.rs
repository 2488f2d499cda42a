//! Table `ticket_messages`: what was written, in the order in which it was. What staff write to each other is internal: its
//! customer sees no trace of it.

use super::attachment;
use super::state::Status;
use super::steps;
use super::tell;
use super::ticket::{self, Model as Ticket, WEEK, Waiting};
use super::words;
use crate::clock::Time;
use crate::error::Problems;
use crate::i18n::Message;
use crate::ids::{AttachmentId, MessageId, TicketId, UserId};
use crate::machine::By;
use crate::policy::{Actor, Permission};
use crate::throttle::{self, Rule};
use crate::{App, Error, Result, Tx, audit};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Messages of one customer: each may be a mail to somebody.
const WRITTEN: Rule = Rule { name: "ticket-messages", most: 200, within: Duration::from_secs(3600), message: "error-too-many-messages" };

/// Files of one message.
pub const MOST_ATTACHMENTS: usize = 10;

/// A message.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_messages")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub ticket_id: TicketId,
    /// From 1. Its gaps would tell of internal notes, so it is never shown.
    pub position: i32,
    pub author_kind: Author,
    pub author_id: Option<UserId>,
    pub body: String,
    pub is_internal: bool,
    pub created_at: Time,
}

/// As whom it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum Author {
    Customer,
    Staff,
    System,
}

impl From<By> for Author {
    fn from(by: By) -> Self {
        match by {
            By::Customer => Self::Customer,
            By::Staff => Self::Staff,
            By::System => Self::System,
        }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A message as it is written.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    /// 1 to 10000 characters.
    pub body: String,
    /// For staff only.
    pub is_internal: bool,
    /// Files that the author uploaded to this ticket.
    pub attachments: Vec<AttachmentId>,
}

/// A message and the ticket as it is after it.
#[derive(Clone, Debug)]
pub struct Written {
    /// The ticket.
    pub ticket: Ticket,
    /// The message.
    pub message: Model,
    /// Its files.
    pub attachments: Vec<attachment::Model>,
}

/// Counts a message of a customer. Asked before the transaction, because it may ask Redis.
pub async fn may_write(app: &App, actor: &Actor) -> Result<()> {
    match actor.customer() {
        Some(customer) => throttle::count(app, &[(WRITTEN, customer.to_string())]).await,
        None => Ok(()),
    }
}

/// Writes a message into a ticket: a customer's opens it again, the first answer of staff takes it on. Works on every way in: by
/// request, and by live chat.
pub async fn write_message(tx: &Tx, actor: &Actor, id: TicketId, mut new: NewMessage) -> Result<Written> {
    let (mut row, _) = ticket::lock_for(tx, actor, id).await?;
    let by = ticket::acts_as(actor, &row)?;
    if new.is_internal {
        actor.may(Permission::ManageTickets)?;
    }
    let mut problems = Problems::default();
    new.body = words::body(&mut problems, "body", &new.body);
    let fits = new.attachments.len() <= MOST_ATTACHMENTS;
    problems.check(fits, "attachments", Message::new("error-too-many").with("max", MOST_ATTACHMENTS));
    problems.finish()?;
    let before = row.clone();
    let (message, attachments) = put(tx, actor, by, &mut row, new).await?;
    if row != before {
        ticket::save(tx, &mut row).await?;
    }
    Ok(Written { ticket: row, message, attachments })
}

/// Writes a checked message into a locked ticket, and what follows from it into its row; whoever calls saves that. An internal
/// note leaves the row as it was.
pub(super) async fn put(tx: &Tx, actor: &Actor, by: By, row: &mut Ticket, new: NewMessage) -> Result<(Model, Vec<attachment::Model>)> {
    let message = Model {
        id: MessageId::new(),
        ticket_id: row.id,
        position: last(tx, row.id).await? + 1,
        author_kind: by.into(),
        author_id: actor.user,
        body: new.body,
        is_internal: new.is_internal,
        created_at: tx.now(),
    };
    Entity::insert(message.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    let files = attachment::attach(tx, actor, &message, &new.attachments).await?;
    let is_staff = by == By::Staff;
    if is_staff {
        let action = if message.is_internal { "ticket.noted" } else { "ticket.answered" };
        let detail = serde_json::json!({ "message": message.id, "attachments": files.len() });
        audit::record(tx, actor, action, "ticket", row.id.0, Some(detail)).await?;
    }
    tell::written(tx, row, &message).await?;
    if !message.is_internal {
        row.last_message_at = message.created_at;
        match by {
            By::Customer => asked(tx, actor, row, &message.body).await?,
            By::Staff | By::System => answered(tx, actor, by, row, &message.body).await?,
        }
    }
    Ok((message, files))
}

/// Its customer wrote.
async fn asked(tx: &Tx, actor: &Actor, row: &mut Ticket, body: &str) -> Result<()> {
    match row.status.is_finished() {
        true => steps::reopen(tx, actor, row).await?,
        false => steps::let_go(tx, row).await?,
    }
    row.waiting_on = Waiting::Staff;
    tell::asked(tx, row, body).await
}

/// Staff wrote.
async fn answered(tx: &Tx, actor: &Actor, by: By, row: &mut Ticket, body: &str) -> Result<()> {
    match row.status {
        Status::Closed => return Err(steps::refused(by, row, false)),
        // a word more is a week more
        Status::Resolved => row.close_at = Some(tx.now() + WEEK),
        Status::Open if by == By::Staff => steps::go(tx, actor, by, row, Status::InProgress).await?,
        Status::Open | Status::InProgress => {}
    }
    if by == By::Staff {
        row.tick(|clock| clock.answered(tx.now()));
        row.waiting_on = Waiting::Customer;
    }
    tell::reply(tx, row, body).await
}

/// Position of the newest message, 0 when there is none.
async fn last(tx: &Tx, ticket: TicketId) -> Result<i32> {
    let newest = Entity::find().filter(Column::TicketId.eq(ticket)).select_only().column(Column::Position);
    let newest: Option<i32> = newest.order_by_desc(Column::Position).into_tuple().one(tx).await?;
    Ok(newest.unwrap_or(0))
}

/// The messages of a ticket that the actor may see.
pub(super) fn seen_by(actor: &Actor, ticket: TicketId) -> Select<Entity> {
    let all = Entity::find().filter(Column::TicketId.eq(ticket));
    if actor.can(Permission::ManageTickets) { all } else { all.filter(Column::IsInternal.eq(false)) }
}

/// A message of a ticket that the actor may see; `field` is how the client named it.
pub(super) async fn find(db: &impl ConnectionTrait, actor: &Actor, ticket: TicketId, id: MessageId, field: &str) -> Result<Model> {
    let found = seen_by(actor, ticket).filter(Column::Id.eq(id)).one(db).await?;
    found.ok_or_else(|| Error::invalid(field, "error-unknown-message"))
}
