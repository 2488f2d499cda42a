//! A rate that holds for a while: what a document is priced by.

use super::rate::{self, Model};
use crate::clock::Time;
use crate::ids::RateId;
use crate::money::{Currency, Money};
use crate::settings::{self, Rates};
use crate::{App, Error, Result};
use chrono::TimeDelta;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

/// What one currency costs in another, locked. Documents keep it as JSON; refunds use it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// What is given.
    pub from: Currency,
    /// What it becomes.
    pub to: Currency,
    /// Units of `to` for one of `from`, without margin.
    #[serde(with = "rust_decimal::serde::str")]
    pub mid: Decimal,
    /// What comes on top, in hundredths of a percent; its own line on a bill.
    pub margin_bps: u32,
    /// The rows it was made of: none for the same currency, two for a cross rate.
    pub rates: Vec<RateId>,
    /// Version of the setting that the margin came from.
    pub settings_version: i32,
    /// When it was made.
    pub quoted_at: Time,
    /// Until when it may be accepted.
    pub expires_at: Time,
}

/// An amount in the other currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// At the middle rate, rounded half-up.
    pub amount: Money,
    /// What the exchange costs on top, rounded half-up.
    pub margin: Money,
}

impl Quote {
    /// Converts an amount of `from`.
    pub fn convert(&self, money: Money) -> Result<Converted> {
        if money.currency != self.from {
            return Err(Error::internal(format!("{money} with a quote for {}", self.from)));
        }
        let too_large = || Error::internal("money overflow");
        let exact = Decimal::new(money.minor, self.from.exponent()).checked_mul(self.mid).ok_or_else(too_large)?;
        let in_minor = exact.checked_mul(Decimal::from(10_i64.pow(self.to.exponent()))).ok_or_else(too_large)?;
        let rounded = in_minor.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        let amount = Money::new(rounded.to_i64().ok_or_else(too_large)?, self.to);
        // the margin of the amount that is shown, so that a reader can check it
        let margin =
            if self.from == self.to { Money::new(0, self.to) } else { amount.percent(Decimal::new(i64::from(self.margin_bps), 2))? };
        Ok(Converted { amount, margin })
    }
}

/// A quote by the current rates, valid for `hours`. No way from one to the other is a problem of `field`.
pub async fn quote(app: &App, db: &impl ConnectionTrait, field: &str, from: Currency, to: Currency, hours: u32) -> Result<Quote> {
    let now = app.clock.now();
    let settings = settings::read::<Rates>(app, db).await?;
    let (mid, rates) = match from == to {
        true => (Decimal::ONE, vec![]),
        false => between(&rate::current(db).await?, from, to)?.ok_or_else(|| {
            let message = crate::i18n::Message::new("error-no-rate").with("from", from).with("to", to);
            Error::invalid(field, message)
        })?,
    };
    let expires_at = now + TimeDelta::hours(i64::from(hours));
    Ok(Quote {
        from,
        to,
        mid,
        margin_bps: settings.value.margin_bps,
        rates,
        settings_version: settings.version,
        quoted_at: now,
        expires_at,
    })
}

/// The rate and the rows it is made of: the pair's own (a pinned one first, then the newest), the inverse of its
/// opposite, or a cross rate through a base that has both.
pub fn between(rates: &[Model], from: Currency, to: Currency) -> Result<Option<(Decimal, Vec<RateId>)>> {
    let find = |base: &str, target: &str| rates.iter().find(|row| row.base_currency == base && row.target_currency == target);
    let mut direct: Vec<&Model> = [find(from.code(), to.code()), find(to.code(), from.code())].into_iter().flatten().collect();
    direct.sort_by_key(|row| std::cmp::Reverse((row.is_pinned, row.id)));
    if let Some(row) = direct.first() {
        let rate = row.decimal()?;
        let mid = if row.base_currency == from.code() { Some(rate) } else { Decimal::ONE.checked_div(rate) };
        return Ok(mid.map(|mid| (mid, vec![row.id])));
    }
    let mut crossings: Vec<(&Model, &Model)> = rates
        .iter()
        .filter(|row| row.target_currency == from.code())
        .filter_map(|row| Some((row, find(&row.base_currency, to.code())?)))
        .collect();
    // the freshest base: of its two rates the older one counts
    crossings.sort_by_key(|(one, other)| std::cmp::Reverse(one.id.min(other.id)));
    let Some((one, other)) = crossings.first() else { return Ok(None) };
    let mid = other.decimal()?.checked_div(one.decimal()?);
    Ok(mid.map(|mid| (mid, vec![one.id, other.id])))
}
