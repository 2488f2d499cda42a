//! Rates that people decide: set, and let go again.

use super::rate::{self, Column, Entity, Model, NewRate, Source};
use crate::error::Problems;
use crate::money::Currency;
use crate::policy::{Actor, Permission};
use crate::{Error, Result, Tx, audit};
use rust_decimal::Decimal;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use serde_json::json;

/// Decimals of a rate that is entered.
const SCALE: u32 = 12;
/// The largest.
const MAX: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// A rate as a person enters it.
#[derive(Debug)]
pub struct Override {
    /// One of this …
    pub base_currency: String,
    /// … is worth …
    pub target_currency: String,
    /// … so many of that: a JSON text or number.
    pub rate: String,
    /// Whether it stays until it is let go, instead of until the provider's next rates.
    pub pinned: bool,
}

/// Sets a rate from now on.
pub async fn set(tx: &Tx, actor: &Actor, new: Override) -> Result<Model> {
    actor.may(Permission::ManageRates)?;
    let mut problems = Problems::default();
    let pair = read_pair(&mut problems, &new.base_currency, &new.target_currency)?;
    let rate = problems.take(read_rate("rate", &new.rate))?;
    problems.finish()?;
    let (Some((base, target)), Some(rate)) = (pair, rate) else { return Err(Error::internal("a problem was lost")) };
    rate::lock(tx).await?;
    let current = rate::current(tx).await?;
    let before = current.iter().find(|row| row.is_of(base, target)).map(|row| row.rate.clone());
    let created_by = actor.user.map(|user| user.0);
    let row = NewRate { base, target, rate, source: Source::Manual, is_pinned: new.pinned, created_by, published_at: tx.now() };
    let row = rate::append(tx, &current, vec![row]).await?.pop().ok_or_else(|| Error::internal("a rate was not stored"))?;
    let detail = json!({ "base": base, "target": target, "before": before, "rate": row.rate, "pinned": new.pinned });
    audit::record(tx, actor, "exchange_rate.set", "exchange_rate", row.id.0, Some(detail)).await?;
    Ok(row)
}

/// Lets a pinned rate go: it holds until the provider's next rates.
pub async fn unpin(tx: &Tx, actor: &Actor, base: &str, target: &str) -> Result<Model> {
    actor.may(Permission::ManageRates)?;
    let mut problems = Problems::default();
    let pair = read_pair(&mut problems, base, target)?;
    problems.finish()?;
    let Some((base, target)) = pair else { return Err(Error::internal("a problem was lost")) };
    let of_pair = Entity::find().filter(Column::BaseCurrency.eq(base.code())).filter(Column::TargetCurrency.eq(target.code()));
    let row = of_pair.filter(Column::ReplacedAt.is_null()).one(tx).await?.ok_or(Error::NotFound)?;
    let update = Entity::update_many().col_expr(Column::IsPinned, Expr::value(false)).filter(Column::Id.eq(row.id));
    let unpinned = update.filter(Column::IsPinned.eq(true)).filter(Column::ReplacedAt.is_null()).exec(tx).await?;
    if unpinned.rows_affected == 0 {
        return Err(Error::conflict("rate-not-pinned", &[]));
    }
    let detail = json!({ "base": base, "target": target, "rate": row.rate });
    audit::record(tx, actor, "exchange_rate.unpinned", "exchange_rate", row.id.0, Some(detail)).await?;
    Ok(Model { is_pinned: false, ..row })
}

/// Two currencies that differ.
fn read_pair(problems: &mut Problems, base: &str, target: &str) -> Result<Option<(Currency, Currency)>> {
    let one = problems.take(Currency::parse("base_currency", base))?;
    let other = problems.take(Currency::parse("target_currency", target))?;
    let pair = one.zip(other);
    problems.check(pair.is_none_or(|(one, other)| one != other), "target_currency", "error-same-currency");
    Ok(pair)
}

/// A plain decimal as a JSON text or number, exactly as it was written.
fn read_rate(field: &str, json: &str) -> Result<Decimal> {
    let text = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(json);
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return Err(Error::invalid(field, "error-rate"));
    }
    let is_plain = !text.ends_with('.') && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let rate = Decimal::from_str_exact(text).ok().filter(|rate| is_plain && rate.normalize().scale() <= SCALE && *rate <= MAX);
    rate.filter(|rate| !rate.is_zero()).ok_or_else(|| Error::invalid(field, "error-rate"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_rate_is_a_text_or_a_number_and_read_to_the_last_digit() {
        for (json, expected) in [("\"3.6725\"", "3.6725"), ("1.00000000000000000", "1"), ("0.000000000001", "0.000000000001")] {
            assert_eq!(read_rate("rate", json).expect(json).normalize().to_string(), expected);
        }
        assert_eq!(read_rate("rate", "123456789.123456789012").expect("exact").to_string(), "123456789.123456789012");
        let bad =
            ["0", "\"0.000\"", "-1", "1e3", "\"1e3\"", "null", "true", "[1]", "{}", "\"\"", "\" 1\"", "\"1,5\"", "\"NaN\"", "1.", ".5"];
        for json in bad.into_iter().chain(["1000000000.1", "0.0000000000001", "\"1\\n\"", "999999999999999999999999999999999999"]) {
            let Err(Error::Invalid(problems)) = read_rate("rate", json) else { panic!("{json} was accepted") };
            assert_eq!(problems[0].field, "rate");
        }
    }

    proptest! {
        #[test]
        fn whatever_was_accepted_is_what_was_written(minor in 1u64..1_000_000_000_000_000_000, scale in 9u32..=12) {
            let rate = Decimal::from_i128_with_scale(minor.into(), scale);
            prop_assert_eq!(read_rate("rate", &format!("\"{rate}\"")).expect("in range"), rate);
        }
    }
}
