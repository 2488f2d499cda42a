//! Who is told what about a ticket. Never anything of an internal note.

use super::sla::Target;
use super::ticket::Model;
use crate::accounts::user;
use crate::i18n::Message;
use crate::ids::UserId;
use crate::notifications::{self, Event};
use crate::{Result, Tx};
use sea_orm::ActiveEnum;

/// How much of a message a mail shows.
const EXCERPT: usize = 300;

/// Its customer: staff answered.
pub(super) async fn reply(tx: &Tx, row: &Model, body: &str) -> Result<()> {
    let facts = serde_json::json!({ "reference": row.reference, "topic": row.subject, "excerpt": excerpt(body) });
    notifications::tell(tx, row.user_id, Event::TicketReply, row.id.0, facts).await
}

/// Who cares for it: its customer wrote.
pub(super) async fn message(tx: &Tx, row: &Model, body: &str) -> Result<()> {
    let Some(assignee) = row.assignee_id else { return Ok(()) };
    let facts = serde_json::json!({ "reference": row.reference, "topic": row.subject, "excerpt": excerpt(body) });
    notifications::tell(tx, assignee, Event::TicketMessage, row.id.0, facts).await
}

/// Its customer: it is finished.
pub(super) async fn status(tx: &Tx, row: &Model) -> Result<()> {
    let facts = serde_json::json!({ "reference": row.reference, "topic": row.subject, "status": row.status.to_value() });
    notifications::tell(tx, row.user_id, Event::TicketStatus, row.id.0, facts).await
}

/// Somebody: it is theirs now.
pub(super) async fn assigned(tx: &Tx, row: &Model, assignee: UserId) -> Result<()> {
    let facts = serde_json::json!({ "reference": row.reference, "topic": row.subject });
    notifications::tell(tx, assignee, Event::TicketAssigned, row.id.0, facts).await
}

/// Who cares for it: a target was missed. Said by the one event that reminds of a ticket of one's own, in its topic.
pub(super) async fn overdue(tx: &Tx, row: &Model, target: Target) -> Result<()> {
    let Some(assignee) = row.assignee_id else { return Ok(()) };
    let language = user::find(tx, assignee).await?.language;
    let words = match target {
        Target::FirstResponse => "ticket-overdue-answer",
        Target::Resolution => "ticket-overdue-resolution",
    };
    let topic = Message::new(words).with("topic", &row.subject).text(&language);
    let facts = serde_json::json!({ "reference": row.reference, "topic": topic });
    notifications::tell(tx, assignee, Event::TicketAssigned, row.id.0, facts).await
}

/// How a message begins, on one line.
fn excerpt(body: &str) -> String {
    let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXCERPT {
        return line;
    }
    line.chars().take(EXCERPT - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_of_at_most_three_hundred_characters() {
        assert_eq!(excerpt(" Hello,\n\n  you  "), "Hello, you");
        for text in ["x".repeat(300), "ж".repeat(301), "😀 ".repeat(400)] {
            let short = excerpt(&text);
            assert!(short.chars().count() <= 300 && text.starts_with(short.trim_end_matches('…')), "{short}");
        }
    }
}
