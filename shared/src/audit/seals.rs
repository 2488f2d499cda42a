//! Table `audit_seals`: the chain. Each seal holds the hash of its entry and of the seal before it.

use sea_orm::entity::prelude::*;

/// A link of the chain.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seals")]
#[allow(missing_docs)] // said above
pub struct Model {
    /// From 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// The entry; one that was removed leaves its seal behind.
    pub entry_id: Uuid,
    /// 64 hex digits.
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // one
pub enum Relation {
    #[sea_orm(belongs_to = "super::Entity", from = "Column::EntryId", to = "super::Column::Id")]
    Entry,
}

impl Related<super::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Entry.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
