//! Table `users`.

use crate::clock::Time;
use crate::ids::UserId;
use crate::policy::{Actor, PermissionSet, Role};
use crate::{App, Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{FromJsonQueryResult, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Permission sets of a member of staff, as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Sets(pub Vec<PermissionSet>);

/// A person who can sign in.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
#[allow(missing_docs)] // the names are the definition
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// Unique, lower case.
    pub username: String,
    /// Unique, lower case.
    pub email: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    pub first_name: String,
    pub last_name: String,
    /// E.164.
    pub phone_number: Option<String>,
    pub role: Role,
    pub permission_sets: Sets,
    pub is_active: bool,
    pub language: String,
    pub currency: String,
    pub email_verified_at: Option<Time>,
    pub date_joined: Time,
    pub updated_at: Time,
    /// Raised by every change that people make: the resource's ETag.
    pub version: i32,
    /// TOTP secret, sealed by `accounts::seal`; a first factor is not enough to read it. Set before it is confirmed.
    pub mfa_secret: Option<String>,
    /// Since when a second factor is asked for.
    pub mfa_enabled_at: Option<Time>,
    /// The newest time step whose code was used: a code works once.
    pub mfa_last_step: Option<i64>,
    /// Hashes of unused recovery codes.
    pub mfa_recovery: Option<Json>,
    /// When the owner last chose it.
    pub password_changed_at: Option<Time>,
    /// Since when the account is only a number.
    pub erased_at: Option<Time>,
}

impl Model {
    /// First and last name as far as they are known.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// What a password must not be.
    pub(super) fn names(&self) -> [&str; 4] {
        [&self.email, &self.username, &self.first_name, &self.last_name]
    }

    /// The fields that people edit, for the audit.
    pub(super) fn shown(&self) -> Json {
        serde_json::json!({
            "email": self.email, "username": self.username, "first_name": self.first_name, "last_name": self.last_name,
            "phone_number": self.phone_number, "role": self.role, "permission_sets": self.permission_sets,
            "is_active": self.is_active, "language": self.language, "currency": self.currency,
        })
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The user with this id.
pub async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<Model> {
    Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)
}

/// An account that is in use, locked until the transaction ends: what belongs to it is written one after the other, and
/// nothing is written for somebody who was deactivated or erased meanwhile. Rows that only refer to it are not held up.
pub async fn lock_active(tx: &Tx, id: UserId) -> Result<Model> {
    let user = lock(tx, id).await?;
    if user.is_active { Ok(user) } else { Err(Error::Unauthenticated("error-session-ended".into())) }
}

/// The user, locked until the transaction ends.
pub async fn lock(tx: &Tx, id: UserId) -> Result<Model> {
    Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx).await?.ok_or(Error::NotFound)
}

/// The user, who can be neither changed nor erased until the transaction ends; others may hold them the same way.
pub async fn lock_shared(tx: &Tx, id: UserId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).lock_shared().one(tx).await?)
}

/// Whose something new becomes: a customer, locked (shared), because one who is being closed must get nothing in between. Whether
/// the actor may name somebody else was asked before; `is_there` says which accounts it may go to.
pub async fn lock_customer(tx: &Tx, actor: &Actor, named: Option<UserId>, is_there: impl Fn(&Model) -> bool) -> Result<Model> {
    let id = named.or(actor.user).ok_or(Error::Forbidden(None))?;
    let found = lock_shared(tx, id).await?.filter(|user| is_there(user) && user.role.is_customer());
    match (found, named) {
        (Some(user), _) => Ok(user),
        (None, Some(_)) => Err(Error::invalid("user", "error-unknown-user")),
        // staff have nothing of their own
        (None, None) if actor.is_staff() => Err(Error::invalid("user", "error-required")),
        (None, None) => Err(Error::Unauthenticated("error-session-ended".into())),
    }
}

/// The names that these users sign in by; one statement.
pub async fn usernames(app: &App, ids: impl Iterator<Item = UserId>) -> Result<HashMap<UserId, String>> {
    let names = Entity::find().select_only().column(Column::Id).column(Column::Username);
    let names: Vec<(UserId, String)> = names.filter(Column::Id.is_in(ids)).into_tuple().all(&app.db.conn).await?;
    Ok(names.into_iter().collect())
}

/// The user, and with it every active super admin, locked in one order: whoever changes a member of staff may take the last
/// super admin away, and two who do so at once must not wait for each other.
pub(super) async fn lock_with_super_admins(tx: &Tx, id: UserId) -> Result<(Model, Vec<Model>)> {
    let active = sea_orm::Condition::all().add(Column::Role.eq(Role::SuperAdmin)).add(Column::IsActive.eq(true));
    let wanted = Entity::find().filter(sea_orm::Condition::any().add(Column::Id.eq(id)).add(active));
    let rows = wanted.order_by_asc(Column::Id).lock(LockType::NoKeyUpdate).all(tx).await?;
    let user = rows.iter().find(|user| user.id == id).cloned().ok_or(Error::NotFound)?;
    Ok((user, rows))
}

/// The user whose username or e-mail this is, in any case.
pub async fn find_by_login(db: &impl ConnectionTrait, login: &str) -> Result<Option<Model>> {
    let login = login.trim().to_lowercase();
    let either = sea_orm::Condition::any().add(Column::Username.eq(&login)).add(Column::Email.eq(&login));
    Ok(Entity::find().filter(either).one(db).await?)
}

/// Whether anybody can administer this installation yet.
pub async fn has_superuser(app: &App) -> Result<bool> {
    let found = Entity::find().filter(Column::Role.eq(Role::SuperAdmin)).filter(Column::IsActive.eq(true)).one(&app.db.conn).await?;
    Ok(found.is_some())
}
