//! What money was worth: a row for each pair and working day, as people entered it. They say so themselves (source MANUAL), because
//! no provider ever published them, and a provider's real ones take their place as soon as it is asked. Every demo tells the same
//! history, and what a document was priced at is found in it as the product finds it.

use super::calendar::midnight;
use super::customer::broken;
use super::dice::Dice;
use super::store;
use crate::clock::Time;
use crate::fx::cross::{Way, ways};
use crate::fx::quote::Quote;
use crate::fx::rate::{self, Column, Entity, Model, Source};
use crate::ids::{RateId, UserId};
use crate::money::Currency;
use crate::{Result, Tx};
use chrono::{Datelike, NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Pairs with the rate they keep returning to, in millionths, and how far they stray from it in a day. Close to what they are in
/// life, so that the first real rates are no jump.
const PAIRS: [(&str, &str, i64, i64); 5] = [
    ("EUR", "USD", 1_155_000, 4_000),
    ("EUR", "GBP", 868_000, 3_000),
    ("EUR", "JPY", 174_200_000, 4_500),
    ("USD", "KWD", 306_500, 600),
    // pegged
    ("USD", "AED", 3_672_500, 0),
];
/// What a customer pays on top: the setting as it is until somebody changes it.
const MARGIN_BPS: u32 = 200;
/// Days before the first document whose rates are there too.
const LEAD: TimeDelta = TimeDelta::days(10);
/// Days whose cross rates are kept.
const KEPT: usize = 300;

/// The history from some days before the first document on.
#[derive(Clone, Debug)]
pub(super) struct History {
    days: Arc<Vec<(Time, Vec<Model>)>>,
}

impl History {
    /// The history of the time between.
    pub(super) fn new(since: Time, until: Time, by: UserId) -> Result<Self> {
        let mut strayed = [0_i64; PAIRS.len()];
        let mut days = vec![];
        let first = NaiveDate::from_ymd_opt(2020, 1, 6).unwrap_or_default();
        for (number, date) in (0_u64..).zip(first.iter_days().filter(|day| day.weekday().num_days_from_monday() < 5)) {
            let at = midnight(date) + TimeDelta::hours(9);
            if at >= until {
                break;
            }
            let mut rows = vec![];
            for (place, (base, target, level, stride)) in PAIRS.into_iter().enumerate() {
                let mut dice = Dice::of(&[3, place as u64, number]);
                strayed[place] = strayed[place] * 994 / 1000 + dice.between(-stride, stride);
                let millionths = level + level / 1000 * strayed[place] / 1000;
                let rate = Decimal::new(millionths, 6).round_dp(if level > 100_000_000 { 2 } else { 4 });
                let id = RateId(dice.id(at));
                if at >= since - LEAD {
                    rows.push(row(id, (base, target), rate, at, by));
                }
            }
            if !rows.is_empty() {
                days.push((at, rows));
            }
        }
        // each row holds until the next
        let next: Vec<Time> = days.iter().skip(1).map(|(at, _)| *at).collect();
        for ((at, rows), next) in days.iter_mut().zip(next.into_iter().map(Some).chain([None])) {
            let replaced_at = Some(next.unwrap_or(*at + TimeDelta::days(1)));
            rows.iter_mut().for_each(|row| row.replaced_at = replaced_at);
        }
        Ok(Self { days: Arc::new(days) })
    }

    /// Writes what is not there yet. What somebody entered for a pair keeps being current; otherwise our last row is.
    pub(super) async fn write(&self, tx: &Tx) -> Result<()> {
        rate::lock(tx).await?;
        let before = rate::current(tx).await?;
        store::insert_new::<Entity>(tx, self.days.iter().flat_map(|(_, rows)| rows).cloned().collect()).await?;
        let Some((at, last)) = self.days.last() else { return Ok(()) };
        for row in last {
            let current = before.iter().find(|old| old.base_currency == row.base_currency && old.target_currency == row.target_currency);
            let set = |to: Option<Time>, id: RateId| {
                Entity::update_many().col_expr(Column::ReplacedAt, Expr::value(to)).filter(Column::Id.eq(id))
            };
            match current {
                Some(old) if old.id == row.id => continue,
                // one of an earlier demo
                Some(old) if self.is_ours(old) => set(Some(*at), old.id).exec(tx).await.map(drop)?,
                Some(_) => continue,
                None => {}
            }
            set(None, row.id).exec(tx).await?;
        }
        Ok(())
    }

    fn is_ours(&self, old: &Model) -> bool {
        self.days.iter().flat_map(|(_, rows)| rows).any(|row| row.id == old.id)
    }
}

fn row(id: RateId, (base, target): (&str, &str), rate: Decimal, at: Time, by: UserId) -> Model {
    Model {
        id,
        base_currency: base.to_owned(),
        target_currency: target.to_owned(),
        rate: rate.normalize().to_string(),
        source: Source::Manual,
        is_pinned: false,
        created_by: Some(by.0),
        published_at: at,
        created_at: at,
        replaced_at: None,
    }
}

/// Finds what held at a time; remembers what it found.
#[derive(Debug)]
pub(super) struct Rates {
    history: History,
    found: HashMap<(Time, Currency), BTreeMap<Currency, Way>>,
}

impl Rates {
    pub(super) fn new(history: &History) -> Self {
        Self { history: history.clone(), found: HashMap::new() }
    }

    /// The quote that a document got at a time, valid for so many hours.
    pub(super) fn quote(&mut self, from: Currency, to: Currency, at: Time, hours: i64) -> Result<Quote> {
        let (mid, rates) = match from == to {
            true => (Decimal::ONE, vec![]),
            false => {
                let way = self.ways(from, at)?.get(&to).ok_or_else(|| broken(format!("no rate from {from} to {to}")))?;
                (way.rate, way.rates.clone())
            }
        };
        let expires_at = at + TimeDelta::hours(hours);
        Ok(Quote { from, to, mid, margin_bps: MARGIN_BPS, rates, settings_version: 0, quoted_at: at, expires_at })
    }

    fn ways(&mut self, from: Currency, at: Time) -> Result<&BTreeMap<Currency, Way>> {
        let days = self.history.days.clone();
        let place = days.partition_point(|(since, _)| *since <= at).saturating_sub(1);
        let (day, rows) = days.get(place).ok_or_else(|| broken("no rates"))?;
        if self.found.len() > KEPT {
            self.found.clear();
        }
        let known = self.found.entry((*day, from));
        match known {
            std::collections::hash_map::Entry::Occupied(known) => Ok(known.into_mut()),
            std::collections::hash_map::Entry::Vacant(place) => Ok(place.insert(ways(rows, from)?)),
        }
    }
}
