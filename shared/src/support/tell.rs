//! Who is told what about a ticket. Its customer never hears anything of an internal note.

use super::message;
use super::sla::Target;
use super::ticket::Model;
use crate::ids::UserId;
use crate::live::{LiveEvent, Word};
use crate::notifications::{self, Event};
use crate::{Result, Tx};
use sea_orm::ActiveEnum;

/// How much of a message a mail shows.
const EXCERPT: usize = 300;

/// The screens of its customer and of who cares for it: it is another than it was.
pub(super) async fn changed(tx: &Tx, row: &Model) -> Result<()> {
    tx.say(row.id, Word::Look);
    let data = serde_json::json!({ "id": row.id, "reference": row.reference, "status": row.status, "version": row.version });
    for user in [Some(row.user_id), row.assignee_id].into_iter().flatten() {
        tx.publish(user, LiveEvent { kind: "ticket.changed", data: data.clone() }).await?;
    }
    Ok(())
}

/// The same screens: something was written. An internal note is for staff alone.
pub(super) async fn written(tx: &Tx, row: &Model, message: &message::Model) -> Result<()> {
    tx.say(row.id, Word::Look);
    let data = serde_json::json!({ "id": message.id, "ticket": row.id });
    let customer = (!message.is_internal).then_some(row.user_id);
    for user in [customer, row.assignee_id].into_iter().flatten() {
        tx.publish(user, LiveEvent { kind: "ticket.message", data: data.clone() }).await?;
    }
    Ok(())
}

/// Its customer: staff answered.
pub(super) async fn reply(tx: &Tx, row: &Model, body: &str) -> Result<()> {
    let facts = serde_json::json!({ "reference": row.reference, "topic": row.subject, "excerpt": excerpt(body) });
    notifications::tell(tx, row.user_id, Event::TicketReply, row.id.0, facts).await
}

/// Who cares for it: its customer wrote.
pub(super) async fn asked(tx: &Tx, row: &Model, body: &str) -> Result<()> {
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

/// Who cares for it: a target was missed.
pub(super) async fn overdue(tx: &Tx, row: &Model, target: Target) -> Result<()> {
    let Some(assignee) = row.assignee_id else { return Ok(()) };
    let target = match target {
        Target::FirstResponse => "answer",
        Target::Resolution => "resolution",
    };
    let facts = serde_json::json!({ "reference": row.reference, "topic": row.subject, "target": target });
    notifications::tell(tx, assignee, Event::TicketOverdue, row.id.0, facts).await
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
