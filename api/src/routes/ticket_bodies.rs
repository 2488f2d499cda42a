//! Tickets as clients write them.

use crate::openapi::choices;
use crate::patch::{self, Patch};
use serde::Deserialize;
use shared::ids::{AttachmentId, MessageId, UserId};
use shared::support::{Category, Edit, NewMessage, NewTicket, Priority, Status};
use utoipa::ToSchema;

/// A new ticket.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TicketIn {
    /// Whose, for staff; the caller's own when absent.
    #[schema(value_type = Option<Uuid>)]
    user: Option<UserId>,
    #[schema(min_length = 1, max_length = 200)]
    subject: String,
    #[schema(min_length = 1, max_length = 10_000)]
    description: String,
    /// GENERAL when absent.
    #[schema(value_type = Option<String>, example = "SHIPMENT")]
    category: Option<Category>,
    /// NORMAL when absent.
    #[schema(value_type = Option<String>, example = "NORMAL")]
    priority: Option<Priority>,
}

impl From<TicketIn> for NewTicket {
    fn from(body: TicketIn) -> Self {
        let TicketIn { user, subject, description, category, priority } = body;
        Self { user, subject, description, category, priority }
    }
}

/// What is to be different. Customers change the status: `CLOSED`, or `OPEN` to open it again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TicketPatch {
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(schema_with = choices::<Status>)]
    status: Option<Status>,
    /// For staff: somebody who may manage tickets, or null for nobody.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    assignee: Patch<UserId>,
    /// For staff.
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(schema_with = choices::<Category>)]
    category: Option<Category>,
    /// For staff.
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(schema_with = choices::<Priority>)]
    priority: Option<Priority>,
    /// For staff: a message to the customer.
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(min_length = 1, max_length = 10_000)]
    response: Option<String>,
    /// For staff: a message that the customer never sees.
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(min_length = 1, max_length = 10_000)]
    internal_note: Option<String>,
}

impl From<TicketPatch> for Edit {
    fn from(body: TicketPatch) -> Self {
        let TicketPatch { status, assignee, category, priority, response, internal_note } = body;
        Self { status, assignee: assignee.asked(), category, priority, response, internal_note }
    }
}

/// A message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TicketMessageIn {
    #[schema(min_length = 1, max_length = 10_000)]
    body: String,
    /// For staff: the customer never sees it.
    internal: Option<bool>,
    /// Files that the caller uploaded to this ticket.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>, max_items = 10)]
    attachments: Vec<AttachmentId>,
}

impl From<TicketMessageIn> for NewMessage {
    fn from(body: TicketMessageIn) -> Self {
        let TicketMessageIn { body, internal, attachments } = body;
        Self { body, is_internal: internal.unwrap_or_default(), attachments }
    }
}

/// How far the caller has read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TicketReadIn {
    /// The newest when absent.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) message: Option<MessageId>,
}
