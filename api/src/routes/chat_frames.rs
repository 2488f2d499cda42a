//! What passes through a chat: JSON objects with a `type` (`docs/chat.md`).

use super::ticket_out::{TicketAuthorOut, TicketMessageOut, TicketOut};
use crate::error::{Failure, Result};
use crate::explain::read_json;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::Error;
use shared::ids::{AttachmentId, MessageId};
use shared::policy::Actor;
use shared::support::chat::{Does, Found, Person};
use shared::support::{NewMessage, Status};

/// What clients send.
pub(crate) enum FrameIn {
    /// A message, with the client's own name for it.
    Message(NewMessage, Option<String>),
    /// Typing, a note if true.
    Typing(bool),
    /// Read, to here or to the end.
    Read(Option<MessageId>),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Message,
    Typing,
    Read,
}

/// Enough to know how to read the rest.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: Kind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageIn {
    #[serde(rename = "type")]
    _kind: Kind,
    body: String,
    internal: Option<bool>,
    #[serde(default)]
    attachments: Vec<AttachmentId>,
    #[serde(rename = "ref")]
    reference: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypingIn {
    #[serde(rename = "type")]
    _kind: Kind,
    internal: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadIn {
    #[serde(rename = "type")]
    _kind: Kind,
    message: Option<MessageId>,
}

impl FrameIn {
    /// Reads a frame; what is wrong names its field.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let bytes = text.as_bytes();
        Ok(match read_json::<Head>(bytes)?.kind {
            Kind::Message => {
                let MessageIn { body, internal, attachments, reference, .. } = read_json(bytes)?;
                if reference.as_deref().is_some_and(|reference| !is_reference(reference)) {
                    return Err(Error::invalid("ref", "error-chat-ref").into());
                }
                Self::Message(NewMessage { body, is_internal: internal.unwrap_or_default(), attachments }, reference)
            }
            Kind::Typing => Self::Typing(read_json::<TypingIn>(bytes)?.internal.unwrap_or_default()),
            Kind::Read => Self::Read(read_json::<ReadIn>(bytes)?.message),
        })
    }

    /// The client's name for a frame, as far as it can be read at all: what is refused is named by it.
    pub(crate) fn reference(text: &str) -> Option<String> {
        let frame: Value = serde_json::from_str(text).ok()?;
        frame["ref"].as_str().filter(|reference| is_reference(reference)).map(str::to_owned)
    }
}

fn is_reference(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What we send.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum FrameOut {
    /// First of all.
    Hello { ticket: Box<TicketOut>, unread: u64 },
    /// Something was written.
    Message { message: TicketMessageOut },
    /// What the client named so was written.
    Sent {
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        message: MessageId,
    },
    /// Somebody types.
    Typing { by: TicketAuthorOut },
    /// Somebody has read up to here.
    Read { by: TicketAuthorOut, message: MessageId },
    /// The ticket is another.
    Ticket { status: Status, available_actions: Vec<String> },
    /// A frame was refused.
    Error {
        #[serde(flatten)]
        problem: Value,
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
}

impl FrameOut {
    /// What a look found, as `actor` may see it.
    pub(crate) fn found(actor: &Actor, found: Found) -> Self {
        match found {
            Found::Line(line) => Self::Message { message: TicketMessageOut::new(actor, *line) },
            Found::State(status, available_actions) => Self::Ticket { status, available_actions },
        }
    }

    /// What somebody else does, as `actor` may see it.
    pub(crate) fn does(actor: &Actor, person: Person, does: Does) -> Self {
        let by = TicketAuthorOut::new(actor, person.kind, Some(person.user.id), Some(person.user));
        match does {
            Does::Types => Self::Typing { by },
            Does::Reads(message) => Self::Read { by, message },
        }
    }

    /// Why a frame was refused: the problem that the same request would have, without what belongs to requests.
    pub(crate) fn error(failure: &Failure, language: &str, reference: Option<String>) -> Self {
        let mut problem = serde_json::to_value(failure.problem(language, "")).unwrap_or_default();
        if let Some(fields) = problem.as_object_mut() {
            ["type", "title", "status", "request_id"].iter().for_each(|name| drop(fields.remove(*name)));
            fields.extend(failure.retry_after().map(|seconds| ("retry_after".to_owned(), seconds.into())));
        }
        Self::Error { problem, reference }
    }

    /// As it goes out.
    pub(crate) fn text(&self) -> Result<String> {
        Ok(serde_json::to_string(self).map_err(Error::internal)?)
    }
}
