//! A rate that holds for a while: what a document is priced by.

use super::cross::ways;
use super::rate::{self, Model};
use crate::clock::Time;
use crate::error::Problems;
use crate::i18n::Message;
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
    /// The rows it was made of: none for the same currency, several for a cross rate.
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

/// Decimals of a minor unit beyond which a quotient is only noise.
const NOISE: u32 = 9;

impl Quote {
    /// Converts an amount of `from`.
    pub fn convert(&self, money: Money) -> Result<Converted> {
        if money.currency != self.from {
            return Err(Error::internal(format!("{money} with a quote for {}", self.from)));
        }
        let amount = exchange(money, self.mid, self.to)?;
        // the margin of the amount that is shown, so that a reader can check it
        let margin =
            if self.from == self.to { Money::new(0, self.to) } else { amount.percent(Decimal::new(i64::from(self.margin_bps), 2))? };
        Ok(Converted { amount, margin })
    }
}

/// An amount at `rate`, units of `to` for one of its currency, rounded half-up.
pub fn exchange(money: Money, rate: Decimal, to: Currency) -> Result<Money> {
    let too_large = || Error::internal("money overflow");
    let exact = Decimal::new(money.minor, money.currency.exponent()).checked_mul(rate).ok_or_else(too_large)?;
    let in_minor = exact.checked_mul(Decimal::from(10_i64.pow(to.exponent()))).ok_or_else(too_large)?;
    // first what a rate such as a third could not say exactly, so that a half is a half
    let rounded = [NOISE, 0].into_iter().fold(in_minor, |n, dp| n.round_dp_with_strategy(dp, RoundingStrategy::MidpointAwayFromZero));
    Ok(Money::new(rounded.to_i64().ok_or_else(too_large)?, to))
}

/// A quote by the current rates, valid for `hours`. No way from one to the other is a problem of `field`.
pub async fn quote(app: &App, db: &impl ConnectionTrait, field: &str, from: Currency, to: Currency, hours: u32) -> Result<Quote> {
    let quoted = quotes(app, db, &[(field.to_owned(), from)], to, hours).await?;
    quoted.into_iter().next().ok_or_else(|| Error::internal("a quote was lost"))
}

/// The same for several currencies, each with the field that names it: rates are read once, and all problems told at once.
pub async fn quotes(app: &App, db: &impl ConnectionTrait, sources: &[(String, Currency)], to: Currency, hours: u32) -> Result<Vec<Quote>> {
    let quoted_at = app.clock.now();
    let expires_at = quoted_at + TimeDelta::hours(i64::from(hours));
    let settings = settings::read::<Rates>(app, db).await?;
    let (margin_bps, settings_version) = (settings.value.margin_bps, settings.version);
    let current = if sources.iter().all(|(_, from)| *from == to) { vec![] } else { rate::current(db).await? };
    let mut problems = Problems::default();
    let mut quotes = vec![];
    for (field, from) in sources {
        let found = if *from == to { Some((Decimal::ONE, vec![])) } else { between(&current, *from, to)? };
        let message = || Message::new("error-no-rate").with("from", from).with("to", to);
        let found = problems.take(found.ok_or_else(|| Error::invalid(field, message())))?;
        let quote = |(mid, rates)| Quote { from: *from, to, mid, margin_bps, rates, settings_version, quoted_at, expires_at };
        quotes.extend(found.map(quote));
    }
    problems.finish()?;
    Ok(quotes)
}

