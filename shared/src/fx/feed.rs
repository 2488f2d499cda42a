//! What a provider published, read and found to make sense in itself.

use super::Provider;
use crate::clock::Time;
use crate::money::Currency;
use rust_decimal::Decimal;

/// Rates of one publication: units of each currency for one of the base.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// Whose.
    pub provider: Provider,
    /// When they were so.
    pub published_at: Time,
    /// Currencies that we know, each once, without the base.
    pub rates: Vec<(Currency, Decimal)>,
}

/// Fewer are no publication of anybody.
const FEWEST: usize = 5;
/// What no currency ever was worth.
const RANGE: std::ops::RangeInclusive<Decimal> =
    Decimal::from_parts(1, 0, 0, false, 9)..=Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

impl Feed {
    /// From texts as they were sent; `Err` says what makes no sense. Currencies that we do not know are left out.
    pub fn new(provider: Provider, base: &str, published_at: Time, rates: Vec<(String, String)>) -> Result<Self, String> {
        if base != provider.base().code() {
            return Err(format!("the base is {:?}, not {}", shortened(base), provider.base()));
        }
        let mut read: Vec<(Currency, Decimal)> = Vec::with_capacity(rates.len());
        for (code, text) in &rates {
            let Ok(currency) = Currency::parse("currency", code) else { continue };
            let rate = number(text).filter(|rate| RANGE.contains(rate)).ok_or_else(|| format!("{code} is {:?}", shortened(text)))?;
            if currency == provider.base() {
                match rate == Decimal::ONE {
                    true => continue,
                    false => return Err(format!("one {code} is {rate} {code}")),
                }
            }
            if read.iter().any(|(known, _)| *known == currency) {
                return Err(format!("{code} is there twice"));
            }
            read.push((currency, rate));
        }
        match read.len() {
            few if few < FEWEST => Err(format!("only {few} currencies")),
            _ => Ok(Self { provider, published_at, rates: read }),
        }
    }
}

/// Exactly what is written; an exponent is fine, more digits than fit are not.
fn number(text: &str) -> Option<Decimal> {
    match text.contains(['e', 'E']) {
        true => Decimal::from_scientific(text).ok(),
        false => Decimal::from_str_exact(text).ok(),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(base: &str, odd: &[(&str, &str)]) -> Result<Feed, String> {
        let usual = [("USD", "1.0954"), ("JPY", "162.31"), ("GBP", "0.8421"), ("CHF", "0.94125"), ("KWD", "0.3362"), ("EUR", "1")];
        let all = usual.iter().chain(odd).map(|(code, rate)| ((*code).to_owned(), (*rate).to_owned()));
        Feed::new(Provider::Ecb, base, chrono::DateTime::UNIX_EPOCH, all.collect())
    }

    #[test]
    fn rates_are_read_exactly_and_unknown_currencies_are_left_out() {
        let feed = feed("EUR", &[("BTC", "0.000010741138"), ("XDR", "nonsense"), ("IDR", "2.0069890000000001e4")]).expect("makes sense");
        let text = |code: &str| feed.rates.iter().find(|(known, _)| known.code() == code).map(|(_, rate)| rate.to_string());
        assert_eq!((text("IDR").as_deref(), text("CHF").as_deref()), (Some("20069.890000000001"), Some("0.94125")));
        assert_eq!((feed.rates.len(), text("EUR"), text("BTC")), (6, None, None));
    }

    #[test]
    fn what_makes_no_sense_is_refused_as_a_whole() {
        for rate in ["0", "-1.2", "NaN", "Infinity", "", "1,2", "1e12", "0.0000000001", "\"1.2\"", "1e400", "null"] {
            let problem = feed("EUR", &[("SEK", rate)]).expect_err(rate);
            assert!(problem.contains("SEK"), "{problem}");
        }
        assert!(feed("USD", &[]).is_err() && feed("eur", &[]).is_err());
        assert!(feed("EUR", &[("USD", "1.0954")]).expect_err("twice").contains("USD"));
        assert!(feed("EUR", &[("EUR", "1.1")]).is_err(), "a euro is a euro");
        assert!(Feed::new(Provider::Ecb, "EUR", chrono::DateTime::UNIX_EPOCH, vec![("USD".into(), "1.1".into())]).is_err());
    }
}
