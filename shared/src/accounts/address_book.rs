//! Writing the own address book. Every command locks its owner first, so that two at the same time are two in a row: the
//! default moves in one step, and nobody slips past the limit.

use super::address::{self, Column, Entity, Model};
use super::postal::{AddressFields, check_text};
use super::user;
use crate::clock::Time;
use crate::error::{Problem, Problems};
use crate::ids::{AddressId, UserId};
use crate::policy::Actor;
use crate::{Error, Result, Tx, audit, version};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ExprTrait, IntoActiveModel, QueryOrder};

/// Most addresses of one person.
pub const MAX_ADDRESSES: u64 = 50;

/// An entry as its owner describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// May be empty.
    pub label: String,
    /// The address itself.
    pub fields: AddressFields,
    /// Whether it takes the default's place. The default that is told to be none hands over to the newest of the others;
    /// the only address stays the default whatever is said.
    pub is_default: bool,
}

impl Entry {
    fn checked(mut self) -> Result<Self> {
        self.label = self.label.trim().to_owned();
        self.fields.tidy();
        let mut problems = Problems::default();
        check_text(&mut problems, "label".to_owned(), &self.label, 50);
        self.fields.check("", &mut problems);
        problems.finish()?;
        Ok(self)
    }

    /// The row of a new entry.
    fn row(self, id: AddressId, owner: UserId, now: Time) -> Model {
        let AddressFields { recipient, phone, line1, line2, city, region, postal_code, country } = self.fields;
        Model {
            id,
            user_id: owner,
            label: self.label,
            recipient,
            phone,
            line1,
            line2,
            city,
            region,
            postal_code,
            country,
            is_default: self.is_default,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// As the audit sees it.
    fn told(&self) -> Json {
        let mut told = serde_json::json!(self.fields);
        told["label"] = self.label.clone().into();
        told["is_default"] = self.is_default.into();
        told
    }
}

impl From<&Model> for Entry {
    fn from(row: &Model) -> Self {
        Self { label: row.label.clone(), fields: row.fields(), is_default: row.is_default }
    }
}

/// Adds an address; the first one is the default.
pub async fn create(tx: &Tx, actor: &Actor, entry: Entry) -> Result<Model> {
    let owner = lock(tx, actor).await?;
    let mut entry = entry.checked()?;
    let count = Entity::find().filter(Column::UserId.eq(owner)).count(tx).await?;
    if count >= MAX_ADDRESSES {
        return Err(Error::conflict("too-many-addresses", &[]));
    }
    if count > 0 && entry.is_default {
        depose(tx, owner).await?;
    }
    entry.is_default |= count == 0;
    let detail = audit::changed(&Json::Null, &entry.told());
    let row = entry.row(AddressId::new(), owner, tx.now());
    Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await?;
    audit::record(tx, actor, "address.created", "address", row.id.0, Some(detail)).await?;
    Ok(row)
}

/// Changes an address of the version `expected`; what changes nothing makes no new version.
pub async fn edit(tx: &Tx, actor: &Actor, id: AddressId, expected: Option<i32>, change: impl FnOnce(&mut Entry) + Send) -> Result<Model> {
    let owner = lock(tx, actor).await?;
    let row = address::show(tx, actor, id).await?;
    version::check(expected, row.version)?;
    let before = Entry::from(&row);
    let mut after = before.clone();
    change(&mut after);
    let mut after = after.checked()?;
    let heir = if before.is_default && !after.is_default { newest(tx, owner, Some(id)).await? } else { None };
    after.is_default |= before.is_default && heir.is_none();
    if after == before {
        return Ok(row);
    }
    if after.is_default && !before.is_default {
        depose(tx, owner).await?;
    }
    let detail = audit::changed(&before.told(), &after.told());
    let row = Model { version: row.version + 1, created_at: row.created_at, ..after.row(id, owner, tx.now()) };
    Entity::update(row.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    if let Some(heir) = heir {
        crown(tx, heir).await?;
    }
    audit::record(tx, actor, "address.changed", "address", id.0, Some(detail)).await?;
    Ok(row)
}

/// Puts an address in the place of the default, or makes it the first. Problems are named as fields of `address`.
pub async fn replace_default(tx: &Tx, actor: &Actor, entry: Entry) -> Result<Model> {
    let entry = Entry { is_default: true, ..entry };
    let replaced = match address::default_of(tx, lock(tx, actor).await?).await? {
        Some(row) => edit(tx, actor, row.id, None, |before| *before = entry).await,
        None => create(tx, actor, entry).await,
    };
    replaced.map_err(|error| match error {
        Error::Invalid(problems) => {
            let inside = |problem: Problem| Problem { field: format!("address.{}", problem.field), ..problem };
            Error::Invalid(problems.into_iter().map(inside).collect())
        }
        other => other,
    })
}

/// Deletes an address of the version `expected`. After the default the newest of the others takes its place.
pub async fn delete(tx: &Tx, actor: &Actor, id: AddressId, expected: Option<i32>) -> Result<()> {
    let owner = lock(tx, actor).await?;
    let row = address::show(tx, actor, id).await?;
    version::check(expected, row.version)?;
    Entity::delete_by_id(id).exec(tx).await?;
    if row.is_default
        && let Some(heir) = newest(tx, owner, None).await?
    {
        crown(tx, heir).await?;
    }
    let detail = audit::changed(&Entry::from(&row).told(), &Json::Null);
    audit::record(tx, actor, "address.deleted", "address", id.0, Some(detail)).await
}

/// Locks the owner, who may have been deactivated or erased since the request began.
async fn lock(tx: &Tx, actor: &Actor) -> Result<UserId> {
    Ok(user::lock_active(tx, address::owner(actor)?).await?.id)
}

async fn newest(tx: &Tx, owner: UserId, but: Option<AddressId>) -> Result<Option<Model>> {
    let mut others = Entity::find().filter(Column::UserId.eq(owner));
    if let Some(but) = but {
        others = others.filter(Column::Id.ne(but));
    }
    Ok(others.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).one(tx).await?)
}

/// The default is one no longer. Before another becomes it: the index allows none in between.
async fn depose(tx: &Tx, owner: UserId) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::IsDefault, Expr::value(false))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(tx.now()));
    update.filter(Column::UserId.eq(owner)).filter(Column::IsDefault.eq(true)).exec(tx).await?;
    Ok(())
}

async fn crown(tx: &Tx, heir: Model) -> Result<()> {
    let (version, mut row) = (heir.version + 1, heir.into_active_model());
    row.is_default = Set(true);
    row.version = Set(version);
    row.updated_at = Set(tx.now());
    Entity::update(row).exec_without_returning(tx).await?;
    Ok(())
}
