//! What it costs to send parcels: pure, from settings and a locked rate to the very lines of a bill.
//!
//! Size counts as weight parcel by parcel: of a parcel's own weight and its volume by the divisor the greater is charged. The
//! sum is rounded up to the step once per shipment, so that many small parcels are not rounded up many times. Every amount of
//! the tariff is converted by itself and the exchange margin is a line of its own, so lines always sum to the total.

use super::parcel::Parcel;
use crate::billing::{self, PricedLine};
use crate::fx::Quote;
use crate::i18n;
use crate::money::{Currency, MAX_MINOR, Money};
use crate::settings::{LineKind, Service, Shipping, Surcharge, Tariff, Taxes, Zone};
use crate::{Error, Result};

/// A way to a country: the zone it is in, a service, and what that costs there.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// ISO 3166-1.
    pub country: &'a str,
    /// Where it is.
    pub zone: &'a Zone,
    /// How.
    pub service: &'a Service,
    tariff: &'a Tariff,
}

/// By what everything is priced.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Tariffs.
    pub shipping: &'a Shipping,
    /// Which lines are taxed.
    pub taxes: &'a Taxes,
    /// From the tariff's currency to another.
    pub quote: Option<&'a Quote>,
    /// Of the descriptions.
    pub language: &'a str,
}

/// A price with all that it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Priced {
    /// Code of the zone.
    pub zone: String,
    /// Code of the service.
    pub service: String,
    /// Rounded up to the step.
    pub chargeable_grams: i64,
    /// Of all lines.
    pub currency: Currency,
    /// As on the bill.
    pub lines: Vec<PricedLine>,
    /// Their sum.
    pub total_minor: i64,
}

/// The zone of a country: the one that lists it, else the one for every other country.
pub fn zone<'a>(shipping: &'a Shipping, country: &str) -> Option<&'a Zone> {
    let listing = |wanted: &str| shipping.zones.iter().find(|zone| zone.countries.iter().any(|listed| listed == wanted));
    listing(country).or_else(|| listing("*"))
}

/// All ways to a country, in the order of the settings.
pub fn ways<'a>(shipping: &'a Shipping, country: &'a str) -> Vec<Way<'a>> {
    let Some(zone) = zone(shipping, country) else { return vec![] };
    let way = |service: &'a Service| {
        let tariff = service.tariffs.iter().find(|tariff| tariff.zone == zone.code)?;
        Some(Way { country, zone, service, tariff })
    };
    shipping.services.iter().filter_map(way).collect()
}

/// The way by the service that was asked for, or by the first that leads there. No way at all is a problem of
/// `country_field`, an unknown service one of `service`.
pub fn way<'a>(shipping: &'a Shipping, country: &'a str, service: Option<&str>, country_field: &str) -> Result<Way<'a>> {
    let ways = ways(shipping, country);
    let Some(first) = ways.first() else { return Err(Error::invalid(country_field, "error-country-not-served")) };
    let found = service.map_or(Some(first), |code| ways.iter().find(|way| way.service.code == code));
    let allowed = || ways.iter().map(|way| way.service.code.as_str()).collect::<Vec<_>>().join(", ");
    found.copied().ok_or_else(|| Error::invalid("service", i18n::Message::new("error-not-a-choice").with("allowed", allowed())))
}

/// The weight that is charged, in grams.
pub fn chargeable(shipping: &Shipping, parcels: &[Parcel]) -> i64 {
    let (divisor, step) = (i64::from(shipping.dimensional_divisor), i64::from(shipping.weight_step_grams));
    // cm³ by the divisor are kilograms, so mm³ by it are grams
    let of = |parcel: &Parcel| parcel.grams.max(round_up(parcel.length * parcel.width * parcel.height, divisor) / divisor);
    round_up(parcels.iter().map(|parcel| of(parcel) * parcel.quantity).sum(), step)
}

fn round_up(value: i64, step: i64) -> i64 {
    (value + step - 1) / step * step
}

