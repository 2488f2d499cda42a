//! Ticks of schedules: claimed once by whoever comes first, however many workers and however wrong their clocks.

use crate::clock::Time;
use crate::{App, Error, Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};

/// The last tick of a schedule that was fired.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "schedules")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub last_tick: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The last tick of each schedule that ever ran.
pub async fn all(app: &App) -> Result<Vec<Model>> {
    Ok(Entity::find().all(&app.db.conn).await?)
}

/// The last tick of a schedule, locked until the transaction ends: two schedulers at the same tick come one after the
/// other, and the second finds it fired. A schedule seen for the first time starts now; its past is not caught up.
pub async fn lock(tx: &Tx, name: &str) -> Result<Time> {
    let first = ActiveModel { name: Set(name.to_owned()), last_tick: Set(tx.now()) };
    Entity::insert(first).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(tx).await?;
    let row = Entity::find_by_id(name.to_owned()).lock_exclusive().one(tx).await?;
    Ok(row.ok_or_else(|| Error::internal("a schedule vanished"))?.last_tick)
}

/// Moves a schedule forward, never back.
pub async fn advance(tx: &Tx, name: &str, tick: Time) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::LastTick, Expr::value(tick));
    update.filter(Column::Name.eq(name)).filter(Column::LastTick.lt(tick)).exec(tx).await?;
    Ok(())
}
