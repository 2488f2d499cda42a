//! Who may change whose account: nobody gives or touches what they lack, nobody harms themselves, somebody stays.

use super::user;
use crate::policy::{Actor, Permission, PermissionSet, Role};
use crate::{Error, Result, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::{Iterable, QueryOrder, QuerySelect};

/// Refuses to give a role or sets that allow more than the actor may.
pub(super) fn may_grant(actor: &Actor, role: Role, sets: &[PermissionSet]) -> Result<()> {
    if !matches!(role, Role::Admin | Role::SuperAdmin) {
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

/// Refuses to take the last active super admin away. Locks all of them in one order, so of two who would remove each other the
/// second sees that it would be the last.
pub(super) async fn one_stays(tx: &Tx, target: &user::Model) -> Result<()> {
    if target.role != Role::SuperAdmin || !target.is_active {
        return Ok(());
    }
    let active = user::Entity::find().filter(user::Column::Role.eq(Role::SuperAdmin)).filter(user::Column::IsActive.eq(true));
    let active = active.order_by_asc(user::Column::Id).lock_exclusive().all(tx).await?;
    if active.iter().any(|other| other.id != target.id) { Ok(()) } else { Err(Error::conflict("last-super-admin", &[])) }
}
