//! Table `audit_head`: the one row that knows how long the chain is and how it ends, marked with a key that the database
//! does not know.

use super::canonical::GENESIS;
use crate::clock::Time;
use crate::{App, Result, Tx, seal};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_head")]
#[allow(missing_docs)] // said above
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// How many seals there are.
    pub seq: i64,
    /// The last seal's hash.
    pub hash: String,
    /// Over both of them, by the secret key.
    pub mark: String,
    pub sealed_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const PURPOSE: &str = "audit-head";

impl Model {
    /// Whether this application wrote it.
    pub(super) fn is_ours(&self, app: &App) -> bool {
        seal::is_mark(app, PURPOSE, &format!("{}:{}", self.seq, self.hash), &self.mark)
    }
}

/// The head as it is now.
pub(super) async fn find(app: &App) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(1).one(&app.db.conn).await?)
}

/// The head, locked until the transaction ends, so that sealers queue. Begins a chain where there is none; a chain that
/// lost its head gets no other.
pub(super) async fn lock(tx: &Tx) -> Result<Option<Model>> {
    let locked = || Entity::find_by_id(1).lock_exclusive().one(tx);
    if let Some(head) = locked().await? {
        return Ok(Some(head));
    }
    let sql = "INSERT INTO audit_head (id, seq, hash, mark, sealed_at) SELECT 1, 0, $1, $2, $3 \
               WHERE NOT EXISTS (SELECT 1 FROM audit_seals) ON CONFLICT DO NOTHING";
    let mark = seal::mark(&tx.app, PURPOSE, &format!("0:{GENESIS}"));
    tx.execute_raw(tx.app.db.sql(sql, vec![GENESIS.into(), mark.into(), tx.now().into()])).await?;
    Ok(locked().await?)
}

/// Moves the locked head to the new end of the chain.
pub(super) async fn advance(tx: &Tx, seq: i64, hash: &str) -> Result<()> {
    let row = ActiveModel {
        id: Unchanged(1),
        seq: Set(seq),
        hash: Set(hash.to_owned()),
        mark: Set(seal::mark(&tx.app, PURPOSE, &format!("{seq}:{hash}"))),
        sealed_at: Set(tx.now()),
    };
    Entity::update(row).validate()?.exec(tx).await?;
    Ok(())
}
