//! Table `tickets`.

use super::sla::{Clock, Priority, Target, Targets};
use super::state::Status;
use super::tell;
use crate::accounts::{User, user};
use crate::clock::Time;
use crate::ids::{TicketId, UserId};
use crate::machine::By;
use crate::policy::{Actor, Permission};
use crate::settings::{self, Support};
use crate::{Error, Result, Tx};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};

/// A resolved ticket is closed after so long without a word, and a closed one is reopened within so long.
pub const WEEK: TimeDelta = TimeDelta::days(7);

/// A ticket.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TicketId,
    /// `TCK-2026-000123`
    pub reference: String,
    pub user_id: UserId,
    pub subject: String,
    pub description: String,
    pub category: Category,
    pub priority: Priority,
    pub status: Status,
    /// Who cares for it.
    pub assignee_id: Option<UserId>,
    /// Whose turn it is.
    pub waiting_on: Waiting,
    /// What a search looks through.
    pub searched: String,
    /// Of the setting `support`.
    pub targets_version: i32,
    pub first_response_due_at: Time,
    pub first_responded_at: Option<Time>,
    pub resolution_due_at: Time,
    /// Since when the clock stands still.
    pub paused_at: Option<Time>,
    /// When it is overdue, as far as is known now.
    pub overdue_at: Option<Time>,
    /// When a target is missed of which nobody was told.
    pub alarm_at: Option<Time>,
    /// When somebody was told.
    pub first_response_breached_at: Option<Time>,
    /// When somebody was told.
    pub resolution_breached_at: Option<Time>,
    pub resolved_at: Option<Time>,
    pub closed_at: Option<Time>,
    /// When a resolved one is closed, unless somebody says a word.
    pub close_at: Option<Time>,
    /// Of those that its customer sees.
    pub last_message_at: Time,
    pub created_by: Option<Uuid>,
    /// Raised by every change that its customer sees: the resource's ETag.
    pub version: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum Category {
    General,
    Shipment,
    #[sea_orm(string_value = "BUY4ME")]
    #[serde(rename = "BUY4ME")]
    Buy4Me,
    Billing,
    Account,
    Technical,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Waiting {
    /// We asked something.
    Customer,
    /// An answer is ours.
    Staff,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Its clock.
    pub fn clock(&self) -> Clock {
        Clock {
            first_response_due_at: self.first_response_due_at,
            first_responded_at: self.first_responded_at,
            resolution_due_at: self.resolution_due_at,
            paused_at: self.paused_at,
        }
    }

    /// Whether it is late now.
    pub fn is_overdue(&self, now: Time) -> bool {
        self.overdue_at.is_some_and(|at| at <= now)
    }

    /// Until when its customer may reopen a finished one. A resolved one that should be closed by now counts as closed.
    pub fn reopens_until(&self) -> Option<Time> {
        match self.status {
            Status::Open | Status::InProgress => None,
            Status::Resolved => self.close_at.map(|at| at + WEEK),
            Status::Closed => self.closed_at.map(|at| at + WEEK),
        }
    }

    /// Whether its customer may reopen it now.
    pub fn can_reopen(&self, now: Time) -> bool {
        self.reopens_until().is_some_and(|until| now < until)
    }

    /// What a search looks through, in lower case.
    pub(crate) fn words(&self) -> String {
        format!("{} {}", self.reference, self.subject).to_lowercase()
    }

    /// Takes a clock as it is after `change`, which may change anything else, too.
    pub(crate) fn tick(&mut self, change: impl FnOnce(&mut Clock)) {
        let mut clock = self.clock();
        change(&mut clock);
        self.first_response_due_at = clock.first_response_due_at;
        self.first_responded_at = clock.first_responded_at;
        self.resolution_due_at = clock.resolution_due_at;
        self.paused_at = clock.paused_at;
    }

    /// Lets the clock run or stand as state and turn say, and foresees when something is missed.
    pub(crate) fn keep_time(&mut self, now: Time) {
        let is_finished = self.status.is_finished();
        let runs = !is_finished && self.waiting_on == Waiting::Staff;
        self.tick(|clock| clock.set(runs, now));
        let clock = self.clock();
        self.overdue_at = clock.overdue_at().filter(|_| !is_finished);
        self.alarm_at = self.untold().into_iter().map(|(_, at)| at).min();
    }

    /// The targets that are or will be missed, and nobody was told.
    pub(super) fn untold(&self) -> Vec<(Target, Time)> {
        let clock = self.clock();
        let known = [(Target::FirstResponse, self.first_response_breached_at), (Target::Resolution, self.resolution_breached_at)];
        let untold = known.into_iter().filter(|(_, told)| told.is_none() && !self.status.is_finished());
        untold.filter_map(|(target, _)| Some((target, clock.missed_at(target)?))).collect()
    }

    /// How long each target may take it at a priority, by the setting as it was when the ticket was opened.
    pub(super) async fn targets(&self, db: &impl ConnectionTrait, priority: Priority) -> Result<Targets> {
        let setting: Support = settings::history::at(db, self.targets_version).await?;
        Ok(Targets::of(&setting, priority))
    }
}

/// As whom somebody who may see a ticket acts on it.
pub(super) fn acts_as(actor: &Actor, row: &Model) -> Result<By> {
    match actor.can(Permission::ManageTickets) {
        true if actor.user.is_none() => Ok(By::System),
        true => Ok(By::Staff),
        false if actor.user == Some(row.user_id) => Ok(By::Customer),
        false => Err(Error::Forbidden(Some(Permission::ManageTickets))),
    }
}

/// A ticket that the actor may see.
pub(super) async fn visible(db: &impl ConnectionTrait, actor: &Actor, id: TicketId) -> Result<Model> {
    let row = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    actor.owns_or_may(row.user_id, Permission::ManageTickets)?;
    Ok(row)
}

/// The ticket, locked until the transaction ends. Its customer's account is locked (shared) before it.
pub(super) async fn lock(tx: &Tx, id: TicketId) -> Result<(Model, User)> {
    let owner = Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?.user_id;
    let user = user::lock_shared(tx, owner).await?.ok_or(Error::NotFound)?;
    let row = Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(Error::NotFound)?;
    Ok((row, user))
}

/// The same, for somebody who may see it; nothing is done any more for somebody who was erased.
pub(super) async fn lock_for(tx: &Tx, actor: &Actor, id: TicketId) -> Result<(Model, User)> {
    let (row, user) = lock(tx, id).await?;
    actor.owns_or_may(row.user_id, Permission::ManageTickets)?;
    if user.erased_at.is_some() {
        return Err(Error::conflict("account-erased", &[]));
    }
    Ok((row, user))
}

/// Writes a changed ticket that is locked, as its next version.
pub(super) async fn save(tx: &Tx, row: &mut Model) -> Result<()> {
    row.version += 1;
    row.updated_at = tx.now();
    keep(tx, row).await?;
    tell::changed(tx, row).await
}

/// Writes what concerns only its clock: its customer sees no change.
pub(super) async fn keep(tx: &Tx, row: &mut Model) -> Result<()> {
    row.keep_time(tx.now());
    Entity::update(row.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}
