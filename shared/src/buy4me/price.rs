//! What a request comes to: pure functions. Goods at locked rates, what shops take for delivery, our fee, tax; what changing
//! money costs is a line of its own. Every amount of a request, now and later, is what [`price`] says of the items that are
//! left, so nothing is ever credited that was not charged.
//!
//! The fee and the deliveries follow the *quoted* prices: an item that becomes dearer or cheaper changes its own line, its part
//! of the exchange and their tax; an item that falls away also takes its part of the fee along, if the minimum leaves one.

use crate::billing::{PricedLine, total};
use crate::fx::{Quote, quote::Converted};
use crate::i18n::Message;
use crate::money::{Currency, MAX_MINOR, Money};
use crate::settings::{Buy4Me, LineKind, Taxes};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Quotes by source currency.
pub type Quotes = BTreeMap<String, Quote>;

/// Fees and taxes of a quote, as they were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// Fees.
    pub fees: Buy4Me,
    /// Taxes.
    pub taxes: Taxes,
}

/// An item as far as its price goes.
#[derive(Clone, Debug)]
pub struct Goods {
    /// Its place in the request, for problems.
    pub index: usize,
    /// The product.
    pub name: String,
    /// Pieces.
    pub quantity: i32,
    /// For one, in the shop's currency: what the fee follows.
    pub quoted: Money,
    /// For one, if that was found out: what is paid.
    pub actual: Option<Money>,
    /// Which shop: each delivers once.
    pub shop: String,
}

/// A request with its price.
#[derive(Clone, Debug, PartialEq)]
pub struct Priced {
    /// As on the invoice.
    pub lines: Vec<PricedLine>,
    /// What each of the goods is charged, in their order: line, part of the exchange, tax.
    pub shares: Vec<i64>,
    /// Of the lines.
    pub total_minor: i64,
}

/// Makes lines in one currency and one language.
struct Pricer<'a> {
    quotes: &'a Quotes,
    terms: &'a Terms,
    currency: Currency,
    language: &'a str,
}

/// Prices goods in `currency`. What is too large is a problem of the item.
pub fn price(goods: &[Goods], quotes: &Quotes, terms: &Terms, currency: Currency, language: &str) -> Result<Priced> {
    let pricer = Pricer { quotes, terms, currency, language };
    let mut lines = vec![];
    let mut margins = vec![];
    let mut value = Money::new(0, currency);
    for item in goods {
        let unit = item.actual.unwrap_or(item.quoted);
        let field = format!("items[{}].unit_price", item.index);
        let converted = pricer.convert(&field, unit, item.quantity)?;
        value = value.plus(pricer.convert(&field, item.quoted, item.quantity)?.amount)?;
        lines.push(pricer.line(LineKind::Item, "buy4me-line-item", &item.name, (unit, item.quantity), converted)?);
        margins.push(converted.margin.minor);
    }
    if !goods.is_empty() {
        let (delivery, margin) = pricer.delivery(goods)?;
        lines.extend(delivery);
        margins.push(margin);
    }
    let mut shares: Vec<i64> = lines.iter().take(goods.len()).map(|line| line.total_minor).collect();
    let exchange: i64 = margins.iter().sum();
    if exchange > 0 {
        let line = pricer.plain(LineKind::FxMargin, "buy4me-line-exchange", Money::new(exchange, currency))?;
        let weights: Vec<u64> = margins.iter().map(|margin| margin.unsigned_abs()).collect();
        let parts = Money::new(line.total_minor, currency).split(&weights)?;
        shares.iter_mut().zip(parts).for_each(|(share, part)| *share += part.minor);
        lines.push(line);
    }
    let fee = if goods.is_empty() { Money::new(0, currency) } else { pricer.fee(value)? };
    if fee.minor > 0 {
        lines.push(pricer.plain(LineKind::ServiceFee, "buy4me-line-fee", fee)?);
    }
    let total_minor = total("items", &lines)?;
    Ok(Priced { lines, shares, total_minor })
}

