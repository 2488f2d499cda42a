//! Switches of queues that ops people flip: pause, fleet-wide rate.

use super::Queue;
use crate::clock::Time;
use crate::{App, Result, Tx};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

/// A queue's switches; a queue without a row runs freely.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "queues")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: Queue,
    pub paused: bool,
    /// Starts per second over the whole fleet.
    pub rate_per_second: Option<i32>,
    pub updated_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// All switches that are set.
pub async fn all(app: &App) -> Result<Vec<Model>> {
    Ok(Entity::find().all(&app.db.conn).await?)
}

/// Pauses or resumes a queue, and sets its rate; workers follow within a second.
pub async fn set(tx: &Tx, queue: Queue, paused: bool, rate_per_second: Option<i32>) -> Result<()> {
    let row = ActiveModel { name: Set(queue), paused: Set(paused), rate_per_second: Set(rate_per_second), updated_at: Set(tx.now()) };
    let replace = OnConflict::column(Column::Name).update_columns([Column::Paused, Column::RatePerSecond, Column::UpdatedAt]).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}
