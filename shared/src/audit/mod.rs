//! Who did what, when, from where. Entries are only ever added.

mod changed;

pub use changed::{changed, masked};

use crate::clock::Time;
use crate::policy::Actor;
use crate::{Result, Tx};
use sea_orm::ActiveEnum;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

/// One entry.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `None`: the system.
    pub actor_id: Option<Uuid>,
    pub actor_role: String,
    /// `invoice.paid`
    pub action: String,
    pub object_type: String,
    pub object_id: Option<Uuid>,
    pub detail: Option<Json>,
    pub request_id: Option<String>,
    pub address: Option<String>,
    pub created_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds an entry in the transaction of the deed itself.
pub async fn record(
    tx: &Tx,
    actor: &Actor,
    action: &str,
    object_type: &str,
    object: impl Into<Option<Uuid>>,
    detail: Option<Json>,
) -> Result<()> {
    let row = ActiveModel {
        id: Set(Uuid::now_v7()),
        actor_id: Set(actor.user.map(|id| id.0)),
        actor_role: Set(if actor.user.is_some() { actor.role.to_value() } else { "SYSTEM".to_owned() }),
        action: Set(action.to_owned()),
        object_type: Set(object_type.to_owned()),
        object_id: Set(object.into()),
        detail: Set(detail),
        request_id: Set(actor.request_id.clone()),
        address: Set(actor.address.clone()),
        created_at: Set(tx.now()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
