//! Ticks of schedules: claimed once by whoever comes first, however many workers and however wrong their clocks.

use crate::clock::Time;
use crate::{App, Result, Tx};
use sea_orm::ActiveValue::Set;
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

/// Remembers a schedule seen for the first time, so that its past is not caught up.
pub async fn begin(tx: &Tx, name: &str, now: Time) -> Result<()> {
    let row = ActiveModel { name: Set(name.to_owned()), last_tick: Set(now) };
    Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(tx).await?;
    Ok(())
}

/// Claims a tick: true for exactly one caller, because the time of the last tick only moves forward.
pub async fn claim(tx: &Tx, name: &str, tick: Time) -> Result<bool> {
    let moved = Entity::update_many()
        .col_expr(Column::LastTick, Expr::value(tick))
        .filter(Column::Name.eq(name))
        .filter(Column::LastTick.lt(tick))
        .exec(tx)
        .await?;
    Ok(moved.rows_affected == 1)
}
