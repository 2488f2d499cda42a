//! Rates looked up: as they are stored, for those who manage them; as anybody may use them.

use super::cross::{Way, ways};
use super::rate::{self, Column, Entity, Model, Source};
use crate::money::Currency;
use crate::page::{Listed, Page, containing};
use crate::policy::{Actor, Permission};
use crate::settings::{self, Currencies, Rates};
use crate::{App, Result};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{Order, QueryOrder, QuerySelect, QueryTrait};

/// What a list may be narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    /// One of this is worth …
    pub base: Option<Currency>,
    /// … so many of that.
    pub target: Option<Currency>,
    /// Who says so.
    pub source: Option<Source>,
    /// Whether people stand for it.
    pub pinned: Option<bool>,
    /// Part of either code, in any case.
    pub search: Option<String>,
}

/// Columns a list may be ordered by, as clients write them.
pub const ORDERINGS: &[(&str, Column)] = &[
    ("base_currency", Column::BaseCurrency),
    ("target_currency", Column::TargetCurrency),
    ("updated_at", Column::PublishedAt),
    ("created_at", Column::CreatedAt),
];

/// After how long a rate that is not pinned counts as old.
pub async fn stale_after(app: &App) -> Result<TimeDelta> {
    Ok(TimeDelta::hours(settings::read::<Rates>(app, &app.db.conn).await?.value.stale_hours.into()))
}

/// The current rates, by their pairs unless ordered otherwise. Two statements.
pub async fn current(app: &App, actor: &Actor, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ManageRates)?;
    let query = narrowed(filter).filter(Column::ReplacedAt.is_null());
    let order = order.unwrap_or((Column::BaseCurrency, Order::Asc));
    paged(app, query, order, Order::Asc, page).await
}

/// Every rate that ever held, the newest first unless ordered otherwise. Two statements.
pub async fn history(app: &App, actor: &Actor, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ManageRates)?;
    paged(app, narrowed(filter), order.unwrap_or((Column::CreatedAt, Order::Desc)), Order::Desc, page).await
}

fn narrowed(filter: Filter) -> Select<Entity> {
    let pair = || Expr::col(Column::BaseCurrency).binary(sea_orm::sea_query::BinOper::Custom("||"), Expr::col(Column::TargetCurrency));
    Entity::find()
        .apply_if(filter.base, |query, base| query.filter(Column::BaseCurrency.eq(base.code())))
        .apply_if(filter.target, |query, target| query.filter(Column::TargetCurrency.eq(target.code())))
        .apply_if(filter.source, |query, source| query.filter(Column::Source.eq(source)))
        .apply_if(filter.pinned, |query, pinned| query.filter(Column::IsPinned.eq(pinned)))
        .apply_if(filter.search, |query, text| query.filter(pair().like(containing(&text.to_uppercase()))))
}

async fn paged(app: &App, query: Select<Entity>, order: (Column, Order), within: Order, page: Page) -> Result<Listed<Model>> {
    let count = query.clone().count(&app.db.conn).await?;
    let ordered = query.order_by(order.0, order.1).order_by(Column::TargetCurrency, Order::Asc).order_by(Column::Id, within);
    let rows = ordered.offset(page.offset()).limit(page.size).all(&app.db.conn).await?;
    Ok(Listed { rows, count })
}

/// What one unit of a currency is worth in each that the company offers and a way leads to. Two statements at most.
pub async fn offered(app: &App, base: Currency) -> Result<Vec<(Currency, Way)>> {
    let offered = settings::read::<Currencies>(app, &app.db.conn).await?.value.0;
    let mut ways = ways(&rate::current(&app.db.conn).await?, base)?;
    Ok(offered.into_iter().filter_map(|currency| Some((currency, ways.remove(&currency)?))).collect())
}
