//! Reading tickets: one with where it has been, or a page of many.

use super::event;
use super::read;
use super::sla::Priority;
use super::state::Status;
use super::ticket::{self, Category, Column, Entity, Model, Waiting};
use crate::accounts::{User, user};
use crate::clock::Time;
use crate::ids::{TicketId, UserId};
use crate::page::{Listed, Page, containing};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{Condition, Order, QueryOrder, QuerySelect, QueryTrait};
use std::collections::HashMap;

/// A ticket as the actor may see it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The ticket.
    pub ticket: Model,
    /// Whose it is.
    pub customer: Option<User>,
    /// Who cares for it.
    pub assignee: Option<User>,
    /// Messages of others that the actor may see and has not read.
    pub unread: u64,
}

/// A ticket with where it has been.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The ticket.
    pub row: Row,
    /// In the order in which they were taken.
    pub events: Vec<event::Model>,
}

/// A ticket that the actor may see.
pub async fn show(app: &App, actor: &Actor, id: TicketId) -> Result<Seen> {
    let ticket = ticket::visible(&app.db.conn, actor, id).await?;
    complete(&app.db.conn, actor, ticket).await
}

/// With what belongs to it, for somebody who may see it; after a change inside that change's transaction.
pub async fn complete(db: &impl ConnectionTrait, actor: &Actor, ticket: Model) -> Result<Seen> {
    let events = event::of(db, ticket.id).await?;
    let row = rows(db, actor, vec![ticket]).await?.pop().ok_or_else(|| Error::internal("a ticket was lost"))?;
    Ok(Seen { row, events })
}

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// Any of these; empty: those that somebody works on.
    pub status: Vec<Status>,
    /// Exactly.
    pub priority: Option<Priority>,
    /// Exactly.
    pub category: Option<Category>,
    /// One customer's; for staff.
    pub user: Option<UserId>,
    /// Theirs to care for; for staff.
    pub assignee: Option<UserId>,
    /// Nobody's to care for, or somebody's; for staff.
    pub unassigned: Option<bool>,
    /// Who has to say something next.
    pub waiting_on: Option<Waiting>,
    /// Late, or in time; for staff.
    pub overdue: Option<bool>,
    /// From, inclusive.
    pub created_from: Option<Time>,
    /// To, exclusive.
    pub created_before: Option<Time>,
    /// Part of a reference or subject, in any case; for staff also of the customer's e-mail address.
    pub search: Option<String>,
}

impl Filter {
    fn is_for_staff(&self) -> bool {
        self.user.is_some() || self.assignee.is_some() || self.unassigned.is_some() || self.overdue.is_some()
    }
}

/// Columns a list may be ordered by, as clients write them. An index is on each of these, followed by the id.
pub const ORDERINGS: &[(&str, Column)] = &[
    ("created_at", Column::CreatedAt),
    ("updated_at", Column::UpdatedAt),
    ("last_message_at", Column::LastMessageAt),
    ("reference", Column::Reference),
];

/// Tickets that the actor may see, newest first unless ordered otherwise. Four statements whatever the page size.
pub async fn list(app: &App, actor: &Actor, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Row>> {
    let db = &app.db.conn;
    if filter.is_for_staff() {
        actor.may(Permission::ManageTickets)?;
    }
    let is_staff = actor.can(Permission::ManageTickets);
    let own = match is_staff {
        true => None,
        false => Some(actor.user.ok_or(Error::Forbidden(None))?),
    };
    let chosen = narrowed(filter, is_staff, app.clock.now()).apply_if(own, |query, own| query.filter(Column::UserId.eq(own)));
    let count = chosen.clone().count(db).await?;
    let (column, direction) = order.unwrap_or((Column::CreatedAt, Order::Desc));
    let ordered = chosen.order_by(column, direction.clone()).order_by(Column::Id, direction);
    let found = ordered.offset(page.offset()).limit(page.size).all(db).await?;
    Ok(Listed { rows: rows(db, actor, found).await?, count })
}

pub(crate) fn narrowed(filter: Filter, is_staff: bool, now: Time) -> Select<Entity> {
    let status = match filter.status.is_empty() {
        true => vec![Status::Open, Status::InProgress],
        false => filter.status,
    };
    let late = Column::OverdueAt.lte(now);
    Entity::find()
        .filter(Column::Status.is_in(status))
        .apply_if(filter.priority, |q, priority| q.filter(Column::Priority.eq(priority)))
        .apply_if(filter.category, |q, category| q.filter(Column::Category.eq(category)))
        .apply_if(filter.user, |q, user| q.filter(Column::UserId.eq(user)))
        .apply_if(filter.assignee, |q, assignee| q.filter(Column::AssigneeId.eq(assignee)))
        .apply_if(filter.waiting_on, |q, who| q.filter(Column::WaitingOn.eq(who)))
        .apply_if(filter.unassigned, |q, nobodys| {
            q.filter(if nobodys { Column::AssigneeId.is_null() } else { Column::AssigneeId.is_not_null() })
        })
        .apply_if(filter.overdue, |q, is_late| {
            q.filter(if is_late { late } else { Column::OverdueAt.is_null().or(Column::OverdueAt.gt(now)) })
        })
        .apply_if(filter.created_from, |q, from| q.filter(Column::CreatedAt.gte(from)))
        .apply_if(filter.created_before, |q, before| q.filter(Column::CreatedAt.lt(before)))
        .apply_if(filter.search, |q, text| q.filter(searched(&text.to_lowercase(), is_staff)))
}

fn searched(text: &str, is_staff: bool) -> Condition {
    let found = Condition::any().add(Column::Searched.like(containing(text)));
    if !is_staff {
        return found;
    }
    let theirs = user::Entity::find().select_only().column(user::Column::Id).filter(user::Column::Email.like(containing(text)));
    found.add(Column::UserId.in_subquery(theirs.into_query()))
}

/// With people and what is unread: two statements for all.
async fn rows(db: &impl ConnectionTrait, actor: &Actor, tickets: Vec<Model>) -> Result<Vec<Row>> {
    let ids: Vec<TicketId> = tickets.iter().map(|ticket| ticket.id).collect();
    let unread = read::unread(db, actor, &ids).await?;
    let people = people(db, tickets.iter().flat_map(|ticket| [Some(ticket.user_id), ticket.assignee_id])).await?;
    let row = |ticket: Model| Row {
        customer: people.get(&ticket.user_id).cloned(),
        assignee: ticket.assignee_id.and_then(|id| people.get(&id).cloned()),
        unread: unread.get(&ticket.id).copied().unwrap_or_default(),
        ticket,
    };
    Ok(tickets.into_iter().map(row).collect())
}

/// The accounts of these ids; one statement, or none for nobody.
pub(super) async fn people(db: &impl ConnectionTrait, ids: impl Iterator<Item = Option<UserId>>) -> Result<HashMap<UserId, User>> {
    let mut ids: Vec<UserId> = ids.flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(db).await?;
    Ok(found.into_iter().map(|user| (user.id, user)).collect())
}
