//! Who may do what: the whole table. Deny by default; commands ask `actor.may(…)` in their first line, reads start from
//! what the actor may see.

use crate::ids::{SessionId, UserId};
use crate::{Error, Result};
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter, Iterable};
use serde::{Deserialize, Serialize};

/// What a person is to the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition 
pub enum Role {
    WalkIn,
    #[sea_orm(string_value = "BUY4ME")]
    #[serde(rename = "BUY4ME")]
    Buy4Me,
    Admin,
    SuperAdmin,
}

impl Role {
    /// Whether who has it is served, and does not serve.
    pub fn is_customer(self) -> bool {
        match self {
            Self::WalkIn | Self::Buy4Me => true,
            Self::Admin | Self::SuperAdmin => false,
        }
    }
}

macro_rules! permissions {
    ($($name:ident => $code:literal),+ $(,)?) => {
        /// One thing that staff may be allowed to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter)]
        #[allow(missing_docs)] // the code is the definition
        pub enum Permission { $($name),+ }

        impl Permission {
            /// Its code on the wire: `CAN_REFUND`.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }
        }
    };
}

permissions! {
    ViewAllOrders => "CAN_VIEW_ALL_ORDERS", ManageShipments => "CAN_MANAGE_SHIPMENTS", ViewUsers => "CAN_VIEW_USERS",
    ManageUsers => "CAN_MANAGE_USERS", ManageAdmins => "CAN_MANAGE_ADMINS", ManageBuy4Me => "CAN_MANAGE_BUY4ME",
    PurchaseItems => "CAN_PURCHASE_ITEMS", ReceivePackages => "CAN_RECEIVE_PACKAGES", OverridePrice => "CAN_OVERRIDE_PRICE",
    ViewInvoices => "CAN_VIEW_INVOICES", ManageInvoices => "CAN_MANAGE_INVOICES", RecordPayment => "CAN_RECORD_PAYMENT",
    Refund => "CAN_REFUND", ManageDisputes => "CAN_MANAGE_DISPUTES", ViewReports => "CAN_VIEW_REPORTS",
    ExportData => "CAN_EXPORT_DATA", ViewAnalytics => "CAN_VIEW_ANALYTICS", ManageSettings => "CAN_MANAGE_SETTINGS",
    ManageRates => "CAN_MANAGE_RATES", ManageVendors => "CAN_MANAGE_VENDORS", ManageTickets => "CAN_MANAGE_TICKETS",
    ViewAudit => "CAN_VIEW_AUDIT", ManageJobs => "CAN_MANAGE_JOBS", ReplayEvents => "CAN_REPLAY_EVENTS",
    TransitionBackwards => "CAN_TRANSITION_BACKWARDS",
}

/// A named bundle of permissions that a super admin gives to staff; bundles add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition 
pub enum PermissionSet {
    Warehouse,
    Buyer,
    Support,
    Finance,
    Admin,
    SuperAdmin,
}

impl PermissionSet {
    /// What the set allows.
    pub fn allows(self, permission: Permission) -> bool {
        use Permission::*;
        match self {
            Self::Warehouse => matches!(permission, ViewAllOrders | ManageShipments | ReceivePackages),
            Self::Buyer => matches!(permission, ViewAllOrders | ManageBuy4Me | PurchaseItems),
            Self::Support => matches!(permission, ViewAllOrders | ViewUsers | ViewInvoices | ManageTickets),
            Self::Finance => matches!(
                permission,
                ViewAllOrders
                    | ViewUsers
                    | ViewInvoices
                    | ManageInvoices
                    | RecordPayment
                    | Refund
                    | ManageDisputes
                    | ViewReports
                    | ExportData
            ),
            Self::Admin => matches!(
                permission,
                ViewAllOrders
                    | ManageShipments
                    | ViewUsers
                    | ManageUsers
                    | ManageBuy4Me
                    | PurchaseItems
                    | ReceivePackages
                    | OverridePrice
                    | ViewInvoices
                    | ManageInvoices
                    | RecordPayment
                    | Refund
                    | ManageDisputes
                    | ViewReports
                    | ExportData
                    | ManageTickets
                    | ViewAudit
                    | ManageJobs
                    | ReplayEvents
                    | TransitionBackwards
            ),
            Self::SuperAdmin => true,
        }
    }
}

