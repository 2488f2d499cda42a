//! Changing accounts: by their owner, by staff, by whoever manages staff. One way for all, with different fields open.

use super::profile::{self, Profile};
use super::session::{self, Which};
use super::user::{self, Sets};
use super::{authority, create, denylist, link, mfa};
use crate::error::Problems;
use crate::ids::{SessionId, UserId};
use crate::notifications::{self, jobs::SendLink};
use crate::policy::{Actor, Permission, PermissionSet, Role};
use crate::{App, Error, Result, Tx, audit, version};
use link::Purpose;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

/// What is to be different; `None` stays as it is.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)] // the names are those of the account
pub struct UserChange {
    pub email: Option<String>,
    pub username: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phone_number: Option<Option<String>>,
    pub language: Option<String>,
    pub currency: Option<String>,
    pub role: Option<Role>,
    pub is_active: Option<bool>,
    pub sets: Option<Vec<PermissionSet>>,
}

/// Whose door the change comes through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Door {
    /// The owner's own.
    Own,
    /// Customers' accounts.
    Customers,
    /// Staff accounts.
    Admins,
}

/// Changes an account, if its version is still the one the actor has seen (`None`: whichever it is).
pub async fn update(app: &App, actor: &Actor, door: Door, id: UserId, seen: Option<i32>, change: UserChange) -> Result<user::Model> {
    let tx = app.begin().await?;
    let Changed { user, gone, has_other_rights } = apply(&tx, actor, door, id, seen, change).await?;
    tx.commit().await?;
    denylist::deny(app, &gone).await;
    if has_other_rights {
        app.live.end_user(id);
    }
    Ok(user)
}

/// Changes the actor's own account, in the caller's transaction.
pub async fn update_own(tx: &Tx, actor: &Actor, seen: Option<i32>, change: UserChange) -> Result<user::Model> {
    let own = actor.user.ok_or(Error::Forbidden(None))?;
    // nobody opens or closes their own account, so no session ends
    apply(tx, actor, Door::Own, own, seen, change).await.map(|changed| changed.user)
}

/// Deactivates an account; its sessions end at once. Twice is the same as once.
pub async fn deactivate(app: &App, actor: &Actor, door: Door, id: UserId, seen: Option<i32>) -> Result<()> {
    update(app, actor, door, id, seen, UserChange { is_active: Some(false), ..Default::default() }).await.map(drop)
}

/// For somebody who lost phone and recovery codes: the second factor goes, and so do the sessions.
pub async fn reset_mfa(app: &App, actor: &Actor, door: Door, id: UserId) -> Result<user::Model> {
    let tx = app.begin().await?;
    let (user, _) = open(&tx, actor, door, id).await?;
    if actor.user == Some(id) {
        return Err(Error::conflict("own-account", &[]));
    }
    let gone = session::end(&tx, id, Which::All).await?;
    let user = mfa::forget(&tx, user).await?;
    audit::record(&tx, actor, "user.mfa_reset", "user", id.0, None).await?;
    notifications::about_account(&tx, id, notifications::Event::MfaDisabled).await?;
    tx.commit().await?;
    denylist::deny(app, &gone).await;
    Ok(user)
}

/// The account, locked, if it is behind this door and the actor may change it.
///
/// Beside it, for staff: all active super admins, locked too.
async fn open(tx: &Tx, actor: &Actor, door: Door, id: UserId) -> Result<(user::Model, Vec<user::Model>)> {
    match door {
        Door::Own => {}
        Door::Customers => actor.may(Permission::ManageUsers)?,
        Door::Admins => actor.may(Permission::ManageAdmins)?,
    }
    let (user, chiefs) = match door {
        Door::Admins => user::lock_with_super_admins(tx, id).await?,
        Door::Own | Door::Customers => (user::lock(tx, id).await?, vec![]),
    };
    let is_staff = !user.role.is_customer();
    match door {
        Door::Own if actor.user != Some(id) => return Err(Error::Hidden),
        Door::Own => {}
        Door::Customers if is_staff => return Err(Error::Forbidden(Some(Permission::ManageAdmins))),
        Door::Admins if !is_staff => return Err(Error::NotFound),
        Door::Customers | Door::Admins => authority::may_manage(actor, &user)?,
    }
    if user.erased_at.is_some() {
        return Err(Error::conflict("account-erased", &[]));
    }
    Ok((user, chiefs))
}

/// What became of an account.
struct Changed {
    user: user::Model,
    /// Sessions that ended.
    gone: Vec<SessionId>,
    has_other_rights: bool,
}