/// The rate and the rows it is made of, as [`ways`] finds them.
pub fn between(rates: &[Model], from: Currency, to: Currency) -> Result<Option<(Decimal, Vec<RateId>)>> {
    Ok(ways(rates, from)?.remove(&to).map(|way| (way.rate, way.rates)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fx::cross::tests::{currency, row};
    use crate::money::MAX_MINOR;
    use chrono::DateTime;
    use proptest::prelude::*;

    fn quote(from: &str, to: &str, mid: Decimal, margin_bps: u32) -> Quote {
        let time = DateTime::UNIX_EPOCH;
        let (from, to) = (currency(from), currency(to));
        Quote { from, to, mid, margin_bps, rates: vec![], settings_version: 0, quoted_at: time, expires_at: time }
    }

    #[test]
    fn amounts_are_converted_half_up_to_the_digits_of_their_currency() {
        let cases = [
            // (from, minor, to, rate, becomes)
            ("USD", 1_000, "EUR", "0.925", 925),
            ("USD", 100, "JPY", "149.5", 150),
            ("USD", 100, "JPY", "149.4999", 149),
            ("JPY", 1, "USD", "0.005", 1),
            ("JPY", 1, "USD", "0.0049", 0),
            ("USD", 1, "KWD", "0.305", 3),
            ("USD", 5, "KWD", "0.305", 15),
            ("KWD", 1_250, "USD", "3.2786", 410),
            ("KWD", 1_250, "JPY", "484.4", 606),
            ("USD", 0, "EUR", "0.925", 0),
        ];
        for (from, minor, to, mid, expected) in cases {
            let quote = quote(from, to, mid.parse().expect("a decimal"), 0);
            let amount = quote.convert(Money::new(minor, quote.from)).expect("fits").amount;
            assert_eq!(amount, Money::new(expected, quote.to), "{minor} {from} at {mid}");
        }
    }

    #[test]
    fn a_half_is_a_half_although_a_third_cannot_be_written() {
        let third = Decimal::ONE / Decimal::from(3);
        let quote = quote("USD", "JPY", third, 0);
        assert_eq!(quote.convert(Money::new(150, quote.from)).expect("fits").amount.minor, 1);
    }

    #[test]
    fn the_margin_is_of_the_shown_amount_and_none_for_the_same_currency() {
        let dear = quote("USD", "EUR", "0.925".parse().expect("a decimal"), 200);
        let converted = dear.convert(Money::new(1_000, dear.from)).expect("fits");
        assert_eq!((converted.amount.minor, converted.margin.minor), (925, 19));
        let same = quote("USD", "USD", Decimal::ONE, 200);
        let converted = same.convert(Money::new(1_000, same.from)).expect("fits");
        assert_eq!((converted.amount.minor, converted.margin.minor), (1_000, 0));
    }

    #[test]
    fn another_currency_and_an_amount_that_does_not_fit_are_errors() {
        let quote = quote("USD", "EUR", Decimal::from(1_000_000_000), 0);
        assert!(quote.convert(Money::new(1, quote.to)).is_err());
        assert!(quote.convert(Money::new(i64::MAX, quote.from)).is_err());
    }

    #[test]
    fn a_quote_says_which_rows_it_was_made_of() {
        let rates = [row("EUR USD 1.25", 1), row("EUR GBP 0.8", 1)];
        let found = between(&rates, currency("USD"), currency("GBP")).expect("readable").expect("there");
        assert_eq!(found, ("0.64".parse().expect("a decimal"), vec![rates[0].id, rates[1].id]));
        assert_eq!(between(&rates, currency("USD"), currency("JPY")).expect("readable"), None);
    }

    proptest! {
        #[test]
        fn more_money_never_becomes_less_and_errs_by_half_a_unit_at_most(
            minor in 0..MAX_MINOR / 1_000, more in 0i64..1_000, mid in 1u64..10_000_000,
            to in prop::sample::select(vec!["EUR", "JPY", "KWD"]),
        ) {
            let quote = quote("USD", to, Decimal::from_i128_with_scale(mid.into(), 4), 0);
            let convert = |minor| quote.convert(Money::new(minor, quote.from)).expect("fits").amount;
            let amount = convert(minor);
            prop_assert!(convert(minor + more).minor >= amount.minor);
            let exact = Decimal::new(minor, 2) * quote.mid;
            let error = Decimal::new(amount.minor, quote.to.exponent()) - exact;
            prop_assert!(error.abs() <= Decimal::new(5, quote.to.exponent() + 1), "{} for {}", amount, exact);
        }
    }
}
