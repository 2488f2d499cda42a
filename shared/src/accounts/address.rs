//! Table `addresses`: the address book of each person. As long as it holds anything, exactly one entry is the default.

use super::postal::AddressFields;
use crate::clock::Time;
use crate::ids::{AddressId, UserId};
use crate::page::{Listed, Page};
use crate::policy::Actor;
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

/// An entry of somebody's address book.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "addresses")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AddressId,
    pub user_id: UserId,
    /// What its owner calls it; may be empty.
    pub label: String,
    pub recipient: String,
    /// E.164.
    pub phone: Option<String>,
    pub line1: String,
    pub line2: Option<String>,
    pub city: String,
    /// ISO 3166-2.
    pub region: Option<String>,
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// At most one per person: a partial unique index says so.
    pub is_default: bool,
    /// Raised by every change: the resource's ETag.
    pub version: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Model {
    /// The address itself, for a copy on a document.
    pub fn fields(&self) -> AddressFields {
        AddressFields {
            recipient: self.recipient.clone(),
            phone: self.phone.clone(),
            line1: self.line1.clone(),
            line2: self.line2.clone(),
            city: self.city.clone(),
            region: self.region.clone(),
            postal_code: self.postal_code.clone(),
            country: self.country.clone(),
        }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The address book of the actor: the default first, then the newest.
pub async fn list(app: &App, actor: &Actor, page: Page) -> Result<Listed<Model>> {
    let own = Entity::find().filter(Column::UserId.eq(owner(actor)?));
    let count = own.clone().count(&app.db.conn).await?;
    let ordered = own.order_by_desc(Column::IsDefault).order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
    let rows = ordered.offset(page.offset()).limit(page.size).all(&app.db.conn).await?;
    Ok(Listed { rows, count })
}

/// One of the actor's own addresses.
pub async fn show(db: &impl ConnectionTrait, actor: &Actor, id: AddressId) -> Result<Model> {
    let found = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    if found.user_id == owner(actor)? { Ok(found) } else { Err(Error::Hidden) }
}

/// The address that stands for a person where one is shown.
pub async fn default_of(db: &impl ConnectionTrait, user: UserId) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::UserId.eq(user)).filter(Column::IsDefault.eq(true)).one(db).await?)
}

/// Whose address book the actor writes; the system has none.
pub(super) fn owner(actor: &Actor) -> Result<UserId> {
    actor.user.ok_or(Error::Forbidden(None))
}
