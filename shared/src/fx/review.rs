//! Table `exchange_rate_reviews`: what a person has to look at, because the machine must not guess what money is worth.

use super::rate::{NewRate, Source};
use crate::clock::Time;
use crate::money::Currency;
use crate::page::{Listed, Page};
use crate::policy::{Actor, Permission};
use crate::{App, Error, Result, Tx};
use chrono::TimeDelta;
use rust_decimal::Decimal;
use sea_orm::entity::prelude::*;
use sea_orm::prelude::StringLen;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, DeriveActiveEnum, EnumIter, Order, QueryOrder, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A person who looked has seen it: the same is not asked again for so long.
const SEEN: TimeDelta = TimeDelta::hours(24);

/// Why a person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// One rate moved too far.
    Jump,
    /// A publication was refused as a whole.
    Feed,
    /// No new rates for too long.
    Stale,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReviewStatus {
    /// Nobody has looked.
    Open,
    /// A person believed the provider: the held rates hold.
    Accepted,
    /// A person did not.
    Dismissed,
    /// It passed by itself.
    Recovered,
}

/// One case.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "exchange_rate_reviews")]
#[allow(missing_docs)] // said above
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub reason: Reason,
    pub source: Source,
    /// Of the held rates.
    pub base_currency: Option<String>,
    /// Of the held rate, if it is one.
    pub target_currency: Option<String>,
    pub rate: Option<String>,
    pub published_at: Option<Time>,
    /// What belongs to the reason; of a whole publication also its `rates`.
    pub detail: Json,
    pub status: ReviewStatus,
    pub created_at: Time,
    pub resolved_at: Option<Time>,
    pub resolved_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs)] // none
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// A new case about nothing in particular.
    pub(super) fn new(tx: &Tx, reason: Reason, source: Source, detail: Json) -> Self {
        Self {
            id: Uuid::now_v7(),
            reason,
            source,
            base_currency: None,
            target_currency: None,
            rate: None,
            published_at: None,
            detail,
            status: ReviewStatus::Open,
            created_at: tx.now(),
            resolved_at: None,
            resolved_by: None,
        }
    }

    /// What a person may do with it.
    pub fn actions(&self) -> Vec<&'static str> {
        match self.status {
            ReviewStatus::Open if self.target_currency.is_some() || self.detail["rates"].is_object() => vec!["accept", "dismiss"],
            ReviewStatus::Open => vec!["dismiss"],
            ReviewStatus::Accepted | ReviewStatus::Dismissed | ReviewStatus::Recovered => vec![],
        }
    }

    /// The rates that were held, none or more.
    pub(super) fn held(&self) -> Result<Vec<NewRate>> {
        let (Some(base), Some(published_at)) = (&self.base_currency, self.published_at) else { return Ok(vec![]) };
        let rates: BTreeMap<String, String> = match (&self.target_currency, &self.rate) {
            (Some(target), Some(rate)) => BTreeMap::from([(target.clone(), rate.clone())]),
            _ => serde_json::from_value(self.detail["rates"].clone()).unwrap_or_default(),
        };
        let new = |(target, rate): (&String, &String)| {
            Ok(NewRate {
                base: Currency::parse("base_currency", base)?,
                target: Currency::parse("target_currency", target)?,
                rate: rate.parse::<Decimal>().map_err(Error::internal)?,
                source: self.source,
                is_pinned: false,
                created_by: None,
                published_at,
            })
        };
        rates.iter().map(new).collect()
    }
}

/// Opens cases, each once: not while it is open, and not for a day after a person has dismissed the same.
pub(super) async fn open(tx: &Tx, cases: Vec<Model>) -> Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    let dismissed = Entity::find().filter(Column::Status.eq(ReviewStatus::Dismissed)).filter(Column::ResolvedAt.gte(tx.now() - SEEN));
    let dismissed = dismissed.all(tx).await?;
    let about = |row: &Model| {
        let pair = (row.base_currency.clone(), row.target_currency.clone());
        (row.reason, row.source, pair, row.rate.clone(), row.published_at, row.detail["problem"].clone())
    };
    for case in cases.into_iter().filter(|case| dismissed.iter().all(|seen| about(seen) != about(case))) {
        let row = ActiveModel::from(case.clone()).reset_all();
        let inserts = Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
        if inserts.exec_without_returning(tx).await? == 0 {
            continue;
        }
        let reason = case.reason.to_value();
        tracing::error!(
            fx.reason = %reason, fx.source = %case.source.to_value(), fx.currency = case.target_currency, fx.detail = %case.detail,
            "exchange rates need a person"
        );
        metrics::counter!("exchange_rate_reviews_opened_total", "reason" => reason).increment(1);
    }
    Ok(())
}

/// Ends the open cases that meet a condition: the trouble has passed.
pub(super) async fn recover(tx: &Tx, which: sea_orm::Condition) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::Status, Expr::value(ReviewStatus::Recovered.to_value()));
    let update = update.col_expr(Column::ResolvedAt, Expr::value(tx.now()));
    update.filter(Column::Status.eq(ReviewStatus::Open)).filter(which).exec(tx).await?;
    Ok(())
}

/// What a list may be narrowed to.
#[derive(Debug)]
pub struct Filter {
    /// How it ended.
    pub status: ReviewStatus,
    /// Why it was opened.
    pub reason: Option<Reason>,
}

/// Columns a list may be ordered by, as clients write them.
pub const ORDERINGS: &[(&str, Column)] = &[("created_at", Column::CreatedAt), ("resolved_at", Column::ResolvedAt)];

/// Cases, the newest first unless ordered otherwise. Two statements.
pub async fn list(app: &App, actor: &Actor, filter: Filter, order: Option<(Column, Order)>, page: Page) -> Result<Listed<Model>> {
    actor.may(Permission::ManageRates)?;
    let query = narrowed(filter);
    let count = query.clone().count(&app.db.conn).await?;
    let (column, direction) = order.unwrap_or((Column::CreatedAt, Order::Desc));
    let ordered = query.order_by(column, direction).order_by(Column::Id, Order::Desc);
    let rows = ordered.offset(page.offset()).limit(page.size).all(&app.db.conn).await?;
    Ok(Listed { rows, count })
}

pub(crate) fn narrowed(filter: Filter) -> Select<Entity> {
    Entity::find().filter(Column::Status.eq(filter.status)).apply_if(filter.reason, |query, reason| query.filter(Column::Reason.eq(reason)))
}
