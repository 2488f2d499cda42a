//! The centre: what a person was told, newest first, and what they have read of it. And for staff, how every message ended.

use super::event::Event;
use super::notification::{ActiveModel, Channel, Column, Entity, Model, Status};
use crate::clock::Time;
use crate::ids::{NotificationId, UserId};
use crate::live::LiveEvent;
use crate::page::{Listed, Page};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, QueryTrait, Select};

/// Most that are marked as read by their ids at once.
pub const MOST: usize = 100;

fn mine(actor: &Actor) -> Result<Select<Entity>> {
    let owner = actor.user.ok_or(Error::Forbidden(None))?;
    Ok(Entity::find().filter(Column::UserId.eq(owner)).filter(Column::Channel.eq(Channel::InApp)))
}

/// What the caller was told. `unread`: only what they have read, or have not.
pub async fn centre(app: &App, actor: &Actor, unread: Option<bool>, event: Option<Event>, page: Page) -> Result<Listed<Model>> {
    let db = &app.db.conn;
    let wanted = mine(actor)?
        .apply_if(unread, |query, unread| query.filter(if unread { Column::ReadAt.is_null() } else { Column::ReadAt.is_not_null() }))
        .apply_if(event, |query, event| query.filter(Column::Event.eq(event.name())));
    let count = wanted.clone().count(db).await?;
    let rows = wanted.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).offset(page.offset()).limit(page.size);
    Ok(Listed { rows: rows.all(db).await?, count })
}

/// How much of it the caller has not read.
pub async fn unread(db: &impl ConnectionTrait, actor: &Actor) -> Result<u64> {
    Ok(mine(actor)?.filter(Column::ReadAt.is_null()).count(db).await?)
}

/// A message of the caller's centre.
pub async fn own(app: &App, actor: &Actor, id: NotificationId) -> Result<Model> {
    let found = Entity::find_by_id(id).filter(Column::Channel.eq(Channel::InApp)).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    if actor.user == Some(found.user_id) { Ok(found) } else { Err(Error::Hidden) }
}

/// What is marked as read.
#[derive(Clone, Debug)]
pub enum Which {
    /// These, as far as they are the caller's; at most [`MOST`].
    These(Vec<NotificationId>),
    /// All.
    All,
}

/// Marks as read and answers how many are left. What was read before stays as it was.
pub async fn read(app: &App, actor: &Actor, which: Which) -> Result<u64> {
    let owner = actor.user.ok_or(Error::Forbidden(None))?;
    let tx = app.begin().await?;
    let mut update = Entity::update_many()
        .set(ActiveModel { read_at: Set(Some(tx.now())), ..Default::default() })
        .filter(Column::UserId.eq(owner))
        .filter(Column::Channel.eq(Channel::InApp))
        .filter(Column::ReadAt.is_null());
    if let Which::These(ids) = which {
        if ids.len() > MOST {
            return Err(Error::invalid("ids", crate::i18n::Message::new("error-too-many").with("max", MOST)));
        }
        update = update.filter(Column::Id.is_in(ids));
    }
    let read = update.exec(&tx).await?.rows_affected;
    let left = unread(&tx, actor).await?;
    if read > 0 {
        // the other screens of the same person
        let data = serde_json::json!({ "unread": left });
        tx.publish(owner, LiveEvent { kind: "notification.read", data }).await?;
    }
    tx.commit().await?;
    Ok(left)
}

/// Which messages staff want to see.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// To this person.
    pub user: Option<UserId>,
    /// On this channel.
    pub channel: Option<Channel>,
    /// That ended like this.
    pub status: Option<Status>,
    /// From, inclusive.
    pub created_from: Option<Time>,
    /// To, exclusive.
    pub created_before: Option<Time>,
}

/// Messages to anybody, newest first.
pub async fn all(app: &App, actor: &Actor, filter: Filter, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ViewUsers)?;
    let db = &app.db.conn;
    let wanted = narrowed(filter);
    let count = wanted.clone().count(db).await?;
    let rows = wanted.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).offset(page.offset()).limit(page.size);
    Ok(Listed { rows: rows.all(db).await?, count })
}

pub(crate) fn narrowed(filter: Filter) -> Select<Entity> {
    Entity::find()
        .apply_if(filter.user, |query, user| query.filter(Column::UserId.eq(user)))
        .apply_if(filter.channel, |query, channel| query.filter(Column::Channel.eq(channel)))
        .apply_if(filter.status, |query, status| query.filter(Column::Status.eq(status)))
        .apply_if(filter.created_from, |query, from| query.filter(Column::CreatedAt.gte(from)))
        .apply_if(filter.created_before, |query, before| query.filter(Column::CreatedAt.lt(before)))
}
