//! What clients see of a ticket.

use crate::openapi::choices;
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::accounts::User;
use shared::clock::Time;
use shared::ids::{AttachmentId, MessageId, TicketId, UserId};
use shared::policy::{Actor, Permission};
use shared::support::list::{Row, Seen};
use shared::support::message::Author;
use shared::support::thread::Line;
use shared::support::{Category, Model, Priority, Status, Waiting, attachment, available_actions, event};
use utoipa::ToSchema;
use uuid::Uuid;

/// A ticket.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketOut {
    #[schema(value_type = Uuid)]
    id: TicketId,
    #[schema(example = "TCK-2026-000123")]
    reference: String,
    #[schema(value_type = Uuid)]
    user: UserId,
    subject: String,
    #[schema(schema_with = choices::<Status>)]
    status: Status,
    #[schema(schema_with = choices::<Category>)]
    category: Category,
    #[schema(schema_with = choices::<Priority>)]
    priority: Priority,
    assignee: Option<TicketPersonOut>,
    /// Whose turn it is.
    #[schema(schema_with = choices::<Waiting>)]
    waiting_on: Waiting,
    /// Messages of others that the caller has not read.
    unread: u64,
    last_message_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    resolved_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    /// Until when its customer may open it again.
    reopens_until: Option<DateTime<Utc>>,
    /// For staff.
    #[serde(flatten)]
    #[schema(value_type = Option<TicketStaffOut>)]
    staff: Option<TicketStaffOut>,
    /// What the caller can do with it now; `move:<STATUS>` is a move by staff.
    available_actions: Vec<String>,
    #[serde(skip)]
    version: i32,
}

/// Who cares for it: customers read a first name.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketPersonOut {
    /// For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    id: Option<UserId>,
    name: String,
}

impl TicketPersonOut {
    fn new(user: &User, is_staff: bool) -> Self {
        match is_staff {
            true => Self { id: Some(user.id), name: user.full_name() },
            false => Self { id: None, name: user.first_name.clone() },
        }
    }
}

/// What only staff see of a ticket.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketStaffOut {
    customer: TicketCustomerOut,
    first_response_due_at: DateTime<Utc>,
    first_responded_at: Option<DateTime<Utc>>,
    /// Moves on by every time that the customer takes to answer.
    resolution_due_at: DateTime<Utc>,
    /// Since when the clock stands still.
    paused_at: Option<DateTime<Utc>>,
    is_overdue: bool,
    created_by: Option<Uuid>,
}

/// Whose ticket it is.
#[derive(Serialize, ToSchema)]
struct TicketCustomerOut {
    name: String,
    email: String,
}

impl TicketStaffOut {
    fn new(row: &Row, now: Time) -> Self {
        let Row { ticket, customer, .. } = row;
        let (name, email) = customer.as_ref().map(|user| (user.full_name(), user.email.clone())).unwrap_or_default();
        Self {
            customer: TicketCustomerOut { name, email },
            first_response_due_at: ticket.first_response_due_at,
            first_responded_at: ticket.first_responded_at,
            resolution_due_at: ticket.resolution_due_at,
            paused_at: ticket.paused_at,
            is_overdue: ticket.is_overdue(now),
            created_by: ticket.created_by,
        }
    }
}

impl TicketOut {
    /// As `actor` may see it.
    pub(crate) fn new(actor: &Actor, row: &Row, now: Time) -> Self {
        let is_staff = actor.can(Permission::ManageTickets);
        let ticket: &Model = &row.ticket;
        let is_erased = row.customer.as_ref().is_some_and(|user| user.erased_at.is_some());
        Self {
            id: ticket.id,
            reference: ticket.reference.clone(),
            user: ticket.user_id,
            subject: ticket.subject.clone(),
            status: ticket.status,
            category: ticket.category,
            priority: ticket.priority,
            assignee: row.assignee.as_ref().map(|user| TicketPersonOut::new(user, is_staff)),
            waiting_on: ticket.waiting_on,
            unread: row.unread,
            last_message_at: ticket.last_message_at,
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            resolved_at: ticket.resolved_at,
            closed_at: ticket.closed_at,
            reopens_until: ticket.reopens_until(),
            staff: is_staff.then(|| TicketStaffOut::new(row, now)),
            available_actions: if is_erased { vec![] } else { available_actions(actor, ticket, now) },
            version: ticket.version,
        }
    }
}

