//! Table `exchange_rates`: append-only. The row of a pair that none has replaced is its current rate; an index sees to it
//! that there is one, whatever the clocks of several nodes say.

use crate::clock::Time;
use crate::ids::RateId;
use crate::money::Currency;
use crate::{Error, Result, Tx};
use rust_decimal::Decimal;
use sea_orm::entity::prelude::*;
use sea_orm::prelude::StringLen;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, DbBackend, DeriveActiveEnum, EnumIter, FromQueryResult, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // names of providers, and our own people
pub enum Source {
    Ecb,
    Fixer,
    #[sea_orm(string_value = "OPENEXCHANGERATES")]
    #[serde(rename = "OPENEXCHANGERATES")]
    OpenExchangeRates,
    Manual,
}

/// A rate as it was from some time on: one unit of the base is worth `rate` units of the target.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "exchange_rates")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RateId,
    pub base_currency: String,
    pub target_currency: String,
    /// Exact decimal, more than zero.
    pub rate: String,
    pub source: Source,
    /// A provider does not replace it.
    pub is_pinned: bool,
    pub created_by: Option<Uuid>,
    /// When the provider says it was so.
    pub published_at: Time,
    pub created_at: Time,
    /// When another took its place; `None`: it holds.
    pub replaced_at: Option<Time>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The rate as a number.
    pub fn decimal(&self) -> Result<Decimal> {
        self.rate.parse().map_err(|_| Error::internal(format!("exchange rate {} is {:?}", self.id, self.rate)))
    }

    /// Whether it is this pair's.
    pub fn is_of(&self, base: Currency, target: Currency) -> bool {
        self.base_currency == base.code() && self.target_currency == target.code()
    }

    /// Base and target.
    pub fn pair(&self) -> Result<(Currency, Currency)> {
        Ok((Currency::parse("base_currency", &self.base_currency)?, Currency::parse("target_currency", &self.target_currency)?))
    }
}

/// What is new about a pair.
#[derive(Clone, Debug)]
pub struct NewRate {
    /// One of this …
    pub base: Currency,
    /// … is worth so many of that.
    pub target: Currency,
    /// More than zero.
    pub rate: Decimal,
    /// Who says so.
    pub source: Source,
    /// Whether a provider may not replace it.
    pub is_pinned: bool,
    /// Who decided it.
    pub created_by: Option<Uuid>,
    /// When it was so.
    pub published_at: Time,
}

/// The current rate of every pair, those that were stored last first.
pub async fn current(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::ReplacedAt.is_null()).order_by_desc(Column::Id).all(db).await?)
}

/// Rates change one transaction at a time, and readers do not wait. SQLite has one writer anyway.
pub async fn lock(tx: &Tx) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE exchange_rates IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

/// Adds rates, each the current one of its pair from now on. Needs [`lock`].
pub async fn append(tx: &Tx, current: &[Model], new: Vec<NewRate>) -> Result<Vec<Model>> {
    let now = tx.now();
    let is_replaced = |row: &&Model| new.iter().any(|new| row.is_of(new.base, new.target));
    let replaced: Vec<RateId> = current.iter().filter(is_replaced).map(|row| row.id).collect();
    if !replaced.is_empty() {
        let update = Entity::update_many().col_expr(Column::ReplacedAt, Expr::value(now));
        update.filter(Column::Id.is_in(replaced)).exec(tx).await?;
    }
    let row = |new: NewRate| Model {
        id: RateId::new(),
        base_currency: new.base.code().to_owned(),
        target_currency: new.target.code().to_owned(),
        rate: new.rate.normalize().to_string(),
        source: new.source,
        is_pinned: new.is_pinned,
        created_by: new.created_by,
        published_at: new.published_at,
        created_at: now,
        replaced_at: None,
    };
    let rows: Vec<Model> = new.into_iter().map(row).collect();
    if !rows.is_empty() {
        let inserts = rows.iter().cloned().map(|row| ActiveModel::from(row).reset_all());
        Entity::insert_many(inserts).exec_without_returning(tx).await?;
    }
    Ok(rows)
}

/// When the newest rates of a source were published.
pub async fn newest_of(db: &impl ConnectionTrait, source: Source) -> Result<Option<Time>> {
    #[derive(FromQueryResult)]
    struct Newest {
        published_at: Option<Time>,
    }
    let query = Entity::find().select_only().column_as(Column::PublishedAt.max(), "published_at").filter(Column::Source.eq(source));
    Ok(query.into_model::<Newest>().one(db).await?.and_then(|newest| newest.published_at))
}
