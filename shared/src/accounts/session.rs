//! Table `sessions`: one sign-in on one device.

use crate::clock::Time;
use crate::ids::{SessionId, UserId};
use sea_orm::entity::prelude::*;

/// A sign-in.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub user_id: UserId,
    /// SHA-256 of the refresh token, hex; the token itself is never stored.
    pub refresh_hash: String,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub created_at: Time,
    pub last_used_at: Time,
    pub expires_at: Time,
    pub revoked_at: Option<Time>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // one
pub enum Relation {
    #[sea_orm(belongs_to = "super::user::Entity", from = "Column::UserId", to = "super::user::Column::Id")]
    User,
}

impl Related<super::user::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