/// Somebody who acts: an authenticated person, or the system itself inside a job.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person; `None` is the system.
    pub user: Option<UserId>,
    /// The session that the request belongs to.
    pub session: Option<SessionId>,
    /// The person's role; the system acts as super admin.
    pub role: Role,
    /// Permission sets of staff.
    pub sets: Vec<PermissionSet>,
    /// Request id, for the audit.
    pub request_id: Option<String>,
    /// Network address of the caller, for the audit.
    pub address: Option<String>,
}

impl Actor {
    /// The system itself: jobs, webhooks, schedules.
    pub fn system() -> Self {
        Self { user: None, session: None, role: Role::SuperAdmin, sets: vec![], request_id: None, address: None }
    }

    /// Whether the actor works for the company.
    pub fn is_staff(&self) -> bool {
        !self.role.is_customer()
    }

    /// The customer who acts; none for staff and the system.
    pub fn customer(&self) -> Option<UserId> {
        self.user.filter(|_| self.role.is_customer())
    }

    /// Whether the actor holds the permission. Customers hold none: what is theirs they reach as owners.
    pub fn can(&self, permission: Permission) -> bool {
        match self.role {
            Role::SuperAdmin => true,
            Role::Admin => self.sets.iter().any(|set| set.allows(permission)),
            Role::WalkIn | Role::Buy4Me => false,
        }
    }

    /// Refuses unless the actor holds the permission.
    pub fn may(&self, permission: Permission) -> Result<()> {
        if self.can(permission) { Ok(()) } else { Err(Error::Forbidden(Some(permission))) }
    }

    /// Refuses unless the object is the actor's own or the permission is held; the answer is "not found", so that nobody
    /// learns which ids exist.
    pub fn owns_or_may(&self, owner: UserId, permission: Permission) -> Result<()> {
        if self.user == Some(owner) || self.can(permission) { Ok(()) } else { Err(Error::Hidden) }
    }

    /// All permission codes that the actor holds, in the order of the table.
    pub fn permissions(&self) -> Vec<&'static str> {
        Permission::iter().filter(|p| self.can(*p)).map(Permission::code).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admin(sets: &[PermissionSet]) -> Actor {
        Actor { role: Role::Admin, sets: sets.to_vec(), ..Actor::system() }
    }

    #[test]
    fn an_admin_without_a_set_may_nothing_and_sets_add_up() {
        assert!(admin(&[]).permissions().is_empty());
        let both = admin(&[PermissionSet::Warehouse, PermissionSet::Finance]);
        assert!(both.may(Permission::ReceivePackages).is_ok() && both.may(Permission::Refund).is_ok());
        assert!(both.may(Permission::ManageAdmins).is_err());
    }

    #[test]
    fn the_admin_set_lacks_what_belongs_to_super_admins() {
        let actor = admin(&[PermissionSet::Admin]);
        for denied in [
            Permission::ManageAdmins,
            Permission::ManageSettings,
            Permission::ManageRates,
            Permission::ManageVendors,
            Permission::ViewAnalytics,
        ] {
            assert!(!actor.can(denied), "{}", denied.code());
        }
        assert_eq!(actor.permissions().len(), Permission::iter().count() - 5);
    }

    #[test]
    fn a_customer_holds_no_permission_and_foreign_objects_are_not_found() {
        let customer = Actor { role: Role::Buy4Me, user: Some(UserId::new()), ..Actor::system() };
        assert!(customer.permissions().is_empty());
        assert!(matches!(customer.owns_or_may(UserId::new(), Permission::ViewInvoices), Err(Error::Hidden)));
    }
}