async fn apply(tx: &Tx, actor: &Actor, door: Door, id: UserId, seen: Option<i32>, change: UserChange) -> Result<Changed> {
    let (before, chiefs) = open(tx, actor, door, id).await?;
    version::check(seen, before.version)?;
    let after = wanted(tx, &before, &change)?;
    match door {
        Door::Own => {}
        Door::Customers if !after.role.is_customer() => {
            return Err(Error::Forbidden(Some(Permission::ManageAdmins)));
        }
        Door::Customers => {}
        Door::Admins => authority::may_grant(actor, after.role, &after.permission_sets.0)?,
    }
    if after == before {
        return Ok(Changed { user: before, gone: vec![], has_other_rights: false });
    }
    let rights = |user: &user::Model| (user.role, user.is_active, user.permission_sets.clone());
    let has_other_rights = rights(&after) != rights(&before);
    if actor.user == Some(id) && has_other_rights {
        return Err(Error::conflict("own-account", &[]));
    }
    if door == Door::Admins && (!after.is_active || after.role != Role::SuperAdmin) {
        authority::one_stays(&before, &chiefs)?;
    }
    let mut gone = vec![];
    if before.is_active && !after.is_active {
        gone = session::end(tx, id, Which::All).await?;
    }
    // a link that was mailed to the old address, or for an account that was open then, opens nothing any more
    if before.email != after.email || before.is_active != after.is_active {
        link::void(tx, id).await?;
    }
    let detail = audit::changed(&before.shown(), &after.shown());
    let saved = save(tx, &before, after, change.username.is_some()).await?;
    if before.email != saved.email {
        let prove = link::make(tx, Purpose::VerifyEmail, Some(id), None).await?;
        let tell = link::make(tx, Purpose::EmailChanged, Some(id), Some(serde_json::json!({ "email": before.email }))).await?;
        for link in [prove, tell] {
            tx.enqueue(SendLink { link }).await?;
        }
    }
    let action = match (before.is_active, saved.is_active) {
        (true, false) => "user.deactivated",
        (false, true) => "user.activated",
        _ => "user.updated",
    };
    audit::record(tx, actor, action, "user", id.0, Some(detail)).await?;
    Ok(Changed { user: saved, gone, has_other_rights })
}

/// The account as it would be, checked.
fn wanted(tx: &Tx, before: &user::Model, change: &UserChange) -> Result<user::Model> {
    let mut problems = Problems::default();
    let follows = before.username == before.email;
    let email = change.email.as_deref().unwrap_or(&before.email);
    // a username that was the e-mail goes with it
    let username = change.username.as_deref().or((!follows).then_some(before.username.as_str()));
    let (email, username) = profile::check_login(&mut problems, email, username);
    let profile = Profile {
        first_name: change.first_name.clone().unwrap_or_else(|| before.first_name.clone()),
        last_name: change.last_name.clone().unwrap_or_else(|| before.last_name.clone()),
        phone_number: change.phone_number.clone().unwrap_or_else(|| before.phone_number.clone()),
        language: Some(change.language.clone().unwrap_or_else(|| before.language.clone())),
        currency: Some(change.currency.clone().unwrap_or_else(|| before.currency.clone())),
    };
    let profile = profile.check(&tx.app, &mut problems)?;
    problems.finish()?;
    Ok(user::Model {
        email_verified_at: before.email_verified_at.filter(|_| email == before.email),
        email,
        username,
        first_name: profile.first_name,
        last_name: profile.last_name,
        phone_number: profile.phone_number,
        language: profile.language,
        currency: profile.currency,
        role: change.role.unwrap_or(before.role),
        is_active: change.is_active.unwrap_or(before.is_active),
        permission_sets: change.sets.clone().map_or_else(|| before.permission_sets.clone(), sorted),
        ..before.clone()
    })
}

/// Each set once, in the order of the table.
fn sorted(sets: Vec<PermissionSet>) -> Sets {
    use sea_orm::Iterable;
    Sets(PermissionSet::iter().filter(|set| sets.contains(set)).collect())
}

async fn save(tx: &Tx, before: &user::Model, after: user::Model, named: bool) -> Result<user::Model> {
    let row = user::ActiveModel {
        id: Set(before.id),
        email: Set(after.email),
        username: Set(after.username),
        first_name: Set(after.first_name),
        last_name: Set(after.last_name),
        phone_number: Set(after.phone_number),
        language: Set(after.language),
        currency: Set(after.currency),
        role: Set(after.role),
        is_active: Set(after.is_active),
        permission_sets: Set(after.permission_sets),
        email_verified_at: Set(after.email_verified_at),
        updated_at: Set(tx.now()),
        version: Set(before.version + 1),
        ..Default::default()
    };
    row.update(tx).await.map_err(|error| create::taken(error, named))
}
