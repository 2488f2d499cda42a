//! Every version of every setting, for those who may change them.

use super::{Column, Entity, Model, Typed, table};
use crate::accounts::user;
use crate::clock::Time;
use crate::i18n::Message;
use crate::ids::UserId;
use crate::page::{Listed, Page};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{Order, QueryOrder, QuerySelect, QueryTrait};

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// One setting.
    pub key: Option<String>,
    /// Who changed it.
    pub changed_by: Option<UserId>,
    /// From, inclusive.
    pub changed_from: Option<Time>,
    /// To, exclusive.
    pub changed_before: Option<Time>,
}

/// Columns a list may be ordered by, as clients write them.
pub const ORDERINGS: &[(&str, Column)] = &[("changed_at", Column::CreatedAt), ("key", Column::Key)];

/// The value that a key had in this version; 0: its default.
pub async fn at<T: Typed>(db: &impl ConnectionTrait, version: i32) -> Result<T> {
    if version == 0 {
        return Ok(T::default());
    }
    let row = Entity::find_by_id((T::KEY.to_owned(), version)).one(db).await?;
    let row = row.ok_or_else(|| Error::internal(format!("setting {} never had version {version}", T::KEY)))?;
    serde_json::from_value(row.value).map_err(|e| Error::internal(format!("setting {} {version}: {e}", T::KEY)))
}

/// Versions with the names of those who made them, the newest first unless ordered otherwise. Three statements.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: Filter,
    order: Option<(Column, Order)>,
    page: Page,
) -> Result<Listed<(Model, Option<String>)>> {
    actor.may(Permission::ManageSettings)?;
    let keys: Vec<&str> = table().iter().map(|entry| entry.key).collect();
    if filter.key.as_ref().is_some_and(|key| !keys.contains(&key.as_str())) {
        return Err(Error::invalid("key", Message::new("error-not-a-choice").with("allowed", keys.join(", "))));
    }
    let query = Entity::find()
        .apply_if(filter.key, |query, key| query.filter(Column::Key.eq(key)))
        .apply_if(filter.changed_by, |query, user| query.filter(Column::ChangedBy.eq(user.0)))
        .apply_if(filter.changed_from, |query, from| query.filter(Column::CreatedAt.gte(from)))
        .apply_if(filter.changed_before, |query, before| query.filter(Column::CreatedAt.lt(before)));
    let count = query.clone().count(&app.db.conn).await?;
    let (column, direction) = order.unwrap_or((Column::CreatedAt, Order::Desc));
    // versions of one moment: the later of a key first, whatever its clock said
    let ordered = query.order_by(column, direction).order_by(Column::Version, Order::Desc).order_by(Column::Key, Order::Asc);
    let rows = ordered.offset(page.offset()).limit(page.size).all(&app.db.conn).await?;
    let names = user::usernames(app, rows.iter().filter_map(|row| row.changed_by.map(UserId))).await?;
    let named = |row: Model| {
        let name = row.changed_by.and_then(|id| names.get(&UserId(id)).cloned());
        (row, name)
    };
    Ok(Listed { rows: rows.into_iter().map(named).collect(), count })
}