impl Terms<'_> {
    /// The price of these parcels on this way. More than any invoice may have is a problem of `package_details`.
    pub fn price(&self, way: &Way, parcels: &[Parcel]) -> Result<Priced> {
        let tariff_currency = self.shipping.currency;
        let currency = self.quote.map_or(tariff_currency, |quote| quote.to);
        let chargeable_grams = chargeable(self.shipping, parcels);
        let steps = chargeable_grams / i64::from(self.shipping.weight_step_grams);
        let (base, per_step) = (way.tariff.base.money(tariff_currency)?, way.tariff.per_step.money(tariff_currency)?);
        let exact = i128::from(base.minor) + i128::from(per_step.minor) * i128::from(steps);
        let fits = i64::try_from(exact).ok().filter(|minor| *minor <= MAX_MINOR);
        let minor = fits.ok_or_else(|| Error::invalid("package_details", "error-amount-too-large"))?;
        let tariff = Money::new(minor, tariff_currency);
        let mut amounts = vec![(self.tariff_text(way, chargeable_grams), 1, tariff)];
        for surcharge in &self.shipping.surcharges {
            let pieces = times(surcharge, way, parcels);
            let each = match (&surcharge.amount, surcharge.percent) {
                (Some(amount), _) => amount.money(tariff_currency)?,
                (None, percent) => tariff.percent(percent.map(|percent| percent.0).unwrap_or_default())?,
            };
            let quantity = if surcharge.amount.is_some() { pieces } else { pieces.min(1) };
            if quantity > 0 && each.minor > 0 {
                amounts.push((self.say("shipment-line-surcharge", &[("code", surcharge.code.clone())]), quantity, each));
            }
        }
        let lines = self.lines(amounts, currency)?;
        Ok(Priced {
            zone: way.zone.code.clone(),
            service: way.service.code.clone(),
            chargeable_grams,
            currency,
            total_minor: billing::total("package_details", &lines)?,
            lines,
        })
    }

    /// The lines in the currency that is wanted, and what the exchange costs.
    fn lines(&self, amounts: Vec<(String, i64, Money)>, currency: Currency) -> Result<Vec<PricedLine>> {
        let (mut lines, mut converted) = (vec![], Money::new(0, currency));
        for (description, quantity, each) in amounts {
            let each = match self.quote {
                Some(quote) => quote.convert(each)?.amount,
                None => each,
            };
            converted = converted.plus(each.times(quantity)?)?;
            let quantity = i32::try_from(quantity).map_err(Error::internal)?;
            lines.push(PricedLine::new(LineKind::Shipping, description, quantity, each, self.taxes)?);
        }
        if let Some(quote) = self.quote.filter(|quote| quote.from != quote.to) {
            let margin = converted.percent(rust_decimal::Decimal::new(i64::from(quote.margin_bps), 2))?;
            if margin.minor > 0 {
                let words = [("from", quote.from.to_string()), ("to", quote.to.to_string())];
                lines.push(PricedLine::new(LineKind::FxMargin, self.say("shipment-line-exchange", &words), 1, margin, self.taxes)?);
            }
        }
        Ok(lines)
    }

    fn tariff_text(&self, way: &Way, grams: i64) -> String {
        let weight = rust_decimal::Decimal::new(grams, 3).normalize().to_string();
        let weight = i18n::format::decimal(self.language, &weight);
        let words = [("service", way.service.code.clone()), ("country", way.country.to_owned()), ("weight", weight)];
        self.say("shipment-line-tariff", &words)
    }

    fn say(&self, id: &str, words: &[(&'static str, String)]) -> String {
        i18n::text(self.language, id, words)
    }
}

/// How often a surcharge counts: once, or for each parcel that a condition of it is about.
fn times(surcharge: &Surcharge, way: &Way, parcels: &[Parcel]) -> i64 {
    let among = |list: &Option<Vec<String>>, code: &str| list.as_ref().is_none_or(|list| list.iter().any(|listed| listed == code));
    if !among(&surcharge.zones, &way.zone.code) || !among(&surcharge.services, &way.service.code) {
        return 0;
    }
    if surcharge.side_over_cm.is_none() && surcharge.parcel_over_grams.is_none() {
        return 1;
    }
    let is_over = |parcel: &&Parcel| {
        surcharge.side_over_cm.is_some_and(|side| parcel.longest_side() > i64::from(side) * 10)
            || surcharge.parcel_over_grams.is_some_and(|grams| parcel.grams > i64::from(grams))
    };
    parcels.iter().filter(is_over).map(|parcel| parcel.quantity).sum()
}

/// One line over a total that was agreed upon, with the tax that is in it at the rate of shipping.
pub fn of_total(kind: LineKind, description: String, total: Money, taxes: &Taxes) -> Result<PricedLine> {
    use rust_decimal::Decimal;
    let rate = taxes.rate_of(LineKind::Shipping).0;
    let overflow = || Error::internal("money overflow");
    let share = rate.checked_div(Decimal::ONE_HUNDRED.checked_add(rate).ok_or_else(overflow)?).ok_or_else(overflow)?;
    let tax = total.percent(share.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(overflow)?)?;
    let net = total.minor - tax.minor;
    Ok(PricedLine {
        kind: kind.code().to_owned(),
        description,
        quantity: 1,
        unit_price_minor: net,
        tax_rate: rate,
        net_minor: net,
        tax_minor: tax.minor,
        total_minor: total.minor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::settings::Percent;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn parcel((grams, length, width, height): (i64, i64, i64, i64), quantity: i64) -> Parcel {
        let (contents, metadata) = ("Books".to_owned(), serde_json::Map::new());
        Parcel { grams, length, width, height, contents, declared: None, quantity, metadata }
    }

    fn quote(code: &str, mid: Decimal) -> Quote {
        let now = Clock::default().now();
        let currency = |code: &str| Currency::parse("currency", code).expect("known");
        Quote {
            from: currency("USD"),
            to: currency(code),
            mid,
            margin_bps: 250,
            rates: vec![],
            settings_version: 0,
            quoted_at: now,
            expires_at: now,
        }
    }

    fn taxes(rate: u16) -> Taxes {
        Taxes { rate: Percent::basis_points(rate), on: vec![LineKind::Shipping, LineKind::FxMargin] }
    }

    #[test]
    fn a_country_is_in_the_zone_that_lists_it_wherever_the_rest_of_the_world_stands() {
        let mut shipping = Shipping::default();
        shipping.zones.reverse();
        let code = |country: &str| zone(&shipping, country).map(|zone| zone.code.as_str());
        assert_eq!((code("FR"), code("US"), code("SN")), (Some("EUROPE"), Some("DOMESTIC"), Some("WORLD")));
        shipping.zones.retain(|zone| zone.code != "WORLD");
        assert_eq!(zone(&shipping, "SN"), None);
        assert!(ways(&shipping, "SN").is_empty());
    }

    #[test]
    fn a_condition_makes_a_percentage_count_once_and_lists_narrow_it() {
        let shipping = Shipping::default();
        let surcharge = Surcharge { zones: Some(vec!["EUROPE".to_owned()]), services: None, ..shipping.surcharges[1].clone() };
        let (long, short) = (parcel((1, 1201, 1, 1), 3), parcel((1, 1200, 1, 1), 5));
        let to = |country| way(&shipping, country, Some("EXPRESS"), "country").expect("served");
        assert_eq!(times(&surcharge, &to("FR"), &[long.clone(), short.clone()]), 3);
        assert_eq!(times(&surcharge, &to("US"), std::slice::from_ref(&long)), 0);
        let surcharge = Surcharge { services: Some(vec!["STANDARD".to_owned()]), ..surcharge };
        assert_eq!(times(&surcharge, &to("FR"), &[long, short]), 0);
    }

    fn some_parcels() -> impl Strategy<Value = Vec<Parcel>> {
        let one = ((1i64..=70_000, 1i64..=10_000, 1i64..=10_000, 1i64..=10_000), 1i64..=100);
        prop::collection::vec(one.prop_map(|(size, quantity)| parcel(size, quantity)), 1..6)
    }

    fn some_quote() -> impl Strategy<Value = Option<Quote>> {
        let codes = prop::sample::select(vec!["EUR", "JPY", "KWD", "USD"]);
        prop::option::of((codes, 1i64..10_000_000).prop_map(|(code, millionths)| quote(code, Decimal::new(millionths, 4))))
    }

    proptest! {
        #[test]
        fn lines_sum_to_the_total_in_every_currency(
            parcels in some_parcels(), quote in some_quote(), rate in 0u16..=5_000,
            country in prop::sample::select(vec!["US", "CA", "FR", "SN"]), service in prop::sample::select(vec!["STANDARD", "EXPRESS"]),
        ) {
            let shipping = Shipping::default();
            let taxes = taxes(rate);
            let way = way(&shipping, country, Some(service), "country").expect("served");
            let terms = Terms { shipping: &shipping, taxes: &taxes, quote: quote.as_ref(), language: "en" };
            // what costs more than any invoice may come to has no price
            if let Ok(priced) = terms.price(&way, &parcels) {
                prop_assert_eq!(priced.lines.iter().map(|line| line.total_minor).sum::<i64>(), priced.total_minor);
                for line in &priced.lines {
                    prop_assert_eq!(line.net_minor, line.unit_price_minor * i64::from(line.quantity));
                    prop_assert_eq!(line.net_minor + line.tax_minor, line.total_minor);
                    prop_assert!(line.net_minor >= 0 && line.tax_minor >= 0);
                }
                prop_assert_eq!(priced.chargeable_grams % 500, 0);
            }
        }

        #[test]
        fn heavier_larger_or_more_is_never_cheaper(
            parcels in some_parcels(), which in 0usize..6, more in (0i64..20_000, 0i64..2_000, 0i64..2_000, 0i64..2_000), count in 0i64..10,
            code in prop::sample::select(vec!["EUR", "JPY", "KWD"]), mid in 1i64..100_000,
        ) {
            let (quote, taxes) = (quote(code, Decimal::new(mid, 4)), taxes(19_00));
            let mut larger = parcels.clone();
            let at = which % larger.len();
            let it = &mut larger[at];
            (it.grams, it.length, it.width, it.height) = (it.grams + more.0, it.length + more.1, it.width + more.2, it.height + more.3);
            it.quantity += count;
            let shipping = Shipping::default();
            let way = way(&shipping, "FR", Some("STANDARD"), "country").expect("served");
            let terms = Terms { shipping: &shipping, taxes: &taxes, quote: Some(&quote), language: "en" };
            // what costs more than any invoice may come to has no price
            let Ok(more) = terms.price(&way, &larger) else { return Ok(()) };
            let less = terms.price(&way, &parcels).expect("has a price");
            prop_assert!(less.total_minor <= more.total_minor, "{} > {}", less.total_minor, more.total_minor);
            prop_assert!(less.chargeable_grams <= more.chargeable_grams);
        }

        #[test]
        fn one_line_over_a_total_has_its_tax_inside(total in 0i64..1_000_000_000, rate in 0u16..=10_000) {
            let currency = Currency::parse("currency", "USD").expect("known");
            let line = of_total(LineKind::Difference, String::new(), Money::new(total, currency), &taxes(rate)).expect("fits");
            prop_assert_eq!((line.net_minor + line.tax_minor, line.total_minor), (total, total));
            let again = Money::new(line.net_minor, currency).percent(line.tax_rate).expect("fits");
            prop_assert!((again.minor - line.tax_minor).abs() <= 1, "{} is not the tax on {}", line.tax_minor, line.net_minor);
        }
    }
}
