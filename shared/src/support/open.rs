//! A new ticket: OPEN, and its clock runs.

use super::event;
use super::sla::{Clock, Priority, Targets};
use super::state::Status;
use super::ticket::{Category, Entity, Model, Waiting};
use super::words;
use crate::accounts::{User, user};
use crate::error::Problems;
use crate::ids::{TicketId, UserId};
use crate::policy::{Actor, Permission};
use crate::settings::{self, Support, Versioned};
use crate::throttle::{self, Rule};
use crate::{App, Result, Tx, audit, reference};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use std::time::Duration;

/// New tickets of one customer.
const OPENED: Rule = Rule { name: "tickets", most: 20, within: Duration::from_secs(24 * 3600), message: "error-too-many-tickets" };

/// A ticket as it is asked for.
#[derive(Clone, Debug)]
pub struct NewTicket {
    /// Whose; for staff. None: the actor's own.
    pub user: Option<UserId>,
    /// In one line.
    pub subject: String,
    /// At length.
    pub description: String,
    /// GENERAL when absent.
    pub category: Option<Category>,
    /// NORMAL when absent.
    pub priority: Option<Priority>,
}

impl NewTicket {
    fn checked(mut self) -> Result<Self> {
        let mut problems = Problems::default();
        self.subject = words::subject(&mut problems, "subject", &self.subject);
        self.description = words::body(&mut problems, "description", &self.description);
        problems.finish()?;
        Ok(self)
    }
}

/// Counts a new ticket of a customer, if it can be opened at all. Asked before the transaction, because it may ask Redis.
pub async fn admit(app: &App, actor: &Actor, new: &NewTicket) -> Result<()> {
    new.clone().checked()?;
    match actor.customer() {
        Some(customer) => throttle::count(app, &[(OPENED, customer.to_string())]).await,
        None => Ok(()),
    }
}

/// Opens a ticket; staff for a customer, who called.
pub async fn open(tx: &Tx, actor: &Actor, new: NewTicket) -> Result<Model> {
    let owner = customer(tx, actor, new.user).await?;
    let new = new.checked()?;
    let Versioned { value, version } = settings::read::<Support>(&tx.app, tx).await?;
    let (now, priority) = (tx.now(), new.priority.unwrap_or(Priority::Normal));
    let clock = Clock::start(now, Targets::of(&value, priority));
    let mut row = Model {
        id: TicketId::new(),
        reference: reference::next(tx, "TCK").await?,
        user_id: owner.id,
        subject: new.subject,
        description: new.description,
        category: new.category.unwrap_or(Category::General),
        priority,
        status: Status::Open,
        assignee_id: None,
        waiting_on: Waiting::Staff,
        searched: String::new(),
        targets_version: version,
        first_response_due_at: clock.first_response_due_at,
        first_responded_at: None,
        resolution_due_at: clock.resolution_due_at,
        paused_at: None,
        overdue_at: None,
        alarm_at: None,
        first_response_breached_at: None,
        resolution_breached_at: None,
        resolved_at: None,
        closed_at: None,
        close_at: None,
        last_message_at: now,
        created_by: actor.user.map(|user| user.0),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    row.searched = row.words();
    row.keep_time(now);
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    super::tell::changed(tx, &row).await?;
    event::add(tx, actor, &row, None).await?;
    let detail = serde_json::json!({
        "reference": row.reference, "user": row.user_id, "category": row.category, "priority": row.priority,
    });
    audit::record(tx, actor, "ticket.opened", "ticket", row.id.0, Some(detail)).await?;
    Ok(row)
}

/// Whose ticket it becomes.
async fn customer(tx: &Tx, actor: &Actor, named: Option<UserId>) -> Result<User> {
    if named.is_some() && named != actor.user {
        actor.may(Permission::ManageTickets)?;
    }
    user::lock_customer(tx, actor, named, |user| user.is_active).await
}
