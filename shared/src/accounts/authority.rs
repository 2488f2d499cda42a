//! Who may change whose account: nobody gives or touches what they lack, nobody harms themselves, somebody stays.

use super::user;
use crate::policy::{Actor, Permission, PermissionSet, Role};
use crate::{Error, Result};
use sea_orm::Iterable;

/// Refuses to give a role or sets that allow more than the actor may.
pub(super) fn may_grant(actor: &Actor, role: Role, sets: &[PermissionSet]) -> Result<()> {
    if role.is_customer() {
        return Err(Error::invalid("role", crate::i18n::Message::new("error-not-a-choice").with("allowed", "ADMIN, SUPER_ADMIN")));
    }
    if role == Role::SuperAdmin && actor.role != Role::SuperAdmin {
        return Err(Error::Forbidden(None));
    }
    let lacking = Permission::iter().find(|permission| sets.iter().any(|set| set.allows(*permission)) && !actor.can(*permission));
    lacking.map_or(Ok(()), |permission| Err(Error::Forbidden(Some(permission))))
}

/// Refuses to touch an account that may more than the actor: whoever can change an address can become its owner.
pub(super) fn may_manage(actor: &Actor, target: &user::Model) -> Result<()> {
    match target.role {
        Role::WalkIn | Role::Buy4Me => actor.may(Permission::ManageUsers),
        Role::Admin | Role::SuperAdmin => {
            actor.may(Permission::ManageAdmins)?;
            may_grant(actor, target.role, &target.permission_sets.0)
        }
    }
}

/// Refuses to take the last active super admin away. `locked` are all of them, as [`user::lock_with_super_admins`] gives them.
pub(super) fn one_stays(target: &user::Model, locked: &[user::Model]) -> Result<()> {
    if target.role != Role::SuperAdmin || !target.is_active {
        return Ok(());
    }
    let stays = |other: &user::Model| other.id != target.id && other.role == Role::SuperAdmin && other.is_active;
    if locked.iter().any(stays) { Ok(()) } else { Err(Error::conflict("last-super-admin", &[])) }
}
