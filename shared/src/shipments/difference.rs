//! What is billed when a shipment became dearer than its bills say: pure. Taxed as the lines of its cost are, whatever the
//! settings say by then.

use crate::billing::PricedLine;
use crate::money::Money;
use crate::{Error, Result};
use rust_decimal::Decimal;

/// All lines of one kind that are taxed alike.
struct Part {
    kind: String,
    tax_rate: Decimal,
    net: i64,
    tax: i64,
}

impl Part {
    fn total(&self) -> i64 {
        self.net + self.tax
    }
}

/// The lines over `missing`: by how much each part of the cost grew; where credits or other taxes make that no answer, each
/// part's share of it.
pub(super) fn of(cost: &[PricedLine], billed: &[PricedLine], missing: Money, description: &str) -> Result<Vec<PricedLine>> {
    let (now, before) = (parts(cost), parts(billed));
    let mut grown = parts(&[cost, billed].concat());
    for part in &mut grown {
        let sum = |parts: &[Part]| {
            let same = parts.iter().find(|other| other.kind == part.kind && other.tax_rate == part.tax_rate);
            same.map_or((0, 0), |same| (same.net, same.tax))
        };
        let (now, before) = (sum(&now), sum(&before));
        (part.net, part.tax) = (now.0 - before.0, now.1 - before.1);
    }
    let is_whole = grown.iter().map(Part::total).sum::<i64>() == missing.minor;
    let parts = match is_whole && grown.iter().all(|part| part.net >= 0 && part.tax >= 0) {
        true => grown,
        false => shared(now, missing)?,
    };
    Ok(parts.into_iter().filter(|part| part.total() > 0).map(|part| line(part, description)).collect())
}

fn parts(lines: &[PricedLine]) -> Vec<Part> {
    let mut parts: Vec<Part> = vec![];
    for line in lines {
        let (net, tax) = (line.net_minor, line.tax_minor);
        match parts.iter_mut().find(|part| part.kind == line.kind && part.tax_rate == line.tax_rate) {
            Some(part) => (part.net, part.tax) = (part.net + net, part.tax + tax),
            None => parts.push(Part { kind: line.kind.clone(), tax_rate: line.tax_rate, net, tax }),
        }
    }
    parts
}

/// `missing`, as the parts are to each other, and in each as much tax as is in the part.
fn shared(parts: Vec<Part>, missing: Money) -> Result<Vec<Part>> {
    let weights: Vec<u64> = parts.iter().map(|part| part.total().unsigned_abs()).collect();
    let shares = missing.split(&weights)?;
    let share = |(part, share): (Part, Money)| {
        let taxed = match part.total() {
            0 => Decimal::ZERO,
            total => Decimal::from(part.tax).checked_div(Decimal::from(total)).ok_or_else(|| Error::internal("money overflow"))?,
        };
        let percent = taxed.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(|| Error::internal("money overflow"))?;
        let tax = share.percent(percent)?.minor;
        Ok(Part { net: share.minor - tax, tax, ..part })
    };
    parts.into_iter().zip(shares).map(share).collect()
}

fn line(part: Part, description: &str) -> PricedLine {
    PricedLine {
        description: description.to_owned(),
        quantity: 1,
        unit_price_minor: part.net,
        tax_rate: part.tax_rate,
        net_minor: part.net,
        tax_minor: part.tax,
        total_minor: part.total(),
        kind: part.kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use crate::settings::{LineKind, Percent, Taxes};
    use proptest::prelude::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("currency", "USD").expect("known"))
    }

    /// Shipping is taxed, the exchange is not.
    fn lines(amounts: &[i64], margin: i64, rate: u16) -> Vec<PricedLine> {
        let taxes = Taxes { rate: Percent::basis_points(rate), on: vec![LineKind::Shipping] };
        let line = |kind, minor| PricedLine::new(kind, String::new(), 1, usd(minor), &taxes).expect("fits");
        let shipping = amounts.iter().map(|minor| line(LineKind::Shipping, *minor));
        shipping.chain([line(LineKind::FxMargin, margin)]).collect()
    }

    fn sums(lines: &[PricedLine]) -> (i64, i64, i64) {
        lines.iter().fold((0, 0, 0), |sum, line| (sum.0 + line.net_minor, sum.1 + line.tax_minor, sum.2 + line.total_minor))
    }

    proptest! {
        #[test]
        fn bills_together_have_the_lines_of_the_cost(
            amounts in prop::collection::vec((1i64..1_000_000, 0i64..1_000_000), 1..4), margin in (0i64..10_000, 0i64..10_000), rate in 0u16..=30_00,
        ) {
            let before: Vec<i64> = amounts.iter().map(|(old, _)| *old).collect();
            let after: Vec<i64> = amounts.iter().map(|(old, more)| old + more).collect();
            let (before, after) = (lines(&before, margin.0, rate), lines(&after, margin.0 + margin.1, rate));
            let missing = sums(&after).2 - sums(&before).2;
            let more = of(&after, &before, usd(missing), "x").expect("fits");
            prop_assert_eq!(sums(&[before, more.clone()].concat()), sums(&after));
            for line in more {
                prop_assert_eq!(line.tax_rate.is_zero() || line.kind == "SHIPPING", true, "the exchange is not taxed");
            }
        }

        #[test]
        fn whatever_was_billed_and_credited_the_lines_sum_to_what_is_missing(
            cost in prop::collection::vec(0i64..1_000_000, 1..4), billed in prop::collection::vec(0i64..1_000_000, 0..4),
            margin in 1i64..10_000, rates in (0u16..=30_00, 0u16..=30_00), missing in 1i64..1_000_000,
        ) {
            let (cost, billed) = (lines(&cost, margin, rates.0), lines(&billed, 0, rates.1));
            let lines = of(&cost, &billed, usd(missing), "x").expect("fits");
            prop_assert_eq!(sums(&lines).2, missing);
            for line in lines {
                prop_assert!(line.net_minor >= 0 && line.tax_minor >= 0 && line.net_minor + line.tax_minor == line.total_minor);
                prop_assert!(line.kind == "SHIPPING" || line.tax_minor == 0);
            }
        }
    }
}
