//! Table `exchange_rates`: append-only; the newest row of a pair is its current rate.

use crate::clock::Time;
use crate::ids::RateId;
use crate::money::Currency;
use crate::{Error, Result};
use rust_decimal::Decimal;
use sea_orm::entity::prelude::*;
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult, Statement};
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

    /// Base and target.
    pub fn pair(&self) -> Result<(Currency, Currency)> {
        Ok((Currency::parse("base_currency", &self.base_currency)?, Currency::parse("target_currency", &self.target_currency)?))
    }
}

/// The newest row of every pair.
pub async fn current(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    let sql = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => {
            "SELECT DISTINCT ON (base_currency, target_currency) * FROM exchange_rates ORDER BY base_currency, target_currency, id DESC"
        }
        // ids are 16 bytes there and compare as they are
        _ => "SELECT * FROM exchange_rates WHERE id IN (SELECT MAX(id) FROM exchange_rates GROUP BY base_currency, target_currency)",
    };
    Ok(Model::find_by_statement(Statement::from_string(db.get_database_backend(), sql)).all(db).await?)
}