impl Pricer<'_> {
    /// All pieces at once: rounded once a line, not once a piece.
    fn convert(&self, field: &str, unit: Money, quantity: i32) -> Result<Converted> {
        let too_large = || Error::invalid(field, "error-amount-too-large");
        let quote = self.quotes.get(unit.currency.code());
        let quote = quote.ok_or_else(|| Error::internal(format!("no quote was locked for {}", unit.currency)))?;
        let all = unit.times(i64::from(quantity)).map_err(|_| too_large())?;
        // with the right currency the only thing that can go wrong is the size
        let converted = quote.convert(all).map_err(|_| too_large())?;
        if converted.amount.minor > MAX_MINOR { Err(too_large()) } else { Ok(converted) }
    }

    /// Pieces and their price as they are; what was converted is one amount whose words say of what.
    fn line(&self, kind: LineKind, id: &'static str, of: &str, (unit, quantity): (Money, i32), converted: Converted) -> Result<PricedLine> {
        let words = |form: &str| {
            let message = Message::new(id).with("product", of).with("form", form).with("quantity", quantity).with("price", unit);
            message.text(self.language)
        };
        if unit.currency == self.currency {
            return PricedLine::new(kind, words("plain"), quantity, unit, &self.terms.taxes);
        }
        PricedLine::new(kind, words("converted"), 1, converted.amount, &self.terms.taxes)
    }

    fn plain(&self, kind: LineKind, id: &'static str, amount: Money) -> Result<PricedLine> {
        PricedLine::new(kind, Message::new(id).text(self.language), 1, amount, &self.terms.taxes)
    }

    /// What all shops take together, and what changing money for that costs.
    fn delivery(&self, goods: &[Goods]) -> Result<(Option<PricedLine>, i64)> {
        let unit = self.terms.fees.vendor_delivery.money(self.terms.fees.currency)?;
        if unit.minor == 0 {
            return Ok((None, 0));
        }
        let shops = goods.iter().map(|item| item.shop.as_str()).collect::<BTreeSet<_>>().len() as i32;
        let converted = self.convert("items", unit, shops)?;
        if converted.amount.minor == 0 {
            return Ok((None, 0));
        }
        let line = self.line(LineKind::VendorDelivery, "buy4me-line-delivery", "", (unit, shops), converted)?;
        Ok((Some(line), converted.margin.minor))
    }

    /// A part of the goods' value, within its bounds; these are converted without margin, because no money is changed.
    fn fee(&self, value: Money) -> Result<Money> {
        let fees = &self.terms.fees;
        let bound = |amount: Money| self.convert("items", amount, 1).map(|converted| converted.amount.minor);
        let least = bound(fees.fee_minimum.money(fees.currency)?)?;
        let most = fees.fee_maximum.as_ref().map(|most| bound(most.money(fees.currency)?)).transpose()?;
        let part = value.percent(fees.fee_percent.0)?.minor;
        Ok(Money::new(part.min(most.unwrap_or(i64::MAX)).max(least), self.currency))
    }
}

