//! Changing a ticket: where it is, who cares for it, what it is about, and a word on the way.

use super::message::{self, NewMessage};
use super::sla::Priority;
use super::state::{self, Status};
use super::steps;
use super::ticket::{self, Category, Model, Waiting};
use crate::error::Problems;
use crate::ids::{TicketId, UserId};
use crate::machine::{self, By};
use crate::policy::{Actor, Permission};
use crate::{Result, Tx, audit, version};

/// What is to be different; the rest stays.
#[derive(Debug, Default)]
pub struct Edit {
    /// Where it goes.
    pub status: Option<Status>,
    /// Who cares for it; for staff.
    pub assignee: Option<Option<UserId>>,
    /// What it is about; for staff.
    pub category: Option<Category>,
    /// How much it presses; for staff.
    pub priority: Option<Priority>,
    /// A message to the customer; for staff.
    pub response: Option<String>,
    /// A message to colleagues; for staff.
    pub internal_note: Option<String>,
}

impl Edit {
    fn is_for_staff(&self) -> bool {
        let Self { status: _, assignee, category, priority, response, internal_note } = self;
        assignee.is_some() || category.is_some() || priority.is_some() || response.is_some() || internal_note.is_some()
    }
}

/// Changes a ticket of the version `expected`; what changes nothing that its customer sees makes no new version. The state comes
/// last: an answer and `RESOLVED` may come together.
pub async fn edit(tx: &Tx, actor: &Actor, id: TicketId, expected: Option<i32>, wanted: Edit) -> Result<Model> {
    let (mut row, _) = ticket::lock_for(tx, actor, id).await?;
    let by = ticket::acts_as(actor, &row)?;
    if wanted.is_for_staff() {
        actor.may(Permission::ManageTickets)?;
    }
    let (note, response) = checked(tx, &wanted).await?;
    version::check(expected, row.version)?;
    let before = row.clone();
    describe(tx, actor, &mut row, &wanted).await?;
    if let Some(assignee) = wanted.assignee {
        steps::assign(tx, actor, &mut row, assignee).await?;
    }
    let has_answered = response.is_some();
    for new in [note, response].into_iter().flatten() {
        message::put(tx, actor, by, &mut row, new).await?;
    }
    if let Some(to) = wanted.status.filter(|to| *to != row.status) {
        go(tx, actor, by, &mut row, to).await?;
    }
    // who was answered has the word, wherever the ticket went
    if has_answered && !row.status.is_finished() {
        row.waiting_on = Waiting::Customer;
    }
    if row != before {
        ticket::save(tx, &mut row).await?;
    }
    Ok(row)
}

/// Closes a ticket of the version `expected`. Twice is the same as once.
pub async fn close(tx: &Tx, actor: &Actor, id: TicketId, expected: Option<i32>) -> Result<Model> {
    edit(tx, actor, id, expected, Edit { status: Some(Status::Closed), ..Edit::default() }).await
}

/// Everything that can be wrong, at once; what is to be written.
async fn checked(tx: &Tx, wanted: &Edit) -> Result<(Option<NewMessage>, Option<NewMessage>)> {
    let mut problems = Problems::default();
    if let Some(Some(assignee)) = wanted.assignee {
        problems.take(steps::assignee(tx, assignee).await)?;
    }
    let mut text = |field: &str, text: &Option<String>, is_internal| {
        let body = super::words::body(&mut problems, field, text.as_deref()?);
        Some(NewMessage { body, is_internal, attachments: vec![] })
    };
    let note = text("internal_note", &wanted.internal_note, true);
    let response = text("response", &wanted.response, false);
    problems.finish()?;
    Ok((note, response))
}

/// What it is about, and how much it presses.
async fn describe(tx: &Tx, actor: &Actor, row: &mut Model, wanted: &Edit) -> Result<()> {
    let told = |row: &Model| serde_json::json!({ "category": row.category, "priority": row.priority });
    let before = told(row);
    row.category = wanted.category.unwrap_or(row.category);
    let priority = wanted.priority.unwrap_or(row.priority);
    if priority != row.priority {
        let (old, new) = (row.targets(tx, row.priority).await?, row.targets(tx, priority).await?);
        row.tick(|clock| clock.retarget(old, new));
        row.priority = priority;
    }
    let after = told(row);
    if after != before {
        audit::record(tx, actor, "ticket.changed", "ticket", row.id.0, Some(audit::changed(&before, &after))).await?;
    }
    Ok(())
}

async fn go(tx: &Tx, actor: &Actor, by: By, row: &mut Model, to: Status) -> Result<()> {
    let can_reopen = row.can_reopen(tx.now());
    let is_known = machine::allows(state::TABLE, by, &row.status, &to);
    if by == By::Customer && row.status.is_finished() && !to.is_finished() {
        // OPEN is how clients say it, wherever it leads
        if is_known && can_reopen && (to == Status::Open || to == steps::reopened(row)) {
            return steps::reopen(tx, actor, row).await;
        }
        return Err(steps::refused(by, row, can_reopen));
    }
    match is_known {
        true => steps::go(tx, actor, by, row, to).await,
        false => Err(steps::refused(by, row, can_reopen)),
    }
}
