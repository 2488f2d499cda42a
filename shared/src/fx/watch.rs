//! Rates that grow old unnoticed are wrong prices: an alarm, once, until fresh ones arrive.

use super::Provider;
use super::rate;
use super::review::{self, Column, Model, Reason};
use crate::clock::Time;
use crate::settings::{self, Rates};
use crate::{App, Result, Tx};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, FromQueryResult};
use serde_json::json;

/// Opens a case when the provider's newest rates are too old, and ends it when they no longer are.
pub async fn watch(tx: &Tx, provider: Provider) -> Result<()> {
    let newest = rate::newest_of(tx, provider.source()).await?;
    // where none ever arrived, the wait began with the first account
    let Some(since) = newest.or(first_account(tx).await?) else { return Ok(()) };
    let limit = TimeDelta::hours(settings::read::<Rates>(&tx.app, tx).await?.value.stale_hours.into());
    if tx.now() - since > limit {
        let detail = json!({ "newest": newest, "stale_hours": limit.num_hours() });
        return review::open(tx, vec![Model::new(tx, Reason::Stale, provider.source(), detail)]).await;
    }
    review::recover(tx, Condition::all().add(Column::Reason.eq(Reason::Stale))).await
}

async fn first_account(tx: &Tx) -> Result<Option<Time>> {
    #[derive(FromQueryResult)]
    struct First {
        date_joined: Option<Time>,
    }
    use crate::accounts::user;
    use sea_orm::QuerySelect;
    let query = user::Entity::find().select_only().column_as(user::Column::DateJoined.min(), "date_joined");
    Ok(query.into_model::<First>().one(tx).await?.and_then(|first| first.date_joined))
}

/// How old the provider's newest rates are; `None` when people enter them or none ever arrived.
pub async fn age(app: &App) -> Result<Option<TimeDelta>> {
    let Some(fx) = &app.config.fx else { return Ok(None) };
    let newest = rate::newest_of(&app.db.conn, fx.provider.source()).await?;
    Ok(newest.map(|newest| app.clock.now() - newest))
}