/// What has to be billed beyond `before`: each line that grew, by how much. Lines are told apart by kind and place.
pub fn difference(before: &[PricedLine], after: &[PricedLine], language: &str) -> Vec<PricedLine> {
    let grown = |line: &PricedLine, old: Option<&PricedLine>| {
        let (net, tax, sum) = old.map_or((0, 0, 0), |old| (old.net_minor, old.tax_minor, old.total_minor));
        let line = line.clone();
        PricedLine {
            description: Message::new("buy4me-line-difference").with("line", &line.description).text(language),
            quantity: 1,
            unit_price_minor: line.net_minor - net,
            net_minor: line.net_minor - net,
            tax_minor: line.tax_minor - tax,
            total_minor: line.total_minor - sum,
            kind: if line.kind == LineKind::Item.code() { LineKind::Difference.code().to_owned() } else { line.kind },
            tax_rate: line.tax_rate,
        }
    };
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = vec![];
    for line in after {
        let place = seen.entry(line.kind.as_str()).or_default();
        let old = before.iter().filter(|old| old.kind == line.kind).nth(*place);
        *place += 1;
        let more = grown(line, old);
        if more.total_minor != 0 {
            lines.push(more);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::settings::Percent;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn currency(code: &str) -> Currency {
        Currency::parse("currency", code).expect("known")
    }

    fn quote(from: &str, to: &str, mid: Decimal, margin_bps: u32) -> (String, Quote) {
        let now = Clock::default().now();
        let mid = if from == to { Decimal::ONE } else { mid };
        let quote = Quote {
            from: currency(from),
            to: currency(to),
            mid,
            margin_bps,
            rates: vec![],
            settings_version: 0,
            quoted_at: now,
            expires_at: now,
        };
        (from.to_owned(), quote)
    }

    fn goods(index: usize, code: &str, minor: i64, quantity: i32, shop: &str) -> Goods {
        let quoted = Money::new(minor, currency(code));
        Goods { index, name: "Tea".to_owned(), quantity, quoted, actual: None, shop: shop.to_owned() }
    }

    fn terms(percent: u16, least: &str, most: Option<&str>, delivery: &str, tax: u16) -> Terms {
        let fees = Buy4Me {
            fee_percent: Percent::basis_points(percent),
            fee_minimum: least.into(),
            fee_maximum: most.map(Into::into),
            vendor_delivery: delivery.into(),
            ..Default::default()
        };
        let on = vec![LineKind::Item, LineKind::FxMargin, LineKind::ServiceFee];
        Terms { fees, taxes: Taxes { rate: Percent::basis_points(tax), on } }
    }

    fn figures(priced: &Priced) -> Vec<(&str, i64, i64)> {
        priced.lines.iter().map(|line| (line.kind.as_str(), line.net_minor, line.tax_minor)).collect()
    }

    #[test]
    fn a_basket_of_two_currencies_is_what_it_is_by_hand() {
        let quotes = Quotes::from([quote("EUR", "USD", "1.1".parse().expect("decimal"), 200), quote("USD", "USD", Decimal::ONE, 200)]);
        let items = [goods(0, "EUR", 19_99, 2, "a.example"), goods(1, "USD", 10_00, 3, "b.example")];
        let priced = price(&items, &quotes, &terms(8_00, "5.00", None, "2.50", 10_00), currency("USD"), "en").expect("fits");
        // 39.98 EUR × 1.1 = 43.978; 2 % of 43.98 = 0.8796; 8 % of 73.98 = 5.9184
        let expected =
            [("ITEM", 43_98, 4_40), ("ITEM", 30_00, 3_00), ("VENDOR_DELIVERY", 5_00, 0), ("FX_MARGIN", 88, 9), ("SERVICE_FEE", 5_92, 59)];
        assert_eq!(figures(&priced), expected);
        assert_eq!((priced.total_minor, &priced.shares[..]), (93_86, &[49_35, 33_00][..]));
        assert_eq!(priced.lines[0].description, "Tea: 2 × EUR\u{a0}19.99");
        assert_eq!((priced.lines[1].description.as_str(), priced.lines[1].quantity, priced.lines[1].unit_price_minor), ("Tea", 3, 10_00));
    }

    #[test]
    fn the_fee_keeps_its_bounds() {
        let quotes = Quotes::from([quote("USD", "USD", Decimal::ONE, 200)]);
        for (minor, fee) in [(1_00, 5_00), (62_49, 5_00), (62_50, 5_00), (62_57, 5_01), (10_000, 8_00), (12_501, 10_00), (999_999, 10_00)] {
            let terms = terms(8_00, "5.00", Some("10.00"), "0", 0);
            let priced = price(&[goods(0, "USD", minor, 1, "a")], &quotes, &terms, currency("USD"), "en").expect("fits");
            assert_eq!(priced.lines.last().map(|line| line.net_minor), Some(fee), "{minor}");
        }
    }

    #[test]
    fn nothing_costs_nothing_and_a_price_beyond_all_bounds_is_a_problem_of_its_item() {
        let quotes = Quotes::from([quote("USD", "JPY", Decimal::from(150), 200)]);
        let terms = terms(8_00, "5.00", None, "1.00", 0);
        assert_eq!(price(&[], &quotes, &terms, currency("JPY"), "en").expect("fits").total_minor, 0);
        let Err(Error::Invalid(problems)) = price(&[goods(3, "USD", MAX_MINOR, 999, "a")], &quotes, &terms, currency("JPY"), "en") else {
            panic!("a quadrillion was accepted")
        };
        assert_eq!(problems[0].field, "items[3].unit_price");
    }

    fn any_goods() -> impl Strategy<Value = Vec<(usize, i64, i32, usize)>> {
        prop::collection::vec((0usize..4, 1i64..100_000, 1i32..100, 0usize..3), 1..8)
    }

    const CODES: [&str; 4] = ["USD", "JPY", "KWD", "EUR"];

    proptest! {
        #[test]
        fn parts_sum_to_the_total_whatever_is_bought_and_what_falls_away_was_charged(
            items in any_goods(), to in 0usize..4, rates in prop::collection::vec(1u32..50_000, 4), bps in 0u32..500, tax in 0u16..30_00,
        ) {
            let to = CODES[to];
            let quotes: Quotes = CODES.iter().zip(&rates).map(|(code, rate)| quote(code, to, Decimal::new(i64::from(*rate), 4), bps)).collect();
            let terms = terms(8_00, "5.00", Some("250.00"), "3.00", tax);
            let goods: Vec<Goods> = items.iter().enumerate().map(|(i, (code, minor, quantity, shop))| goods(i, CODES[*code], *minor, *quantity, CODES[*shop])).collect();
            let whole = price(&goods, &quotes, &terms, currency(to), "en").expect("fits");
            prop_assert_eq!(whole.lines.iter().map(|line| line.net_minor + line.tax_minor).sum::<i64>(), whole.total_minor);
            prop_assert!(whole.lines.iter().all(|line| line.net_minor > 0 || line.kind == "ITEM"));
            let others: i64 = whole.lines.iter().filter(|line| !["ITEM", "FX_MARGIN"].contains(&line.kind.as_str())).map(|line| line.total_minor).sum();
            let shares: i64 = whole.shares.iter().sum();
            prop_assert!(shares <= whole.total_minor - others, "items are charged no more than their lines and the exchange");
            // without its last item it costs no more, and the difference bill of the way back is exactly what was credited
            let less = price(&goods[..goods.len() - 1], &quotes, &terms, currency(to), "en").expect("fits");
            prop_assert!(less.total_minor <= whole.total_minor);
            let back: i64 = difference(&less.lines, &whole.lines, "en").iter().map(|line| line.total_minor).sum();
            prop_assert_eq!(back, whole.total_minor - less.total_minor);
        }

        #[test]
        fn dearer_and_back_again_is_where_it_was(minor in 1i64..1_000_000, more in 1i64..1_000_000, quantity in 1i32..100, rate in 1u32..3_000_000) {
            let quotes = Quotes::from([quote("EUR", "KWD", Decimal::new(i64::from(rate), 4), 200), quote("USD", "KWD", Decimal::new(3_000, 4), 200)]);
            let terms = terms(8_00, "5.00", None, "0", 7_25);
            let of = |actual: Option<i64>| {
                let mut item = goods(0, "EUR", minor, quantity, "a");
                item.actual = actual.map(|minor| Money::new(minor, currency("EUR")));
                price(&[item], &quotes, &terms, currency("KWD"), "en").expect("fits")
            };
            prop_assert!(of(Some(minor + more)).total_minor >= of(None).total_minor);
            prop_assert_eq!(of(Some(minor)), of(None));
            let fee = |priced: &Priced| priced.lines.iter().find(|line| line.kind == "SERVICE_FEE").map(|line| line.net_minor);
            prop_assert_eq!(fee(&of(Some(minor + more))), fee(&of(None)), "the fee stays as quoted");
        }
    }
}