/// A step that a ticket has taken.
#[derive(Serialize, ToSchema)]
struct TicketEventOut {
    #[schema(value_type = Option<String>)]
    from_status: Option<Status>,
    #[schema(schema_with = choices::<Status>)]
    status: Status,
    created_at: DateTime<Utc>,
    /// For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<Uuid>,
}

impl TicketEventOut {
    fn new(row: event::Model, is_staff: bool) -> Self {
        let created_by = row.created_by.filter(|_| is_staff);
        Self { from_status: row.from_status, status: row.status, created_at: row.created_at, created_by }
    }
}

/// A ticket with its description and where it has been.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketDetail {
    #[serde(flatten)]
    ticket: TicketOut,
    description: String,
    /// As they were taken.
    events: Vec<TicketEventOut>,
}

impl TicketDetail {
    /// As `actor` may see it.
    pub(crate) fn new(actor: &Actor, seen: Seen, now: Time) -> Self {
        let is_staff = actor.can(Permission::ManageTickets);
        Self {
            ticket: TicketOut::new(actor, &seen.row, now),
            description: seen.row.ticket.description,
            events: seen.events.into_iter().map(|event| TicketEventOut::new(event, is_staff)).collect(),
        }
    }

    /// Its id.
    pub(crate) fn id(&self) -> TicketId {
        self.ticket.id
    }

    /// Its version.
    pub(crate) fn version(&self) -> i32 {
        self.ticket.version
    }
}

/// A message.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketMessageOut {
    #[schema(value_type = Uuid)]
    id: MessageId,
    author: TicketAuthorOut,
    body: String,
    /// For staff: whether its customer does not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    internal: Option<bool>,
    attachments: Vec<TicketFileOut>,
    created_at: DateTime<Utc>,
}

/// Who wrote a message.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketAuthorOut {
    #[schema(schema_with = choices::<Author>)]
    kind: Author,
    /// For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    id: Option<UserId>,
    /// Customers read first names of staff. Null: the system, or somebody without a name.
    name: Option<String>,
}

impl TicketAuthorOut {
    /// As `actor` may see it.
    pub(crate) fn new(actor: &Actor, kind: Author, id: Option<UserId>, author: Option<User>) -> Self {
        let is_staff = actor.can(Permission::ManageTickets);
        let name = author.map(|author| match kind {
            Author::Staff if !is_staff => author.first_name,
            Author::Staff | Author::Customer | Author::System => author.full_name(),
        });
        Self { kind, id: id.filter(|_| is_staff), name: name.filter(|name| !name.is_empty()) }
    }
}

impl TicketMessageOut {
    /// As `actor` may see it.
    pub(crate) fn new(actor: &Actor, line: Line) -> Self {
        let Line { message, author, attachments } = line;
        let is_staff = actor.can(Permission::ManageTickets);
        Self {
            id: message.id,
            author: TicketAuthorOut::new(actor, message.author_kind, message.author_id, author),
            body: message.body,
            internal: is_staff.then_some(message.is_internal),
            attachments: attachments.into_iter().map(TicketFileOut::from).collect(),
            created_at: message.created_at,
        }
    }
}

/// A file; its bytes are at `…/attachments/{id}/`.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketFileOut {
    #[schema(value_type = Uuid)]
    id: AttachmentId,
    name: String,
    /// As judged by its content.
    #[schema(example = "image/png")]
    content_type: String,
    size: i64,
    /// Of its bytes, hex.
    sha256: String,
    created_at: DateTime<Utc>,
}

impl From<attachment::Model> for TicketFileOut {
    fn from(row: attachment::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            content_type: row.kind.media().to_owned(),
            size: row.bytes,
            sha256: row.sha256,
            created_at: row.created_at,
        }
    }
}

impl TicketFileOut {
    /// Its id.
    pub(crate) fn id(&self) -> AttachmentId {
        self.id
    }
}
