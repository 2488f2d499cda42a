//! From any currency to any other: by a rate of their own, by its inverse, or by a chain of both.

use super::rate::Model;
use crate::Result;
use crate::clock::Time;
use crate::ids::RateId;
use crate::money::Currency;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Most rates in a chain: to a provider's base, from there to ours, and on.
const LEGS: usize = 3;

/// How one gets to a currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Units of it for one of the currency that one starts from.
    pub rate: Decimal,
    /// The rows it is made of, in order.
    pub rates: Vec<RateId>,
    /// How old the oldest of them is.
    pub updated_at: Time,
}

/// A rate in one of its two directions.
struct Leg<'a> {
    from: Currency,
    to: Currency,
    rate: Decimal,
    is_inverse: bool,
    row: &'a Model,
}

impl Leg<'_> {
    /// A pinned rate does not age: people stand for it.
    fn freshness(&self) -> Time {
        if self.row.is_pinned { Time::MAX_UTC } else { self.row.published_at }
    }
}

/// Rates multiplied and divided by, apart until the end: one division rounds once, and three thirds stay one.
#[derive(Clone)]
struct Reached {
    above: Decimal,
    below: Decimal,
    rates: Vec<RateId>,
    freshness: Time,
    updated_at: Time,
}

impl Reached {
    /// One leg further; `None` when the numbers no longer fit.
    fn onward(&self, leg: &Leg) -> Option<Self> {
        let (above, below) = match leg.is_inverse {
            true => (self.above, self.below.checked_mul(leg.rate)?),
            false => (self.above.checked_mul(leg.rate)?, self.below),
        };
        Some(Self {
            above,
            below,
            rates: self.rates.iter().copied().chain([leg.row.id]).collect(),
            freshness: self.freshness.min(leg.freshness()),
            updated_at: self.updated_at.min(leg.row.published_at),
        })
    }
}

/// The best way from one currency to each that can be reached. A chain is as fresh as its oldest rate; the freshest wins,
/// then the shortest, then the one whose rates were stored last.
pub fn ways(rates: &[Model], from: Currency) -> Result<BTreeMap<Currency, Way>> {
    let legs = legs(rates)?;
    let start = Reached { above: Decimal::ONE, below: Decimal::ONE, rates: vec![], freshness: Time::MAX_UTC, updated_at: Time::MAX_UTC };
    let mut best = BTreeMap::from([(from, start)]);
    for _ in 0..LEGS {
        let known = best.clone();
        for leg in &legs {
            let Some(next) = known.get(&leg.from).and_then(|reached| reached.onward(leg)) else { continue };
            if best.get(&leg.to).is_none_or(|other| other.freshness < next.freshness) {
                best.insert(leg.to, next);
            }
        }
    }
    best.remove(&from);
    let way = |reached: Reached| {
        let rate = reached.above.checked_div(reached.below).filter(|rate| !rate.is_zero())?;
        Some(Way { rate, rates: reached.rates, updated_at: reached.updated_at })
    };
    Ok(best.into_iter().filter_map(|(to, reached)| Some((to, way(reached)?))).collect())
}

/// Both directions of each rate, those that were stored last first.
fn legs(rates: &[Model]) -> Result<Vec<Leg<'_>>> {
    let mut rows: Vec<&Model> = rates.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    let mut legs = Vec::with_capacity(rows.len() * 2);
    for row in rows {
        let ((base, target), rate) = (row.pair()?, row.decimal()?);
        legs.push(Leg { from: base, to: target, rate, is_inverse: false, row });
        legs.push(Leg { from: target, to: base, rate, is_inverse: true, row });
    }
    Ok(legs)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::fx::rate::Source;
    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;

    pub(crate) fn currency(code: &str) -> Currency {
        Currency::parse("currency", code).expect("known")
    }

    /// `"EUR USD 1.25"`, published on the given day.
    pub(crate) fn row(text: &str, day: i64) -> Model {
        let words: Vec<&str> = text.split(' ').collect();
        Model {
            id: RateId::new(),
            base_currency: words[0].into(),
            target_currency: words[1].into(),
            rate: words[2].into(),
            source: Source::Ecb,
            is_pinned: words.get(3) == Some(&"pinned"),
            created_by: None,
            published_at: DateTime::UNIX_EPOCH + TimeDelta::days(day),
            created_at: DateTime::UNIX_EPOCH,
            replaced_at: None,
        }
    }

    fn rate(rates: &[Model], from: &str, to: &str) -> Option<String> {
        ways(rates, currency(from)).expect("readable").get(&currency(to)).map(|way| way.rate.normalize().to_string())
    }

    #[test]
    fn a_rate_its_inverse_and_chains_through_one_and_two_bases() {
        let rates = [row("EUR USD 1.25", 1), row("EUR GBP 0.8", 1), row("USD AED 3.6725 pinned", 0)];
        let cases = [
            (("EUR", "USD"), "1.25"),
            (("USD", "EUR"), "0.8"),
            (("USD", "GBP"), "0.64"),
            (("EUR", "AED"), "4.590625"),
            (("GBP", "AED"), "5.73828125"),
        ];
        for ((from, to), expected) in cases {
            assert_eq!(rate(&rates, from, to).as_deref(), Some(expected), "{from} to {to}");
        }
        assert_eq!((rate(&rates, "EUR", "JPY"), rate(&rates, "EUR", "EUR")), (None, None));
        let way = ways(&rates, currency("GBP")).expect("readable").remove(&currency("AED")).expect("there");
        assert_eq!(way.rates, [rates[1].id, rates[0].id, rates[2].id]);
        assert_eq!(way.updated_at, rates[2].published_at, "as old as its oldest rate");
    }

    #[test]
    fn a_pinned_rate_wins_then_the_freshest_then_the_shortest() {
        let stored_first_and_pinned = [row("EUR USD 2 pinned", 0), row("USD EUR 0.8", 9)];
        assert_eq!(rate(&stored_first_and_pinned, "USD", "EUR").as_deref(), Some("0.5"));
        // the euro's rates are those of a provider that we left
        let other_provider = [row("EUR GBP 0.5", 1), row("USD GBP 0.6", 9), row("USD EUR 0.9", 9)];
        assert_eq!(rate(&other_provider, "GBP", "EUR").as_deref(), Some("1.5"));
        let as_fresh = [row("USD GBP 0.6", 9), row("USD EUR 0.9", 9), row("GBP EUR 1.4", 9)];
        assert_eq!(rate(&as_fresh, "GBP", "EUR").as_deref(), Some("1.4"));
        let last = [row("GBP EUR 1.4", 9), row("EUR GBP 0.8", 9)];
        assert_eq!(rate(&last, "GBP", "EUR").as_deref(), Some("1.25"));
    }

    #[test]
    fn a_chain_divides_once() {
        let rates = [row("EUR USD 3", 1), row("EUR GBP 6", 1)];
        assert_eq!(rate(&rates, "USD", "GBP").as_deref(), Some("2"));
    }

    proptest! {
        #[test]
        fn there_and_back_is_where_one_started(one in 1u64..1_000_000_000_000, other in 1u64..1_000_000_000_000) {
            let text = |n: u64| Decimal::from_i128_with_scale(n.into(), 6).to_string();
            let rates = [row(&format!("EUR USD {}", text(one)), 1), row(&format!("EUR JPY {}", text(other)), 1)];
            let way = |from: &str, to: &str| ways(&rates, currency(from)).expect("readable")[&currency(to)].rate;
            let round = way("USD", "JPY") * way("JPY", "USD");
            prop_assert!((round - Decimal::ONE).abs() < Decimal::new(1, 9), "{}", round);
        }
    }
}
