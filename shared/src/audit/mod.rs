//! Who did what, when, from where, and what was refused. Entries are only ever added: triggers refuse all else, and a chain
//! of hashes tells when somebody went around them. Adding one is an `INSERT` in the deed's own transaction and waits for
//! nobody; a job chains the entries afterwards.

mod canonical;
pub mod chain;
mod changed;
mod denied;
mod head;
pub mod jobs;
pub mod list;
mod seals;
pub mod verify;

pub use changed::{changed, masked};
pub use denied::{Denial, denied};
pub use list::list;
pub use verify::{Report, verify};

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
        action: Set(action.to_owned()),
        object_type: Set(object_type.to_owned()),
        object_id: Set(object.into()),
        detail: Set(detail),
        ..by(actor, tx.now())
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The half of a row that says who, when, from where.
fn by(actor: &Actor, now: Time) -> ActiveModel {
    ActiveModel {
        id: Set(Uuid::now_v7()),
        actor_id: Set(actor.user.map(|id| id.0)),
        actor_role: Set(match (actor.user, &actor.request_id) {
            (Some(_), _) => actor.role.to_value(),
            // whoever comes through the door without an account is somebody, not the system
            (None, Some(_)) => "ANONYMOUS".to_owned(),
            (None, None) => "SYSTEM".to_owned(),
        }),
        request_id: Set(actor.request_id.clone()),
        address: Set(actor.address.clone()),
        created_at: Set(now),
        ..Default::default()
    }
}
