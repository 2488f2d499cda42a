//! Creating accounts.

use super::link::{self, Purpose};
use super::profile::{self, Profile};
use super::session::{self, Which};
use super::user::{self, Sets};
use super::{authority, denylist, password};
use crate::error::{Problems, on_unique};
use crate::ids::UserId;
use crate::notifications::jobs::SendLink;
use crate::policy::{Actor, Permission, PermissionSet, Role};
use crate::{App, Error, Result, audit};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use secrecy::SecretString;

/// An account as staff describe it.
#[derive(Debug)]
pub struct NewUser {
    /// Unique in any case.
    pub email: String,
    /// The e-mail when absent.
    pub username: Option<String>,
    /// Absent: the person is invited by mail to set one.
    pub password: Option<SecretString>,
    /// Name, phone, language, currency.
    pub profile: Profile,
    /// What the person is to the company.
    pub role: Role,
    /// Of staff.
    pub sets: Vec<PermissionSet>,
}

/// Staff create a customer's account. Staff accounts have a door of their own.
pub async fn create_user(app: &App, actor: &Actor, new: NewUser) -> Result<user::Model> {
    actor.may(Permission::ManageUsers)?;
    if !new.role.is_customer() {
        return Err(Error::Forbidden(Some(Permission::ManageAdmins)));
    }
    insert(app, actor, new).await
}

/// Creates a staff account.
pub async fn create_admin(app: &App, actor: &Actor, new: NewUser) -> Result<user::Model> {
    actor.may(Permission::ManageAdmins)?;
    authority::may_grant(actor, new.role, &new.sets)?;
    insert(app, actor, new).await
}

/// Makes the first super admin, or gives an existing account that role and password. Safe to repeat.
pub async fn create_superuser(app: &App, email: &str, given: &SecretString) -> Result<user::Model> {
    let existing = user::find_by_login(&app.db.conn, email).await?;
    let Some(existing) = existing else {
        let new = NewUser {
            email: email.to_owned(),
            username: None,
            password: Some(given.clone()),
            profile: Profile::default(),
            role: Role::SuperAdmin,
            sets: vec![PermissionSet::SuperAdmin],
        };
        return insert(app, &Actor::system(), new).await;
    };
    let mut problems = Problems::default();
    password::check(app, &mut problems, given, &existing.names()).await?;
    problems.finish()?;
    let hash = password::hash(app, given).await?;
    let tx = app.begin().await?;
    let user = user::lock(&tx, existing.id).await?;
    let gone = session::end(&tx, user.id, Which::All).await?;
    link::void(&tx, user.id).await?;
    let (id, version) = (user.id, user.version);
    let mut row: user::ActiveModel = user.into();
    row.password_hash = Set(hash);
    row.password_changed_at = Set(Some(tx.now()));
    row.role = Set(Role::SuperAdmin);
    row.permission_sets = Set(Sets(vec![PermissionSet::SuperAdmin]));
    row.is_active = Set(true);
    row.updated_at = Set(tx.now());
    row.version = Set(version + 1);
    let user = row.update(&tx).await?;
    audit::record(&tx, &Actor::system(), "user.made_superuser", "user", id.0, None).await?;
    tx.commit().await?;
    denylist::deny(app, &gone).await;
    Ok(user)
}

async fn insert(app: &App, actor: &Actor, new: NewUser) -> Result<user::Model> {
    let mut problems = Problems::default();
    let (email, username) = profile::check_login(&mut problems, &new.email, new.username.as_deref());
    let profile = new.profile.check(app, &mut problems)?;
    if let Some(given) = &new.password {
        password::check(app, &mut problems, given, &[&email, &username, &profile.first_name, &profile.last_name]).await?;
    }
    problems.finish()?;
    let password_hash = match &new.password {
        Some(given) => password::hash(app, given).await?,
        None => password::unusable(),
    };
    let tx = app.begin().await?;
    let now = tx.now();
    let row = user::ActiveModel {
        id: Set(UserId::new()),
        username: Set(username),
        email: Set(email),
        password_hash: Set(password_hash),
        first_name: Set(profile.first_name),
        last_name: Set(profile.last_name),
        phone_number: Set(profile.phone_number),
        role: Set(new.role),
        permission_sets: Set(Sets(new.sets)),
        is_active: Set(true),
        language: Set(profile.language),
        currency: Set(profile.currency),
        email_verified_at: Set(None),
        date_joined: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    };
    let user = row.insert(&tx).await.map_err(|error| taken(error, new.username.is_some()))?;
    if new.password.is_none() {
        let link = link::make(&tx, Purpose::Invite, Some(user.id), None).await?;
        tx.enqueue(SendLink { link }).await?;
    }
    let detail = audit::changed(&serde_json::json!({}), &user.shown());
    audit::record(&tx, actor, "user.created", "user", user.id.0, Some(detail)).await?;
    tx.commit().await?;
    Ok(user)
}

/// Which of the two unique names is in use. A username that was taken from the e-mail is the e-mail's problem.
pub(super) fn taken(error: sea_orm::DbErr, named: bool) -> Error {
    let on = |name, column, meaning: fn() -> Error| on_unique::<()>(Err(error.clone()), name, column, meaning).err();
    let email = || Error::invalid("email", "error-email-taken");
    let username = || Error::invalid("username", "error-username-taken");
    let first = on("users_email_key", "users.email", email).filter(|e| matches!(e, Error::Invalid(_)));
    first
        .or_else(|| on("users_username_key", "users.username", if named { username } else { email }))
        .unwrap_or(Error::Database(error.clone()))
}
